/** Signing in: a passkey, a key file, or — on a demonstration and plainly marked — one of the demo actors. */
import { useState } from "react";
import { type Ask, isRefused, type Refused } from "../../api/ask.ts";
import { credentialsShape, type Demo, demoKeyShape } from "../../api/shapes.ts";
import { type Credential, parseKeyFile, passkeyOf } from "../../door/credentials.ts";
import { signIn, type SignedIn } from "../../door/sign-in.ts";
import { changePrefs, readPrefs } from "../../prefs.ts";
import { Badge, Button, Notice, Refusal, TextField } from "../../ui/controls.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Preferences } from "../../ui/preferences.tsx";
import { useAction } from "../../ui/use-action.ts";
import { problemText, useWords, wordOf } from "../../words/words.ts";

interface SignInPageProps {
  readonly ask: Ask;
  readonly demo: Demo | undefined;
  readonly ended: string | undefined;
  readonly onSignedIn: (signedIn: SignedIn, credential: Credential) => void;
}

export function SignInPage({ ask, demo, ended, onSignedIn }: SignInPageProps) {
  const words = useWords();
  const [workstation, setWorkstation] = useState(
    () => readPrefs(localStorage).workstation ?? defaultWorkstation(),
  );
  const [changed, setChanged] = useState<{ signedIn: SignedIn; credential: Credential }>();
  const finish = (signedIn: SignedIn, credential: Credential): void => {
    const { keeperKey } = signedIn.me;
    changePrefs(localStorage, { workstation, keeperKey });
    onSignedIn(signedIn, credential);
  };
  const enter = useAction(async (getCredential: () => Promise<Credential | Refused>) => {
    const credential = await getCredential();
    if ("outcome" in credential) return credential;
    const signedIn = await signIn(ask, credential, workstation, Date.now);
    if (isRefused(signedIn)) return signedIn;
    const known = readPrefs(localStorage).keeperKey;
    // A demonstration is made anew every so often; a real keeper's key changes with an announcement or not at all.
    const isOther = known !== undefined && known !== signedIn.me.keeperKey && demo?.isDemo !== true;
    if (isOther) setChanged({ signedIn, credential });
    else finish(signedIn, credential);
    return signedIn;
  });
  return (
    <div className="gate">
      <Side />
      <main className="gate-main" id="main">
        <div className="gate-tools">
          <Preferences />
        </div>
        <h1>{words.signIn.heading}</h1>
        {ended !== undefined && <Notice tone="warning">{problemText(words, { problem: ended })}</Notice>}
        {changed !== undefined && (
          <Notice tone="bad">
            <p>{words.signIn.keeperChanged}</p>
            <Button look="danger" onClick={() => finish(changed.signedIn, changed.credential)}>
              {words.signIn.keeperAccept}
            </Button>
          </Notice>
        )}
        <Refusal refused={enter.refused} />
        {demo?.isDemo === true && (
          <DemoActors demo={demo} ask={ask} isBusy={enter.isRunning} enter={enter.run} />
        )}
        <PasskeyForm ask={ask} isBusy={enter.isRunning} enter={enter.run}>
          <TextField
            label={words.signIn.workstation}
            hint={words.signIn.workstationHint}
            value={workstation}
            maxLength={64}
            required
            onChange={(event) => setWorkstation(event.target.value.replaceAll(/[^\w.-]/gu, ""))}
          />
        </PasskeyForm>
        <KeyFileForm isBusy={enter.isRunning} enter={enter.run} />
        <p>
          <a href="/enrol">{words.signIn.enrol}</a>
        </p>
      </main>
    </div>
  );
}

function Side() {
  const words = useWords();
  return (
    <aside className="gate-side">
      <Mark size={56} />
      <p className="gate-name">
        Kura<span lang="ja">蔵</span>
      </p>
      <p className="gate-lead">{words.signIn.lead}</p>
      <ul>
        {words.signIn.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </aside>
  );
}

type Enter = (getCredential: () => Promise<Credential | Refused>) => void;

function DemoActors({
  demo,
  ask,
  isBusy,
  enter,
}: {
  readonly demo: Demo;
  readonly ask: Ask;
  readonly isBusy: boolean;
  readonly enter: Enter;
}) {
  const words = useWords();
  const take = async (actor: string): Promise<Credential | Refused> => {
    const answer = await ask(demoKeyShape, { method: "POST", path: "/api/demo/keys", body: { actor } });
    return isRefused(answer) ? answer : parseKeyFile(answer.value.keyFile);
  };
  const rank = ({ actor }: { readonly actor: string }): number =>
    demoOrder.includes(actor) ? demoOrder.indexOf(actor) : demoOrder.length;
  const ordered = demo.actors.toSorted((a, b) => rank(a) - rank(b));
  return (
    <section className="card demo-card" aria-labelledby="demo-title">
      <h2 id="demo-title">
        <Badge tone="warning">{words.demo.badge}</Badge> {words.demo.title}
      </h2>
      <p className="hint">{words.demo.explain}</p>
      <ul className="choices">
        {ordered.map(({ actor }) => (
          <li key={actor}>
            <button
              type="button"
              className="choice"
              disabled={isBusy}
              onClick={() => enter(() => take(actor))}
            >
              <strong>{words.demo.enter(actor)}</strong>
              <span>{roleText(words.demo.roles, actor, words.demo.otherRole)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who a newcomer would like to be first; others follow. */
const demoOrder = ["clerk", "call-taker", "operator", "approver", "officer-1", "officer-2", "recipient"];

function roleText(roles: Readonly<Record<string, string>>, actor: string, otherwise: string): string {
  return actor in roles ? wordOf(roles, actor) : otherwise;
}

function PasskeyForm({
  ask,
  isBusy,
  enter,
  children,
}: {
  readonly ask: Ask;
  readonly isBusy: boolean;
  readonly enter: Enter;
  readonly children: React.ReactNode;
}) {
  const words = useWords();
  const [actor, setActor] = useState("");
  const [isUnknown, setUnknown] = useState(false);
  // An address that is a number cannot be a passkey's (WebAuthn: the RP ID is a domain).
  const isOnNumber = /^[\d.]+$/u.test(location.hostname);
  const take = async (): Promise<Credential | Refused> => {
    const body = { actor };
    const answer = await ask(credentialsShape, { method: "POST", path: "/api/sign-in/credentials", body });
    if (isRefused(answer)) return answer;
    const [first] = answer.value.credentials;
    setUnknown(first === undefined);
    if (first !== undefined) return passkeyOf(actor, first.credential, first.rpId);
    return { outcome: "refused", problem: "sign-in-refused", because: [], status: 0 };
  };
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault();
        enter(take);
      }}
    >
      <TextField
        label={words.signIn.actor}
        error={isUnknown ? words.signIn.noPasskey : undefined}
        value={actor}
        autoComplete="username webauthn"
        required
        onChange={(event) => setActor(event.target.value)}
      />
      {children}
      {isOnNumber && (
        <p className="hint">
          {words.signIn.onNumber} <a href={`http://localhost:${location.port}/`}>{words.signIn.openByName}</a>
        </p>
      )}
      <Button type="submit" look="primary" disabled={isBusy || isOnNumber}>
        {isBusy ? words.signIn.working : words.signIn.passkey}
      </Button>
    </form>
  );
}

function KeyFileForm({ isBusy, enter }: { readonly isBusy: boolean; readonly enter: Enter }) {
  const words = useWords();
  return (
    <details className="key-file">
      <summary>{words.signIn.keyFile}</summary>
      <p className="hint">{words.signIn.keyFileHint}</p>
      <label className="button button-plain file-button">
        {words.signIn.choose}
        <input
          type="file"
          disabled={isBusy}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file !== undefined) enter(async () => parseKeyFile(await file.text()));
            event.target.value = "";
          }}
        />
      </label>
    </details>
  );
}

/** A managed machine's start page may name it: `?workstation=NAME`. */
function defaultWorkstation(): string {
  return new URLSearchParams(location.search).get("workstation")?.replaceAll(/[^\w.-]/gu, "") ?? "browser";
}
