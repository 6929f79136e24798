/**
 * What is said about the log's events of premiums and of one person: the batch that is noted, and what a receipt is made of.
 *
 * A part of `protocol/protocol.ts`, under the same rules; imported by both sides, holds no key code. Format: docs/formats/receipt.md.
 */
import { decodeUtf8, encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import type { Stated } from "../journal/journal-event.ts";
import type { PersonEntry } from "../journal/person-event.ts";
import { decodeSignedOrder, encodeSignedOrder, type SignedOrder } from "./orders.ts";
import { listIn, nameIn, personKeyBytes, ticketBytes, whole } from "./parts.ts";

const hashBytes = 32;

// premiums: answered with the number of the event

export interface PremiumsRequest {
  /** Source and batch. Journalled: no personal data. */
  readonly source: string;
  readonly entries: number;
  readonly accounts: number;
  readonly root: Uint8Array;
}

export function encodePremiumsRequest(request: PremiumsRequest, ticket: Uint8Array): Uint8Array {
  const { source, entries, accounts, root } = request;
  return new WireWriter(256).raw(ticket).text(source).u32(entries).u32(accounts).raw(root).finish();
}

export function decodePremiumsRequest(
  payload: Uint8Array,
): PremiumsRequest & { readonly ticket: Uint8Array } {
  return whole(payload, (reader) => ({
    ticket: reader.raw(ticketBytes),
    source: nameIn(reader, limits.noteBytes),
    entries: reader.u32(),
    accounts: reader.u32(),
    root: reader.raw(hashBytes),
  }));
}

// receipt

export interface ReceiptRequest {
  /** Of kind `receipt`. */
  readonly order: SignedOrder;
  readonly personKey: Uint8Array;
  readonly stated: Stated;
  /** Numbers of all events of the person so far, in order. */
  readonly events: readonly bigint[];
  /** Numbers of the `premiums` events of the person's entries, and of the `sealed` events of their records. */
  readonly batches: readonly bigint[];
}

export function encodeReceiptRequest({
  order,
  personKey,
  stated,
  events,
  batches,
}: ReceiptRequest): Uint8Array {
  const writer = new WireWriter(1024 + 8 * (events.length + batches.length));
  writer.bytes(encodeSignedOrder(order)).raw(personKey);
  writer.u32(stated.premiumEntries).raw(Buffer.from(stated.premiumHead, "hex"));
  writer.u32(stated.records).raw(Buffer.from(stated.recordsDigest, "hex"));
  for (const numbers of [events, batches]) {
    writer.u32(numbers.length);
    for (const number of numbers) writer.u64(number);
  }
  return writer.finish();
}

export function decodeReceiptRequest(payload: Uint8Array): ReceiptRequest {
  return whole(payload, (reader) => ({
    order: decodeSignedOrder(reader.bytes(limits.orderBytes + limits.signatureBytes + 8)),
    personKey: reader.raw(personKeyBytes),
    stated: {
      premiumEntries: reader.u32(),
      premiumHead: encodeHex(reader.raw(hashBytes)),
      records: reader.u32(),
      recordsDigest: encodeHex(reader.raw(hashBytes)),
    },
    events: listIn(reader, limits.receiptEvents, () => reader.u64()),
    batches: listIn(reader, limits.receiptBatches, () => reader.u64()),
  }));
}

/** An event of the person, opened: which part of the log's entry it is, and how that leads to the entry. */
export type OpenedEvent = {
  readonly entry: PersonEntry;
  readonly salt: string;
  readonly part: number;
  readonly parts: number;
  /** Hashes from the part to the entry (RFC 6962, section 2.1.1), in hexadecimal like the salt. */
  readonly path: readonly string[];
};

/** An event of a batch, opened: the whole of it. */
export type OpenedBatch = {
  /** Canonical JSON. */
  readonly text: string;
  readonly salt: string;
};

/** Inside the sealed answer of `receipt`. */
export type OpenedReceipt = {
  /** All of them, the receipt's own last. */
  readonly events: readonly OpenedEvent[];
  readonly batches: readonly OpenedBatch[];
};

export function encodeOpenedReceipt({ events, batches }: OpenedReceipt): Uint8Array {
  const plain = { events: events.map((one) => ({ ...one, entry: { ...one.entry } })), batches };
  return encodeUtf8(encodeCanonical(plain));
}

export function decodeOpenedReceipt(plaintext: Uint8Array): OpenedReceipt {
  return JSON.parse(decodeUtf8(plaintext)) as OpenedReceipt;
}
