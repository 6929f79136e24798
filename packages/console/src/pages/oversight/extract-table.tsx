/** Extracts as rows: whose, how many rows, until when, how often opened; and the press that stops every further opening. */
import { useState } from "react";
import { extractCaseKind } from "@kura/keeper/protocol/extracts.ts";
import { eventShape, type Extract, type Me, type Roster, rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Table, type Tone } from "../../ui/controls.tsx";
import { type Action, useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, type Words, wordOf } from "../../words/words.ts";

export interface Revoking extends Action<[string]> {
  /** Whether the actor holds a purpose for it. */
  readonly isAllowed: boolean;
  readonly isDone: boolean;
}

/** An order to revoke, signed by the session; the keeper decides whether it is obeyed. */
export function useRevoking(onDone: () => void): Revoking {
  const { me, ask, orders } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster");
  const [isDone, setDone] = useState(false);
  const purpose = revokingPurpose(me, roster.value);
  const action = useAction(async (extract: string) => {
    const about = { purpose: purpose ?? "", case: extract, caseKind: extractCaseKind };
    const path = `/api/extracts/${extract}/end`;
    const answer = await orders.perform(
      () => ({ kind: "revoke", ...about }),
      (order) => ask(eventShape, { method: "POST", path, body: order }),
    );
    setDone(answer.outcome === "answered");
    onDone();
    return answer;
  });
  return { ...action, isAllowed: purpose !== undefined, isDone };
}

function revokingPurpose(me: Me, roster: Roster | undefined): string | undefined {
  return me.purposes.find((purpose) => roster?.purposes[purpose]?.kinds.includes("revoke") === true);
}

type State = keyof Words["extracts"]["states"];
const tones: Readonly<Record<State, Tone>> = {
  asked: "warning",
  approved: "calm",
  sealed: "good",
  expired: "calm",
  revoked: "bad",
  destroyed: "calm",
};

function stateOf(extract: Extract): State {
  if (extract.destroyedAt !== undefined) return "destroyed";
  if (extract.revokedAt !== undefined) return "revoked";
  if (Date.parse(extract.expiresAt) <= Date.now()) return "expired";
  if (extract.sealedAt !== undefined) return "sealed";
  return extract.approvedBy === undefined ? "asked" : "approved";
}

/** Can be opened now, or could be soon. */
export function isOpen(extract: Extract): boolean {
  return ["asked", "approved", "sealed"].includes(stateOf(extract));
}

export function ExtractTable({
  title,
  extracts,
  onRevoke,
}: {
  readonly title: string;
  readonly extracts: readonly Extract[];
  readonly onRevoke?: (extract: string) => void;
}) {
  const words = useWords();
  const { holder, rows, columns, expires, by, releases, state } = words.extracts.columns;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <Table
        caption={title}
        columns={[holder, { figure: rows }, columns, expires, by, { figure: releases }, state]}
      >
        {extracts.map((extract) => (
          <ExtractRow key={extract.extract} extract={extract} onRevoke={onRevoke} />
        ))}
      </Table>
    </section>
  );
}

function ExtractRow({
  extract,
  onRevoke,
}: {
  readonly extract: Extract;
  readonly onRevoke: ((extract: string) => void) | undefined;
}) {
  const words = useWords();
  const language = useLanguage();
  const state = stateOf(extract);
  return (
    <tr>
      <td className="cell-main">
        {extract.holder} <span className="hint">{words.extracts.workstation(extract.workstation)}</span>
      </td>
      <td className="cell-figure">{numberText(language, extract.rows)}</td>
      <td className="cell-fields">
        {extract.columns.map((field) => wordOf(words.fields, field)).join(words.listComma)}
      </td>
      <td className="cell-time">
        {timeText(language, extract.expiresAt)}
        {isOpen(extract) && <span className="hint"> {leftText(words, extract.expiresAt)}</span>}
      </td>
      <td>
        {words.extracts.requestedBy(extract.requestedBy, extract.approvedBy ?? words.extracts.nobodyYet)}
      </td>
      <td className="cell-figure">{words.extracts.releases(extract.releases)}</td>
      <td>
        <Badge tone={tones[state]}>{words.extracts.states[state]}</Badge>
        {onRevoke !== undefined && (
          <Button look="quiet" onClick={() => onRevoke(extract.extract)}>
            {words.extracts.revoke}
          </Button>
        )}
      </td>
    </tr>
  );
}

const hourMs = 3_600_000;

function leftText(words: Words, expiresAt: string): string {
  const hours = Math.floor((Date.parse(expiresAt) - Date.now()) / hourMs);
  return hours >= 48 ? words.extracts.daysLeft(Math.floor(hours / 24)) : words.extracts.hoursLeft(hours);
}
