/**
 * What is said about orders on the keeper's socket: orders, sealed answers, events.
 *
 * A part of `protocol/protocol.ts`, under the same rules; imported by both sides, runs in browsers, holds no key code.
 * An order travels as the text that was signed (`client-side.ts`) with its signature and the sealed material it needs.
 */
import { type WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import { kindIn, listIn, personKeyBytes, pointBytes, ticketBytes, whole, wrappedKeyIn } from "./parts.ts";

export { pointBytes, ticketBytes } from "./parts.ts";

export const searchBytes = 16;
const tagBytes = 16;
/** `u8 format ‖ 12 nonce ‖ ciphertext ‖ 16 tag`: what a sealed record is longer than its facts. */
const sealedRecordBytes = limits.factsBytes + 29;

// orders: `sign-out`, `ticket`, `rotate`, `erase`, `honey`, `search` send one and nothing else

export interface SignedOrder {
  /** `orderText` */
  readonly text: string;
  /** 64 bytes over `orderMessage(text)` by the session's key. */
  readonly signature: Uint8Array;
}

export function encodeSignedOrder(order: SignedOrder): Uint8Array {
  return putOrder(new WireWriter(1024), order).finish();
}

export function decodeSignedOrder(payload: Uint8Array): SignedOrder {
  return whole(payload, orderIn);
}

function putOrder(writer: WireWriter, { text, signature }: SignedOrder): WireWriter {
  return writer.text(text).bytes(signature);
}

function orderIn(reader: WireReader): SignedOrder {
  return { text: reader.text(limits.orderBytes), signature: reader.bytes(limits.signatureBytes) };
}

/** Leave to index and seal, or to rewrap: named in each of those calls, counted down, gone with a restart. */
export interface Ticket {
  readonly eventNumber: bigint;
  readonly ticket: Uint8Array;
  readonly expiresMs: number;
}

export function encodeTicket({ eventNumber, ticket, expiresMs }: Ticket): Uint8Array {
  return new WireWriter(32).u64(eventNumber).raw(ticket).u64(BigInt(expiresMs)).finish();
}

export function decodeTicket(payload: Uint8Array): Ticket {
  return whole(payload, (reader) => ({
    eventNumber: reader.u64(),
    ticket: reader.raw(ticketBytes),
    expiresMs: Number(reader.u64()),
  }));
}

// open

export interface SealedRecord {
  readonly kind: number;
  readonly recordNo: number;
  readonly sealed: Uint8Array;
}

/** A person's sealed material, as the custodian keeps it. */
export interface OpenItem {
  readonly personKey: Uint8Array;
  readonly wrappedKey: Uint8Array;
  readonly records: readonly SealedRecord[];
}

export interface OpenRequest {
  /** Of kind `look`. */
  readonly order: SignedOrder;
  /** Some or all of the order's persons, each once. */
  readonly items: readonly OpenItem[];
}

export function encodeOpenRequest({ order, items }: OpenRequest): Uint8Array {
  return putItems(putOrder(new WireWriter(4096), order), items).finish();
}

/** Bounds and shape. Whether the persons are the order's is the operation's to admit. */
export function decodeOpenRequest(payload: Uint8Array): OpenRequest {
  return whole(payload, (reader) => ({
    order: orderIn(reader),
    items: itemsIn(reader, limits.openPersons),
  }));
}

/** Persons with their sealed material, as every question about some carries them. */
export function putItems(writer: WireWriter, items: readonly OpenItem[]): WireWriter {
  writer.u32(items.length);
  for (const { personKey, wrappedKey, records } of items) {
    writer.raw(personKey).bytes(wrappedKey).u32(records.length);
    for (const { kind, recordNo, sealed } of records) writer.u8(kind).u32(recordNo).bytes(sealed);
  }
  return writer;
}

export function itemsIn(reader: WireReader, max: number): OpenItem[] {
  return listIn(reader, max, () => ({
    personKey: reader.raw(personKeyBytes),
    wrappedKey: wrappedKeyIn(reader, false),
    records: listIn(reader, limits.openRecords, () => ({
      kind: kindIn(reader),
      recordNo: reader.u32(),
      sealed: reader.bytes(sealedRecordBytes),
    })),
  }));
}

/** What `open` and `reveal` answer: only the session can read `sealed`. */
export interface SealedAnswer {
  readonly eventNumber: bigint;
  /** A soft limit of a budget is passed; also inside, where nobody on the way can change it. */
  readonly isNearBudget: boolean;
  /** Of the session's context; the same until the keeper starts anew. */
  readonly enc: Uint8Array;
  readonly sealed: Uint8Array;
}

export function encodeSealedAnswer({ eventNumber, isNearBudget, enc, sealed }: SealedAnswer): Uint8Array {
  return new WireWriter(sealed.length + 80)
    .u64(eventNumber)
    .u8(isNearBudget ? 1 : 0)
    .raw(enc)
    .bytes(sealed)
    .finish();
}

export function decodeSealedAnswer(payload: Uint8Array): SealedAnswer {
  return whole(payload, (reader) => ({
    eventNumber: reader.u64(),
    isNearBudget: reader.u8() === 1,
    enc: reader.raw(pointBytes),
    sealed: reader.bytes(limits.answerBytes),
  }));
}

/** Inside the sealed answer of `open`. */
export interface OpenedPersons {
  readonly eventNumber: bigint;
  readonly isNearBudget: boolean;
  /** In the request's order; for each record the bytes of a fact list of the ordered fields. */
  readonly persons: readonly { readonly personKey: Uint8Array; readonly records: readonly Uint8Array[] }[];
}

export function encodeOpenedPersons({ eventNumber, isNearBudget, persons }: OpenedPersons): Uint8Array {
  const bytes = persons.flatMap(({ records }) => records.map((facts) => 4 + facts.length));
  const room = bytes.reduce((sum, one) => sum + one, 16 + persons.length * (personKeyBytes + 4));
  const writer = new WireWriter(room).u64(eventNumber).u8(isNearBudget ? 1 : 0);
  writer.u32(persons.length);
  for (const { personKey, records } of persons) {
    writer.raw(personKey).u32(records.length);
    for (const facts of records) writer.bytes(facts);
  }
  return writer.finish();
}

export function decodeOpenedPersons(plaintext: Uint8Array): OpenedPersons {
  return whole(plaintext, (reader) => ({
    eventNumber: reader.u64(),
    isNearBudget: reader.u8() === 1,
    persons: listIn(reader, limits.openPersons, () => ({
      personKey: reader.raw(personKeyBytes),
      records: listIn(reader, limits.openRecords, () => reader.bytes(limits.factsBytes)),
    })),
  }));
}

// search, and `reveal` behind it

export interface SearchTokens {
  readonly eventNumber: bigint;
  readonly isNearBudget: boolean;
  /** Names the search in `reveal`, once. */
  readonly search: Uint8Array;
  /** In the order of the terms; a person is a candidate who has all of them. */
  readonly tokens: readonly { readonly kind: number; readonly token: Uint8Array }[];
}

const tokenBytes = 8;

export function encodeSearchTokens(answer: SearchTokens): Uint8Array {
  const writer = new WireWriter(128).u64(answer.eventNumber).u8(answer.isNearBudget ? 1 : 0);
  writer.raw(answer.search).u32(answer.tokens.length);
  for (const { kind, token } of answer.tokens) writer.u8(kind).raw(token);
  return writer.finish();
}

export function decodeSearchTokens(payload: Uint8Array): SearchTokens {
  return whole(payload, (reader) => ({
    eventNumber: reader.u64(),
    isNearBudget: reader.u8() === 1,
    search: reader.raw(searchBytes),
    tokens: listIn(reader, limits.searchTerms, () => ({
      kind: kindIn(reader),
      token: reader.raw(tokenBytes),
    })),
  }));
}

export interface RevealRequest {
  readonly search: Uint8Array;
  /** At most `limits.candidates`; none is an answer too. */
  readonly items: readonly OpenItem[];
}

export function encodeRevealRequest({ search, items }: RevealRequest): Uint8Array {
  return putItems(new WireWriter(4096).raw(search), items).finish();
}

export function decodeRevealRequest(payload: Uint8Array): RevealRequest {
  return whole(payload, (reader) => ({
    search: reader.raw(searchBytes),
    items: itemsIn(reader, limits.candidates),
  }));
}

/** As little as decides which of the candidates is meant. */
export interface FoundPerson {
  readonly personKey: Uint8Array;
  /** First character of each part, the others as ○; empty where nothing is recorded. */
  readonly maskedName: string;
  /** `YYYY`, or empty. */
  readonly birthYear: string;
  /** The first characters behind the prefecture, or empty. */
  readonly addressStart: string;
}

/** Inside the sealed answer of `reveal`. */
export interface FoundPersons {
  readonly eventNumber: bigint;
  readonly isNearBudget: boolean;
  readonly persons: readonly FoundPerson[];
}

export function encodeFoundPersons({ eventNumber, isNearBudget, persons }: FoundPersons): Uint8Array {
  const writer = new WireWriter().u64(eventNumber).u8(isNearBudget ? 1 : 0);
  writer.u32(persons.length);
  for (const { personKey, maskedName, birthYear, addressStart } of persons) {
    writer.raw(personKey).text(maskedName).text(birthYear).text(addressStart);
  }
  return writer.finish();
}

export function decodeFoundPersons(plaintext: Uint8Array): FoundPersons {
  return whole(plaintext, (reader) => ({
    eventNumber: reader.u64(),
    isNearBudget: reader.u8() === 1,
    persons: listIn(reader, limits.candidates, () => ({
      personKey: reader.raw(personKeyBytes),
      maskedName: reader.text(limits.termBytes),
      birthYear: reader.text(limits.termBytes),
      addressStart: reader.text(limits.termBytes),
    })),
  }));
}

// events

export interface EventsRequest {
  /** Number of the first event wanted, from 1. */
  readonly from: bigint;
  /** At most `limits.eventsInAnswer`; an answer may hold fewer than there are. */
  readonly limit: number;
}

export interface EventsAnswer {
  /** Durable events in the journal. */
  readonly journalEvents: bigint;
  /** Consecutive from `from` on: chain hash and canonical JSON (`journal-event.ts`), as in the journal's own records. */
  readonly events: readonly { readonly chainHash: Uint8Array; readonly json: string }[];
}

const hashBytes = 32;

export function encodeEventsRequest({ from, limit }: EventsRequest): Uint8Array {
  return new WireWriter(16).u64(from).u32(limit).finish();
}

export function decodeEventsRequest(payload: Uint8Array): EventsRequest {
  return whole(payload, (reader) => ({ from: reader.u64(), limit: reader.count(limits.eventsInAnswer) }));
}

export function decodeEventsAnswer(payload: Uint8Array): EventsAnswer {
  return whole(payload, (reader) => ({
    journalEvents: reader.u64(),
    events: listIn(reader, limits.eventsInAnswer, () => ({
      chainHash: reader.raw(hashBytes),
      json: reader.text(limits.eventBytes),
    })),
  }));
}

// entries

export interface EntriesRequest {
  /** Index of the first entry wanted, from 0. */
  readonly from: bigint;
  /** At most `limits.entriesInAnswer`; an answer may hold fewer than there are. */
  readonly limit: number;
}

export interface EntriesAnswer {
  /** The log's key as a policy names it. */
  readonly verifierKey: string;
  /** The last checkpoint signed: a note. No entry of the answer is outside it. */
  readonly checkpoint: string;
  /** Consecutive from `from` on, 32 bytes each. */
  readonly entries: readonly Uint8Array[];
}

export function encodeEntriesRequest({ from, limit }: EntriesRequest): Uint8Array {
  return new WireWriter(16).u64(from).u32(limit).finish();
}

export function decodeEntriesRequest(payload: Uint8Array): EntriesRequest {
  return whole(payload, (reader) => ({ from: reader.u64(), limit: reader.count(limits.entriesInAnswer) }));
}

export function encodeEntriesAnswer({ verifierKey, checkpoint, entries }: EntriesAnswer): Uint8Array {
  const writer = new WireWriter(1024 + hashBytes * entries.length).text(verifierKey).text(checkpoint);
  writer.u32(entries.length);
  for (const entry of entries) writer.raw(entry);
  return writer.finish();
}

export function decodeEntriesAnswer(payload: Uint8Array): EntriesAnswer {
  return whole(payload, (reader) => ({
    verifierKey: reader.text(limits.noteBytes * 2),
    checkpoint: reader.text(limits.checkpointBytes),
    entries: listIn(reader, limits.entriesInAnswer, () => reader.raw(hashBytes)),
  }));
}

/** What is sealed in an order, `enc ‖ ciphertext`, is at least this long. */
export const sealedMinBytes: number = pointBytes + tagBytes;
