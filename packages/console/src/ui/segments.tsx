/** One of a few, side by side: each a button that says whether it is the one. */
import type { ReactNode } from "react";

export function Segments<One extends string>({
  label,
  options,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly (readonly [One, ReactNode])[];
  readonly chosen: One | undefined;
  readonly onChoose: (one: One) => void;
}) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {options.map(([one, text]) => (
        <button key={one} type="button" aria-pressed={chosen === one} onClick={() => onChoose(one)}>
          {text}
        </button>
      ))}
    </div>
  );
}
