/** Making a worklist: for what, by when, and who is selected by what stands in clear. Nobody is named. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Field } from "@kura/custodian/register/field.ts";
import { type WorklistKind, worklistKinds } from "@kura/custodian/worklists/worklist.ts";
import { isRefused } from "../api/ask.ts";
import { worklistMadeShape } from "../api/shapes-worklists.ts";
import { rosterShape } from "../api/shapes.ts";
import { useDesk } from "../desk.ts";
import { Button, Refusal, SelectField, TextField } from "../ui/controls.tsx";
import { useAction } from "../ui/use-action.ts";
import { useAnswer } from "../ui/use-answer.ts";
import { useWords } from "../words/words.ts";
import { FieldChecks } from "./field-checks.tsx";
import { fieldsOf, identifying } from "./purposes.ts";

/** Letters are made in the incident room, of a revision. */
const kinds = (Object.keys(worklistKinds) as WorklistKind[]).filter((kind) => kind !== "letters");
const selections = ["no-premiums", "registered", "all"] as const;
type Selection = (typeof selections)[number];

interface Wish {
  readonly title: string;
  readonly dueOn: string;
  readonly selection: Selection;
  readonly from: string;
  readonly to: string;
}

const nothing: Wish = { title: "", dueOn: "", selection: "no-premiums", from: "", to: "" };

export function MakeWorklist({ onMade }: { readonly onMade: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const { ask, me } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster");
  const mine = kinds.filter((one) => me.purposes.includes(worklistKinds[one].caseKind));
  const [kind, setKind] = useState<WorklistKind>(mine[0] ?? "persons-to-check");
  const [wish, setWish] = useState(nothing);
  const [chosen, setChosen] = useState<readonly Field[]>();
  const allowed = fieldsOf(roster.value, worklistKinds[kind].caseKind);
  const fields = chosen ?? usualFields(allowed, kind);
  const make = useAction(async () => {
    const { title, dueOn } = wish;
    const body = { kind, title, fields, criteria: criteriaOf(wish), ...(dueOn !== "" && { dueOn }) };
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
        <Selecting wish={wish} onWish={setWish} />
        <FieldChecks legend={words.worklists.fields} allowed={allowed} chosen={fields} onChoose={setChosen} />
        <Refusal refused={make.refused} />
        <Button type="submit" look="primary" disabled={make.isRunning || fields.length === 0}>
          {words.worklists.create}
        </Button>
      </form>
    </section>
  );
}

function Selecting({ wish, onWish }: { readonly wish: Wish; readonly onWish: (wish: Wish) => void }) {
  const words = useWords();
  const field = (name: "title" | "dueOn" | "from" | "to") => ({
    value: wish[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onWish({ ...wish, [name]: event.target.value }),
  });
  const spanned = wish.selection === "no-premiums" ? "month" : "date";
  return (
    <>
      <TextField
        label={words.worklists.title}
        hint={words.worklists.titleHint}
        required
        maxLength={100}
        {...field("title")}
      />
      <TextField label={words.worklists.dueOn} type="date" {...field("dueOn")} />
      <SelectField
        label={words.worklists.select}
        value={wish.selection}
        options={selections.map((one) => [one, words.worklists.selections[one]])}
        onChange={(event) => {
          const selection = selections.find((one) => one === event.target.value) ?? "all";
          onWish({ ...wish, selection, from: "", to: "" });
        }}
      />
      {wish.selection !== "all" && (
        <div className="field-row">
          <TextField label={words.worklists.from} type={spanned} required {...field("from")} />
          <TextField label={words.worklists.to} type={spanned} required {...field("to")} />
        </div>
      )}
    </>
  );
}

/** As the API's criteria have it (`custodian/src/extracts/criteria.ts`). */
function criteriaOf({ selection, from, to }: Wish): object {
  if (selection === "no-premiums") return { noPremiumsIn: { from, to } };
  return selection === "registered" ? { registeredFrom: from, registeredTo: to } : { all: true };
}

/** Who somebody is; and where to write where that is what the list is about. */
function usualFields(allowed: readonly Field[], kind: WorklistKind): readonly Field[] {
  const isAddress = worklistKinds[kind].caseKind === "address-change";
  const usual: readonly Field[] = isAddress ? ["name", "postalCode", "address"] : identifying;
  return allowed.filter((field) => usual.includes(field));
}
