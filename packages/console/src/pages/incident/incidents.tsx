/** Incidents, and opening one: three fields, because it begins with a suspicion and not with proof. */
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { incidentsShape, roomShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Notice, PageHead, Refusal, Table, TextField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { timeText, useLanguage, useWords, type Words } from "../../words/words.ts";
import { HeldChanges } from "./held-changes.tsx";
import { isoOfLocal, localOf } from "./local-time.ts";
import type { Suspicion } from "./start-incident.tsx";

export default function IncidentsPage() {
  const words = useWords();
  const language = useLanguage();
  const { value, refused } = useAnswer(incidentsShape, "/api/incidents", 10_000);
  const { title, opened, by, state } = words.incidents.columns;
  const rows = value?.incidents ?? [];
  return (
    <>
      <PageHead title={words.incidents.heading} lead={words.incidents.lead} />
      <Refusal refused={refused} />
      {refused === undefined && (
        <div className="columns">
          <section aria-label={words.incidents.heading}>
            {value !== undefined && rows.length === 0 && (
              <Empty title={words.incidents.empty}>{words.incidents.emptyHint}</Empty>
            )}
            {rows.length > 0 && (
              <Table caption={words.incidents.heading} columns={[title, opened, by, state]}>
                {rows.map((one) => (
                  <tr key={one.incident}>
                    <td className="cell-main">
                      <Link to="/incidents/$incident" params={{ incident: one.incident }}>
                        {one.title}
                      </Link>
                    </td>
                    <td className="cell-time">{timeText(language, one.openedAt)}</td>
                    <td>{one.openedBy}</td>
                    <td>
                      <Badge tone={one.isOpen ? "bad" : "calm"}>
                        {one.isOpen ? words.incidents.isOpen : words.incidents.isClosed}
                      </Badge>
                    </td>
                  </tr>
                ))}
              </Table>
            )}
            <HeldChanges />
          </section>
          <NewIncident />
        </div>
      )}
    </>
  );
}

function NewIncident() {
  const words = useWords();
  const navigate = useNavigate();
  const { ask } = useDesk();
  const suspicion = useLocation({ select: ({ state }) => state.suspicion });
  const suspected = suspicion && suspectedText(words, suspicion);
  const [title, setTitle] = useState(
    suspected === undefined ? "" : words.incidents.suspectedTitle(suspected),
  );
  const [knownAt, setKnownAt] = useState(() => localOf(new Date()));
  const [isWrongful, setWrongful] = useState(true);
  const open = useAction(async () => {
    const body = { title, knownAt: isoOfLocal(knownAt), isWrongful };
    const answer = await ask(roomShape, { method: "POST", path: "/api/incidents", body });
    if (isRefused(answer)) return answer;
    const { incident } = answer.value.incident;
    if (suspicion !== undefined) {
      // Refused, it is still an incident: its room says that it has no evidence.
      const form = suspicion.kind === "extract" && { form: "sealed" };
      const path = `/api/incidents/${incident}/evidence`;
      await ask(roomShape, { method: "POST", path, body: { ...suspicion, ...form } });
    }
    await navigate({ to: "/incidents/$incident", params: { incident } });
    return answer;
  });
  return (
    <section className="card" aria-labelledby="new-incident">
      <h2 id="new-incident">{words.incidents.start}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open.run();
        }}
      >
        {suspected !== undefined && <Notice>{words.incidents.suspected(suspected)}</Notice>}
        <TextField
          label={words.incidents.title}
          hint={words.incidents.titleHint}
          value={title}
          required
          maxLength={200}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextField
          label={words.incidents.knownAt}
          hint={words.incidents.knownAtHint}
          type="datetime-local"
          value={knownAt}
          required
          onChange={(event) => setKnownAt(event.target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={isWrongful} onChange={() => setWrongful(!isWrongful)} />
          {words.incidents.isWrongful}
        </label>
        <Refusal refused={open.refused} />
        <Button type="submit" look="primary" disabled={open.isRunning}>
          {words.incidents.open}
        </Button>
      </form>
    </section>
  );
}

function suspectedText(words: Words, { kind, subject }: Suspicion): string {
  return `${words.incidents.kinds[kind]} ${kind === "extract" ? subject.slice(-6) : subject}`;
}
