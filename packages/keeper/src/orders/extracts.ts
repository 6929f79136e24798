/**
 * The extracts that were asked for, and every rule about them. Pure but for {@link Extracts}, which `state.ts` changes by
 * events, so that a keeper that was killed knows each extract as before.
 *
 *   requested ─▶ previewed and approved by another actor ─▶ sealed part by part ─▶ released, in part ─▶ revoked, destroyed
 *
 * Each rule gives the first reason that is met, a constant; it is the `reason` of an `extract-refused`, and journalled.
 *
 * INVARIANT: nothing is released that a second actor did not approve as it is (operations/extract.abuse.test.ts).
 */
import type { JournalEvent } from "../journal/journal-event.ts";
import { limits } from "../limits.ts";
import { extractPartRows, partCount, rowsOfChunks, sampleSize } from "../protocol/extracts.ts";

type Requested = Extract<JournalEvent, { readonly kind: "extract-requested" }>;
type Approved = Extract<JournalEvent, { readonly kind: "extract-approved" }>;

export type ExtractRefusal =
  | "extract-exists"
  | "unknown-holder"
  | "expiry-out-of-range"
  | "unknown-extract"
  | "revoked"
  | "destroyed"
  | "expired"
  | "approved-before"
  | "same-actor"
  | "not-previewed"
  | "other-sample"
  | "other-request"
  | "not-approved"
  | "other-part"
  | "other-persons"
  | "other-selection"
  | "sealed-too-often"
  | "not-sealed"
  | "not-the-holder"
  | "other-workstation"
  | "no-such-chunk";

export class SealedExtract {
  readonly requested: Requested;
  /** Actors who saw some of its persons, masked. */
  readonly previewedBy = new Set<string>();
  /** Who stood in a row that an approver drew, by row: they do when it is sealed, or it is never whole. */
  readonly sample = new Map<number, string>();
  approved: Approved | undefined;
  /** The selection's step after each part that was sealed, in hexadecimal. */
  readonly steps: string[] = [];
  /** How often each part was sealed. */
  readonly sealings: number[] = [];
  isRevoked = false;
  isDestroyed = false;

  constructor(requested: Requested) {
    this.requested = requested;
  }

  /** Every part is in, and the persons are those of the request. */
  get isSealed(): boolean {
    return this.steps.length === partCount(this.requested.rows);
  }
}

export class Extracts {
  readonly #byId = new Map<string, SealedExtract>();

  find(id: string): SealedExtract | undefined {
    return this.#byId.get(id);
  }

  /** Events of other matters change nothing. */
  apply(event: JournalEvent): void {
    if (event.kind === "extract-requested") this.#byId.set(event.caseId, new SealedExtract(event));
    const extract = "caseId" in event ? this.#byId.get(event.caseId) : undefined;
    if (extract === undefined) return;
    // A search may be in a case that somebody gave an extract's name: it shows nobody's row.
    if (event.kind === "found" && event.rows !== undefined) {
      extract.previewedBy.add(event.actor);
      // What was shown first counts: a second preview does not take it back.
      for (const [i, row] of event.rows.entries()) {
        if (!extract.sample.has(row)) extract.sample.set(row, event.persons[i] ?? "");
      }
    }
    if (event.kind === "extract-approved") extract.approved = event;
    if (event.kind === "extracted") {
      extract.steps[event.part] = event.step;
      extract.sealings[event.part] = (extract.sealings[event.part] ?? 0) + 1;
    }
    if (event.kind !== "extract-ended") return;
    if (event.reason === "revoked") extract.isRevoked = true;
    else extract.isDestroyed = true;
  }
}

export function refuseRequest(
  extract: SealedExtract | undefined,
  order: { readonly expiresMs: number },
  isHolderKnown: boolean,
  nowMs: number,
): ExtractRefusal | undefined {
  if (extract !== undefined) return "extract-exists";
  if (!isHolderKnown) return "unknown-holder";
  const isInRange = order.expiresMs > nowMs && order.expiresMs <= nowMs + limits.extractMs;
  return isInRange ? undefined : "expiry-out-of-range";
}

/** The first that keeps anybody from going on with it. */
function refuseEnded(extract: SealedExtract | undefined, nowMs: number): ExtractRefusal | undefined {
  if (extract === undefined) return "unknown-extract";
  if (extract.isRevoked) return "revoked";
  if (extract.isDestroyed) return "destroyed";
  return extract.requested.expiresMs <= nowMs ? "expired" : undefined;
}

/** @param isOwn whether the actor asked for it, or holds the key it is for. */
export function refuseSecond(
  extract: SealedExtract | undefined,
  isOwn: (extract: SealedExtract) => boolean,
  nowMs: number,
): ExtractRefusal | undefined {
  const ended = refuseEnded(extract, nowMs);
  if (extract === undefined || ended !== undefined) return ended;
  if (extract.approved !== undefined) return "approved-before";
  return isOwn(extract) ? "same-actor" : undefined;
}

export function refuseApproval(
  extract: SealedExtract,
  actor: string,
  request: string,
): ExtractRefusal | undefined {
  if (extract.requested.order !== request) return "other-request";
  return extract.previewedBy.has(actor) ? undefined : "not-previewed";
}

/** Whether these are rows of persons, and as many as an approver is shown. */
export function refuseSample(
  { requested }: SealedExtract,
  rows: readonly number[],
): ExtractRefusal | undefined {
  const isOfPersons = rows.every((row) => row < requested.rows && !requested.honeyAt.includes(row));
  return isOfPersons && rows.length === sampleSize(requested) ? undefined : "other-sample";
}

/** @param persons of the part, in the order of their rows: whoever was shown to an approver stands where it was said. */
export function refuseOthersThanShown(
  { requested, sample }: SealedExtract,
  part: number,
  persons: readonly string[],
): ExtractRefusal | undefined {
  const firstRow = part * extractPartRows;
  const honeyOfPart = requested.honeyAt.filter((row) => row >= firstRow);
  const isOther = [...sample].some(([row, person]) => {
    if (row < firstRow || row >= firstRow + extractPartRows) return false;
    return persons[row - firstRow - honeyOfPart.filter((nobody) => nobody < row).length] !== person;
  });
  return isOther ? "other-sample" : undefined;
}

/** @param step the selection's step after this part. @param before gives the step on which it must build. */
export function refusePart(
  extract: SealedExtract | undefined,
  part: number,
  nowMs: number,
): ExtractRefusal | undefined {
  const ended = refuseEnded(extract, nowMs);
  if (extract === undefined || ended !== undefined) return ended;
  if (extract.approved === undefined) return "not-approved";
  if ((extract.sealings[part] ?? 0) >= limits.partSealings) return "sealed-too-often";
  const isNext = part <= extract.steps.length && part < partCount(extract.requested.rows);
  return isNext ? undefined : "other-part";
}

/** A part that was sealed before is sealed again with the same persons only; the last makes the selection whole. */
export function refuseStep(extract: SealedExtract, part: number, step: string): ExtractRefusal | undefined {
  const sealedBefore = extract.steps[part];
  if (sealedBefore !== undefined && sealedBefore !== step) return "other-selection";
  const isLast = part === partCount(extract.requested.rows) - 1;
  return isLast && step !== extract.requested.selection ? "other-selection" : undefined;
}

/** @param by whose session orders, and where it is held. */
export function refuseRelease(
  extract: SealedExtract | undefined,
  by: { readonly credential: string; readonly workstation: string },
  chunks: { readonly firstChunk: number; readonly chunks: number },
  nowMs: number,
): ExtractRefusal | undefined {
  const ended = refuseEnded(extract, nowMs);
  if (extract === undefined || ended !== undefined) return ended;
  const { requested } = extract;
  if (requested.holder !== by.credential) return "not-the-holder";
  if (requested.workstation !== by.workstation) return "other-workstation";
  if (!extract.isSealed) return extract.approved === undefined ? "not-approved" : "not-sealed";
  const lastChunk = chunks.firstChunk + chunks.chunks - 1;
  return rowsOfChunks(requested, lastChunk, 1).rows > 0 ? undefined : "no-such-chunk";
}

/** Whoever holds the purpose revokes; the holder alone attests. */
export function refuseEnd(
  extract: SealedExtract | undefined,
  reason: "revoked" | "destroyed",
  credential: string,
): ExtractRefusal | undefined {
  if (extract === undefined) return "unknown-extract";
  if (reason === "revoked") return extract.isRevoked ? "revoked" : undefined;
  if (extract.isDestroyed) return "destroyed";
  return extract.requested.holder === credential ? undefined : "not-the-holder";
}
