/**
 * What two actors stand for in an incident: its closing, proofs of held changes, new numbers. The first signs the words, another
 * signs the same; the keeper compares them. Here each reads what they sign, and nothing is signed without a press.
 */
import { useState } from "react";
import type { Room } from "../../api/shapes.ts";
import { proposalsOfIncidentShape, type Words } from "../../api/shapes-incident.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Notice, Refusal, TextField } from "../../ui/controls.tsx";
import type { Action } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords } from "../../words/words.ts";
import { HeldChanges } from "./held-changes.tsx";
import { useSaying, wordsText } from "../use-saying.ts";

export function Decisions({ room, onChanged }: { readonly room: Room; readonly onChanged: () => void }) {
  const words = useWords();
  const language = useLanguage();
  const { me } = useDesk();
  const { incident, isOpen } = room.incident;
  const waiting = useAnswer(proposalsOfIncidentShape, `/api/incidents/${incident}/proposals`, 15_000);
  const [said, setSaid] = useState<"proposed" | "done">();
  const saying = useSaying((outcome) => {
    setSaid(outcome);
    waiting.refresh();
    onChanged();
  });
  const say = { ...saying, run: (about: Words) => saying.run(incident, about) };
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
              <strong>{wordsText(words, language, about)}</strong>
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
