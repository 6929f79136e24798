/** Enrolling a passkey with an officer's one-time code: what comes of it is a change of the roster that two officers sign. */
import { useState } from "react";
import { type Ask, isRefused } from "../../api/ask.ts";
import { anyShape, enrolledShape } from "../../api/shapes.ts";
import { createPasskey } from "../../door/credentials.ts";
import { Button, Notice, Refusal, TextField } from "../../ui/controls.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Preferences } from "../../ui/preferences.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useWords } from "../../words/words.ts";

export default function EnrolPage({ ask }: { readonly ask: Ask }) {
  const words = useWords();
  const [code, setCode] = useState("");
  const [isDone, setDone] = useState(false);
  const enrol = useAction(async () => {
    const options = await ask(anyShape, { method: "POST", path: "/api/enrolments/begin", body: { code } });
    if (isRefused(options)) return options;
    const response = await createPasskey(options.value);
    const body = { code, response };
    const made = await ask(enrolledShape, { method: "POST", path: "/api/enrolments/finish", body });
    if (!isRefused(made)) setDone(true);
    return made;
  });
  return (
    <main className="gate-main gate-alone" id="main">
      <div className="gate-tools">
        <Preferences />
      </div>
      <p className="gate-name">
        <Mark /> Kura
      </p>
      <h1>{words.enrol.heading}</h1>
      <p className="lead">{words.enrol.lead}</p>
      <Refusal refused={enrol.refused} />
      {isDone && (
        <Notice tone="good" title={words.enrol.doneTitle}>
          <p>{words.enrol.done}</p>
        </Notice>
      )}
      {!isDone && (
        <form
          className="card"
          onSubmit={(event) => {
            event.preventDefault();
            enrol.run();
          }}
        >
          <TextField
            label={words.enrol.code}
            value={code}
            required
            onChange={(event) => setCode(event.target.value.trim())}
          />
          <Button type="submit" look="primary" disabled={enrol.isRunning}>
            {words.enrol.make}
          </Button>
        </form>
      )}
      <p>
        <a href="/">{words.enrol.back}</a>
      </p>
    </main>
  );
}
