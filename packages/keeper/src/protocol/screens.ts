/**
 * What is said about screens: which of some persons meet a criterion that needs plaintext (birth date, address, kana, sex).
 *
 * A part of `protocol/protocol.ts`, under the same rules; imported by both sides, holds no key code. A screen is named by its orders'
 * case, a UUID. The criterion travels sealed to the keeper, always as long as any other; the candidates are worked off in
 * parts of `extractPartRows`, and what comes back is one byte for each: they meet it, or not. See docs/formats/screen.md.
 */
import { equalBytes } from "@kura/kernel/bytes.ts";
import { parseCivilDate } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { foldKanaName, foldWidth } from "@kura/kernel/kana.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import { type OrderHead, personKeyBytes, whole } from "./parts.ts";
import { encodeSignedOrder, type SignedOrder } from "./orders.ts";

export const screenCaseKind = "screen";

/** All that are given must hold, of what the newest record says that has the field. */
export interface Criterion {
  /** YYYY-MM-DD; born on that day or later, or earlier. */
  readonly bornFrom?: string;
  readonly bornTo?: string;
  /** Digits, two at least. */
  readonly postalPrefix?: string;
  readonly addressPrefix?: string;
  readonly kanaPrefix?: string;
  /** As the register has it (ISO/IEC 5218 in words); never alone. */
  readonly sex?: string;
}

/** Ask which of these persons meet the criterion. */
export interface ScreenOrder extends OrderHead {
  readonly kind: "screen";
  /** {@link fieldsOfCriterion}: what the answer tells of. */
  readonly fields: readonly number[];
  readonly candidates: number;
  /** {@link candidateStep} over all parts, from the last to the first, in hexadecimal. */
  readonly selection: string;
  /** {@link encodeCriterion}, sealed to the keeper, `enc ‖ ciphertext` in base64. */
  readonly sealedCriterion: string;
}

/** A second actor's yes: the same criterion, said by themselves. */
export interface AgreeOrder extends OrderHead {
  readonly kind: "agree";
  /** SHA-256 of the text of the order that asked, in hexadecimal. */
  readonly request: string;
  readonly sealedCriterion: string;
}

// the criterion

/** In the order in which they are written, with the fields that they are compared with. */
const parts: readonly (readonly [keyof Criterion, field: number])[] = [
  ["bornFrom", 7],
  ["bornTo", 7],
  ["postalPrefix", 9],
  ["addressPrefix", 10],
  ["kanaPrefix", 4],
  ["sex", 8],
];

/** Field numbers, ascending, each once. */
export function fieldsOfCriterion(criterion: Criterion): number[] {
  const named = parts.filter(([name]) => criterion[name] !== undefined).map(([, field]) => field);
  return [...new Set(named)].sort((a, b) => a - b);
}

/** In normal form, filled up to {@link limits.criterionBytes}. @throws {Fault} `bad-criterion`, without a value of it. */
export function encodeCriterion(given: Criterion): Uint8Array<ArrayBuffer> {
  const criterion = normalCriterion(given);
  const writer = new WireWriter(limits.criterionBytes);
  for (const [name] of parts) writer.text(criterion[name] ?? "");
  const leftBytes = limits.criterionBytes - writer.length - 4;
  if (leftBytes < 0 || !isSound(criterion)) throw new Fault("bad-criterion", badCriterion);
  return writer.bytes(new Uint8Array(leftBytes)).finish();
}

const badCriterion =
  "a criterion has birth dates from and to (YYYY-MM-DD), at least two digits of a postal code, or the start of an address or a kana name; a sex only beside one of these";

/** @throws {Fault} `malformed-frame` for bytes that {@link encodeCriterion} cannot have written. */
export function decodeCriterion(bytes: Uint8Array): Criterion {
  const criterion: Criterion = whole(bytes, (reader) => {
    const read = parts.map(([name]) => [name, reader.text(limits.criterionBytes)]);
    reader.bytes(limits.criterionBytes);
    return Object.fromEntries(read.filter(([, text]) => text !== ""));
  });
  if (!isSound(criterion) || !equalBytes(encodeCriterion(criterion), bytes)) {
    throw new Fault("malformed-frame", "malformed frame: this is no criterion");
  }
  return criterion;
}

function isSound({ bornFrom, bornTo, postalPrefix, addressPrefix, kanaPrefix, sex }: Criterion): boolean {
  const isDay = (text = "1800-01-01"): boolean => parseCivilDate(text) !== undefined;
  const isOfOthers = [bornFrom, bornTo, postalPrefix, addressPrefix, kanaPrefix].some(
    (one) => one !== undefined,
  );
  return (
    isOfOthers &&
    isDay(bornFrom) &&
    isDay(bornTo) &&
    (bornFrom ?? "") <= (bornTo ?? "9") &&
    /^\d{2,7}$/u.test(postalPrefix ?? "00") &&
    addressPrefix !== "" &&
    kanaPrefix !== "" &&
    ["male", "female", "unknown"].includes(sex ?? "unknown")
  );
}

function normalCriterion(given: Criterion): Criterion {
  const { postalPrefix, addressPrefix, kanaPrefix, ...rest } = given;
  return {
    ...rest,
    ...(postalPrefix !== undefined && { postalPrefix: normalPostalCode(postalPrefix) }),
    ...(addressPrefix !== undefined && { addressPrefix: normalAddress(addressPrefix) }),
    ...(kanaPrefix !== undefined && { kanaPrefix: foldKanaName(kanaPrefix) }),
  };
}

/** The forms in which a criterion and a record are compared; a kana name's is `foldKanaName`. */
export function normalPostalCode(text: string): string {
  return foldWidth(text).replaceAll(/[\s‐−ー-]/gu, "");
}

export function normalAddress(text: string): string {
  return foldWidth(text).replaceAll(" ", "");
}

// candidates

/**
 * What is hashed (SHA-256) for a part's step: the step of the part behind it (zeros behind the last), and the keys of the
 * part's persons. From the last part to the first, so that each part can be told from any other before it is answered.
 */
export function candidateStep(behind: Uint8Array, personKeys: Uint8Array): Uint8Array {
  return new WireWriter(32 + personKeys.length).raw(behind).raw(personKeys).finish();
}

// agree

export interface AgreeRequest {
  readonly order: SignedOrder;
  /** Text of the order that asked. */
  readonly request: string;
}

export function encodeAgreeRequest({ order, request }: AgreeRequest): Uint8Array {
  return new WireWriter(4096).bytes(encodeSignedOrder(order)).text(request).finish();
}

/** `order`: for `decodeSignedOrder`. */
export function decodeAgreeRequest(payload: Uint8Array): {
  readonly order: Uint8Array;
  readonly request: string;
} {
  return whole(payload, (reader) => ({
    order: reader.bytes(limits.orderBytes + limits.signatureBytes + 8),
    request: reader.text(limits.orderBytes),
  }));
}

// a part

export interface ScreenPart {
  readonly screenId: string;
  readonly part: number;
  /** Text of the order that asked: it has the criterion. */
  readonly request: string;
  /** Step of the part behind it; zeros behind the last. */
  readonly behind: Uint8Array;
  /** As those of an `ExtractPart`. */
  readonly personKeys: Uint8Array;
  readonly wrappedKeys: Uint8Array;
  readonly records: Uint8Array;
}

const stepBytes = 32;

export function encodeScreenPart(given: ScreenPart): Uint8Array {
  const { screenId, part, request, behind, personKeys, wrappedKeys, records } = given;
  return new WireWriter(personKeys.length + wrappedKeys.length + records.length + 4096)
    .text(screenId)
    .u32(part)
    .text(request)
    .raw(behind)
    .bytes(personKeys)
    .bytes(wrappedKeys)
    .bytes(records)
    .finish();
}

export function decodeScreenPart(payload: Uint8Array): ScreenPart {
  return whole(payload, (reader) => ({
    screenId: reader.text(limits.nameBytes),
    part: reader.u32(),
    request: reader.text(limits.orderBytes),
    behind: reader.raw(stepBytes),
    personKeys: reader.bytes(limits.extractPartRows * personKeyBytes),
    wrappedKeys: reader.bytes(limits.requestBytes),
    records: reader.bytes(limits.requestBytes),
  }));
}

export interface ScreenedPart {
  readonly eventNumber: bigint;
  /** Of each person of the part, in their order: 1 meets the criterion. */
  readonly matched: Uint8Array;
}

export function encodeScreenedPart({ eventNumber, matched }: ScreenedPart): Uint8Array {
  return new WireWriter(16 + matched.length).u64(eventNumber).bytes(matched).finish();
}

export function decodeScreenedPart(payload: Uint8Array): ScreenedPart {
  return whole(payload, (reader) => ({
    eventNumber: reader.u64(),
    matched: reader.bytes(limits.extractPartRows),
  }));
}
