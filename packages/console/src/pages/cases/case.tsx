/** One case: whom it is about, finding further persons, and its end. Persons have ordinals here, names only when opened. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { type Case, caseShape, rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Notice, Refusal, TextField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { FindPerson } from "../person/find-person.tsx";
import { searchPurposesFor } from "../person/purposes.ts";

export function CasePage() {
  const words = useWords();
  const { me } = useDesk();
  const { caseId } = useParams({ from: "/cases/$caseId" });
  // What a purpose may open is known by the time that somebody is found.
  useAnswer(rosterShape, "/api/roster");
  const { value: about, refused, refresh } = useAnswer(caseShape, `/api/cases/${caseId}`);
  return (
    <>
      <p className="back">
        <Link to="/cases">← {words.oneCase.back}</Link>
      </p>
      <Refusal refused={refused} />
      {about !== undefined && (
        <>
          <CaseHead about={about} />
          {!about.isOpen && <Notice tone="warning">{words.oneCase.closed}</Notice>}
          <PersonList about={about} />
          {about.isOpen && searchPurposesFor(me, about.kind).length > 0 && <FindPerson about={about} />}
          {about.isOpen && <CloseCase about={about} onClosed={refresh} />}
        </>
      )}
    </>
  );
}

function CaseHead({ about }: { readonly about: Case }) {
  const words = useWords();
  const language = useLanguage();
  return (
    <header className="page-head">
      <div>
        <p>
          <Badge>{wordOf(words.caseKinds, about.kind)}</Badge>
        </p>
        <h1 tabIndex={-1}>{about.reason}</h1>
        <p className="lead">
          {words.cases.openedBy} {about.openedBy} ({about.office}) · {words.cases.openedAt}{" "}
          {timeText(language, about.openedAt)}
        </p>
      </div>
    </header>
  );
}

function PersonList({ about }: { readonly about: Case }) {
  const words = useWords();
  return (
    <section aria-labelledby="persons">
      <h2 id="persons">{words.oneCase.persons}</h2>
      {about.persons.length === 0 && <Empty title={words.oneCase.noPersons} />}
      <ul className="person-list">
        {about.persons.map((person, index) => (
          <li key={person}>
            <span className="seal" aria-hidden="true" />
            <strong>{words.oneCase.personNumber(index + 1)}</strong>
            {about.isOpen && (
              <Link
                className="button button-plain"
                to="/cases/$caseId/persons/$ordinal"
                params={{ caseId: about.caseId, ordinal: String(index + 1) }}
              >
                {words.oneCase.openPerson}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function CloseCase({ about, onClosed }: { readonly about: Case; readonly onClosed: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const { ask } = useDesk();
  const [reason, setReason] = useState("");
  const close = useAction(async () => {
    const path = `/api/cases/${about.caseId}/close`;
    const answer = await ask(caseShape, { method: "POST", path, body: { reason } });
    if (isRefused(answer)) return answer;
    onClosed();
    await navigate({ to: "/cases" });
    return answer;
  });
  return (
    <details className="card quiet-card">
      <summary>{words.oneCase.close}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          close.run();
        }}
      >
        <TextField
          label={words.oneCase.closeReason}
          hint={words.oneCase.closeReasonHint}
          value={reason}
          required
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
        <Refusal refused={close.refused} />
        <Button type="submit" disabled={close.isRunning}>
          {words.oneCase.close}
        </Button>
      </form>
    </details>
  );
}
