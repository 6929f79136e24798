/**
 * The two steps of a match that move money: posting what the owner confirmed, and undoing.
 *
 * Both run under a lock of the owner, so that an undoing never meets a posting halfway. Each is done again until it is
 * done: the operations on the ledger have ids that follow from the confirmation, and one sent twice happens once.
 * CRASH (posting): the money may be in the person's ledger without the `posted` event; posting again writes it.
 * CRASH (undoing): some entries may be back in suspense and the match still posted; undoing again brings back the others.
 */
import { createHash } from "node:crypto";
import { parseUuid, renderUuid } from "../../db/uuid.ts";
import { moveBackToSuspense, postFromSuspense } from "../../premiums/post-from-suspense.ts";
import type { MoveBackOutcome, PostOutcome } from "../../premiums/post-from-suspense.ts";
import { appendDecided } from "./decisions.ts";
import type { DecisionOutcome, DecisionParts } from "./decisions.ts";
import { foldMatch, reviewingPurpose } from "./match.ts";
import type { Match, Reviewer } from "./match.ts";
import * as store from "./store.ts";

export type PostingOutcome =
  | DecisionOutcome
  /** Somebody else is posting or undoing this very match. */
  | { readonly outcome: "busy" }
  /** The ledger refuses; the match stays confirmed and can be undone. */
  | { readonly outcome: "not-posted"; readonly why: Exclude<PostOutcome["kind"], "posted" | "repeated"> };

/** Posts everything of the owner that waits to the person who confirmed. */
export async function postConfirmed(
  parts: DecisionParts,
  owner: string,
  by: Reviewer,
): Promise<PostingOutcome> {
  if (!by.purposes.includes(reviewingPurpose)) return { outcome: "purpose-not-held" };
  const posted = await parts.register.withLock(lockOf(owner), () => postAlone(parts, owner, by));
  return posted ?? { outcome: "busy" };
}

async function postAlone(parts: DecisionParts, owner: string, by: Reviewer): Promise<PostingOutcome> {
  const match = foldMatch(await store.listEvents(parts.register, owner));
  if (match.state !== "confirmed") return { outcome: "other-state" };
  const at = parts.now();
  const reason = "confirmed by the owner";
  const operationId = parseUuid(match.operationId);
  const order = { ownerKey: parseUuid(owner), personKey: parseUuid(match.person) };
  const { kind } = await postFromSuspense(parts.register, order, { operationId, reason, atMs: at.getTime() });
  if (kind !== "posted" && kind !== "repeated") return { outcome: "not-posted", why: kind };
  const { actor, office } = by;
  return appendDecided(parts, owner, async () => ({ kind: "posted", actor, office, reason, at }));
}

export type UndoOutcome =
  | Exclude<PostingOutcome, { readonly outcome: "done" }>
  /** `notMoved`: entries that were corrected or returned meanwhile, which stay where they are. */
  | {
      readonly outcome: "done";
      readonly match: Match;
      readonly movedBack: number;
      readonly notMoved: number;
    };

/** Takes the match back: what was posted returns to the owner's suspense by reversing entries, and the owner is open again. */
export async function undo(
  parts: DecisionParts,
  owner: string,
  by: Reviewer,
  reason: string,
): Promise<UndoOutcome> {
  if (!by.purposes.includes(reviewingPurpose)) return { outcome: "purpose-not-held" };
  const undone = await parts.register.withLock(lockOf(owner), () => undoAlone(parts, owner, by, reason));
  return undone ?? { outcome: "busy" };
}

async function undoAlone(
  parts: DecisionParts,
  owner: string,
  { actor, office }: Reviewer,
  reason: string,
): Promise<UndoOutcome> {
  const match = foldMatch(await store.listEvents(parts.register, owner));
  if (match.state === "open") return { outcome: "other-state" };
  if (reason.trim() === "" || reason.length > 200) return { outcome: "malformed-decision" };
  const at = parts.now();
  const operation = "operationId" in match ? match.operationId : undefined;
  const moved = operation === undefined ? [] : await moveBack(parts, owner, operation, reason, at);
  // INVARIANT: under the lock nobody posts behind our back; a posting that crashed is among what was moved back.
  const operationId = operation === undefined ? renderUuid(parts.makeId()) : derivedId(operation, "undo");
  const outcome = await appendDecided(parts, owner, async () => ({
    kind: "undone",
    actor,
    office,
    reason,
    at,
    operationId,
  }));
  if (outcome.outcome !== "done") return outcome;
  const movedBack = moved.filter((kind) => kind === "moved-back" || kind === "repeated").length;
  return { ...outcome, movedBack, notMoved: moved.length - movedBack };
}

async function moveBack(
  { register }: DecisionParts,
  owner: string,
  operation: string,
  reason: string,
  at: Date,
): Promise<MoveBackOutcome["kind"][]> {
  const kinds: MoveBackOutcome["kind"][] = [];
  for (const { person, entryNo } of await store.listPostedBy(register, owner, operation)) {
    const operationId = parseUuid(derivedId(operation, `undo ${entryNo}`));
    const order = { personKey: parseUuid(person), entryNo };
    const { kind } = await moveBackToSuspense(register, order, { operationId, reason, atMs: at.getTime() });
    kinds.push(kind);
  }
  return kinds;
}

/** A UUID of version 8 that follows from an operation: sent again it is the same. */
function derivedId(operation: string, what: string): string {
  const bytes = createHash("sha256").update(`kura/match/1\n${operation}\n${what}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return renderUuid(bytes);
}

/** Of the owner, and of nothing else that locks: sixty-two bits of a hash. */
function lockOf(owner: string): bigint {
  return createHash("sha256").update(`kura/match/lock\n${owner}`).digest().readBigInt64BE() >> 1n;
}
