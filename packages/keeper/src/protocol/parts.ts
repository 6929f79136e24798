/**
 * The parts that several questions, answers and signed texts are made of.
 */
import { Fault } from "@kura/kernel/fault.ts";
import { WireReader, type WireWriter } from "@kura/kernel/wire.ts";

/** Bytes of a person's key in the register: a UUID. */
export const personKeyBytes = 16;
/** `u8 format ‖ u32 KEK version ‖ 16 synthetic IV ‖ 32 ciphertext`. */
export const wrappedKeyBytes = 53;

const noKey = new Uint8Array(0);
export const ticketBytes = 16;
/** An uncompressed point of P-256: a public key of HPKE, and its `enc`. */
export const pointBytes = 65;

/** What every order says. */
export interface OrderHead {
  readonly v: 1;
  /** 16 bytes in hexadecimal, from the answer to the sign-in. */
  readonly session: string;
  /** Above that of every earlier order of the session; the first is at least 1. */
  readonly number: number;
  /** Milliseconds since 1970, within `limits.orderAgeMs` of the keeper's clock. */
  readonly atMs: number;
  /** One that the actor holds and that serves this kind of order; empty for `sign-out`. */
  readonly purpose: string;
  /** The case the order is for; may be empty where there is none (keys, imports). */
  readonly case: string;
  readonly caseKind: string;
}

/** Where a ciphertext belongs. `kind` and `recordNo` are 0 where a person's key is meant. */
export interface Place {
  readonly personKey: Uint8Array;
  readonly kind: number;
  readonly recordNo: number;
}

export function encodePlace(writer: WireWriter, { personKey, kind, recordNo }: Place): WireWriter {
  return writer.raw(personKey).u8(kind).u32(recordNo);
}

export function placeIn(reader: WireReader, minKind = 1): Place {
  return { personKey: reader.raw(personKeyBytes), kind: kindIn(reader, minKind), recordNo: reader.u32() };
}

export function kindIn(reader: WireReader, minKind = 1): number {
  const kind = reader.u8();
  if (kind < minKind) throw new Fault("malformed-frame", "a kind is 1 to 255");
  return kind;
}

export function wrappedKeyIn(reader: WireReader, mayBeEmpty: boolean): Uint8Array {
  const length = reader.u32();
  if (length === 0 && mayBeEmpty) return noKey;
  if (length === wrappedKeyBytes) return reader.raw(length);
  throw new Fault("malformed-frame", "a wrapped key has another length");
}

/** A name that goes into the journal: something, and nothing that could forge a line of a log. */
export function nameIn(reader: WireReader, maxBytes: number): string {
  const name = reader.text(maxBytes);
  if (name === "" || /\p{Cc}/u.test(name))
    throw new Fault("malformed-frame", "a name is empty or has controls");
  return name;
}

export function listIn<T>(reader: WireReader, max: number, one: () => T): T[] {
  return Array.from({ length: reader.count(max) }, one);
}

export function whole<T>(payload: Uint8Array, read: (reader: WireReader) => T): T {
  const reader = new WireReader(payload);
  const value = read(reader);
  reader.end();
  return value;
}
