/** Changes that were asked for at a counter and held: who asked, which fields, and whether a proof is still missing. */
import { Link } from "@tanstack/react-router";
import { heldChangesShape } from "../../api/shapes.ts";
import { useState } from "react";
import type { Words } from "../../api/shapes-incident.ts";
import { Badge, Button, Empty, Refusal, Table, TextField } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";

/** @param onProve proposes, for the incident whose room this is, that a person's changes were proved. */
export function HeldChanges({ onProve }: { readonly onProve?: (words: Words) => void }) {
  const words = useWords();
  const language = useLanguage();
  const { value, refused } = useAnswer(heldChangesShape, "/api/held-changes", 15_000);
  const { at, who, person, fields, inCase, state } = words.held.columns;
  const held = value?.held ?? [];
  return (
    <section aria-labelledby="held">
      <h2 id="held">{words.held.heading}</h2>
      <Refusal refused={refused} />
      {value !== undefined && held.length === 0 && (
        <Empty title={words.held.empty}>{words.held.emptyHint}</Empty>
      )}
      {held.length > 0 && (
        <Table caption={words.held.heading} columns={[at, person, fields, who, inCase, state]}>
          {held.map((one) => (
            <tr key={one.change}>
              <td className="cell-time">{timeText(language, one.askedAt)}</td>
              <td>
                <code>{one.person.slice(-6)}</code>
              </td>
              <td className="cell-fields">
                {one.fields.map((field) => wordOf(words.fields, field)).join(words.listComma)}
              </td>
              <td>
                {one.actor} <span className="hint">{one.office}</span>
              </td>
              <td>
                <Link to="/cases/$caseId" params={{ caseId: one.case }}>
                  {words.held.openCase}
                </Link>
              </td>
              <td>
                <Badge tone={one.isHeld ? "warning" : "good"}>
                  {one.isHeld ? words.held.waits : words.held.free}
                </Badge>
                {one.isHeld && onProve !== undefined && <ProofForm person={one.person} onProve={onProve} />}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

/** The first actor says what proved it; another says the same (`incident-decisions.tsx`). */
function ProofForm({
  person,
  onProve,
}: {
  readonly person: string;
  readonly onProve: (words: Words) => void;
}) {
  const words = useWords();
  const [proof, setProof] = useState("");
  return (
    <details className="quiet-details">
      <summary>{words.held.prove}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onProve({ subject: "proof", person, proof });
        }}
      >
        <TextField
          label={words.held.proof}
          hint={words.held.proofHint}
          value={proof}
          required
          maxLength={200}
          onChange={(event) => setProof(event.target.value)}
        />
        <Button type="submit">{words.decisions.propose}</Button>
      </form>
    </details>
  );
}
