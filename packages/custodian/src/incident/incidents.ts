/**
 * Incidents from opening to closing: evidence is added and withdrawn, revisions are made and approved.
 *
 * A revision is made by itself as soon as evidence is added or withdrawn: from minute zero flags and answers have one, if a
 * provisional one. What leaves the agency (letters, reports) needs one that a second actor approved.
 * Reads the journal's copy; who calls has caught up with the keeper before, or says what is missing as a gap.
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import type { Database } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import { type Counts, countExposure, type Trait } from "./count.ts";
import type { Evidence, Subject, Window } from "./evidence.ts";
import type { DeskMemory } from "./desk/desk-memory.ts";
import { type Exposure, expose } from "./expose.ts";
import { StoredFacts } from "./facts.ts";
import type { Interval } from "./holder-facts.ts";
import { foldExtracts } from "./kept/fold.ts";
import type { SegmentIndex } from "./kept/segment-index.ts";
import { incidentLimits } from "./limits.ts";
import { evidenceOf, rowOf } from "./parse-evidence.ts";
import {
  countsText,
  digestClasses,
  type DigestedClass,
  findRevision,
  type Revision,
  revisionDigest,
} from "./revision.ts";
import * as store from "./store.ts";

export interface IncidentParts {
  readonly register: Database;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
  /** Parts of the journal that could not be read; they widen the scope by themselves. */
  readonly gaps?: readonly Interval[];
  /** Of a process that answers many persons; without it everybody is counted for each of them. */
  readonly desk?: DeskMemory;
  /** What a process remembers of who was shown whom. */
  readonly exposure?: SegmentIndex;
  /** What is counted by besides: prefectures, who pays premiums. */
  listTraits?(): Promise<readonly Trait[]>;
}

export interface Opening {
  readonly title: string;
  readonly actor: string;
  readonly office: string;
  readonly knownAt: Date;
  readonly isWrongful: boolean;
}

export async function openIncident(parts: IncidentParts, opening: Opening): Promise<string> {
  const incidentId = renderUuid(parts.makeId());
  const { actor: openedBy, title, ...rest } = opening;
  const row = { ...rest, incidentId, title: shortText(title), openedBy, openedAt: parts.now() };
  await store.appendIncident(parts.register, row);
  // What everybody is counted by may take seconds the first time: now, and not with the first evidence.
  await parts.listTraits?.();
  return incidentId;
}

export type EvidenceOutcome =
  | { readonly outcome: "done"; readonly evidenceNo: number; readonly revision: Revision }
  | { readonly outcome: "unknown-incident" }
  | { readonly outcome: "incident-closed" }
  | { readonly outcome: "unknown-evidence" }
  | { readonly outcome: "withdrawn-before" };

export interface Item {
  readonly subject: Subject;
  readonly window: Window;
  /** Where it is from, in a sentence without anybody's name or number. */
  readonly source: string;
}

/** Adds an item, and makes the revision that has it. */
export async function addEvidence(
  parts: IncidentParts,
  incidentId: string,
  actor: string,
  item: Item,
): Promise<EvidenceOutcome> {
  const refusal = await refusalFor(parts, incidentId);
  if (refusal !== undefined) return refusal;
  const about = { source: shortText(item.source), actor, at: parts.now() };
  const row = rowOf(item.subject, item.window, about);
  const evidenceNo = await parts.register.transact((tx) => store.appendEvidence(tx, incidentId, row));
  return { outcome: "done", evidenceNo, revision: await revise(parts, incidentId, actor) };
}

/** Takes an item out of the count, and makes the revision without it. The item and the reason stay to be read. */
export async function withdrawEvidence(
  parts: IncidentParts,
  incidentId: string,
  evidenceNo: number,
  actor: string,
  reason: string,
): Promise<EvidenceOutcome> {
  const refusal = await refusalFor(parts, incidentId);
  if (refusal !== undefined) return refusal;
  const rows = await store.listEvidence(parts.register, incidentId);
  if (!rows.some((row) => row.evidence_no === evidenceNo)) return { outcome: "unknown-evidence" };
  try {
    const row = { incidentId, evidenceNo, reason: shortText(reason), actor, at: parts.now() };
    await store.appendWithdrawal(parts.register, row);
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    return { outcome: "withdrawn-before" };
  }
  return { outcome: "done", evidenceNo, revision: await revise(parts, incidentId, actor) };
}

async function refusalFor(
  { register }: IncidentParts,
  incidentId: string,
): Promise<Exclude<EvidenceOutcome, { outcome: "done" }> | undefined> {
  const [incident] = await store.listIncidents(register, 1, incidentId);
  if (incident === undefined) return { outcome: "unknown-incident" };
  return incident.isOpen ? undefined : { outcome: "incident-closed" };
}

/** What stands now, counted now; nothing is written. */
export async function exposeIncident(
  parts: IncidentParts,
  evidence: readonly Evidence[],
): Promise<{ readonly exposure: Exposure; readonly counts: Counts }> {
  await foldExtracts(parts.register);
  const exposure = await expose(evidence, new StoredFacts(parts.register, parts.gaps, parts.exposure));
  return { exposure, counts: countExposure(exposure, (await parts.listTraits?.()) ?? []) };
}

/** Evidence that was not withdrawn. */
export async function listStanding(parts: IncidentParts, incidentId: string): Promise<Evidence[]> {
  const rows = await store.listEvidence(parts.register, incidentId);
  return rows.filter(({ withdrawn_at }) => withdrawn_at === null).map(evidenceOf);
}

/**
 * The revision of now: a new one when evidence, persons or their fields differ from the newest, else the newest, approved as it is.
 * More looks at persons who are exposed by the same fields already, as every answer's own is, make no revision by themselves.
 *
 * CRASH: a revision is committed whole with its sets, or not at all.
 */
export async function revise(parts: IncidentParts, incidentId: string, actor: string): Promise<Revision> {
  for (;;) {
    const before = await findRevision(parts.register, incidentId);
    const evidence = await listStanding(parts, incidentId);
    const copied = await store.findCopiedTo(parts.register);
    const { exposure, counts } = await exposeIncident(parts, evidence);
    const classes = digestClasses(exposure.classes);
    const now = parts.now();
    const row = {
      revisionNo: (before?.revisionNo ?? 0) + 1,
      asOfEvent: copied?.event ?? 0n,
      asOf: now,
      evidenceNos: evidence.map(({ no }) => no),
      counts: countsText(counts),
      madeBy: actor,
      madeAt: now,
    };
    if (before !== undefined && isSame(before, row.evidenceNos, classes)) return before;
    const digest = revisionDigest(incidentId, row, classes);
    try {
      await parts.register.transact((tx) =>
        store.appendRevision(tx, incidentId, { ...row, digest }, classes),
      );
    } catch (fault) {
      // Another made one meanwhile: with what it knew, or with less.
      if (codeOf(fault) !== "sql-23505") throw fault;
      continue;
    }
    return { ...row, digest, incidentId, classes, approvedBy: undefined, approvedAt: undefined };
  }
}

function isSame(before: Revision, evidenceNos: readonly number[], now: readonly DigestedClass[]): boolean {
  const textOf = (classes: readonly DigestedClass[]): string =>
    classes.map(({ fields, digest }) => `${Object.values(fields).join()} ${encodeHex(digest)}`).join();
  return before.evidenceNos.join() === evidenceNos.join() && textOf(before.classes) === textOf(now);
}

export type ApprovalOutcome =
  | { readonly outcome: "done"; readonly revision: Revision }
  | { readonly outcome: "unknown-revision" }
  | { readonly outcome: "own-revision" }
  | { readonly outcome: "approved-before" };

/** A second actor stands for a revision. `event` is the keeper's event of their signed order over its digest. */
export async function approveRevision(
  parts: IncidentParts,
  incidentId: string,
  revisionNo: number,
  actor: string,
  event: bigint,
): Promise<ApprovalOutcome> {
  const revision = await findRevision(parts.register, incidentId, revisionNo);
  if (revision === undefined) return { outcome: "unknown-revision" };
  if (revision.madeBy === actor) return { outcome: "own-revision" };
  const at = parts.now();
  try {
    const { digest } = revision;
    await store.appendApproval(parts.register, { incidentId, revisionNo, actor, digest, event, at });
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    return { outcome: "approved-before" };
  }
  return { outcome: "done", revision: { ...revision, approvedBy: actor, approvedAt: at } };
}

/** What is too long is cut: a note is for orientation, the thing itself is elsewhere. */
function shortText(text: string): string {
  return text.slice(0, incidentLimits.noteLength);
}
