/**
 * From a page of the keeper's journal to the rows that are stored. Pure: verifies that the page goes on where the copy ends.
 *
 * The chain hash of event n is SHA-256(hash of n − 1 ‖ text of n), thirty-two zeros before the first. A page begins with the
 * last event that was copied, so that a journal that was put back, cut or exchanged shows at once.
 *
 * INVARIANT: no gap, no number twice, none that goes back (project-journal.db.test.ts).
 */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { encodeHex, equalBytes } from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";

/** How far the copy has come; number 0 and zeros before the first event. */
export interface CopyHead {
  readonly number: bigint;
  readonly chainHash: Uint8Array;
}

export const emptyCopy: CopyHead = { number: 0n, chainHash: new Uint8Array(32) };

/** What the keeper answers to `events`. */
export interface JournalPage {
  readonly journalEvents: bigint;
  readonly events: readonly { readonly chainHash: Uint8Array; readonly json: string }[];
}

const text = v.string();
const hex = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})+$/u));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ordered = { session: hex, actor: text, office: text, orderNumber: count, purpose: text };
const anyEvent = v.looseObject({
  number: count,
  time: v.pipe(v.string(), v.isoTimestamp()),
  kind: text,
  ...v.entriesFromList(["actor", "office", "purpose", "caseId", "outcome", "reason"], v.optional(text)),
  session: v.optional(hex),
  orderNumber: v.optional(count),
});
const personEvent = v.looseObject({
  ...ordered,
  caseId: text,
  caseKind: text,
  fields: v.optional(v.array(count), []),
  persons: v.array(v.pipe(hex, v.length(32))),
  links: v.array(v.looseObject({ n: count, hash: v.pipe(hex, v.length(64)) })),
});
const signedIn = v.looseObject({
  session: hex,
  ...v.entriesFromList(["actor", "office", "credential", "workstation"], text),
  expiresMs: count,
});
const endingKinds: readonly string[] = ["signed-out", "alarm"];
const personKinds: readonly string[] = [
  "opened",
  "found",
  "erased",
  "receipt",
  "extracted",
  "screened",
  "reissued",
];

export interface EventRow {
  readonly number: number;
  readonly chainHash: string;
  readonly kind: string;
  readonly time: string;
  readonly actor: string | undefined;
  readonly office: string | undefined;
  readonly session: string | undefined;
  readonly orderNumber: number | undefined;
  readonly purpose: string | undefined;
  readonly caseId: string | undefined;
  /** Of a refusal its answer, of an alarm its reason. */
  readonly outcome: string | undefined;
  readonly text: string;
}

/** One person of one event. */
export interface DisclosureRow {
  readonly person: string;
  readonly personEventNo: number;
  readonly number: number;
  readonly kind: string;
  readonly linkHash: string;
  readonly time: string;
  readonly actor: string;
  readonly office: string;
  readonly session: string;
  readonly orderNumber: number;
  readonly purpose: string;
  readonly caseId: string;
  readonly caseKind: string;
  readonly fields: readonly number[];
}

/** A session as its sign-in says: who held it, where. */
export interface SessionRow {
  readonly session: string;
  readonly number: number;
  readonly actor: string;
  readonly office: string;
  readonly credential: string;
  readonly workstation: string;
  readonly time: string;
  readonly expires: string;
}

/** An event that ended a session before it expired. */
export interface SessionEndRow {
  readonly session: string;
  readonly number: number;
  readonly kind: string;
  readonly time: string;
}

export interface CopiedPage {
  readonly head: CopyHead;
  readonly events: readonly EventRow[];
  readonly disclosures: readonly DisclosureRow[];
  readonly sessions: readonly SessionRow[];
  readonly sessionEnds: readonly SessionEndRow[];
}

/**
 * What is new in a page that was asked for from the last copied event on.
 *
 * @throws {Breach} when the journal is not the one that was copied, or not whole.
 */
export function copyPage(before: CopyHead, page: JournalPage): CopiedPage {
  if (page.journalEvents < before.number) {
    const { number: copied } = before;
    throw new Breach("the journal is shorter than its copy", { copied, journal: page.journalEvents });
  }
  const isFirst = before.number === 0n;
  const overlap = page.events[0]?.chainHash;
  if (!isFirst && (overlap === undefined || !equalBytes(overlap, before.chainHash))) {
    throw new Breach("the journal is another than the one that was copied", { number: before.number });
  }
  const events: EventRow[] = [];
  const disclosures: DisclosureRow[] = [];
  const sessions: SessionRow[] = [];
  const sessionEnds: SessionEndRow[] = [];
  let head = before;
  for (const { chainHash, json } of isFirst ? page.events : page.events.slice(1)) {
    head = nextHead(head, chainHash, json);
    const event = parseAs(anyEvent, JSON.parse(json), head.number);
    if (BigInt(event.number) !== head.number) {
      throw new Breach("a journal event has another number than its place", { number: head.number });
    }
    events.push(eventRow(event, chainHash, json));
    if (personKinds.includes(event.kind)) disclosures.push(...disclosureRows(event, head.number));
    if (event.kind === "signed-in") sessions.push(sessionRow(event, head.number));
    if (endingKinds.includes(event.kind)) sessionEnds.push(sessionEndRow(event, head.number));
  }
  return { head, events, disclosures, sessions, sessionEnds };
}

/**
 * That each person's events are 1, 2, 3 … without a gap.
 *
 * @param last the number of each person's last event that was copied before.
 * @throws {Breach}
 */
export function checkPersonChains(rows: readonly DisclosureRow[], last: ReadonlyMap<string, number>): void {
  const reached = new Map(last);
  for (const { person, personEventNo, number } of rows) {
    if (personEventNo !== (reached.get(person) ?? 0) + 1) {
      throw new Breach("a person's events have a gap", { number });
    }
    reached.set(person, personEventNo);
  }
}

function nextHead(before: CopyHead, chainHash: Uint8Array, json: string): CopyHead {
  const number = before.number + 1n;
  const chained = createHash("sha256").update(before.chainHash).update(json, "utf8").digest();
  if (!equalBytes(chained, chainHash)) {
    throw new Breach("a journal event does not continue the chain", { number });
  }
  return { number, chainHash };
}

function eventRow(event: v.InferOutput<typeof anyEvent>, chainHash: Uint8Array, json: string): EventRow {
  const { number, kind, time, actor, office, session, orderNumber, purpose, caseId } = event;
  const outcome = event.outcome ?? (kind === "alarm" ? event.reason : undefined);
  const shared = { number, kind, time, actor, office, session, orderNumber, purpose, caseId, outcome };
  return { ...shared, chainHash: encodeHex(chainHash), text: json };
}

function disclosureRows(event: v.InferOutput<typeof anyEvent>, number: bigint): DisclosureRow[] {
  const { persons, links, ...rest } = parseAs(personEvent, event, number);
  if (links.length !== persons.length) {
    throw new Breach("a journal event has not one link for each person", { number });
  }
  const { actor, office, session, orderNumber, purpose, caseId, caseKind, fields } = rest;
  const order = { actor, office, session, orderNumber, purpose, caseId, caseKind, fields };
  const when = { number: event.number, kind: event.kind, time: event.time };
  return persons.map((person, i) => {
    const { n = 0, hash = "" } = links[i] ?? {};
    return { ...order, ...when, person, personEventNo: n, linkHash: hash };
  });
}

function sessionRow(event: v.InferOutput<typeof anyEvent>, number: bigint): SessionRow {
  const { session, actor, office, credential, workstation, expiresMs } = parseAs(signedIn, event, number);
  const expires = new Date(expiresMs).toISOString();
  return { session, number: event.number, actor, office, credential, workstation, time: event.time, expires };
}

function sessionEndRow(
  { session, number, kind, time }: v.InferOutput<typeof anyEvent>,
  at: bigint,
): SessionEndRow {
  if (session === undefined) throw new Breach("a journal event cannot be read", { number: at });
  return { session, number, kind, time };
}

/** Of a value that does not fit only its place is said. */
function parseAs<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  number: bigint,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new Breach("a journal event cannot be read", { number });
  return parsed.output;
}
