/**
 * What the operations share: keys, journal, state, and what waits in memory. One object for the life of the process.
 *
 * Only the files in `operations/` use it. Plaintext of the store leaves through four of them: `operations/open.ts`,
 * `operations/search.ts` and the preview of `operations/extract.ts`, sealed to a session, and `operations/extract-part.ts`,
 * under keys that `operations/extract-release.ts` alone gives out. Of `operations/screen.ts` one bit for each person leaves.
 */
import { codeOf } from "@kura/kernel/fault.ts";
import type { AnnouncedOrders } from "./orders/announced-orders.ts";
import type { BlindIndex } from "./crypto/blind-index.ts";
import type { HoneyFile } from "./orders/honey-file.ts";
import type { HpkeKeyPair } from "./crypto/hpke.ts";
import type { JournalEvent, PersonEvent } from "./journal/journal-event.ts";
import type { JournalReader } from "./journal/journal-reader.ts";
import type { Journal } from "./journal/journal.ts";
import type { FillRandom, KeyFile, KeptKeys } from "./crypto/key-file.ts";
import type { Log } from "./log/log.ts";
import { type Unlinked, withLinks } from "./journal/person-event.ts";
import type { Operation, Place, Refusal } from "./protocol/protocol.ts";
import type { RecordCipher } from "./crypto/record-cipher.ts";
import type { Slices } from "./slices.ts";
import type { KeeperState } from "./state.ts";
import type { Waiting } from "./waiting.ts";

export interface Keeper {
  readonly journal: Journal;
  readonly log: Log;
  readonly reader: JournalReader;
  readonly state: KeeperState;
  readonly waiting: Waiting;
  readonly honey: HoneyFile;
  readonly cipher: RecordCipher;
  readonly index: BlindIndex;
  /** What is sealed to the keeper is sealed to this pair. */
  readonly hpke: HpkeKeyPair;
  readonly slices: Slices;
  readonly fillRandom: FillRandom;
  readonly keyFile: KeyFile;
  /** The kept keys now: `keyFile.keys` until the first rotation. */
  keys: KeptKeys;
  readonly announced: AnnouncedOrders;
  unopenedCalls: number;
}

/** An answer's payload, or why there is none. */
export type Result = Uint8Array | Refusal;

export function isRefusal(result: object): result is Refusal {
  return "outcome" in result;
}

/** Resolves with the event's number when it is durable; the state knows it at once. */
export function record(keeper: Keeper, event: Exclude<JournalEvent, PersonEvent>): Promise<number> {
  return keeper.journal.append(event);
}

/** As {@link record}, with each person's next link. */
export function recordOfPersons(keeper: Keeper, event: Unlinked): Promise<number> {
  return keeper.journal.append((stamp) => withLinks(event, stamp, keeper.state.persons));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

export function erasedRefusal(personKey: Uint8Array): Refusal {
  return { outcome: "erased", reason: "the person was erased", place: keyPlace(personKey) };
}

/** Where a person's key belongs, in a refusal. */
export function keyPlace(personKey: Uint8Array): Place {
  return { personKey, kind: 0, recordNo: 0 };
}

/** Runs `work`, giving `undefined` when what it was given does not open. */
export function findOpened<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (codeOf(error) === "does-not-open") return undefined;
    throw error;
  }
}

/**
 * The refusal of a call in which something did not open, journalled with its place.
 *
 * A row of ours that does not open is a contradiction, and elsewhere one stops the work. Here it is an answer: what is
 * opened comes from the custodian, and a custodian that was taken over could otherwise stop the keeper for everybody
 * with sixteen bytes of noise. The journal has the evidence and `status` the count; the caller, who knows which rows
 * are its own, is the one to stop.
 */
export async function refuseUnopened(keeper: Keeper, operation: Operation, place: Place): Promise<Refusal> {
  keeper.unopenedCalls += 1;
  const { personKey, kind: recordKind, recordNo } = place;
  const evidence = { person: hexOf(personKey), recordKind, recordNo };
  await record(keeper, { kind: "refused", operation, outcome: "does-not-open", ...evidence });
  return { outcome: "does-not-open", reason: "it does not open in the place it was given for", place };
}
