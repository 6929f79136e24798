/**
 * What is said on the keeper's socket: operation numbers, and the encoder and decoder of every question and answer.
 *
 * Imported by both sides; holds no key code. Frames are those of `@kura/kernel/frame.ts`: the tag is an operation
 * (see {@link operations}) on the way in and an answer (see {@link answers}) on the way out; ids pair them, answers
 * may come in any order. Decoders of questions are the keeper's first line of defence: they refuse whatever is above
 * `limits.ts`. Long lists are decoded one item at a time, so that the keeper can look at its other callers between.
 */
import { Fault } from "@kura/kernel/fault.ts";
import type { Frame } from "@kura/kernel/frame.ts";
import { WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import {
  encodePlace,
  kindIn,
  listIn,
  nameIn,
  pointBytes,
  ticketBytes,
  type Place,
  personKeyBytes,
  placeIn,
  whole,
  wrappedKeyBytes,
  wrappedKeyIn,
} from "./parts.ts";

import { type AnswerName, answers } from "./names.ts";

export type { OpenItem, SealedRecord } from "./orders.ts";
export { type Place, personKeyBytes, wrappedKeyBytes } from "./parts.ts";

export const protocolVersion = 2;

export { type AnswerName, answers, type Operation, operations } from "./names.ts";

export const tokenBytes = 8;
/** The name of no ticket: what asks with it is refused. */
export const noTicket: Uint8Array = new Uint8Array(ticketBytes);
/** `u8 format ‖ 12 nonce ‖ ciphertext ‖ 16 tag`: what a sealed record is longer than its facts. */
export const sealedOverheadBytes = 29;

export interface Refusal {
  readonly outcome: Exclude<AnswerName, "ok">;
  /** For a programmer or operator; never holds a value. */
  readonly reason: string;
  readonly place?: Place;
}

export type Answer<T> = { readonly outcome: "ok"; readonly value: T } | Refusal;

// status

export interface Status {
  readonly protocolVersion: number;
  readonly kekVersion: number;
  /** Durable events in the journal. */
  readonly journalEvents: bigint;
  /** Hash over all of them. */
  readonly headHash: Uint8Array;
  readonly memoryBytes: bigint;
  readonly journalWritable: boolean;
  readonly erasedPersons: number;
  /** Calls answered `does-not-open` since the start. Anything but 0 wants an operator's eyes. */
  readonly unopenedCalls: number;
  /** Search terms and honey persons are sealed to this point; `started` events have it too. */
  readonly hpkeKey: Uint8Array;
  /** Of the last roster statement; 0 and zeros before the first. */
  readonly rosterSequence: number;
  readonly rosterDigest: Uint8Array;
  readonly openSessions: number;
}

export function encodeStatus(status: Status): Uint8Array {
  return new WireWriter()
    .u16(status.protocolVersion)
    .u32(status.kekVersion)
    .u64(status.journalEvents)
    .raw(status.headHash)
    .u64(status.memoryBytes)
    .u8(status.journalWritable ? 1 : 0)
    .u32(status.erasedPersons)
    .u32(status.unopenedCalls)
    .raw(status.hpkeKey)
    .u32(status.rosterSequence)
    .raw(status.rosterDigest)
    .u32(status.openSessions)
    .finish();
}

export function decodeStatus(payload: Uint8Array): Status {
  return whole(payload, (reader) => ({
    protocolVersion: reader.u16(),
    kekVersion: reader.u32(),
    journalEvents: reader.u64(),
    headHash: reader.raw(32),
    memoryBytes: reader.u64(),
    journalWritable: reader.u8() === 1,
    erasedPersons: reader.u32(),
    unopenedCalls: reader.u32(),
    hpkeKey: reader.raw(pointBytes),
    rosterSequence: reader.u32(),
    rosterDigest: reader.raw(32),
    openSessions: reader.u32(),
  }));
}

// index

export interface Term {
  /** 1 to 255: which sort of value this is. Equal texts of two kinds have unrelated tokens. */
  readonly kind: number;
  readonly text: string;
}

export function encodeIndexRequest(terms: readonly Term[], ticket: Uint8Array = noTicket): Uint8Array {
  const writer = new WireWriter(64 * terms.length + 32).raw(encodeTermsHead(terms.length, ticket));
  for (const { kind, text } of terms) encodeTerm(writer, kind, text);
  return writer.finish();
}

/** One term, behind those written before it: for callers with tens of thousands, which need not become objects. */
export function encodeTerm(writer: WireWriter, kind: number, text: string): void {
  writer.u8(kind).text(text);
}

/** What stands before `count` terms that {@link encodeTerm} has written. */
export function encodeTermsHead(count: number, ticket: Uint8Array = noTicket): Uint8Array {
  return new WireWriter(32).raw(ticket).u32(count).finish();
}

/** Terms that are worked on together, where they stand in the request; the tokens are of the bytes as they came. */
export interface TermRun {
  readonly bytes: Uint8Array;
  readonly kinds: readonly number[];
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

export function decodeIndexRequest(payload: Uint8Array): {
  ticket: Uint8Array;
  count: number;
  runs: Generator<TermRun>;
} {
  const reader = new WireReader(payload);
  const ticket = reader.raw(ticketBytes);
  const count = reader.count(limits.terms);
  return { ticket, count, runs: termRunsIn(payload, reader, count) };
}

function* termRunsIn(bytes: Uint8Array, reader: WireReader, count: number): Generator<TermRun> {
  for (let left = count; left > 0; left -= limits.termsInRun) {
    const run = { bytes, kinds: [] as number[], starts: [] as number[], lengths: [] as number[] };
    while (run.kinds.length < Math.min(left, limits.termsInRun)) {
      run.kinds.push(kindIn(reader));
      const length = reader.count(limits.termBytes);
      run.starts.push(reader.skip(length));
      run.lengths.push(length);
    }
    yield run;
  }
  reader.end();
}

/** The tokens side by side, in the order of the terms. */
export function decodeIndexAnswer(payload: Uint8Array): Uint8Array[] {
  if (payload.length % tokenBytes !== 0) throw new Fault("malformed-frame", "not a whole number of tokens");
  return Array.from({ length: payload.length / tokenBytes }, (_, i) =>
    payload.subarray(i * tokenBytes, (i + 1) * tokenBytes),
  );
}

// seal

export interface SealItem extends Place {
  /** The person's wrapped key, or empty to have one made: one for each person in a call. */
  readonly wrappedKey: Uint8Array;
  /** `encodeFactList` of `@kura/kernel/fact-list.ts`. */
  readonly facts: Uint8Array;
}

export interface SealRequest {
  /** Where the records come from (a file's digest, a form's number). Journalled: no personal data. */
  readonly source: string;
  readonly items: readonly SealItem[];
}

export interface SealedItem {
  /** The new person's wrapped key; empty when one was given. */
  readonly wrappedKey: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface SealAnswer {
  readonly eventNumber: bigint;
  readonly items: readonly SealedItem[];
}

export function encodeSealRequest(request: SealRequest, ticket: Uint8Array = noTicket): Uint8Array {
  const { source, items } = request;
  const writer = new WireWriter(512 * items.length + 256).raw(encodeSealHead(source, items.length, ticket));
  for (const item of items) {
    encodePlace(writer, item).bytes(item.wrappedKey).bytes(item.facts);
  }
  return writer.finish();
}

/** What stands before the items: for callers with thousands, which need not become objects. */
export function encodeSealHead(source: string, records: number, ticket: Uint8Array = noTicket): Uint8Array {
  return new WireWriter(64).raw(ticket).text(source).u32(records).finish();
}

/** What an item begins with; wrapped key and facts follow, each behind its length. @param i of the person among `personKeys`. */
export function encodeSealPlace(
  writer: WireWriter,
  personKeys: Uint8Array,
  i: number,
  kind: number,
  recordNo: number,
): void {
  writer
    .copy(personKeys, i * personKeyBytes, (i + 1) * personKeyBytes)
    .u8(kind)
    .u32(recordNo);
}

export function decodeSealRequest(payload: Uint8Array): {
  ticket: Uint8Array;
  source: string;
  records: number;
  items: Generator<SealItem>;
} {
  const reader = new WireReader(payload);
  const ticket = reader.raw(ticketBytes);
  const source = nameIn(reader, limits.noteBytes);
  const records = reader.count(limits.items);
  return { ticket, source, records, items: sealItemsIn(reader, records) };
}

function* sealItemsIn(reader: WireReader, records: number): Generator<SealItem> {
  for (let left = records; left > 0; left--) {
    const { personKey, kind, recordNo } = placeIn(reader);
    const wrappedKey = wrappedKeyIn(reader, true);
    yield { personKey, kind, recordNo, wrappedKey, facts: reader.bytes(limits.factsBytes) };
  }
  reader.end();
}

/** `u64 event number ‖ u32 count`, then `bytes wrapped key ‖ bytes sealed` for each item of the request. */
export function decodeSealAnswer(payload: Uint8Array): SealAnswer {
  return whole(payload, (reader) => {
    const eventNumber = reader.u64();
    const items = listIn(reader, limits.items, () => ({
      wrappedKey: reader.bytes(wrappedKeyBytes),
      sealed: reader.bytes(limits.factsBytes + sealedOverheadBytes),
    }));
    return { eventNumber, items };
  });
}

/** The same answer in columns, for callers with thousands of records: where each item's parts stand in `bytes`. */
export interface SealedColumns {
  readonly eventNumber: bigint;
  readonly bytes: Uint8Array;
  readonly wrappedStarts: readonly number[];
  /** 0 where a key was given. */
  readonly wrappedLengths: readonly number[];
  readonly sealedStarts: readonly number[];
  readonly sealedLengths: readonly number[];
}

export function decodeSealedColumns(payload: Uint8Array): SealedColumns {
  return whole(payload, (reader) => {
    const columns = {
      eventNumber: reader.u64(),
      bytes: payload,
      wrappedStarts: [] as number[],
      wrappedLengths: [] as number[],
      sealedStarts: [] as number[],
      sealedLengths: [] as number[],
    };
    for (let left = reader.count(limits.items); left > 0; left--) {
      const wrappedBytes = reader.count(wrappedKeyBytes);
      columns.wrappedLengths.push(wrappedBytes);
      columns.wrappedStarts.push(reader.skip(wrappedBytes));
      const sealedBytes = reader.count(limits.factsBytes + sealedOverheadBytes);
      columns.sealedLengths.push(sealedBytes);
      columns.sealedStarts.push(reader.skip(sealedBytes));
    }
    return columns;
  });
}

// rewrap; `rotate` and `erase` send a signed order (`protocol/orders.ts`)

export function encodeKekVersion(kekVersion: number): Uint8Array {
  return new WireWriter(4).u32(kekVersion).finish();
}

/** Answer of `rotate`: the version that new keys are wrapped under from now on. */
export function decodeKekVersion(payload: Uint8Array): number {
  return whole(payload, (reader) => reader.u32());
}

export interface RewrapItem {
  readonly personKey: Uint8Array;
  readonly wrappedKey: Uint8Array;
}

export const rewrapOutcomes = ["rewrapped", "erased", "does-not-open"] as const;

/** One bad key does not stop the others: a rewrap is a long job over everybody. */
export type RewrapOutcome =
  | { readonly outcome: "rewrapped"; readonly wrappedKey: Uint8Array }
  | { readonly outcome: "erased" | "does-not-open" };

export function encodeRewrapRequest(items: readonly RewrapItem[], ticket: Uint8Array = noTicket): Uint8Array {
  const writer = new WireWriter(96 * items.length + 32).raw(ticket).u32(items.length);
  for (const { personKey, wrappedKey } of items) writer.raw(personKey).bytes(wrappedKey);
  return writer.finish();
}

export function decodeRewrapRequest(payload: Uint8Array): {
  ticket: Uint8Array;
  count: number;
  items: Generator<RewrapItem>;
} {
  const reader = new WireReader(payload);
  const ticket = reader.raw(ticketBytes);
  const count = reader.count(limits.items);
  return { ticket, count, items: rewrapItemsIn(reader, count) };
}

function* rewrapItemsIn(reader: WireReader, count: number): Generator<RewrapItem> {
  for (let left = count; left > 0; left--) {
    yield { personKey: reader.raw(personKeyBytes), wrappedKey: wrappedKeyIn(reader, false) };
  }
  reader.end();
}

/** `u64 event number`, then for each item `u8 outcome ‖ bytes wrapped key` (empty unless rewrapped). */
export function decodeRewrapAnswer(payload: Uint8Array): { eventNumber: bigint; items: RewrapOutcome[] } {
  return whole(payload, (reader) => ({
    eventNumber: reader.u64(),
    items: listIn(reader, limits.items, () => rewrapOutcomeIn(reader)),
  }));
}

function rewrapOutcomeIn(reader: WireReader): RewrapOutcome {
  const outcome = rewrapOutcomes[reader.u8()];
  const wrappedKey = reader.bytes(wrappedKeyBytes);
  if (outcome === undefined) throw new Fault("malformed-frame", "no such outcome of a rewrap");
  return outcome === "rewrapped" ? { outcome, wrappedKey } : { outcome };
}

export function encodeEventNumber(eventNumber: bigint): Uint8Array {
  return new WireWriter(8).u64(eventNumber).finish();
}

/** Answer of `erase`, `honey`, `amend`, `sign-out`: the number of the event. */
export function decodeEventNumber(payload: Uint8Array): bigint {
  return whole(payload, (reader) => reader.u64());
}

// answers

export function encodeRefusal(refusal: Refusal): Uint8Array {
  const writer = new WireWriter().text(refusal.reason).u8(refusal.place === undefined ? 0 : 1);
  return refusal.place === undefined ? writer.finish() : encodePlace(writer, refusal.place).finish();
}

/** The asking side's last step: `decode` reads the payload of an `ok`. */
export function decodeAnswer<T>(frame: Frame, decode: (payload: Uint8Array) => T): Answer<T> {
  const name = Object.entries(answers).find(([, tag]) => tag === frame.tag)?.[0] as AnswerName | undefined;
  if (name === undefined) throw new Fault("malformed-frame", "no such answer");
  if (name === "ok") return { outcome: "ok", value: decode(frame.payload) };
  return whole(frame.payload, (reader) => {
    const reason = reader.text(1_000);
    return { outcome: name, reason, ...(reader.u8() === 1 && { place: placeIn(reader, 0) }) };
  });
}
