/** Asking for a screen: for what, among whom, and what they have to meet. The form is emptied once it is asked. */
import { useState } from "react";
import type { Roster } from "../../api/shapes.ts";
import type { Screen } from "../../api/shapes-screens.ts";
import { Button, Notice, Refusal, SelectField, TextField } from "../../ui/controls.tsx";
import { useWords, wordOf } from "../../words/words.ts";
import { CriterionFields, nothingSaid, readCriterion } from "./criterion-fields.tsx";
import { criteriaOf, nobodyYet, SelectPersons } from "../worklists/select-persons.tsx";
import { stateOf, useAskScreen } from "./use-screens.ts";

export function AskScreen({
  roster,
  purposes,
  screens,
  onAsked,
}: {
  readonly roster: Roster;
  readonly purposes: readonly string[];
  readonly screens: readonly Screen[];
  readonly onAsked: () => void;
}) {
  const words = useWords();
  const [purpose, setPurpose] = useState(purposes[0] ?? "");
  const [reason, setReason] = useState("");
  const [selection, setSelection] = useState(nobodyYet);
  const [said, setSaid] = useState(nothingSaid);
  const [isAsked, setAsked] = useState(false);
  const criterion = readCriterion(said);
  const asking = useAskScreen(roster, () => {
    setSaid(nothingSaid);
    setReason("");
    setAsked(true);
    onAsked();
  });
  const done = screens.filter((one) => stateOf(one, roster) === "done" && one.found > 0);
  return (
    <section className="card" aria-labelledby="ask-screen">
      <h2 id="ask-screen">{words.screens.ask}</h2>
      {isAsked && <Notice tone="good">{words.screens.isAsked}</Notice>}
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(false);
          if (criterion !== undefined) {
            asking.run({ purpose, reason, criteria: criteriaOf(selection), criterion });
          }
        }}
      >
        <PurposeAndReason
          purpose={purpose}
          purposes={purposes}
          reason={reason}
          onPurpose={(next) => {
            setPurpose(next);
            setSaid(nothingSaid);
          }}
          onReason={setReason}
        />
        <SelectPersons
          selection={selection}
          screens={done.map((one) => [one.screen, one.reason])}
          onSelect={setSelection}
        />
        <CriterionFields said={said} allowed={roster.purposes[purpose]?.fields ?? []} onSay={setSaid} />
        <p className="hint">{words.screens.cost}</p>
        <Refusal refused={asking.refused} />
        <Button type="submit" look="primary" disabled={asking.isRunning || criterion === undefined}>
          {words.screens.askNow}
        </Button>
      </form>
    </section>
  );
}

function PurposeAndReason({
  purpose,
  purposes,
  reason,
  onPurpose,
  onReason,
}: {
  readonly purpose: string;
  readonly purposes: readonly string[];
  readonly reason: string;
  readonly onPurpose: (purpose: string) => void;
  readonly onReason: (reason: string) => void;
}) {
  const words = useWords();
  return (
    <>
      <SelectField
        label={words.screens.purpose}
        value={purpose}
        options={purposes.map((one) => [one, wordOf(words.purposes, one)])}
        onChange={(event) => onPurpose(event.target.value)}
      />
      <TextField
        label={words.screens.reason}
        hint={words.screens.reasonHint}
        required
        maxLength={200}
        value={reason}
        onChange={(event) => onReason(event.target.value)}
      />
    </>
  );
}
