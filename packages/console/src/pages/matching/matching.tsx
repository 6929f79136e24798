/** Matching: unknown owners by where their match stands; one of them with its candidates, decided by keyboard. */
import { useState } from "react";
import { type MatchOwner, matchOwnersShape } from "../../api/shapes.ts";
import { Empty, Notice, PageHead, Refusal } from "../../ui/controls.tsx";
import { Segments } from "../../ui/segments.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { timeText, useLanguage, useWords } from "../../words/words.ts";
import { MatchReviewCard } from "./match-review.tsx";
import { ownerText } from "./owner-text.ts";

const standings = ["open", "wants-second", "to-ask", "asked", "confirmed"] as const;

export default function MatchingPage() {
  const words = useWords();
  const [standing, setStanding] = useState<(typeof standings)[number]>("open");
  const [chosen, setChosen] = useState<string>();
  const [said, setSaid] = useState<string>();
  const { value, refused, refresh } = useAnswer(
    matchOwnersShape,
    `/api/matching/owners?standing=${standing}`,
  );
  const owners = value?.owners ?? [];
  const at = owners.findIndex(({ owner }) => owner === chosen);
  const current = owners[at] ?? owners[0];
  const goOn = (text?: string): void => {
    setSaid(text);
    setChosen(owners[Math.max(at, 0) + 1]?.owner);
    if (text !== undefined) refresh();
  };
  return (
    <>
      <PageHead title={words.matching.heading} lead={words.matching.lead} />
      <Segments
        label={words.matching.owners}
        options={standings.map((one) => [one, words.matching.standings[one]] as const)}
        chosen={standing}
        onChoose={(one) => {
          setStanding(one);
          setChosen(undefined);
        }}
      />
      <Refusal refused={refused} />
      {said !== undefined && <Notice tone="good">{said}</Notice>}
      {value !== undefined && owners.length === 0 && (
        <Empty title={words.matching.empty}>{words.matching.emptyHint}</Empty>
      )}
      {current !== undefined && (
        <div className="review">
          <OwnerList owners={owners} current={current.owner} onChoose={setChosen} />
          <MatchReviewCard key={current.owner} owner={current.owner} onDone={goOn} />
        </div>
      )}
    </>
  );
}

function OwnerList({
  owners,
  current,
  onChoose,
}: {
  readonly owners: readonly MatchOwner[];
  readonly current: string;
  readonly onChoose: (owner: string) => void;
}) {
  const words = useWords();
  const language = useLanguage();
  return (
    <ul className="owner-list" aria-label={words.matching.owners}>
      {owners.map((owner) => (
        <li key={owner.owner}>
          <button
            type="button"
            aria-current={owner.owner === current ? "true" : undefined}
            onClick={() => onChoose(owner.owner)}
          >
            <code>{owner.owner.slice(-6)}</code>
            <span>{ownerText(words, language, owner)}</span>
            <span className="hint">{words.matching.since(timeText(language, owner.since))}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
