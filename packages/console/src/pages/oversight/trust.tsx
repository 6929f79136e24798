/** Trust: what can be compared instead of believed. */
import { type Trust, trustShape } from "../../api/shapes.ts";
import { readPrefs } from "../../prefs.ts";
import { Notice, PageHead, Refusal } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { VerifyLog } from "./verify-log.tsx";
import { numberText, useLanguage, useWords } from "../../words/words.ts";

export default function TrustPage() {
  const words = useWords();
  const { value, refused } = useAnswer(trustShape, "/api/trust", 3_000);
  return (
    <>
      <PageHead title={words.trust.heading} lead={words.trust.lead} />
      <Refusal refused={refused} />
      {value !== undefined && <Figures trust={value} />}
      {value !== undefined && <VerifyLog trust={value} />}
      <section className="card quiet-card" aria-labelledby="limits">
        <h2 id="limits">{words.trust.limits}</h2>
        <p>{words.trust.limitsText}</p>
      </section>
    </>
  );
}

function Figures({ trust }: { readonly trust: Trust }) {
  const words = useWords();
  const language = useLanguage();
  const behind = BigInt(trust.journalEvents) - BigInt(trust.copiedEvents);
  const isKnown = readPrefs(localStorage).keeperKey === trust.keeperKey;
  return (
    <>
      <Notice tone={trust.isJournalSound ? "good" : "bad"}>
        {trust.isJournalSound ? words.trust.sound : words.trust.unsound}
      </Notice>
      <div className="figures">
        <Figure label={words.trust.journal} value={numberText(language, BigInt(trust.journalEvents))} />
        <Figure
          label={words.trust.copied}
          value={numberText(language, BigInt(trust.copiedEvents))}
          {...(behind > 0n && { note: words.trust.behind(numberText(language, behind)) })}
        />
        <Figure label={words.trust.roster} value={String(trust.rosterSequence)} />
        <Figure label={words.trust.sessions} value={numberText(language, trust.openSessions)} />
      </div>
      <dl className="digests card">
        <div>
          <dt>{words.trust.head}</dt>
          <dd>
            <code>{trust.headHash}</code>
          </dd>
        </div>
        <div>
          <dt>{words.trust.rosterDigest}</dt>
          <dd>
            <code>{trust.rosterDigest}</code>
          </dd>
        </div>
        <div>
          <dt>{words.trust.keeperKey}</dt>
          <dd>
            <code>{trust.keeperKey}</code>
            {isKnown && <span className="hint"> {words.trust.keeperKnown}</span>}
          </dd>
        </div>
      </dl>
    </>
  );
}

function Figure({
  label,
  value,
  note,
}: {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}) {
  return (
    <div className="figure">
      <p className="figure-label">{label}</p>
      <p className="figure-value">{value}</p>
      {note !== undefined && <p className="hint">{note}</p>}
    </div>
  );
}
