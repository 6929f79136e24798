/** The incident room: the count in persons and records, how it rose, what it rests on, what the law asks by when. */
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { type Evidence, type Revision, type Room, roomShape } from "../../api/shapes.ts";
import { traitsShape, type Words } from "../../api/shapes-incident.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Refusal, TextField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { CallBacks, Reports } from "./incident-desk.tsx";
import { Decisions } from "./incident-decisions.tsx";
import { ApprovalBadge, RevisionDiff, RevisionSteps } from "./incident-moves.tsx";
import { PrefectureMap } from "./prefecture-map.tsx";
import { EvidenceForm } from "./evidence-form.tsx";
import { CountTables, RisingCount } from "./incident-counts.tsx";
import { Letters } from "./incident-letters.tsx";
import { Deadlines } from "./incident-deadlines.tsx";
import { useSaying } from "../use-saying.ts";

export default function IncidentRoomPage() {
  const words = useWords();
  const { incident } = useParams({ from: "/incidents/$incident" });
  const { value: room, refused, refresh } = useAnswer(roomShape, `/api/incidents/${incident}`, 15_000);
  return (
    <>
      <p className="back">
        <Link to="/incidents">← {words.incidents.back}</Link>
      </p>
      <Refusal refused={refused} />
      {room !== undefined && (
        <>
          <RoomHead room={room} onChanged={refresh} />
          {room.revisions.length > 1 && <RisingCount revisions={room.revisions} />}
          {room.revisions.length > 0 && <RevisionSteps room={room} />}
          <div className="columns">
            <div className="stack">
              <EvidenceList room={room} onChanged={refresh} />
              {room.counts !== undefined && <CountTables counts={room.counts} />}
              {room.counts !== undefined && <CountedBesides incident={incident} />}
              {room.counts !== undefined && <CallBacks incident={incident} />}
              {room.counts !== undefined && <Reports incident={incident} />}
              {room.counts !== undefined && <Letters room={room} />}
              <Decisions room={room} onChanged={refresh} />
            </div>
            <div className="stack">
              {room.counts !== undefined && <Deadlines deadlines={room.deadlines} />}
              {room.revisions.length > 1 && <RevisionDiff key={room.revisions[0]?.revision} room={room} />}
              {room.incident.isOpen && <EvidenceForm incident={room.incident.incident} onAdded={refresh} />}
            </div>
          </div>
        </>
      )}
    </>
  );
}

function CountedBesides({ incident }: { readonly incident: string }) {
  const { value } = useAnswer(traitsShape, `/api/incidents/${incident}/traits`, 15_000);
  return value === undefined ? null : <PrefectureMap traits={value.traits} />;
}

interface RoomProps {
  readonly room: Room;
  readonly onChanged: () => void;
}

function RoomHead({ room, onChanged }: RoomProps) {
  const words = useWords();
  const language = useLanguage();
  const { me } = useDesk();
  const { incident } = room.incident;
  const [newest] = room.revisions;
  const approve = useSaying(onChanged);
  return (
    <>
      <header className="page-head">
        <div>
          <p>
            <Badge tone={room.incident.isOpen ? "bad" : "calm"}>
              {room.incident.isOpen ? words.incidents.isOpen : words.incidents.isClosed}
            </Badge>
          </p>
          <h1 tabIndex={-1}>{room.incident.title}</h1>
          <p className="lead">
            {words.incidents.knownAt} {timeText(language, room.incident.knownAt)}
          </p>
        </div>
        {newest !== undefined && newest.approvedBy === undefined && newest.madeBy !== me.actor && (
          <Button
            look="primary"
            onClick={() => approve.run(incident, revisionWords(newest))}
            disabled={approve.isRunning}
          >
            {words.incidents.approve}
          </Button>
        )}
      </header>
      <Refusal refused={approve.refused} />
      {newest === undefined && <Empty title={words.incidents.noRevision} />}
      {newest !== undefined && (
        <section className="card headline" aria-label={words.incidents.exposedNow}>
          <p className="hint">{words.incidents.exposedNow}</p>
          <p className="headline-figures">
            <span>
              <strong>{numberText(language, newest.exposedPersons)}</strong>{" "}
              {words.incidents.persons(newest.exposedPersons)}
            </span>
            <span>
              <strong>{numberText(language, newest.exposedRecords)}</strong>{" "}
              {words.incidents.records(newest.exposedRecords)}
            </span>
          </p>
          <p>
            {words.incidents.revision(newest.revision)} ·{" "}
            {words.incidents.asOf(timeText(language, newest.asOf))} · {words.incidents.madeBy(newest.madeBy)}{" "}
            <ApprovalBadge approvedBy={newest.approvedBy} />
          </p>
        </section>
      )}
    </>
  );
}

/** What an approver stands for: the revision's own digest, and so every count and person in it. */
function revisionWords({ revision, digest }: Revision): Words {
  return { subject: "revision", revision, revisionDigest: digest };
}

function EvidenceList({ room, onChanged }: RoomProps) {
  const words = useWords();
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">{words.incidents.evidence}</h2>
      {room.evidence.length === 0 && <Empty title={words.incidents.noEvidence} />}
      <ol className="evidence-list">
        {room.evidence.map((item) => (
          <EvidenceItem
            key={item.evidence}
            incident={room.incident.incident}
            item={item}
            onChanged={onChanged}
          />
        ))}
      </ol>
    </section>
  );
}

function EvidenceItem({
  incident,
  item,
  onChanged,
}: {
  readonly incident: string;
  readonly item: Evidence;
  readonly onChanged: () => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const { since, to, sinceUnknown, untilUnknown } = words.incidents;
  const from = item.from === undefined ? sinceUnknown : since(timeText(language, item.from));
  const until = item.until === undefined ? untilUnknown : to(timeText(language, item.until));
  return (
    <li data-withdrawn={item.withdrawal === undefined ? undefined : ""}>
      <p>
        <span className="evidence-no">{item.evidence}</span>
        <strong>
          {wordOf(words.incidents.kinds, item.kind)} {item.subject}
        </strong>
      </p>
      <p className="hint">
        {from}, {until} · {item.source} · {item.addedBy}, {timeText(language, item.addedAt)}
      </p>
      {item.withdrawal !== undefined && (
        <p>
          <Badge>{words.incidents.withdrawn}</Badge> {item.withdrawal}
        </p>
      )}
      {item.withdrawal === undefined && (
        <Withdrawal incident={incident} evidence={item.evidence} onChanged={onChanged} />
      )}
    </li>
  );
}

function Withdrawal({
  incident,
  evidence,
  onChanged,
}: {
  readonly incident: string;
  readonly evidence: number;
  readonly onChanged: () => void;
}) {
  const words = useWords();
  const { ask } = useDesk();
  const [reason, setReason] = useState("");
  const withdraw = useAction(async () => {
    const path = `/api/incidents/${incident}/evidence/${evidence}/withdrawal`;
    const answer = await ask(roomShape, { method: "POST", path, body: { reason } });
    if (!isRefused(answer)) onChanged();
    return answer;
  });
  return (
    <details className="quiet-details">
      <summary>{words.incidents.withdraw}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          withdraw.run();
        }}
      >
        <TextField
          label={words.incidents.withdrawReason}
          hint={words.incidents.sourceHint}
          value={reason}
          required
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
        <Refusal refused={withdraw.refused} />
        <Button type="submit" disabled={withdraw.isRunning}>
          {words.incidents.withdraw}
        </Button>
      </form>
    </details>
  );
}
