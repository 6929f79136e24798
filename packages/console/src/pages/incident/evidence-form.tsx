/** Adding evidence. What is not known is left empty: nothing here fills a time in. */
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { roomShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Button, Refusal, SelectField, TextField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useWords, wordOf } from "../../words/words.ts";
import { isoOfLocal } from "./local-time.ts";

/** Kinds that a person can type; a list comes as a file (`kura incident`). */
const kinds = [
  "workstation",
  "actor",
  "session",
  "credential",
  "extract",
  "backup",
  "key",
  "window",
  "journal-gap",
] as const;
type Kind = (typeof kinds)[number];
const named: readonly Kind[] = ["workstation", "actor", "session", "credential", "extract"];
const nothing = { subject: "", form: "opened", from: "", until: "", source: "" };

export function EvidenceForm({
  incident,
  onAdded,
}: {
  readonly incident: string;
  readonly onAdded: () => void;
}) {
  const words = useWords();
  const { ask } = useDesk();
  const [kind, setKind] = useState<Kind>("workstation");
  const [said, setSaid] = useState(nothing);
  const add = useAction(async () => {
    const body = {
      kind,
      source: said.source,
      ...(named.includes(kind) && { subject: said.subject.trim() }),
      ...(kind === "extract" && { form: said.form }),
      ...(said.from !== "" && { from: isoOfLocal(said.from) }),
      ...(said.until !== "" && { until: isoOfLocal(said.until) }),
    };
    const answer = await ask(roomShape, {
      method: "POST",
      path: `/api/incidents/${incident}/evidence`,
      body,
    });
    if (isRefused(answer)) return answer;
    // Whoever has typed on meanwhile is at the next piece, which stays.
    setSaid((now) => (now === said ? nothing : now));
    onAdded();
    return answer;
  });
  return (
    <section className="card" aria-labelledby="add-evidence">
      <h2 id="add-evidence">{words.incidents.addEvidence}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.run();
        }}
      >
        <SelectField
          label={words.incidents.kind}
          value={kind}
          options={kinds.map((one) => [one, words.incidents.kinds[one]])}
          onChange={(event) => setKind(kinds.find((one) => one === event.target.value) ?? "workstation")}
        />
        <Which kind={kind} said={said} onSay={setSaid} />
        <Window said={said} onSay={setSaid} />
        <Refusal refused={add.refused} />
        <Button type="submit" look="primary" disabled={add.isRunning}>
          {words.incidents.add}
        </Button>
      </form>
    </section>
  );
}

/** Which one of its kind, where the kind names something. */
function Which({
  kind,
  said,
  onSay,
}: {
  readonly kind: Kind;
  readonly said: typeof nothing;
  readonly onSay: (said: typeof nothing) => void;
}) {
  const words = useWords();
  return (
    <>
      {named.includes(kind) && (
        <TextField
          label={words.incidents.subject}
          hint={wordOf(words.incidents.subjectHints, kind)}
          required
          maxLength={100}
          value={said.subject}
          onChange={(event) => onSay({ ...said, subject: event.target.value })}
        />
      )}
      {kind === "extract" && (
        <SelectField
          label={words.incidents.form}
          value={said.form}
          options={[
            ["opened", words.incidents.forms.opened],
            ["sealed", words.incidents.forms.sealed],
          ]}
          onChange={(event) => onSay({ ...said, form: event.target.value })}
        />
      )}
    </>
  );
}

/** When, as far as it is known, and where that is from. */
function Window({
  said,
  onSay,
}: {
  readonly said: typeof nothing;
  readonly onSay: (said: typeof nothing) => void;
}) {
  const words = useWords();
  const field = (name: keyof typeof nothing) => ({
    value: said[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onSay({ ...said, [name]: event.target.value }),
  });
  return (
    <>
      <TextField label={words.incidents.from} type="datetime-local" {...field("from")} />
      <TextField
        label={words.incidents.until}
        hint={words.incidents.unknownTime}
        type="datetime-local"
        {...field("until")}
      />
      <TextField
        label={words.incidents.source}
        hint={words.incidents.sourceHint}
        required
        maxLength={200}
        {...field("source")}
      />
    </>
  );
}
