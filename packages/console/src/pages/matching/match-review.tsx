/**
 * One unknown owner and its candidates, side by side: what agrees, what differs, what the periods say. Keys decide: digits
 * choose a candidate, A accepts, N none, U goes on, Z undoes; each decision has a reason and is kept.
 */
import { useEffect, useRef, useState } from "react";
import type * as v from "valibot";
import { isRefused } from "../../api/ask.ts";
import {
  type MatchCandidate,
  type MatchReview,
  matchReviewShape,
  matchShape,
  undoneShape,
} from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Refusal, TextField } from "../../ui/controls.tsx";
import { type Action, useAction } from "../../ui/use-action.ts";
import { useOnce } from "../../ui/use-once.ts";
import { numberText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { CompareRecords } from "./match-compare.tsx";
import { ownerText } from "./owner-text.ts";

interface ReviewProps {
  readonly owner: string;
  /** With what was decided, or without when nothing was. */
  readonly onDone: (said?: string) => void;
}

export function MatchReviewCard({ owner, onDone }: ReviewProps) {
  const words = useWords();
  const { value, refused } = useOnce(matchReviewShape, `/api/matching/owners/${owner}`);
  return (
    <section className="card" aria-labelledby="owner">
      <Refusal refused={refused} />
      {value === undefined && refused === undefined && <p className="hint">{words.loading}</p>}
      {value !== undefined && <Review review={value} onDone={onDone} />}
    </section>
  );
}

type Decision =
  | { readonly kind: "accept"; readonly person: string }
  | { readonly kind: "none-fits" | "second" | "oppose" | "undo" };

function Review({
  review,
  onDone,
}: {
  readonly review: MatchReview;
  readonly onDone: (said?: string) => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const { owner, match, candidates } = review;
  const accepted = candidates.findIndex(({ person }) => person === match.person);
  const [chosen, setChosen] = useState(Math.max(accepted, 0));
  const [reason, setReason] = useState(words.matching.reasonDefault);
  const decision = useDecision(owner.owner, reason, onDone);
  const person = candidates[chosen]?.person;
  useDecisionKeys(match.state, {
    choose: (n) => candidates[n] !== undefined && setChosen(n),
    accept: () => person !== undefined && decision.run({ kind: "accept", person }),
    none: () => decision.run({ kind: "none-fits" }),
    unsure: () => onDone(),
    undo: () => decision.run({ kind: "undo" }),
  });
  return (
    <>
      <div className="section-head">
        <h2 id="owner">
          {words.matching.owner} <code>{owner.owner.slice(-6)}</code>{" "}
          <Badge>{wordOf(words.matching.standings, match.state)}</Badge>
        </h2>
        <span className="hint">{ownerText(words, language, owner)}</span>
      </div>
      {match.acceptedBy !== undefined && (
        <p className="hint">{words.matching.acceptedBy(match.acceptedBy)}</p>
      )}
      {candidates.length === 0 && <Empty title={words.matching.noCandidates} />}
      <div className="candidate-cards">
        {candidates.map((candidate, n) => (
          <CandidateCard
            key={candidate.person}
            candidate={candidate}
            n={n}
            isChosen={n === chosen}
            onChoose={() => setChosen(n)}
          />
        ))}
      </div>
      <CompareRecords owner={owner.owner} candidates={candidates} />
      <TextField
        label={words.matching.reason}
        hint={words.matching.reasonHint}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
      />
      <Refusal refused={decision.refused} />
      <DecisionButtons state={match.state} person={person} decision={decision} onUnsure={() => onDone()} />
      <p className="hint">{words.matching.keys}</p>
    </>
  );
}

function CandidateCard({
  candidate,
  n,
  isChosen,
  onChoose,
}: {
  readonly candidate: MatchCandidate;
  readonly n: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const percent = numberText(language, Math.floor(candidate.probability * 1000) / 10);
  return (
    <button type="button" className="candidate-card" aria-pressed={isChosen} onClick={onChoose}>
      <span className="candidate-head">
        <kbd aria-hidden="true">{n + 1}</kbd>
        <strong>{words.matching.candidate(String.fromCharCode(65 + n))}</strong>
        <Badge>{wordOf(words.matching.stages, candidate.stage)}</Badge>
        {candidate.isClose && <Badge tone="warning">{words.matching.close}</Badge>}
      </span>
      <span className="candidate-probability">
        <span className="hint">{words.matching.probability}</span> {percent} %
        <meter min={0} max={1} value={candidate.probability} aria-hidden="true" />
      </span>
      <span className="evidence">
        {candidate.evidence.map((line) => (
          <span key={line} data-tone={toneOf(line)}>
            {candidate.overlapMonths > 0 && line.includes("paid by both")
              ? words.matching.overlap(candidate.overlapMonths)
              : wordOf(words.matching.evidence, line)}
          </span>
        ))}
      </span>
    </button>
  );
}

/** `agrees`, `differs`, or a near miss between them: a sign of its own beside the colour. */
function toneOf(line: string): string {
  if (/differs|paid by both/u.test(line)) return "differs";
  return /but for|exchanged|another|not the surname|end of/u.test(line) ? "near" : "agrees";
}

function DecisionButtons({
  state,
  person,
  decision,
  onUnsure,
}: {
  readonly state: string;
  readonly person: string | undefined;
  readonly decision: Action<[Decision]>;
  readonly onUnsure: () => void;
}) {
  const words = useWords();
  const { isRunning, run } = decision;
  return (
    <div className="form-end">
      {state === "open" && person !== undefined && (
        <Button look="primary" disabled={isRunning} onClick={() => run({ kind: "accept", person })}>
          {words.matching.accept} <kbd>A</kbd>
        </Button>
      )}
      {state === "open" && (
        <Button disabled={isRunning} onClick={() => run({ kind: "none-fits" })}>
          {words.matching.none} <kbd>N</kbd>
        </Button>
      )}
      {state === "wants-second" && (
        <>
          <Button look="primary" disabled={isRunning} onClick={() => run({ kind: "second" })}>
            {words.matching.second}
          </Button>
          <Button disabled={isRunning} onClick={() => run({ kind: "oppose" })}>
            {words.matching.oppose}
          </Button>
        </>
      )}
      <Button onClick={onUnsure}>
        {words.matching.unsure} <kbd>U</kbd>
      </Button>
      {state !== "open" && (
        <Button look="quiet" disabled={isRunning} onClick={() => run({ kind: "undo" })}>
          {words.matching.undo} <kbd>Z</kbd>
        </Button>
      )}
    </div>
  );
}

function useDecision(owner: string, reason: string, onDone: (said?: string) => void): Action<[Decision]> {
  const words = useWords();
  const { ask } = useDesk();
  return useAction(async (decision: Decision) => {
    const path = `/api/matching/owners/${owner}`;
    if (decision.kind === "undo") {
      const question = { method: "POST" as const, path: `${path}/undoing`, body: { reason } };
      const undone = await ask(undoneShape, question);
      if (!isRefused(undone)) onDone(words.matching.undone(undone.value.movedBack));
      return undone;
    }
    const question = { method: "POST" as const, path: `${path}/decisions`, body: { ...decision, reason } };
    const answer = await ask<v.InferOutput<typeof matchShape>>(matchShape, question);
    if (!isRefused(answer)) onDone(wordOf(words.matching.decided, answer.value.state));
    return answer;
  });
}

interface DecisionKeys {
  readonly choose: (n: number) => void;
  readonly accept: () => void;
  readonly none: () => void;
  readonly unsure: () => void;
  readonly undo: () => void;
}

function useDecisionKeys(state: string, keys: DecisionKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target, key } = event;
      const isTyping = target instanceof HTMLElement && target.matches("input, select, textarea");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^[1-9]$/u.test(key)) latest.current.choose(Number(key) - 1);
      if (key === "u") latest.current.unsure();
      if (state === "open" && key === "a") latest.current.accept();
      if (state === "open" && key === "n") latest.current.none();
      if (state !== "open" && key === "z") latest.current.undo();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [state]);
}
