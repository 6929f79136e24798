/** A row of bars, each with its figure over it and its name below: reads without colour, and as a list to a screen reader. */
import { useId } from "react";
import { numberText, useLanguage } from "../words/words.ts";

const width = 900;
const height = 150;
/** Few bars stand side by side on the left; many share the width. */
const strideMax = 96;
const margin = { left: 8, right: 8, top: 22, bottom: 22 };

export interface Bar {
  readonly key: string | number;
  /** Below it: short. */
  readonly name: string;
  readonly value: number;
  readonly look: "sure" | "provisional";
  /** All of it in a sentence. */
  readonly sentence: string;
}

export function Bars({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }) {
  const language = useLanguage();
  const id = useId();
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const stride = Math.min(strideMax, inner.width / Math.max(1, bars.length));
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <svg className="bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={id}>
        {bars.map(({ key, name, value, look }, i) => {
          const x = margin.left + i * stride;
          const y = margin.top + inner.height * (1 - value / most);
          return (
            <g key={key} className={look}>
              <rect
                x={x + 2}
                y={y}
                width={Math.max(2, stride - 4)}
                height={height - margin.bottom - y}
                rx={3}
              />
              <text x={x + stride / 2} y={y - 6} textAnchor="middle">
                {numberText(language, value)}
              </text>
              <text className="axis" x={x + stride / 2} y={height - 5} textAnchor="middle">
                {name}
              </text>
            </g>
          );
        })}
      </svg>
      <ol className="unseen">
        {bars.map(({ key, sentence }) => (
          <li key={key}>{sentence}</li>
        ))}
      </ol>
    </section>
  );
}
