/** Asking for letters to be printed elsewhere: whose key opens the sealed file, on which machine, and the one text of it. */
import { useState } from "react";
import { type Answers, rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Button, Notice, SelectField, TextField } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { useWords } from "../../words/words.ts";
import { LetterText } from "./letter.tsx";
import { holdersIn, printingPurpose, type PrintRun } from "./use-letters.ts";

export function PrintRunForm({
  text,
  isRunning,
  onAsk,
}: {
  /** Of the one letter that it is. */
  readonly text: Answers[number] | undefined;
  readonly isRunning: boolean;
  readonly onAsk: (run: PrintRun & { readonly purpose: string }) => void;
}) {
  const words = useWords();
  const { me } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster").value;
  const holders = roster === undefined ? [] : holdersIn(roster);
  const purpose = roster && printingPurpose(me, roster);
  const [given, setGiven] = useState<PrintRun>({ holder: "", workstation: "", days: "14" });
  const run = { ...given, holder: given.holder === "" ? (holders[0] ?? "") : given.holder };
  const field = (name: "workstation" | "days") => ({
    value: run[name],
    required: true,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setGiven({ ...run, [name]: event.target.value }),
  });
  if (roster === undefined) return null;
  return (
    <details className="quiet-details">
      <summary>{words.letters.printRun}</summary>
      <p className="hint">{words.letters.printRunHint}</p>
      {purpose === undefined && <Notice>{words.letters.notYours}</Notice>}
      {purpose !== undefined && text === undefined && <Notice>{words.letters.oneKind}</Notice>}
      {purpose !== undefined && text !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onAsk({ ...run, purpose });
          }}
        >
          <SelectField
            label={words.letters.holder}
            value={run.holder}
            options={holders.map((one) => [one, one])}
            onChange={(event) => setGiven({ ...run, holder: event.target.value })}
          />
          <TextField label={words.letters.workstation} maxLength={100} {...field("workstation")} />
          <TextField
            label={words.letters.days}
            inputMode="numeric"
            pattern="[1-9][0-9]?"
            {...field("days")}
          />
          <Button type="submit" disabled={isRunning}>
            {words.letters.askPrintRun}
          </Button>
          <details className="quiet-details">
            <summary>{words.letters.text}</summary>
            <div className="letter">
              <LetterText said={[text]} />
            </div>
          </details>
        </form>
      )}
    </details>
  );
}
