/** The published log, verified here at the user's click; what was verified is remembered for the next time. */
import { useState } from "react";
import type { Trust } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { type LogOutcome, verifyPublishedLog } from "../../door/verify-log.ts";
import { changePrefs, readPrefs } from "../../prefs.ts";
import { Button, Notice, Refusal } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { numberText, useLanguage, useWords } from "../../words/words.ts";

export function VerifyLog({ trust }: { readonly trust: Trust }) {
  const words = useWords();
  const language = useLanguage();
  const { isDemo } = useDesk();
  const [progress, setProgress] = useState<readonly [bigint, bigint]>();
  const [verified, setVerified] = useState<LogOutcome & { readonly outcome: "verified" }>();
  const verify = useAction(async () => {
    setVerified(undefined);
    const known = readPrefs(localStorage).log;
    // A demonstration is made anew every so often, with a log of its own.
    const before = isDemo && known?.key !== trust.logKey ? undefined : known;
    const outcome = await verifyPublishedLog(fetch.bind(globalThis), {
      key: trust.logKey,
      before,
      onProgress: (done, of) => setProgress([done, of]),
    });
    setProgress(undefined);
    if (outcome.outcome !== "verified") {
      return { outcome: "refused", problem: outcome.outcome, because: [], status: 0 };
    }
    changePrefs(localStorage, { log: outcome.seen });
    setVerified(outcome);
    return undefined;
  });
  const figure = (value: bigint | string): string => numberText(language, BigInt(value));
  return (
    <section className="card" aria-labelledby="log">
      <h2 id="log">{words.trust.log}</h2>
      <p className="hint">{words.trust.logLead}</p>
      <Refusal refused={verify.refused} />
      {verified !== undefined && <Verified verified={verified} />}
      <div className="form-end">
        <Button look="primary" onClick={verify.run} disabled={verify.isRunning}>
          {words.trust.verify}
        </Button>
        {progress !== undefined && (
          <p role="status">{words.trust.verifying(figure(progress[0]), figure(progress[1]))}</p>
        )}
      </div>
    </section>
  );
}

function Verified({ verified }: { readonly verified: LogOutcome & { readonly outcome: "verified" } }) {
  const words = useWords();
  const language = useLanguage();
  const { seen, isWhole, since } = verified;
  const size = numberText(language, BigInt(seen.size));
  return (
    <Notice tone="good">
      <p>
        <strong>{isWhole ? words.trust.verified(size) : words.trust.verifiedEnd(size)}</strong>
      </p>
      <p>
        {since === undefined ? words.trust.firstTime : words.trust.grown(numberText(language, BigInt(since)))}
      </p>
      <p className="hint">
        {words.trust.logRoot}: <code>{seen.root}</code>
      </p>
    </Notice>
  );
}
