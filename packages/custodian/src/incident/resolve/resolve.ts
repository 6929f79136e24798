/**
 * What two actors stand for: a revision, a closing, the proof of a held change, an exchange of numbers.
 *
 *   words ─▶ may they be said? ─▶ the actor's signed order ─▶ the keeper's event ─▶ its copy ─▶ what it means here
 *
 * Only what the journal says has happened: the effect is read out of the copied event, never out of the request. A revision
 * is approved by one order of another actor than who made it; everything else needs the same words of two, which the keeper
 * itself compares. CRASH: behind the event its effect is missing; the same words said again bring it.
 * INVARIANT: resolve.db.test.ts.
 */
import { decodeHex, encodeHex, equalBytes } from "@kura/kernel/bytes.ts";
import { assertNever, Breach, codeOf } from "@kura/kernel/fault.ts";
import type { ResolveOrder } from "@kura/keeper/protocol/incidents.ts";
import type { SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import type { KeeperClient } from "../../vault/keeper-client.ts";
import { askResolve } from "../../vault/incident-orders.ts";
import { closeIncident } from "../close.ts";
import { findPerson } from "../desk/store.ts";
import { proveChange } from "../desk/held-changes.ts";
import { approveRevision, type IncidentParts } from "../incidents.ts";
import { incidentLimits } from "../limits.ts";
import { everybodyIn, findRevision } from "../revision.ts";
import { listIncidents } from "../store.ts";
import { numbersIn } from "./reissue-block.ts";
import * as store from "./store.ts";
import { parseWords, type Words, wordsDigest, wordsText } from "./words.ts";

export interface ResolveParts extends IncidentParts {
  readonly keeper: KeeperClient;
  /** Copies what the journal has more. @throws {Breach} */
  catchUp(): Promise<void>;
}

export type WordsRefusal =
  | "unknown-incident"
  | "incident-closed"
  | "unknown-revision"
  | "other-revision"
  | "own-revision"
  | "approved-before"
  | "not-approved"
  | "reissued-before"
  | "block-too-small"
  | "unknown-person"
  | "other-words";

export type ResolveOutcome =
  /** Said by the first actor; another has to say the same. */
  | { readonly outcome: "proposed"; readonly event: bigint }
  | { readonly outcome: "done"; readonly event: bigint }
  | { readonly outcome: WordsRefusal }
  | { readonly outcome: Exclude<Answer<unknown>["outcome"], "ok"> };

/** What an order of kind `resolve` says besides its head. @param purpose one that the actor holds and that serves it. */
export function resolveContent(
  incidentId: string,
  words: Words,
  purpose: string,
): Omit<ResolveOrder, "v" | "session" | "number" | "atMs"> {
  const head = { purpose, case: incidentId, caseKind: "incident" } as const;
  return { kind: "resolve", ...head, subject: words.subject, digest: wordsDigest(incidentId, words) };
}

/** Relays the order when the words may be said, and does what the journal then says. @param actor who signed it. */
export async function resolveWords(
  parts: ResolveParts,
  incidentId: string,
  words: Words,
  actor: string,
  order: SignedOrder,
): Promise<ResolveOutcome> {
  const refusal = await refuseWords(parts, incidentId, words, actor);
  if (refusal !== undefined) return { outcome: refusal };
  if (!saysWords(order, incidentId, words)) return { outcome: "other-words" };
  const answer = await askResolve(parts.keeper, order);
  if (answer.outcome !== "ok") return { outcome: answer.outcome };
  await parts.catchUp();
  return settle(parts, incidentId, words, answer.value);
}

/** A mistake is refused before it stands in the journal; whether order and words belong together the keeper cannot know. */
function saysWords(order: SignedOrder, incidentId: string, words: Words): boolean {
  const said = JSON.parse(order.text) as Partial<Record<keyof ResolveOrder, unknown>>;
  return (
    said.case === incidentId &&
    said.subject === words.subject &&
    said.digest === wordsDigest(incidentId, words)
  );
}

/** Why these words may not be said now, by this actor. */
export async function refuseWords(
  { register }: IncidentParts,
  incidentId: string,
  words: Words,
  actor: string,
): Promise<WordsRefusal | undefined> {
  const [incident] = await listIncidents(register, 1, incidentId);
  if (incident === undefined) return "unknown-incident";
  if (!incident.isOpen && words.subject !== "revision" && words.subject !== "reissue")
    return "incident-closed";
  if (words.subject === "closing") return undefined;
  if (words.subject === "proof") {
    return (await findPerson(register, words.person)) === undefined ? "unknown-person" : undefined;
  }
  const revision = await findRevision(register, incidentId, words.revision);
  if (revision === undefined) return "unknown-revision";
  if (!equalBytes(revision.digest, decodeHex(words.revisionDigest))) return "other-revision";
  if (words.subject === "revision") {
    if (revision.madeBy === actor) return "own-revision";
    return revision.approvedBy === undefined ? undefined : "approved-before";
  }
  if (revision.approvedBy === undefined) return "not-approved";
  if (everybodyIn(revision.classes).size !== words.persons) return "other-revision";
  if (numbersIn(words.block) < incidentLimits.blockRoom * words.persons) return "block-too-small";
  const before = await store.listReissues(register, incidentId);
  return before.some(({ revisionNo }) => revisionNo === words.revision) ? "reissued-before" : undefined;
}

/** What the event means. Said again, it means the same. */
async function settle(
  parts: ResolveParts,
  incidentId: string,
  words: Words,
  event: bigint,
): Promise<ResolveOutcome> {
  const { register } = parts;
  const resolved = await store.findResolved(register, event);
  const digest = wordsDigest(incidentId, words);
  if (resolved === undefined || resolved.incidentId !== incidentId || resolved.digest !== digest) {
    throw new Breach("the journal's event is not the order that was sent", { event });
  }
  const { actor, first, at } = resolved;
  if (words.subject === "revision") {
    const { outcome } = await approveRevision(parts, incidentId, words.revision, actor, event);
    return outcome === "done" ? { outcome, event } : { outcome };
  }
  const { subject } = words;
  if (first === undefined) {
    const row = { incidentId, digest: decodeHex(digest), subject, words: wordsText(words), event };
    await store.appendProposal(register, { ...row, proposedBy: actor, at });
    return { outcome: "proposed", event };
  }
  return settleSeconded(parts, incidentId, words, { first, actor, event, digest, at });
}

interface Seconded {
  readonly first: string;
  readonly actor: string;
  readonly event: bigint;
  readonly digest: string;
  readonly at: Date;
}

async function settleSeconded(
  parts: ResolveParts,
  incidentId: string,
  words: Exclude<Words, { subject: "revision" }>,
  { first, actor, event, digest, at }: Seconded,
): Promise<ResolveOutcome> {
  switch (words.subject) {
    case "closing": {
      const row = { incidentId, reason: words.reason, actor: first, secondedBy: actor, event };
      const { outcome } = await closeIncident(parts, row);
      return outcome === "done" ? { outcome, event } : { outcome };
    }
    case "proof": {
      const { person: personKey, proof } = words;
      const row = { personKey, incidentId, proof, provedBy: first, approvedBy: actor, event };
      const { outcome } = await proveChange(parts, row);
      // The keeper seconds no word by the actor who said it first.
      if (outcome === "same-actor") throw new Breach("one actor seconded their own word", { event });
      return outcome === "done" ? { outcome, event } : { outcome };
    }
    case "reissue": {
      const { revision: revisionNo, block } = words;
      const shared = { incidentId, revisionNo, digest: decodeHex(digest), block, event, at };
      try {
        await store.appendReissue(parts.register, { ...shared, askedBy: first, secondedBy: actor });
      } catch (fault) {
        if (codeOf(fault) !== "sql-23505") throw fault;
        return { outcome: "reissued-before" };
      }
      return { outcome: "done", event };
    }
    default:
      return assertNever(words, "words");
  }
}

/** Words that wait for a second actor, proved to be those that were signed. */
export interface OpenProposal {
  readonly digest: string;
  readonly words: Words;
  readonly proposedBy: string;
  readonly at: Date;
}

/** Oldest first; what can be said no more is left out. @throws {Breach} when stored words are not those that were signed. */
export async function listOpenProposals(parts: IncidentParts, incidentId: string): Promise<OpenProposal[]> {
  const rows = await store.listProposals(parts.register, incidentId, incidentLimits.proposalsListed);
  const open: OpenProposal[] = [];
  for (const { digest, words: text, proposedBy, event, at } of rows) {
    const words = parseWords(JSON.parse(text));
    if (wordsDigest(incidentId, words) !== encodeHex(digest)) {
      throw new Breach("stored words are not those that were signed", { event });
    }
    const isSaid = open.some((one) => one.digest === encodeHex(digest));
    if (isSaid || (await refuseWords(parts, incidentId, words, "")) !== undefined) continue;
    if (words.subject === "proof" && (await store.isProved(parts.register, incidentId, words.person, at)))
      continue;
    open.push({ digest: encodeHex(digest), words, proposedBy, at });
  }
  return open;
}
