/**
 * Has the keeper seal the accepted lines of a batch: each person's facts under the person's own key. Called by
 * `register-lines.ts` only.
 */
import { decodeFactList, encodeFactList } from "@kura/kernel/fact-list.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { encodeSealPlace } from "@kura/keeper/protocol/protocol.ts";
import type { SealedColumns } from "@kura/keeper/protocol/protocol.ts";
import type { Databases } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { BatchContext } from "../jobs/batch-work.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import type { Token } from "../vault/terms.ts";
import type { AcceptedLines } from "./accepted-lines.ts";
import { recordKinds } from "./facts.ts";
import { fieldNumbers } from "./field.ts";
import type { PersonState } from "./identify.ts";
import type { IndexedBatch } from "./line-tokens.ts";
import * as store from "./store.ts";

/** Bytes that a line usually has in the request. */
const itemBytes = 350;
const noBytes = new Uint8Array();

/** What the keeper made of one batch, in the order of the accepted lines. */
export interface SealedBatch {
  readonly batchNo: number;
  readonly columns: SealedColumns;
}

const nothingSealed: SealedColumns = {
  eventNumber: 0n,
  bytes: noBytes,
  wrappedStarts: [],
  wrappedLengths: [],
  sealedStarts: [],
  sealedLengths: [],
};

/** @param recent what the batches in flight made. @throws {Breach} for a registered person without a key. */
export async function sealBatch(
  lines: AcceptedLines,
  recent: readonly Promise<SealedBatch>[],
  databases: Databases,
  keeper: KeeperClient,
  { source }: BatchContext,
  reissued: ReadonlyMap<PersonState, Token>,
): Promise<SealedBatch> {
  const { batchNo } = lines;
  if (lines.count === 0) return { batchNo, columns: nothingSealed };
  const keys = await keysOf([...lines.older()], recent, databases);
  const items = new WireWriter(lines.count * itemBytes);
  for (let i = 0; i < lines.count; i++) {
    const person = lines.olderAt(i);
    // Empty for a person of this batch: the keeper makes one key, however many of their lines there are.
    const wrappedKey = person === undefined ? noBytes : (keys.get(person) ?? noBytes);
    encodeSealPlace(items, lines.keys, i, recordKinds.personLine, lines.recordNos[i] ?? 0);
    items.bytes(wrappedKey);
    const newNumber = person === undefined ? undefined : reissued.get(person);
    if (newNumber === undefined) lines.batch.writeFacts(lines.places[i] ?? 0, items);
    else items.bytes(factsUnder(lines.batch, lines.places[i] ?? 0, newNumber));
  }
  const answer = await keeper.sealWritten(source, lines.count, items.finish());
  if (answer.outcome === "ok") return { batchNo, columns: answer.value };
  const { outcome, reason } = answer;
  throw new Fault("keeper-refused", `the keeper refused to seal a batch: ${outcome}: ${reason}`);
}

/**
 * The facts of a line about somebody who has a new number. Under a former one it does not bring that back: it was the sender's
 * way to say who is meant, and is recorded already.
 */
function factsUnder(batch: IndexedBatch, place: number, newNumber: Token): Uint8Array {
  const facts = batch.factsAt(place);
  if (batch.tokensOf(place).numbers.includes(newNumber)) return facts;
  return encodeFactList(decodeFactList(facts).filter(({ field }) => field !== fieldNumbers.pensionNumber));
}

/**
 * Wrapped keys of persons who were there before this batch: made by a batch in flight, or stored.
 *
 * @throws {Breach} when one has none: sealed under a new key, their former records would never open again.
 */
async function keysOf(
  persons: readonly PersonState[],
  recent: readonly Promise<SealedBatch>[],
  databases: Databases,
): Promise<Map<PersonState, Uint8Array>> {
  const keys = new Map<PersonState, Uint8Array>();
  if (persons.length === 0) return keys;
  const batches = await Promise.all(recent);
  const stored = await store.listKeys(
    databases.keys,
    persons.map((person) => person.personKey),
  );
  for (const person of persons) {
    const wrapped = madeKeyOf(person, batches) ?? stored.get(renderUuid(person.personKey));
    if (wrapped === undefined) {
      throw new Breach("a registered person has no key", { person: renderUuid(person.personKey) });
    }
    keys.set(person, wrapped);
  }
  return keys;
}

function madeKeyOf({ madeIn }: PersonState, batches: readonly SealedBatch[]): Uint8Array | undefined {
  const columns = batches.find(({ batchNo }) => batchNo === madeIn?.batchNo)?.columns;
  if (madeIn === undefined || columns === undefined) return undefined;
  const start = columns.wrappedStarts[madeIn.line] ?? 0;
  return columns.bytes.subarray(start, start + (columns.wrappedLengths[madeIn.line] ?? 0));
}
