/**
 * Letters of an incident: how many of the approved revision have theirs, and making more of them: a worklist with one press, or
 * a sealed print run. Names nobody; each count stands beside the digest that proves it.
 */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Answers, Room } from "../../api/shapes.ts";
import { traitsShape } from "../../api/shapes-incident.ts";
import {
  type LetterKind,
  type LetterList,
  type LettersDue,
  type LettersMade,
  lettersShape,
} from "../../api/shapes-letters.ts";
import { useDesk } from "../../desk.ts";
import { Button, Notice, Refusal, SelectField, Table, TextField } from "../../ui/controls.tsx";
import { Progress } from "../../ui/progress.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, type Words, wordOf } from "../../words/words.ts";
import { PrintRunForm } from "./print-run-form.tsx";
import { type LetterWish, useLetters } from "./use-letters.ts";

export function Letters({ room }: { readonly room: Room }) {
  const words = useWords();
  const { incident } = room.incident;
  const { value, refused, refresh } = useAnswer(lettersShape, `/api/incidents/${incident}/letters`);
  const due = value?.due;
  return (
    <section className="card" aria-labelledby="letters">
      <h2 id="letters">{words.letters.heading}</h2>
      <p className="hint">{words.letters.lead}</p>
      <Refusal refused={refused} />
      {value !== undefined && due === undefined && <p>{words.letters.notApproved}</p>}
      {due !== undefined && (
        <>
          <p>
            {words.incidents.revision(due.revision)}
            {room.revisions[0]?.revision !== due.revision && ` · ${words.letters.newerWaits}`}
          </p>
          <Progress done={due.persons - due.left} of={due.persons} />
          {due.left === 0 && <Notice tone="good" title={words.letters.allMade} />}
          {due.left > 0 && <MakeLetters key={due.revision} room={room} due={due} onMade={refresh} />}
        </>
      )}
      {value !== undefined && value.lists.length > 0 && <ListTable lists={value.lists} />}
    </section>
  );
}

function MakeLetters({
  room,
  due,
  onMade,
}: {
  readonly room: Room;
  readonly due: LettersDue;
  readonly onMade: () => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const navigate = useNavigate();
  const { me } = useDesk();
  const { incident } = room.incident;
  const [wish, setWish] = useState<LetterWish>({ ...nothing, revision: due.revision });
  const [made, setMade] = useState<LettersMade>();
  const letters = useLetters(incident, (one) => {
    setMade(one);
    onMade();
    if (one.use.kind === "worklist" && me.purposes.includes("incident-response"))
      void navigate({ to: "/worklists/$worklist", params: { worklist: one.use.id } });
  });
  const title = words.letters.title(due.revision);
  const kind = due.kinds.length === 1 ? due.kinds[0] : due.kinds.find(({ letter }) => letter === wish.letter);
  return (
    <>
      {made !== undefined && (
        <Notice tone="good" title={words.letters.made(numberText(language, made.use.persons))}>
          <p>
            {words.letters.proved} <code>{made.use.digest.slice(0, 16)}</code>
          </p>
        </Notice>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          letters.run(wish, title);
        }}
      >
        <SelectField
          label={words.letters.which}
          value={wish.letter}
          options={[
            ["", words.letters.every(numberText(language, due.left))],
            ...due.kinds.map((one) => [one.letter, kindText(words, one)] as const),
          ]}
          onChange={(event) => setWish({ ...wish, letter: event.target.value })}
        />
        <PartFields room={room} wish={wish} onWish={setWish} />
        <Refusal refused={letters.refused} />
        <div className="form-end">
          <Button type="submit" look="primary" disabled={letters.isRunning}>
            {words.letters.makeWorklist}
          </Button>
        </div>
      </form>
      <PrintRunForm
        text={kind && answerOf(kind, room, due.revision)}
        isRunning={letters.isRunning}
        onAsk={(run) => letters.run(wish, title, run)}
      />
    </>
  );
}

const nothing: Omit<LetterWish, "revision"> = { letter: "", grade: "", office: "", prefecture: "", most: "" };

/** As the letter of one person says it. */
function answerOf(kind: LetterKind, { incident, revisions }: Room, revision: number): Answers[number] {
  const { fields, doubtful } = kind;
  const asOf = revisions.find((one) => one.revision === revision)?.asOf ?? incident.knownAt;
  const shared = { incident: incident.incident, revision, asOf };
  if (fields.length > 0) return { ...shared, answer: "exposed", fields, doubtful };
  return { ...shared, answer: "cannot-rule-out", fields: doubtful, doubtful: [] };
}

function kindText(words: Words, { fields, doubtful, left }: LetterKind): string {
  const names = (all: readonly string[]): string =>
    all.map((field) => wordOf(words.fields, field)).join(words.listComma);
  return words.letters.kind(names(fields), names(doubtful), String(left));
}

/** A part of them: by grade, office, prefecture, or at most so many. */
function PartFields({
  room: { incident, counts },
  wish,
  onWish,
}: {
  readonly room: Room;
  readonly wish: LetterWish;
  readonly onWish: (wish: LetterWish) => void;
}) {
  const words = useWords();
  const traits = useAnswer(traitsShape, `/api/incidents/${incident.incident}/traits`).value?.traits ?? [];
  const distinct = (all: readonly string[]): readonly string[] =>
    [...new Set(all)].filter((one) => one !== "");
  const parts = [
    [
      "grade",
      distinct((counts?.byGrade ?? []).filter((one) => one.exposedPersons > 0).map((one) => one.grade)),
    ],
    ["office", distinct((counts?.byOffice ?? []).map((one) => one.office))],
    [
      "prefecture",
      distinct(traits.filter(({ dimension }) => dimension === "prefecture").map(({ value }) => value)),
    ],
  ] as const;
  return (
    <details className="quiet-details">
      <summary>{words.letters.part}</summary>
      <div className="field-row">
        {parts.map(([name, values]) => (
          <SelectField
            key={name}
            label={words.letters.parts[name]}
            value={wish[name]}
            options={[
              ["", words.letters.wherever],
              ...values.map((one) => [one, wordOf(words.incidents.grades, one)] as const),
            ]}
            onChange={(event) => onWish({ ...wish, [name]: event.target.value })}
          />
        ))}
        <TextField
          label={words.letters.most}
          hint={words.letters.mostHint}
          inputMode="numeric"
          pattern="[1-9][0-9]{0,6}"
          value={wish.most}
          onChange={(event) => onWish({ ...wish, most: event.target.value })}
        />
      </div>
    </details>
  );
}

function ListTable({ lists }: { readonly lists: readonly LetterList[] }) {
  const words = useWords();
  const language = useLanguage();
  const { me } = useDesk();
  const { at, revision, persons, digest, what } = words.letters.columns;
  return (
    <Table caption={words.letters.lists} columns={[at, revision, { figure: persons }, digest, what]}>
      {lists.map(({ letters, madeAt, madeBy, revision: no, use }) => (
        <tr key={letters}>
          <td className="cell-time">
            {timeText(language, madeAt)} <span className="hint">{madeBy}</span>
          </td>
          <td className="nowrap">{words.incidents.revision(no)}</td>
          <td className="cell-figure cell-main">{numberText(language, use.persons)}</td>
          <td>
            <code>{use.digest.slice(0, 12)}</code>
          </td>
          <td>
            {use.kind === "extract" && <Link to="/extracts">{words.letters.printRun}</Link>}
            {use.kind === "worklist" && me.purposes.includes("incident-response") && (
              <Link to="/worklists/$worklist" params={{ worklist: use.id }}>
                {words.letters.worklist}
              </Link>
            )}
            {use.workedOff !== undefined && <Progress done={use.workedOff} of={use.persons} />}
          </td>
        </tr>
      ))}
    </Table>
  );
}
