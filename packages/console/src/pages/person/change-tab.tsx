/**
 * Registering what somebody says has changed: only what is typed is sent, under an order of its own, once this person was
 * looked at. Of somebody exposed in an open incident it is held; what was typed is then nowhere but on the form.
 */
import { useState } from "react";
import { changeableIn, type ChangeField, changeTicket } from "@kura/custodian/changes/changeable.ts";
import { isRefused } from "../../api/ask.ts";
import { type Case, changedShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Button, Empty, Notice, Refusal, TextField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useLanguage, useWords } from "../../words/words.ts";
import { type Opened, valuesOf } from "./opened.ts";
import { factText } from "./fact-text.ts";

type Values = Readonly<Partial<Record<ChangeField, string>>>;
/** A purpose of its own: who may look may not by that change. */
const purpose = "registration";

export default function ChangeTab({
  about,
  person,
  opened,
}: {
  readonly about: Case;
  readonly person: string;
  readonly opened: Opened;
}) {
  const words = useWords();
  const { me } = useDesk();
  const [values, setValues] = useState<Values>({});
  const [said, setSaid] = useState<"registered" | "held">();
  const change = useChange(about, person, opened, (outcome) => {
    setSaid(outcome);
    if (outcome === "registered") setValues({});
  });
  const fields = changeableIn(about.kind);
  const isTyped = Object.values(values).some((value) => value.trim() !== "");
  if (fields.length === 0 || !me.purposes.includes(purpose)) {
    return <Empty title={words.change.notHere}>{words.change.notHereHint}</Empty>;
  }
  return (
    <section className="card" aria-labelledby="change">
      <h2 id="change">{words.change.heading}</h2>
      <p className="hint">{words.change.lead}</p>
      {said === "registered" && <Notice tone="good">{words.change.registered}</Notice>}
      {said === "held" && (
        <Notice tone="warning" title={words.change.held}>
          <p>{words.change.heldHint}</p>
        </Notice>
      )}
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          change.run(values);
        }}
      >
        <ChangeFields fields={fields} values={values} opened={opened} onValues={setValues} />
        <Refusal refused={change.refused} />
        <Button type="submit" look="primary" disabled={change.isRunning || !isTyped}>
          {words.change.register}
        </Button>
      </form>
    </section>
  );
}

function ChangeFields({
  fields,
  values,
  opened,
  onValues,
}: {
  readonly fields: readonly ChangeField[];
  readonly values: Values;
  readonly opened: Opened;
  readonly onValues: (values: Values) => void;
}) {
  const words = useWords();
  const language = useLanguage();
  return (
    <div className="field-row">
      {fields.map((field) => {
        const [now] = valuesOf(opened, field);
        return (
          <TextField
            key={field}
            label={words.fields[field]}
            hint={now === undefined ? words.change.unknown : words.change.now(factText(words, language, now))}
            value={values[field] ?? ""}
            maxLength={200}
            onChange={(event) => onValues({ ...values, [field]: event.target.value })}
          />
        );
      })}
    </div>
  );
}

function useChange(
  about: Case,
  person: string,
  opened: Opened,
  onDone: (outcome: "registered" | "held") => void,
) {
  const { ask, orders } = useDesk();
  return useAction(async (values: Values) => {
    const [birth] = valuesOf(opened, "birthDate");
    const typed = Object.entries(values).filter(([, value]) => value.trim() !== "");
    const isName = typed.some(([field]) => field === "name" || field === "kana");
    const given = {
      ...Object.fromEntries(typed),
      ...(isName && birth !== undefined && { birthDate: birth.value }),
    };
    const head = { purpose, case: about.caseId, caseKind: about.kind };
    const answer = await orders.perform(
      () => ({ kind: "ingest", ...head, ...changeTicket }),
      (order) =>
        ask(changedShape, { method: "POST", path: "/api/changes", body: { order, person, values: given } }),
    );
    if (!isRefused(answer)) onDone(answer.value.outcome);
    return answer;
  });
}
