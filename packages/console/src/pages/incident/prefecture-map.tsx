/** Exposed persons by prefecture, as a map of tiles and as a list; nothing where the revision does not count by it. */
import type { Traits } from "../../api/shapes-incident.ts";
import { Table } from "../../ui/controls.tsx";
import { numberText, useLanguage, useWords } from "../../words/words.ts";
import { findPrefecture, prefectures } from "./prefectures.ts";

const tile = { side: 52, gap: 4 };
const size = { columns: 14, rows: 10 };
/** Shades, from few to many. */
const shades = 5;

export function PrefectureMap({ traits }: { readonly traits: Traits }) {
  const words = useWords();
  const language = useLanguage();
  const rows = traits.filter(({ dimension }) => dimension === "prefecture");
  if (rows.length === 0) return null;
  const persons = new Map<number, number>();
  let unknown = 0;
  for (const { value, exposedPersons } of rows) {
    const code = findPrefecture(value)?.code;
    if (code === undefined) unknown += exposedPersons;
    else persons.set(code, (persons.get(code) ?? 0) + exposedPersons);
  }
  const nameOf = (one: (typeof prefectures)[number]): string => (language === "ja" ? one.name : one.english);
  const listed = prefectures
    .filter(({ code }) => persons.has(code))
    .toSorted((a, b) => (persons.get(b.code) ?? 0) - (persons.get(a.code) ?? 0));
  return (
    <section className="card" aria-labelledby="map">
      <h2 id="map">{words.incidents.byPrefecture}</h2>
      <MapTiles persons={persons} />
      {unknown > 0 && (
        <p className="hint">{words.incidents.prefectureUnknown(numberText(language, unknown))}</p>
      )}
      <details className="quiet-details">
        <summary>{words.incidents.asList}</summary>
        <Table
          caption={words.incidents.byPrefecture}
          columns={[words.incidents.prefecture, { figure: words.incidents.countColumns.persons }]}
        >
          {listed.map((one) => (
            <tr key={one.code}>
              <td>{nameOf(one)}</td>
              <td className="cell-figure">{numberText(language, persons.get(one.code) ?? 0)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </section>
  );
}

function MapTiles({ persons }: { readonly persons: ReadonlyMap<number, number> }) {
  const language = useLanguage();
  const most = Math.max(1, ...persons.values());
  const step = tile.side + tile.gap;
  return (
    <svg
      className="map"
      viewBox={`0 0 ${size.columns * step} ${size.rows * step}`}
      role="img"
      aria-labelledby="map"
    >
      {prefectures.map(({ code, name, english, column, row }) => {
        const count = persons.get(code) ?? 0;
        // By roots: one city of millions would leave every other place white.
        const shade = count === 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(count / most) * shades));
        const x = column * step;
        const y = row * step;
        return (
          <g key={code} data-shade={shade}>
            <rect x={x} y={y} width={tile.side} height={tile.side} rx={5} />
            <text x={x + tile.side / 2} y={y + 20} textAnchor="middle">
              {language === "ja" ? name : english.slice(0, 8)}
            </text>
            <text className="map-figure" x={x + tile.side / 2} y={y + 39} textAnchor="middle">
              {count === 0 ? "–" : shortText(language, count)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** 12万, 120K: a tile is narrow; the list has the whole figure. */
function shortText(language: string, value: number): string {
  const form = { notation: "compact", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, form).format(value);
}
