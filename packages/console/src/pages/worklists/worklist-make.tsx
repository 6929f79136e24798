/** Making a worklist: for what, by when, and who is selected by what stands in clear. Nobody is named. */
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Field } from "@kura/custodian/register/field.ts";
import { type WorklistKind, worklistKinds } from "@kura/custodian/worklists/worklist.ts";
import { isRefused } from "../../api/ask.ts";
import { worklistMadeShape } from "../../api/shapes-worklists.ts";
import { type Roster, rosterShape } from "../../api/shapes.ts";
import { screensShape } from "../../api/shapes-screens.ts";
import { useDesk } from "../../desk.ts";
import { Button, Refusal, SelectField, TextField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { useWords } from "../../words/words.ts";
import { FieldChecks } from "../person/field-checks.tsx";
import { fieldsOf, identifying } from "../person/purposes.ts";
import { criteriaOf, nobodyYet, type Selection, SelectPersons } from "./select-persons.tsx";
import { stateOf } from "../screens/use-screens.ts";

/** Letters are made in the incident room, of a revision. */
const kinds = (Object.keys(worklistKinds) as WorklistKind[]).filter((kind) => kind !== "letters");
export function MakeWorklist({ onMade }: { readonly onMade: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const { ask, me } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster");
  const mine = kinds.filter((one) => me.purposes.includes(worklistKinds[one].caseKind));
  const [kind, setKind] = useState<WorklistKind>(mine[0] ?? "persons-to-check");
  const [title, setTitle] = useState("");
  const [dueOn, setDueOn] = useState("");
  const asked = useLocation({ select: ({ state }) => state.screen });
  const [selection, setSelection] = useState<Selection>(
    asked === undefined ? nobodyYet : { ...nobodyYet, by: "screen", screen: asked },
  );
  const screens = useFoundScreens(roster.value);
  const [chosen, setChosen] = useState<readonly Field[]>();
  const allowed = fieldsOf(roster.value, worklistKinds[kind].caseKind);
  const fields = chosen ?? usualFields(allowed, kind);
  const make = useAction(async () => {
    const body = { kind, title, fields, criteria: criteriaOf(selection), ...(dueOn !== "" && { dueOn }) };
    const answer = await ask(worklistMadeShape, { method: "POST", path: "/api/worklists", body });
    if (isRefused(answer)) return answer;
    onMade();
    const { worklist } = answer.value;
    await navigate({ to: "/worklists/$worklist", params: { worklist } });
    return answer;
  });
  return (
    <section className="card" aria-labelledby="make-list">
      <h2 id="make-list">{words.worklists.make}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.run();
        }}
      >
        <SelectField
          label={words.worklists.kind}
          value={kind}
          options={mine.map((one) => [one, words.worklists.kinds[one]])}
          onChange={(event) => {
            setKind(mine.find((one) => one === event.target.value) ?? kind);
            setChosen(undefined);
          }}
        />
        <TextField
          label={words.worklists.title}
          hint={words.worklists.titleHint}
          required
          maxLength={100}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextField
          label={words.worklists.dueOn}
          type="date"
          value={dueOn}
          onChange={(event) => setDueOn(event.target.value)}
        />
        <SelectPersons selection={selection} screens={screens} onSelect={setSelection} />
        <FieldChecks legend={words.worklists.fields} allowed={allowed} chosen={fields} onChoose={setChosen} />
        <Refusal refused={make.refused} />
        <Button type="submit" look="primary" disabled={make.isRunning || fields.length === 0}>
          {words.worklists.create}
        </Button>
      </form>
    </section>
  );
}

/** Screens at their end, for a purpose of the actor's. */
function useFoundScreens(roster: Roster | undefined): (readonly [string, string])[] {
  const { me } = useDesk();
  const screens = useAnswer(screensShape, "/api/screens").value?.screens ?? [];
  if (roster === undefined) return [];
  return screens
    .filter((one) => me.purposes.includes(one.purpose) && stateOf(one, roster) === "done" && one.found > 0)
    .map((one) => [one.screen, one.reason]);
}

/** Who somebody is; and where to write where that is what the list is about. */
function usualFields(allowed: readonly Field[], kind: WorklistKind): readonly Field[] {
  const isAddress = worklistKinds[kind].caseKind === "address-change";
  const usual: readonly Field[] = isAddress ? ["name", "postalCode", "address"] : identifying;
  return allowed.filter((field) => usual.includes(field));
}
