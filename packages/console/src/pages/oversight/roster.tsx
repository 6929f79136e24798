/** The roster: changes that wait for a signature, who may do what, and inviting somebody to enrol a passkey. */
import { useState } from "react";
import * as v from "valibot";
import { statementMessage } from "@kura/keeper/client-side.ts";
import { isRefused } from "../../api/ask.ts";
import {
  invitationShape,
  type Proposal,
  proposalsShape,
  type Roster,
  rosterShape,
  signedShape,
} from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Notice, PageHead, Refusal, Table, TextField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { timeText, useLanguage, useWords, type Words, wordOf } from "../../words/words.ts";

export default function RosterPage() {
  const words = useWords();
  const { me } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster", 10_000);
  const proposals = useAnswer(proposalsShape, "/api/roster/proposals", 5_000);
  const next = (roster.value?.sequence ?? 0) + 1;
  const waiting = proposals.value?.proposals.filter(({ sequence }) => sequence === next) ?? [];
  const [outcome, setOutcome] = useState<string>();
  const onSigned = (isInForce: boolean): void => {
    // Said by the page: the card is gone with the second signature.
    setOutcome(isInForce ? words.roster.inForce : words.roster.signed);
    roster.refresh();
    proposals.refresh();
  };
  return (
    <>
      <PageHead title={words.roster.heading} lead={words.roster.lead} />
      <Refusal refused={roster.refused ?? proposals.refused} />
      <section aria-labelledby="waiting">
        <h2 id="waiting">{words.roster.waiting}</h2>
        {outcome !== undefined && <Notice tone="good">{outcome}</Notice>}
        {proposals.value !== undefined && waiting.length === 0 && <Empty title={words.roster.noneWaiting} />}
        {waiting.map((proposal) => (
          <ProposalCard key={proposal.proposal} proposal={proposal} onSigned={onSigned} />
        ))}
      </section>
      <div className="columns">
        {roster.value !== undefined && <Actors roster={roster.value} />}
        {me.isOfficer && <Invite />}
      </div>
    </>
  );
}

function ProposalCard({
  proposal,
  onSigned,
}: {
  readonly proposal: Proposal;
  readonly onSigned: (isInForce: boolean) => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const { me, ask, credential } = useDesk();
  const hasSigned = proposal.signedBy.includes(me.actor);
  const sign = useAction(async () => {
    const proof = await credential.prove(statementMessage(proposal.text));
    const path = `/api/roster/proposals/${proposal.proposal}/signatures`;
    const body = { credential: credential.credential, proof };
    const answer = await ask(signedShape, { method: "POST", path, body });
    if (isRefused(answer)) return answer;
    onSigned(answer.value.isInForce);
    return answer;
  });
  return (
    <article className="card" aria-label={words.roster.sequence(proposal.sequence)}>
      <div className="section-head">
        <h3>
          {words.roster.sequence(proposal.sequence)}{" "}
          <Badge tone="warning">
            {proposal.signedBy.length === 0 ? words.roster.needsTwo : words.roster.needsSecond}
          </Badge>
        </h3>
        <span className="hint">
          {words.roster.proposedBy(proposal.proposedBy)} · {timeText(language, proposal.proposedAt)}
        </span>
      </div>
      <ul className="changes">
        {changesOf(proposal.text).map((change) => (
          <li key={`${change.part} ${change.id}`}>{changeText(words, change)}</li>
        ))}
      </ul>
      <details>
        <summary>{words.roster.raw}</summary>
        <pre tabIndex={0}>{proposal.text}</pre>
      </details>
      <p className="hint">
        {words.roster.signedBy}: {proposal.signedBy.join(words.listComma) || words.none}
      </p>
      <Refusal refused={sign.refused} />
      {hasSigned && <p>{words.roster.alreadySigned}</p>}
      {me.isOfficer && !hasSigned && (
        <Button look="primary" onClick={sign.run} disabled={sign.isRunning}>
          {words.roster.sign}
        </Button>
      )}
    </article>
  );
}

const statementShape = v.object({
  changes: v.array(
    v.object({
      part: v.string(),
      id: v.string(),
      value: v.nullable(v.record(v.string(), v.unknown())),
    }),
  ),
});
type Change = v.InferOutput<typeof statementShape>["changes"][number];

/** What the officer reads is made from the very text that is signed, not from words beside it. */
function changesOf(text: string): Change[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), statementShape), text);
  return parsed.success ? parsed.output.changes : [];
}

function changeText(words: Words, { part, id, value }: Change): string {
  const what = `${wordOf(words.roster.proposal.parts, part)} ${id.length > 24 ? `${id.slice(0, 24)}…` : id}`;
  if (value === null) return `${words.roster.proposal.remove}: ${what}`;
  const shown = Object.entries(value)
    .filter(([key]) => key !== "publicKey")
    .map(([key, one]) => `${key} ${typeof one === "string" ? one : JSON.stringify(one)}`);
  return `${words.roster.proposal.add}: ${what} — ${shown.join(words.listComma)}`;
}

function Actors({ roster }: { readonly roster: Roster }) {
  const words = useWords();
  const { actor, office, purposes, credentials } = words.roster.columns;
  const kinds = { passkey: words.roster.passkey, "key-file": words.roster.keyFile };
  const credentialsOf = (name: string): string =>
    Object.values(roster.credentials)
      .filter((one) => one.actor === name)
      .map(({ kind }) => wordOf(kinds, kind))
      .join(words.listComma);
  return (
    <section aria-labelledby="actors">
      <h2 id="actors">{words.roster.actors}</h2>
      <Table caption={words.roster.actors} columns={[actor, office, purposes, credentials]}>
        {Object.entries(roster.actors).map(([name, one]) => (
          <tr key={name}>
            <td className="cell-main">
              {name} {one.isOfficer && <Badge>{words.roster.officer}</Badge>}{" "}
              {one.isJob && <Badge>{words.roster.job}</Badge>}
            </td>
            <td>{one.office}</td>
            <td className="cell-fields">
              {one.purposes.map((purpose) => wordOf(words.purposes, purpose)).join(words.listComma) ||
                words.none}
            </td>
            <td className="nowrap">{credentialsOf(name)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Invite() {
  const words = useWords();
  const { ask } = useDesk();
  const [actor, setActor] = useState("");
  const [code, setCode] = useState<string>();
  const invite = useAction(async () => {
    const answer = await ask(invitationShape, { method: "POST", path: "/api/enrolments", body: { actor } });
    if (isRefused(answer)) return answer;
    setCode(answer.value.code);
    return answer;
  });
  return (
    <section className="card" aria-labelledby="invite">
      <h2 id="invite">{words.roster.invite}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.run();
        }}
      >
        <TextField
          label={words.roster.inviteActor}
          value={actor}
          required
          maxLength={100}
          onChange={(event) => setActor(event.target.value)}
        />
        <Refusal refused={invite.refused} />
        <Button type="submit" disabled={invite.isRunning}>
          {words.roster.inviteDo}
        </Button>
      </form>
      {code !== undefined && (
        <Notice tone="good">
          <p>{words.roster.inviteCode}</p>
          <p className="code" data-code>
            {code}
          </p>
        </Notice>
      )}
    </section>
  );
}
