/**
 * What is said about sealed extracts: the orders, the layout of an extract, and what goes over the keeper's socket.
 *
 * A part of `protocol/protocol.ts`, under the same rules; imported by both sides, holds no key code. An extract is named by its
 * orders' case, a UUID. Its rows are worked off in parts of `extractPartRows`; a part is cut into chunks of `chunkRows`,
 * each under a key of its own, so that a release can be of some chunks and no others. See docs/formats/extract.md.
 */
import { concatBytes, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { type WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import { kindIn, listIn, type OrderHead, personKeyBytes, whole } from "./parts.ts";
import { decodeSignedOrder, encodeSignedOrder, type SignedOrder } from "./orders.ts";

export const extractCaseKind = "extract";
export const extractPartRows: number = limits.extractPartRows;
export const chunkKeyBytes = 32;
export const fileKeyBytes = 16;
/** `12 nonce ‖ ciphertext ‖ 16 tag`: what a chunk is longer than its rows. */
export const chunkOverheadBytes = 28;

/** What an extract is; a second actor approves exactly this. */
export interface ExtractTerms {
  /** The credential whose sessions may open it. */
  readonly holder: string;
  /** The machine on which they may. */
  readonly workstation: string;
  /** Field numbers: the columns, in their order. */
  readonly fields: readonly number[];
  /** Persons and honey rows together. */
  readonly rows: number;
  /** Rows that share a key: what one release shows at least. Divides `extractPartRows`. */
  readonly chunkRows: number;
  /** Rows that are nobody's, from 0, ascending. Their values come with the approval. */
  readonly honeyAt: readonly number[];
  /** {@link selectionStep} over all parts, in hexadecimal. */
  readonly selection: string;
  readonly expiresMs: number;
}

/** Ask for an extract. */
export interface ExtractOrder extends OrderHead, ExtractTerms {
  readonly kind: "extract";
}

/** Show a few of its persons, masked: what a second actor looks at before approving. */
export interface PreviewOrder extends OrderHead {
  readonly kind: "preview";
  /** Drawn by the approver's own program ({@link drawSample}), ascending: an extract is never whole without these persons there. */
  readonly rows: readonly number[];
  /** Who stands in each of them, as the custodian says. */
  readonly persons: readonly string[];
}

/** A second actor's yes. */
export interface ApproveOrder extends OrderHead {
  readonly kind: "approve";
  /** SHA-256 of the text of the order that asked for it, in hexadecimal. */
  readonly request: string;
  /** {@link encodeHoneyRows}, sealed to the keeper, `enc ‖ ciphertext` in base64. */
  readonly sealedHoney: string;
}

/** The holder asks for the keys of some chunks, once for each opening. */
export interface ReleaseOrder extends OrderHead {
  readonly kind: "release";
  readonly firstChunk: number;
  readonly chunks: number;
  /** The body of the file's stanza: its file key, sealed to the keeper, `enc ‖ ciphertext` in base64. */
  readonly sealedFileKey: string;
}

/** Nobody opens it from now on. */
export interface RevokeOrder extends OrderHead {
  readonly kind: "revoke";
}

/** Its holder attests that no copy of what was opened is left. */
export interface AttestOrder extends OrderHead {
  readonly kind: "attest-destroyed";
}

// layout

export function partCount(rows: number): number {
  return Math.ceil(rows / extractPartRows);
}

export function partRows(rows: number, part: number): number {
  return Math.min(rows, (part + 1) * extractPartRows) - part * extractPartRows;
}

/** How many of its persons an approver is shown: a few, or all where there are fewer. */
export function sampleSize({ rows, honeyAt }: Pick<ExtractTerms, "rows" | "honeyAt">): number {
  return Math.min(limits.previewPersons, rows - honeyAt.length);
}

/** Rows of persons by lot, ascending. @param below gives a random integer from 0 to below its argument. */
export function drawSample(
  terms: Pick<ExtractTerms, "rows" | "honeyAt">,
  below: (limit: number) => number,
): number[] {
  const drawn = new Set<number>();
  while (drawn.size < sampleSize(terms)) {
    const row = below(terms.rows);
    if (!terms.honeyAt.includes(row)) drawn.add(row);
  }
  return [...drawn].sort((a, b) => a - b);
}

/** Rows of consecutive chunks. */
export function rowsOfChunks(
  { rows, chunkRows }: Pick<ExtractTerms, "rows" | "chunkRows">,
  firstChunk: number,
  chunks: number,
): { firstRow: number; rows: number } {
  const firstRow = firstChunk * chunkRows;
  return { firstRow, rows: Math.min(rows, firstRow + chunks * chunkRows) - firstRow };
}

/**
 * What is hashed (SHA-256) for the next part's step of the selection: the step before (zeros before the first) and the
 * keys of the part's persons in the order of their rows.
 */
export function selectionStep(before: Uint8Array, personKeys: readonly Uint8Array[]): Uint8Array {
  const writer = new WireWriter(32 + personKeys.length * personKeyBytes).raw(before);
  for (const personKey of personKeys) writer.raw(personKey);
  return writer.finish();
}

/** HPKE `info` and `aad` of the file key in an age stanza (docs/formats/extract.md). */
export const fileKeyInfo: Uint8Array<ArrayBuffer> = encodeUtf8("kura/extract-file/1");
export function fileKeyAad(extractId: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(extractId);
}

/** HPKE to the keeper needs the order's kind, session and number as `aad`: `toKeeperAad("approve", …)`. */
export function encodeHoneyRows(rows: readonly (readonly string[])[]): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter().u32(rows.length);
  for (const row of rows) {
    writer.u32(row.length);
    for (const value of row) writer.text16(value);
  }
  return writer.finish();
}

export function decodeHoneyRows(bytes: Uint8Array): Uint8Array[][] {
  return whole(bytes, (reader) =>
    listIn(reader, limits.honeyRows, () => listIn(reader, 255, () => reader.raw(reader.u16()))),
  );
}

// preview: as `reveal`, behind an order

export { encodeOpenRequest as encodePreviewRequest } from "./orders.ts";

// a part

/** Sealed material of a part's persons, as SQL writes it: side by side, in the order of their rows. */
export interface ExtractPart {
  readonly extractId: string;
  readonly part: number;
  /** Of 16 bytes each. */
  readonly personKeys: Uint8Array;
  /** Wrapped keys (`wrappedKeyBytes` each); zeros where there is none any more. */
  readonly wrappedKeys: Uint8Array;
  /** Each as `u16 person ‖ u8 kind ‖ u32 record ‖ bytes sealed`, in the order of the persons and oldest first. */
  readonly records: Uint8Array;
}

export function encodeExtractPart(given: ExtractPart): Uint8Array {
  return concatBytes(...layExtractPart(given));
}

/** The same in pieces, to be written one behind the other: sealed material of a part is not copied for its frame. */
export function layExtractPart(given: ExtractPart): readonly Uint8Array[] {
  const { extractId, part, personKeys, wrappedKeys, records } = given;
  const head = new WireWriter().text(extractId).u32(part).u32(personKeys.length).finish();
  const lengthOf = ({ length }: Uint8Array): Uint8Array => new WireWriter(4).u32(length).finish();
  return [head, personKeys, lengthOf(wrappedKeys), wrappedKeys, lengthOf(records), records];
}

export function decodeExtractPart(payload: Uint8Array): ExtractPart {
  return whole(payload, (reader) => ({
    extractId: reader.text(limits.nameBytes),
    part: reader.u32(),
    personKeys: reader.bytes(limits.extractPartRows * personKeyBytes),
    wrappedKeys: reader.bytes(limits.requestBytes),
    records: reader.bytes(limits.requestBytes),
  }));
}

/** A token of a honey row. */
export interface HoneyToken {
  readonly row: number;
  readonly kind: number;
  readonly token: Uint8Array;
}

export interface SealedPart {
  readonly eventNumber: bigint;
  readonly honey: readonly HoneyToken[];
  /** Each chunk as `bytes 12 nonce ‖ ciphertext ‖ 16 tag`. */
  readonly chunks: Uint8Array;
}

const tokenBytes = 8;

export function encodeSealedPart({ eventNumber, honey, chunks }: SealedPart): Uint8Array {
  const writer = new WireWriter(chunks.length + 64 + 16 * honey.length).u64(eventNumber).u32(honey.length);
  for (const { row, kind, token } of honey) writer.u32(row).u8(kind).raw(token);
  return writer.bytes(chunks).finish();
}

export function decodeSealedPart(payload: Uint8Array): SealedPart {
  return whole(payload, (reader) => ({
    eventNumber: reader.u64(),
    honey: listIn(reader, limits.honeyRows * 255, () => ({
      row: reader.u32(),
      kind: kindIn(reader),
      token: reader.raw(tokenBytes),
    })),
    chunks: reader.bytes(limits.answerBytes),
  }));
}

// a release

export { decodeSignedOrder as decodeExtractOrder, encodeSignedOrder as encodeExtractOrder };
export type { SignedOrder };

/** Inside the sealed answer of `release`. */
export interface Released {
  readonly eventNumber: bigint;
  readonly fields: readonly number[];
  readonly chunkRows: number;
  readonly rows: number;
  readonly fileKey: Uint8Array;
  /** Of the chunks ordered, in their order. */
  readonly chunkKeys: readonly Uint8Array[];
}

export function encodeReleased(released: Released): Uint8Array {
  const { eventNumber, fields, chunkRows, rows, fileKey, chunkKeys } = released;
  const writer = new WireWriter(chunkKeys.length * chunkKeyBytes + 512).u64(eventNumber).u32(fields.length);
  for (const field of fields) writer.u8(field);
  writer.u32(chunkRows).u32(rows).raw(fileKey).u32(chunkKeys.length);
  for (const key of chunkKeys) writer.raw(key);
  return writer.finish();
}

export function decodeReleased(plaintext: Uint8Array): Released {
  return whole(plaintext, (reader) => ({
    eventNumber: reader.u64(),
    fields: listIn(reader, 255, () => reader.u8()),
    chunkRows: reader.u32(),
    rows: reader.u32(),
    fileKey: reader.raw(fileKeyBytes),
    chunkKeys: listIn(reader, limits.releaseChunks, () => reader.raw(chunkKeyBytes)),
  }));
}

/** The rows of an opened chunk: one text for each column, none at all for a person who was erased meanwhile. */
export function decodeChunkRows(plaintext: Uint8Array, columns: number): string[][] {
  return whole(plaintext, (reader) => {
    const rows: string[][] = [];
    for (let left = reader.u32(); left > 0; left--) rows.push(rowIn(reader, columns));
    return rows;
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function rowIn(reader: WireReader, columns: number): string[] {
  if (reader.u8() === 0) return [];
  return Array.from({ length: columns }, () => decoder.decode(reader.raw(reader.u16())));
}
