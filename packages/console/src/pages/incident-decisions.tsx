/**
 * What two actors stand for in an incident: its closing, proofs of held changes, new numbers. The first signs the words, another
 * signs the same; the keeper compares them. Here each reads what they sign, and nothing is signed without a press.
 */
import { useState } from "react";
import { isRefused } from "../api/ask.ts";
import type { Room } from "../api/shapes.ts";
import { proposalsOfIncidentShape, saidShape, type Words } from "../api/shapes-incident.ts";
import { useDesk } from "../desk.ts";
import { wordsOrder } from "../door/resolve.ts";
import { Badge, Button, Notice, Refusal, TextField } from "../ui/controls.tsx";
import { type Action, useAction } from "../ui/use-action.ts";
import { useAnswer } from "../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, type Words as Text } from "../words/words.ts";
import { HeldChanges } from "./held-changes.tsx";

export function Decisions({ room, onChanged }: { readonly room: Room; readonly onChanged: () => void }) {
  const words = useWords();
  const language = useLanguage();
  const { me } = useDesk();
  const { incident, isOpen } = room.incident;
  const waiting = useAnswer(proposalsOfIncidentShape, `/api/incidents/${incident}/proposals`, 15_000);
  const [said, setSaid] = useState<"proposed" | "done">();
  const say = useSaying(incident, (outcome) => {
    setSaid(outcome);
    waiting.refresh();
    onChanged();
  });
  const proposals = waiting.value?.proposals ?? [];
  return (
    <>
      <section className="card" aria-labelledby="decisions">
        <h2 id="decisions">{words.decisions.heading}</h2>
        <p className="hint">{words.decisions.lead}</p>
        <Refusal refused={waiting.refused ?? say.refused} />
        {said !== undefined && (
          <Notice tone="good">{said === "done" ? words.decisions.done : words.decisions.proposed}</Notice>
        )}
        {proposals.length === 0 && <p className="hint">{words.decisions.none}</p>}
        <ul className="deadlines">
          {proposals.map(({ digest, words: about, proposedBy, at }) => (
            <li key={digest}>
              <strong>{wordsText(words, about)}</strong>
              <span className="hint">
                {words.decisions.proposedBy(proposedBy)} · {timeText(language, at)} ·{" "}
                <code>{digest.slice(0, 12)}</code>
              </span>
              {proposedBy === me.actor && <Badge tone="warning">{words.decisions.needsSecond}</Badge>}
              {proposedBy !== me.actor && (
                <div className="form-end">
                  <Button look="primary" disabled={say.isRunning} onClick={() => say.run(about)}>
                    {words.decisions.second}
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
        {waiting.value?.reissues.map(({ revision, block, reissuedPersons }) => (
          <p key={revision}>
            {words.decisions.reissued(
              words.incidents.revision(revision),
              numberText(language, reissuedPersons),
            )}{" "}
            <span className="hint">{block}</span>
          </p>
        ))}
        {isOpen && <CloseForm say={say} />}
        <ReissueForm room={room} say={say} />
      </section>
      <HeldChanges {...(isOpen && { onProve: say.run })} />
    </>
  );
}

/** The order is signed over the very words that are shown. */
function useSaying(incident: string, onSaid: (outcome: "proposed" | "done") => void): Action<[Words]> {
  const { ask, orders } = useDesk();
  return useAction(async (about: Words) => {
    const path = `/api/incidents/${incident}/resolutions`;
    const answer = await orders.perform(
      () => wordsOrder(incident, about),
      (order) => ask(saidShape, { method: "POST", path, body: { words: about, order } }),
    );
    if (!isRefused(answer)) onSaid(answer.value.outcome);
    return answer;
  });
}

function wordsText(words: Text, about: Words): string {
  if (about.subject === "closing") return words.decisions.closing(about.reason);
  if (about.subject === "proof") return words.decisions.proof(about.person.slice(-6), about.proof);
  if (about.subject === "reissue") return words.decisions.reissue(String(about.persons), about.block);
  return words.incidents.revision(about.revision);
}

function CloseForm({ say }: { readonly say: Action<[Words]> }) {
  const words = useWords();
  const [reason, setReason] = useState("");
  return (
    <details className="quiet-details">
      <summary>{words.decisions.close}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          say.run({ subject: "closing", reason });
        }}
      >
        <TextField
          label={words.decisions.closeReason}
          hint={words.decisions.closeHint}
          value={reason}
          required
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button type="submit" disabled={say.isRunning}>
          {words.decisions.propose}
        </Button>
      </form>
    </details>
  );
}

/** For everybody in an approved revision, out of a block of numbers that the agency sets aside. */
function ReissueForm({ room, say }: { readonly room: Room; readonly say: Action<[Words]> }) {
  const words = useWords();
  const [block, setBlock] = useState("");
  const [newest] = room.revisions;
  if (newest?.approvedBy === undefined || newest.exposedPersons === 0) return null;
  const { revision, digest, exposedPersons: persons } = newest;
  return (
    <details className="quiet-details">
      <summary>{words.decisions.reissueHeading}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          say.run({ subject: "reissue", revision, revisionDigest: digest, persons, block });
        }}
      >
        <TextField
          label={words.decisions.block}
          hint={words.decisions.blockHint}
          value={block}
          required
          pattern="\d{4}-\d{4}"
          onChange={(event) => setBlock(event.target.value)}
        />
        <Button type="submit" disabled={say.isRunning}>
          {words.decisions.propose}
        </Button>
      </form>
    </details>
  );
}
