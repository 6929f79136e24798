/**
 * What awaits the second actor, oldest first. Two steps to sign: the first press shows the words, the second signs them. What
 * is shown more fully elsewhere (a sample of an extract, a roster statement) is signed there.
 */
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Waiting } from "../../api/shapes-office.ts";
import { Badge, Button, Empty, Notice, Refusal } from "../../ui/controls.tsx";
import { numberText, timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { AgreeToScreen } from "../screens/screen-agree.tsx";
import { type Saying, useSaying, wordsText } from "../use-saying.ts";

export function WaitingList({
  waiting,
  onSigned,
}: {
  readonly waiting: readonly Waiting[];
  readonly onSigned: () => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const [said, setSaid] = useState<Said>();
  const signed = (what: Said): void => {
    setSaid(what);
    onSigned();
  };
  const saying = useSaying(signed);
  const saidText = {
    done: words.decisions.done,
    proposed: words.decisions.proposed,
    agreed: words.screens.agreed,
  };
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">{words.office.waiting}</h2>
      <Refusal refused={saying.refused} />
      {said !== undefined && <Notice tone="good">{saidText[said]}</Notice>}
      {waiting.length === 0 && <Empty title={words.office.noneWaiting}>{words.office.noneWaitingHint}</Empty>}
      <ul className="waiting">
        {waiting.map((one) => (
          <li key={keyOf(one)} className="card">
            <p className="section-head">
              <strong>
                <What one={one} />
              </strong>
              {one.isOwn && <Badge tone="warning">{words.office.own}</Badge>}
            </p>
            <p className="hint">
              {words.office.by(one.by)} · {timeText(language, one.at)}
            </p>
            <Act one={one} saying={saying} onAgreed={() => signed("agreed")} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type Said = "proposed" | "done" | "agreed";

function keyOf(one: Waiting): string {
  return `${one.kind} ${one.id} ${one.kind === "words" ? JSON.stringify(one.words) : ""}`;
}

function What({ one }: { readonly one: Waiting }): ReactNode {
  const words = useWords();
  const language = useLanguage();
  if (one.kind === "extract") return words.office.extract(one.holder, numberText(language, one.rows));
  if (one.kind === "roster") return words.office.roster(one.sequence);
  if (one.kind === "screen") {
    const purpose = wordOf(words.purposes, one.purpose);
    return words.screens.waiting(numberText(language, one.persons), purpose);
  }
  if (one.words.subject === "revision") return words.office.revision(one.title);
  return `${one.title}${language === "ja" ? ":" : ": "}${wordsText(words, language, one.words)}`;
}

function Act({
  one,
  saying,
  onAgreed,
}: {
  readonly one: Waiting;
  readonly saying: Saying;
  readonly onAgreed: () => void;
}) {
  const words = useWords();
  if (one.kind === "screen") return one.isOwn ? null : <AgreeToScreen one={one} onAgreed={onAgreed} />;
  if (one.kind === "extract") return <Link to="/extracts">{words.office.toExtracts}</Link>;
  if (one.kind === "roster") return <Link to="/roster">{words.office.toRoster}</Link>;
  return (
    <>
      <Link to="/incidents/$incident" params={{ incident: one.id }}>
        {words.office.openIncident}
      </Link>
      {!one.isOwn && <ReadAndSign one={one} saying={saying} />}
    </>
  );
}

function ReadAndSign({
  one,
  saying,
}: {
  readonly one: Waiting & { readonly kind: "words" };
  readonly saying: Saying;
}) {
  const words = useWords();
  const language = useLanguage();
  return (
    <details className="quiet-details">
      <summary>{words.office.read}</summary>
      <p className="hint">{words.office.readFirst}</p>
      <blockquote>
        <p>
          {one.title} · {wordsText(words, language, one.words)}
        </p>
        {one.persons !== undefined && <p>{words.office.persons(numberText(language, one.persons))}</p>}
        {"revisionDigest" in one.words && (
          <p className="hint">
            {words.office.digest} <code>{one.words.revisionDigest.slice(0, 16)}</code>
          </p>
        )}
      </blockquote>
      <Button look="primary" disabled={saying.isRunning} onClick={() => saying.run(one.id, one.words)}>
        {words.office.sign}
      </Button>
    </details>
  );
}
