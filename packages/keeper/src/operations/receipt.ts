/**
 * `premiums`: one event for a batch of premium entries. `receipt`: everything that opens the log for one person.
 *
 * A receipt tells a person who looked, and tells nobody anything else: of each event it opens the part that is theirs
 * (`log-leaf.ts`). It shows no field of a person, is ordered like a look, and is an event of the person itself: the last one, with
 * the number of all before it. The order of effects:
 *   1. Admit, journal with what the custodian states, wait until it is durable, sign the checkpoint that holds it.
 *      CRASH: a receipt is counted that nobody has.
 *   2. Read the events given and prove that they are the person's, from the first to this one, without a gap.
 *   3. Seal the openings to the session, answer.  CRASH: as in 1.
 *
 * INVARIANT: a custodian that leaves an event out, or gives another's, gets nothing (operations/receipt.abuse.test.ts).
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { isPersonEvent, type JournalEvent, type Stamp } from "../journal/journal-event.ts";
import { parseEvent } from "../journal/journal-record.ts";
import {
  erasedRefusal,
  hexOf,
  isRefusal,
  type Keeper,
  record,
  recordOfPersons,
  type Result,
} from "../keeper.ts";
import { limits } from "../limits.ts";
import { entryOf } from "../journal/person-event.ts";
import { encodeEventNumber, type Refusal } from "../protocol/protocol.ts";
import { encodeSealedAnswer } from "../protocol/orders.ts";
import {
  decodePremiumsRequest,
  decodeReceiptRequest,
  encodeOpenedReceipt,
  type OpenedBatch,
  type OpenedEvent,
} from "../protocol/receipt.ts";
import type { Slice } from "../slices.ts";
import { admit } from "./admit.ts";
import { spendTicket } from "./ticket.ts";

export async function notePremiums(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { ticket, source, entries, accounts, root } = decodePremiumsRequest(payload);
  const spent = ticket.every((byte) => byte === 0)
    ? spendOwnNote(keeper)
    : spendTicket(keeper, ticket, "ingest", { terms: 0, records: 1 });
  if (isRefusal(spent)) return spent;
  const event = { kind: "premiums", ...spent, source, entries, accounts, root: encodeHex(root) } as const;
  return encodeEventNumber(BigInt(await record(keeper, event)));
}

/**
 * The custodian notes by itself what an operation on the ledger wrote, whoever is signed in. It is told nothing for it; what is
 * bounded is how much of the journal it can fill.
 */
function spendOwnNote({ state, journal }: Keeper): { readonly actor: string } | Refusal {
  if (state.ownNotes.total(journal.nowMs()) < limits.ownNotesPerDay) return { actor: "" };
  return { outcome: "ticket-overdrawn", reason: "the custodian has noted too many batches today" };
}

export async function openReceipt(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { order: signed, personKey, stated, events, batches } = decodeReceiptRequest(payload);
  const admission = admit(keeper, signed, ["receipt"], [personKey]);
  if ("refusal" in admission) return admission.refusal;
  const { order, session, ordered, isNearBudget } = admission;
  const { person } = order;
  const number = await recordOfPersons(keeper, { kind: "receipt", ...ordered, persons: [person], stated });
  await keeper.log.publish(keeper.journal);
  if (keeper.state.erased.has(person)) return erasedRefusal(personKey);

  const slice = keeper.slices.begin();
  const opened = await openEvents(keeper, person, [...events.map(Number), number], slice);
  if (opened === undefined) return incomplete;
  const openedBatches = await openBatches(keeper, batches.map(Number), slice);
  if (openedBatches === undefined) return incomplete;
  const plaintext = encodeOpenedReceipt({ events: opened, batches: openedBatches });
  const answer = session.sealAnswer(keeper.hpke, order.number, signed.text, plaintext);
  return encodeSealedAnswer({ eventNumber: BigInt(number), isNearBudget, ...answer });
}

const incomplete: Refusal = {
  outcome: "events-incomplete",
  reason: "the events given are not the person's, from the first to the last",
};

/** `undefined` unless they are the person's events 1, 2, … in order. */
async function openEvents(
  keeper: Keeper,
  person: string,
  numbers: readonly number[],
  slice: Slice,
): Promise<OpenedEvent[] | undefined> {
  const opened: OpenedEvent[] = [];
  let previous = "0".repeat(64);
  for (const number of numbers) {
    const found = await findEvent(keeper, number, slice);
    if (found === undefined || !isPersonEvent(found.event)) return undefined;
    const { event, stamp, json } = found;
    const place = event.persons.indexOf(person);
    const link = event.links[place];
    if (link?.n !== opened.length + 1) return undefined;
    const entry = entryOf(event, person, stamp, { n: link.n, previous });
    const { path, parts } = keeper.log.leaves.provePart({ event, number, json }, place + 1);
    const salt = hexOf(keeper.log.leaves.salt(number, person));
    opened.push({ entry, salt, part: place + 1, parts, path: path.map(encodeHex) });
    previous = link.hash;
  }
  return opened;
}

/** `undefined` unless each is a batch of premiums or of sealed records. */
async function openBatches(
  keeper: Keeper,
  numbers: readonly number[],
  slice: Slice,
): Promise<OpenedBatch[] | undefined> {
  const opened: OpenedBatch[] = [];
  for (const number of numbers) {
    const found = await findEvent(keeper, number, slice);
    const kind = found?.event.kind;
    if (found === undefined || (kind !== "premiums" && kind !== "sealed")) return undefined;
    const text = Buffer.from(found.json).toString("utf8");
    opened.push({ text, salt: hexOf(keeper.log.leaves.salt(number)) });
  }
  return opened;
}

async function findEvent(
  { reader, log }: Keeper,
  number: number,
  slice: Slice,
): Promise<{ event: JournalEvent; stamp: Stamp; json: Uint8Array } | undefined> {
  const [found] = await reader.read(number, 1, log.signedEvents, slice);
  if (found === undefined) return undefined;
  if (slice.spend(limits.recordCostBytes)) await slice.next();
  const event = parseEvent(found.json, number);
  return { event, stamp: event, json: found.json };
}
