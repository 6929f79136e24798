/**
 * New pension numbers for some persons: drawn, checked against everybody's, sealed, told to the persons, recorded.
 *
 * Called by `incident` alone, batch by batch, under words that two actors stood for. A number is one more fact of the person,
 * with a source of its own; nothing that was recorded is touched, and the former number goes on finding the person. The
 * record repeats the content token of the one before it, so that a file read again is still known to say nothing new.
 * Plaintext of new numbers lives in the batch in hand. The order of durable effects:
 *   1. the keeper journals what it seals         CRASH: sealed bytes that nobody kept
 *   2. the keeper tells the persons in its journal  CRASH: persons told of a number that they have not; they are told again
 *   3. source, records, tokens and who has theirs are committed together: done
 */
import { concatBytes } from "@kura/kernel/bytes.ts";
import { encodeFactList } from "@kura/kernel/fact-list.ts";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { Databases, Tx } from "../db/database.ts";
import { parseUuid } from "../db/uuid.ts";
import * as sources from "../jobs/store.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { halvesOf, type Token, termKinds } from "../vault/terms.ts";
import { recordKinds } from "./facts.ts";
import { fieldNumbers } from "./field.ts";
import type { PensionNumber } from "./pension-number.ts";
import { recordBatchOf } from "./sealed-batches/record-batch.ts";
import { appendRecordBatch } from "./sealed-batches/store.ts";
import * as store from "./store.ts";
import { TokenRows } from "./token-rows.ts";

/** A block whose numbers are nearly all given out is refused after so many draws of one batch. */
const drawsMax = 50;

export interface ReissueParts {
  readonly databases: Databases;
  readonly keeper: KeeperClient;
  readonly makeId: () => Uint8Array;
  readonly now: () => Date;
  /** One number of the block, each as likely. */
  readonly draw: () => PensionNumber;
}

/** One person's new number as it is recorded. */
export interface Reissued {
  readonly personKey: string;
  readonly recordNo: number;
  readonly token: Token;
}

/**
 * @param personKeys of persons with a key: nobody erased, each once.
 * @param reason of the source: incident and revision.
 * @param tell has the keeper tell the persons; the number of its event.
 * @param alsoCommit in the same transaction.
 */
export async function reissueNumbers(
  parts: ReissueParts,
  personKeys: readonly string[],
  reason: string,
  tell: () => Promise<bigint>,
  alsoCommit: (tx: Tx, reissued: readonly Reissued[], event: bigint) => Promise<void>,
): Promise<void> {
  const { databases, keeper, makeId, now } = parts;
  const numbers = await drawNumbers(parts, personKeys.length);
  const last = await lastRecords(databases, personKeys);
  const wrapped = await store.listKeys(databases.keys, personKeys.map(parseUuid));
  const atMs = now().getTime();
  const from = new Date(atMs).toISOString().slice(0, 10);
  const items = personKeys.map((personKey, i) => ({
    personKey: parseUuid(personKey),
    kind: recordKinds.numberReissue,
    recordNo: mustHave(last, personKey).recordNo + 1,
    wrappedKey: mustHave(wrapped, personKey),
    facts: encodeFactList([{ field: fieldNumbers.pensionNumber, value: numbers[i]?.number ?? "", from }]),
  }));
  const answer = await keeper.seal({ source: reason, items });
  if (answer.outcome !== "ok") {
    throw new Fault("keeper-refused", `the keeper refused to seal new numbers: ${answer.outcome}`);
  }
  const event = await tell();
  const records = personKeys.map((personKey, i) => {
    const { personKey: key, kind, recordNo } = items[i] ?? mustBeThere();
    const { sealed } = answer.value.items[i] ?? mustBeThere();
    const { contentToken } = mustHave(last, personKey);
    const names = { kanaToken: undefined, nameToken: undefined };
    return { personKey: key, recordNo, kind, sealed, contentToken, ...names, sourceLine: i + 1 };
  });
  const tokens = new TokenRows(numbers.length);
  for (const [i, { token }] of numbers.entries()) {
    const [high, low] = halvesOf(token);
    tokens.add(termKinds.pensionNumber, high, low, i);
  }
  const keys = concatBytes(...records.map((record) => record.personKey));
  const reissued = personKeys.map((personKey, i) => ({
    personKey,
    recordNo: records[i]?.recordNo ?? 0,
    token: numbers[i]?.token ?? 0n,
  }));
  const sourceId = makeId();
  await databases.register.transact(async (tx) => {
    const file = { fileDigest: null, mappingDigest: null };
    await sources.appendSource(tx, { sourceId, kind: "number-reissue", ...file, reason, atMs });
    await sources.appendFinished(tx, sourceId, 0, atMs);
    await store.appendRecords(tx, records, sourceId, atMs);
    if (records.length > 0) {
      const sealed = columnsOf(answer.value.eventNumber, records);
      await appendRecordBatch(tx, recordBatchOf(sourceId, 1, records.length, sealed));
    }
    await store.appendTokens(tx, tokens.inOrder(keys));
    await alsoCommit(tx, reissued, event);
  });
}

/** The records one after another, as `recordBatchOf` reads them. */
function columnsOf(eventNumber: bigint, records: readonly { readonly sealed: Uint8Array }[]) {
  const sealedLengths = records.map(({ sealed }) => sealed.length);
  let length = 0;
  const sealedStarts = sealedLengths.map((bytes) => (length += bytes) - bytes);
  return {
    eventNumber,
    bytes: concatBytes(...records.map(({ sealed }) => sealed)),
    sealedStarts,
    sealedLengths,
  };
}

interface Drawn {
  readonly number: PensionNumber;
  readonly token: Token;
}

/** Numbers that nobody has or ever had, and no two alike. @throws {Fault} `block-exhausted` */
async function drawNumbers({ databases, keeper, draw }: ReissueParts, count: number): Promise<Drawn[]> {
  const drawn = new Map<PensionNumber, Token>();
  for (let draws = 0; draws < drawsMax && drawn.size < count; draws++) {
    const fresh = new Set<PensionNumber>();
    for (let i = drawn.size; i < count; i++) fresh.add(draw());
    const numbers = [...fresh].filter((number) => !drawn.has(number));
    const tokens = await keeper.index(numbers.map((text) => ({ kind: termKinds.pensionNumber, text })));
    const held = await store.listByTokens(databases.register, [...tokens]);
    const isHeld = new Set(held.map(({ token }) => token));
    for (const [i, number] of numbers.entries()) {
      const token = tokens[i] ?? 0n;
      if (!isHeld.has(token)) drawn.set(number, token);
    }
  }
  if (drawn.size < count) throw new Fault("block-exhausted", "the block has hardly any number left");
  return [...drawn].map(([number, token]) => ({ number, token }));
}

async function lastRecords(
  { register }: Databases,
  personKeys: readonly string[],
): Promise<ReadonlyMap<string, store.RecordTokens>> {
  const rows = await store.listRecordTokens(register, personKeys);
  return new Map(rows.map((row) => [row.personKey, row]));
}

function mustHave<T>(found: ReadonlyMap<string, T>, personKey: string): T {
  const one = found.get(personKey);
  if (one === undefined)
    throw new Breach("a registered person has no key or no record", { person: personKey });
  return one;
}

function mustBeThere(): never {
  throw new Breach("the keeper sealed another number of records than it was given", {});
}
