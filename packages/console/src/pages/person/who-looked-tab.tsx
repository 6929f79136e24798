/** Who looked at this person: everything that touched the record, with the numbers that show that nothing is missing. */
import { type Case, type Disclosure, looksShape } from "../../api/shapes.ts";
import { Empty, Notice, Refusal, Table } from "../../ui/controls.tsx";
import { useOnce } from "../../ui/use-once.ts";
import { timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";

export default function WhoLookedTab({ about, person }: { readonly about: Case; readonly person: string }) {
  const words = useWords();
  const { value, refused } = useOnce(looksShape, `/api/persons/${person}/looks?case=${about.caseId}`);
  return (
    <section className="card" aria-labelledby="who-looked">
      <h2 id="who-looked">{words.whoLooked.heading}</h2>
      <p className="hint">{words.whoLooked.lead}</p>
      <Refusal refused={refused} />
      {value?.looks.length === 0 && <Empty title={words.whoLooked.empty} />}
      {value !== undefined && value.looks.length > 0 && <LookTable looks={value.looks} />}
    </section>
  );
}

function LookTable({ looks }: { readonly looks: readonly Disclosure[] }) {
  const words = useWords();
  const language = useLanguage();
  const { no, at, kind, actor, office, purpose, fields } = words.whoLooked.columns;
  const newest = looks[0]?.personEventNo ?? 0;
  // Newest first and at most five hundred: each number is the one before it less one.
  const isWhole = looks.every(({ personEventNo }, i) => personEventNo === newest - i);
  const oldest = looks.at(-1)?.personEventNo ?? 0;
  return (
    <>
      {isWhole && oldest === 1 && <Notice tone="good">{words.whoLooked.complete(newest)}</Notice>}
      {!isWhole && <Notice tone="bad">{words.whoLooked.gap}</Notice>}
      <Table
        caption={words.whoLooked.heading}
        columns={[{ figure: no }, at, kind, actor, office, purpose, fields]}
      >
        {looks.map((look) => (
          <tr key={look.personEventNo}>
            <td className="cell-figure">{look.personEventNo}</td>
            <td className="cell-time">{timeText(language, look.at)}</td>
            <td>{wordOf(words.looks.kinds, look.kind)}</td>
            <td className="cell-main">{look.actor}</td>
            <td>{look.office}</td>
            <td>{wordOf(words.purposes, look.purpose)}</td>
            <td className="cell-fields">
              {look.fields.map((field) => wordOf(words.fields, field)).join(words.listComma)}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
