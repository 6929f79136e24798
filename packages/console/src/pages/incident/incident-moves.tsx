/** How the count came about: a step for each revision with the evidence that came or went, and what exactly moved between two. */
import { useState } from "react";
import { type Room } from "../../api/shapes.ts";
import { diffShape } from "../../api/shapes-incident.ts";
import { Badge, Refusal, SelectField, Table } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import {
  type Language,
  numberText,
  timeText,
  useLanguage,
  useWords,
  type Words,
  wordOf,
} from "../../words/words.ts";

/** Oldest first: who exposed how many more, or fewer. */
export function RevisionSteps({ room }: { readonly room: Room }) {
  const words = useWords();
  const language = useLanguage();
  const { revision, at, moved, evidence, state } = words.incidents.stepColumns;
  const steps = room.revisions.toReversed();
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">{words.incidents.steps}</h2>
      <Table
        caption={words.incidents.steps}
        columns={[
          revision,
          at,
          { figure: words.incidents.countColumns.persons },
          { figure: moved },
          evidence,
          state,
        ]}
      >
        {steps.map((step, i) => {
          const before = steps[i - 1];
          return (
            <tr key={step.revision}>
              <td className="cell-main">{words.incidents.revision(step.revision)}</td>
              <td className="cell-time">{timeText(language, step.asOf)}</td>
              <td className="cell-figure cell-main">{numberText(language, step.exposedPersons)}</td>
              <td className="cell-figure">
                {movedText(language, step.exposedPersons - (before?.exposedPersons ?? 0))}
              </td>
              <td>
                {step.evidence
                  .filter((no) => !(before?.evidence ?? []).includes(no))
                  .map((no) => (
                    <span key={no}>+ {evidenceText(words, room, no)} </span>
                  ))}
                {(before?.evidence ?? [])
                  .filter((no) => !step.evidence.includes(no))
                  .map((no) => (
                    <del key={no}>{evidenceText(words, room, no)} </del>
                  ))}
              </td>
              <td>
                <ApprovalBadge approvedBy={step.approvedBy} />
              </td>
            </tr>
          );
        })}
      </Table>
    </section>
  );
}

/** What is approved is compared with what was there before: one by one, which evidence moved how many. */
export function RevisionDiff({ room }: { readonly room: Room }) {
  const words = useWords();
  const language = useLanguage();
  const [newest, ...before] = room.revisions;
  const [from, setFrom] = useState(before[0]?.revision ?? 0);
  const path = `/api/incidents/${room.incident.incident}/diff?from=${from}&to=${newest?.revision ?? 0}`;
  const { value, refused } = useAnswer(diffShape, path);
  const { evidence, moved } = words.incidents.stepColumns;
  return (
    <section className="card" aria-labelledby="diff">
      <h2 id="diff">{words.incidents.diff}</h2>
      <SelectField
        label={words.incidents.diffFrom}
        value={String(from)}
        options={before.map(({ revision }) => [String(revision), words.incidents.revision(revision)])}
        onChange={(event) => setFrom(Number(event.target.value))}
      />
      <Refusal refused={refused} />
      {value?.steps.length === 0 && <p className="hint">{words.incidents.diffNone}</p>}
      {value !== undefined && value.steps.length > 0 && (
        <Table
          caption={words.incidents.diff}
          columns={[evidence, { figure: moved }, { figure: words.incidents.countColumns.persons }]}
        >
          {value.steps.map((step) => (
            <tr key={`${step.change} ${step.evidence}`}>
              <td>
                {words.incidents.diffChanges[step.change]}{" "}
                {step.evidence > 0 && evidenceText(words, room, step.evidence)}
              </td>
              <td className="cell-figure">{movedText(language, step.movedPersons)}</td>
              <td className="cell-figure cell-main">{numberText(language, step.exposedPersons)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

/** Of a revision: whether a second actor stands for it. */
export function ApprovalBadge({ approvedBy }: { readonly approvedBy: string | undefined }) {
  const words = useWords();
  const { provisional, approvedBy: by } = words.incidents;
  return (
    <Badge tone={approvedBy === undefined ? "warning" : "good"}>
      {approvedBy === undefined ? provisional : by(approvedBy)}
    </Badge>
  );
}

function evidenceText(words: Words, { evidence }: Room, no: number): string {
  const item = evidence.find((one) => one.evidence === no);
  return `${no} ${wordOf(words.incidents.kinds, item?.kind ?? "")} ${item?.subject ?? ""}`.trim();
}

function movedText(language: Language, persons: number): string {
  return persons === 0 ? "±0" : `${persons > 0 ? "+" : "−"}${numberText(language, Math.abs(persons))}`;
}
