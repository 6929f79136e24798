/**
 * The receipt as a file: canonical JSON (`@kura/kernel/canonical.ts`) and a newline. Reads and writes it, and believes nothing.
 *
 * A receipt is one person's: every event of theirs with what opens it in the log, their premium entries with the batches in
 * which they were logged, digests of their sealed records, and the checkpoint. Format: docs/formats/receipt.md.
 */
import { decodeHex, decodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { ReceiptFault } from "./fault.ts";
import { limits } from "./limits.ts";

/** What a person is told of one event; the keeper's `person-event.ts` makes it. */
export type PersonEntry = {
  readonly kind: string;
  readonly person: string;
  readonly n: number;
  readonly previous: string;
  readonly number: number;
  readonly timeMs: number;
  readonly session: string;
  readonly actor: string;
  readonly office: string;
  readonly orderNumber: number;
  readonly purpose: string;
  readonly caseId: string;
  readonly caseKind: string;
  readonly fields: readonly number[];
  readonly stated?: Stated;
};

/** What the agency said, in the log, that it holds of the person. */
export type Stated = {
  readonly premiumEntries: number;
  readonly premiumHead: string;
  readonly records: number;
  readonly recordsDigest: string;
};

/** Every hash, salt and key is in hexadecimal. */
export type ReceiptEvent = {
  readonly entry: PersonEntry;
  readonly salt: string;
  readonly part: number;
  readonly parts: number;
  readonly path: readonly string[];
  /** The entry of the log that stands for the whole event. */
  readonly commitment: string;
  readonly proof: readonly string[];
};

/** A batch of premium entries, or of sealed records: digests of one group of it, and how they lead to the log. */
export type ReceiptBatch = {
  /** Canonical JSON of the event of a batch. */
  readonly text: string;
  readonly salt: string;
  readonly digests: readonly string[];
  readonly group: number;
  readonly groups: number;
  readonly path: readonly string[];
  readonly proof: readonly string[];
};

export type ReceiptPremium = {
  readonly entryNo: number;
  /** `YYYY-MM` */
  readonly month: string;
  readonly scheme: number;
  readonly kind: number;
  readonly amountYen: number;
  /** 0 where there is none, also below. */
  readonly remunerationYen: number;
  readonly reverses: number;
  readonly sourceId: string;
  readonly sourceLine: number;
  /** Index into `batches`; −1 where the entry was logged by no batch. */
  readonly batch: number;
};

export type ReceiptRecord = {
  readonly recordNo: number;
  readonly kind: number;
  /** SHA-256 of the sealed bytes. */
  readonly digest: string;
  /** Index into `batches`; −1 where the event in which it was sealed is not known. */
  readonly batch: number;
};

export type Receipt = {
  readonly format: "kura-receipt/1";
  readonly person: string;
  readonly checkpoint: string;
  readonly events: readonly ReceiptEvent[];
  readonly batches: readonly ReceiptBatch[];
  readonly premiums: readonly ReceiptPremium[];
  readonly records: readonly ReceiptRecord[];
};

export function encodeReceipt(receipt: Receipt): string {
  return `${encodeCanonical(receipt)}\n`;
}

/** @throws {ReceiptFault} `malformed-receipt` for anything that {@link encodeReceipt} of a receipt cannot have written. */
export function parseReceipt(file: Uint8Array | string): Receipt {
  const text = typeof file === "string" ? file : textOf(file);
  if (text.length > limits.receiptCharacters) throw malformed("it is too long");
  const parsed = parseJson(text);
  const receipt = receiptFrom(parsed);
  if (encodeReceipt(receipt) !== text)
    throw malformed("it is not in its canonical form, or has more than it may");
  return receipt;
}

export function hashOf(hex: string): Uint8Array {
  return decodeHex(hex);
}

function receiptFrom(value: unknown): Receipt {
  const at = members(value, "the receipt");
  if (at["format"] !== "kura-receipt/1") throw malformed("it is of another format");
  return {
    format: "kura-receipt/1",
    person: hex(at["person"], 16),
    checkpoint: text(at["checkpoint"]),
    events: list(at["events"], limits.events, eventFrom),
    batches: list(at["batches"], limits.batches, batchFrom),
    premiums: list(at["premiums"], limits.premiums, premiumFrom),
    records: list(at["records"], limits.records, recordFrom),
  };
}

function eventFrom(value: unknown): ReceiptEvent {
  const at = members(value, "an event");
  return {
    entry: entryFrom(at["entry"]),
    salt: hex(at["salt"], 32),
    part: count(at["part"]),
    parts: count(at["parts"]),
    path: list(at["path"], limits.path, (one) => hex(one, 32)),
    commitment: hex(at["commitment"], 32),
    proof: list(at["proof"], limits.path, (one) => hex(one, 32)),
  };
}

function entryFrom(value: unknown): PersonEntry {
  const at = members(value, "an event");
  const stated = at["stated"];
  return {
    kind: text(at["kind"]),
    person: hex(at["person"], 16),
    n: count(at["n"]),
    previous: hex(at["previous"], 32),
    number: count(at["number"]),
    timeMs: count(at["timeMs"]),
    session: text(at["session"]),
    actor: text(at["actor"]),
    office: text(at["office"]),
    orderNumber: count(at["orderNumber"]),
    purpose: text(at["purpose"]),
    caseId: text(at["caseId"]),
    caseKind: text(at["caseKind"]),
    fields: list(at["fields"], limits.fields, count),
    ...(stated !== undefined && { stated: statedFrom(stated) }),
  };
}

function statedFrom(value: unknown): Stated {
  const at = members(value, "a statement");
  return {
    premiumEntries: count(at["premiumEntries"]),
    premiumHead: hex(at["premiumHead"], 32),
    records: count(at["records"]),
    recordsDigest: hex(at["recordsDigest"], 32),
  };
}

function batchFrom(value: unknown): ReceiptBatch {
  const at = members(value, "a batch");
  return {
    text: text(at["text"]),
    salt: hex(at["salt"], 32),
    digests: list(at["digests"], limits.digests, (one) => hex(one, 32)),
    group: count(at["group"]),
    groups: count(at["groups"]),
    path: list(at["path"], limits.path, (one) => hex(one, 32)),
    proof: list(at["proof"], limits.path, (one) => hex(one, 32)),
  };
}

function premiumFrom(value: unknown): ReceiptPremium {
  const at = members(value, "a premium");
  const month = text(at["month"]);
  if (!/^[0-9]{4}-(?:0[1-9]|1[0-2])$/.test(month)) throw malformed("a month is YYYY-MM");
  return {
    entryNo: count(at["entryNo"], limits.u32),
    month,
    scheme: count(at["scheme"], limits.u8),
    kind: count(at["kind"], limits.u8),
    amountYen: integer(at["amountYen"]),
    remunerationYen: count(at["remunerationYen"], limits.u32),
    reverses: count(at["reverses"], limits.u32),
    sourceId: hex(at["sourceId"], 16),
    sourceLine: count(at["sourceLine"], limits.u32),
    batch: at["batch"] === -1 ? -1 : count(at["batch"]),
  };
}

function recordFrom(value: unknown): ReceiptRecord {
  const at = members(value, "a record");
  return {
    recordNo: count(at["recordNo"], limits.u32),
    kind: count(at["kind"], limits.u8),
    digest: hex(at["digest"], 32),
    batch: at["batch"] === -1 ? -1 : count(at["batch"]),
  };
}

function members(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed(`${what} is no object`);
  return value as Readonly<Record<string, unknown>>;
}

function list<T>(value: unknown, max: number, one: (value: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > max) throw malformed("a list is none, or too long");
  return value.map((item) => one(item));
}

function text(value: unknown): string {
  if (typeof value !== "string") throw malformed("a text is none");
  return value;
}

function hex(value: unknown, bytes: number): string {
  if (typeof value !== "string" || value.length !== 2 * bytes || !/^[0-9a-f]*$/.test(value))
    throw malformed("a hash, salt or key is not hexadecimal of its length");
  return value;
}

function integer(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw malformed("a number is none");
  return value;
}

function count(value: unknown, max: number = Number.MAX_SAFE_INTEGER): number {
  const number = integer(value);
  if (number < 0 || number > max) throw malformed("a number is out of its range");
  return number;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw malformed("it is not JSON", cause);
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    if (codeOf(cause) !== "malformed-utf8") throw cause;
    throw malformed("it is not UTF-8", cause);
  }
}

function malformed(why: string, cause?: unknown): ReceiptFault {
  return new ReceiptFault("malformed-receipt", `not a receipt: ${why}`, { cause });
}
