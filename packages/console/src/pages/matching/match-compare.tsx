/**
 * The unknown owner and the candidates with their seals open, field by field: one case of record matching, one look for
 * each of them. What was opened is this component's state alone and cleared like a person's page.
 */
import { useState } from "react";
import { type Field, fieldNumbers } from "@kura/custodian/register/field.ts";
import { isRefused } from "../../api/ask.ts";
import { caseShape, type MatchCandidate, rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { lookAt } from "../../door/looks.ts";
import { Button, Refusal } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { useClearing } from "../../ui/use-clearing.ts";
import { useLanguage, useWords } from "../../words/words.ts";
import { type Opened, openedOf, valuesOf } from "../person/opened.ts";
import { fieldsOf } from "../person/purposes.ts";
import { factText } from "../person/fact-text.ts";

const purpose = "record-matching";
/** Compared at once; more than that is a search of its own. */
const comparedMax = 4;

export function CompareRecords({
  owner,
  candidates,
}: {
  readonly owner: string;
  readonly candidates: readonly MatchCandidate[];
}) {
  const words = useWords();
  const desk = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster");
  const [opened, setOpened] = useState<readonly Opened[]>();
  const fields = fieldsOf(roster.value, purpose);
  useClearing(opened !== undefined, () => setOpened(undefined));
  const persons = [owner, ...candidates.slice(0, comparedMax).map(({ person }) => person)];
  const compare = useAction(async () => {
    const reason = words.matching.reasonDefault;
    const body = { kind: purpose, reason, persons };
    const about = await desk.ask(caseShape, { method: "POST", path: "/api/cases", body });
    if (isRefused(about)) return about;
    const all: Opened[] = [];
    for (const person of persons) {
      const numbers = fields.map((field) => fieldNumbers[field]);
      const looked = await lookAt(desk, { about: about.value, purpose, person, fields: numbers });
      if (looked.outcome === "refused") return looked;
      all.push(openedOf(undefined, looked, { purpose, fields }));
    }
    setOpened(all);
    return undefined;
  });
  return (
    <>
      <Refusal refused={compare.refused} />
      {opened === undefined && (
        <div className="form-end">
          <Button onClick={compare.run} disabled={compare.isRunning || fields.length === 0}>
            <span className="seal" aria-hidden="true" />
            {compare.isRunning ? words.matching.comparing : words.matching.compare}
          </Button>
          <p className="hint">{words.matching.compareHint}</p>
        </div>
      )}
      {opened !== undefined && <CompareTable opened={opened} fields={fields} />}
    </>
  );
}

function CompareTable({
  opened,
  fields,
}: {
  readonly opened: readonly Opened[];
  readonly fields: readonly Field[];
}) {
  const words = useWords();
  const language = useLanguage();
  const textOf = (one: Opened | undefined, field: Field): string => {
    const [now] = one === undefined ? [] : valuesOf(one, field);
    return now === undefined ? "" : factText(words, language, now);
  };
  return (
    <div className="table-scroll" role="region" aria-label={words.matching.compare} tabIndex={0}>
      <table className="compare">
        <thead>
          <tr>
            <th scope="col">{words.matching.field}</th>
            {opened.map((_, i) => (
              <th key={columnName(i)} scope="col">
                {i === 0 ? words.matching.unknown : words.matching.candidate(columnName(i))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => {
            const said = textOf(opened[0], field);
            return (
              <tr key={field}>
                <th scope="row">{words.fields[field]}</th>
                {opened.map((one, i) => {
                  const text = textOf(one, field);
                  const isSame = i > 0 && text !== "" && text === said;
                  return (
                    <td key={columnName(i)} lang="ja" data-same={isSame ? "" : undefined}>
                      {text}
                      {isSame && <span className="unseen"> {words.matching.same}</span>}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function columnName(i: number): string {
  return String.fromCharCode(64 + i);
}
