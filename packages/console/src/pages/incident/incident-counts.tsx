/** The figures of an incident: how the count rose, revision by revision; by grade, fields and office. */
import type { Revision, Room } from "../../api/shapes.ts";
import { type Bar, Bars } from "../../ui/bars.tsx";
import { Badge, Table, type Tone } from "../../ui/controls.tsx";
import { numberText, useLanguage, useWords, wordOf } from "../../words/words.ts";

/** Steps of the count over the revisions, oldest first; dashed until somebody else has approved it. */
export function RisingCount({ revisions }: { readonly revisions: readonly Revision[] }) {
  const words = useWords();
  const language = useLanguage();
  const bars = revisions.toReversed().map(({ revision, exposedPersons, approvedBy }): Bar => ({
    key: revision,
    name: String(revision),
    value: exposedPersons,
    look: approvedBy === undefined ? "provisional" : "sure",
    sentence: words.incidents.step(revision, numberText(language, exposedPersons)),
  }));
  return <Bars title={words.incidents.chart} bars={bars} />;
}

const tones: Readonly<Record<string, Tone>> = {
  disclosed: "bad",
  reachable: "warning",
  "cannot-rule-out": "calm",
};

export function CountTables({ counts }: { readonly counts: NonNullable<Room["counts"]> }) {
  const words = useWords();
  const { fields, office } = words.incidents.countColumns;
  return (
    <>
      <CountTable title={words.incidents.byGrade} rows={gradeRows(counts)} />
      <CountTable
        title={words.incidents.byFields}
        column={fields}
        rows={counts.byFields.map((one) => ({
          ...one,
          what: one.fields.map((field) => wordOf(words.fields, field)).join(words.listComma),
        }))}
      />
      <CountTable
        title={words.incidents.byOffice}
        column={office}
        rows={counts.byOffice.map((one) => ({ ...one, what: one.office }))}
      />
    </>
  );
}

/** The surest first. */
function gradeRows({ byGrade }: NonNullable<Room["counts"]>): CountRow[] {
  const order = Object.keys(tones);
  return byGrade
    .map((one) => ({ ...one, what: "" }))
    .toSorted((a, b) => order.indexOf(a.grade) - order.indexOf(b.grade));
}

interface CountRow {
  readonly grade: string;
  readonly what: string;
  readonly exposedPersons: number;
  readonly exposedRecords: number;
}

function CountTable({
  title,
  column,
  rows,
}: {
  readonly title: string;
  readonly column?: string;
  readonly rows: readonly CountRow[];
}) {
  const words = useWords();
  const language = useLanguage();
  const { grade, persons, records } = words.incidents.countColumns;
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <Table
        caption={title}
        columns={[grade, ...(column === undefined ? [] : [column]), { figure: persons }, { figure: records }]}
      >
        {rows.map((row) => (
          <tr key={`${row.grade} ${row.what}`}>
            <td>
              <Badge tone={tones[row.grade] ?? "calm"}>{wordOf(words.incidents.grades, row.grade)}</Badge>
            </td>
            {column !== undefined && <td className="cell-fields">{row.what}</td>}
            <td className="cell-figure cell-main">{numberText(language, row.exposedPersons)}</td>
            <td className="cell-figure">{numberText(language, row.exposedRecords)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
