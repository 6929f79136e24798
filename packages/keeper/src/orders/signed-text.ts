/**
 * Reads texts that somebody signed: canonical JSON, one object, every member known, nothing left over.
 *
 * Strict, so that one meaning has one text: what the signer saw, what was verified and what is acted upon are the same.
 * Every method throws {@link Fault} `malformed-order` with a constant message: names of members, never values.
 */
import { decodeBase64, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";

/** @throws {Fault} `malformed-order` unless `text` is the canonical form of one object. */
export function parseSignedText(text: string): Members {
  return new Members(parseCanonical(text));
}

/** One object, read member by member and then ended. */
export class Members {
  readonly #left: Map<string, unknown>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw bad("an object is missing");
    this.#left = new Map(Object.entries(value));
  }

  /** Nothing else may be in it. */
  end(): void {
    if (this.#left.size > 0) throw bad("a member is not known");
  }

  /** At most `maxBytes` of UTF-8 without control characters; empty only where `mayBeEmpty`. */
  text(name: string, maxBytes: number, mayBeEmpty = false): string {
    return textFrom(this.#take(name), name, maxBytes, mayBeEmpty);
  }

  integer(name: string, min: number, max: number): number {
    return integerFrom(this.#take(name), name, min, max);
  }

  truth(name: string): boolean {
    const value = this.#take(name);
    if (typeof value !== "boolean") throw bad(`${name} is not true or false`);
    return value;
  }

  /** Lower-case hexadecimal of exactly `bytes` bytes. */
  hex(name: string, bytes: number): string {
    return hexFrom(this.#take(name), name, bytes);
  }

  /** Canonical base64 of at most `maxBytes`. */
  base64(name: string, maxBytes: number): Uint8Array<ArrayBuffer> {
    const text = this.text(name, Math.ceil(maxBytes / 3) * 4);
    try {
      return decodeBase64(text);
    } catch (cause) {
      throw new Fault("malformed-order", `malformed order: ${name} is not base64`, { cause });
    }
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    return choiceFrom(this.#take(name), name, choices);
  }

  /** At most `max` values, each once. */
  list<T extends string | number>(name: string, max: number, one: (value: unknown, name: string) => T): T[] {
    const values = this.#array(name, max).map((value) => one(value, name));
    if (new Set(values).size !== values.length) throw bad(`${name} has a value twice`);
    return values;
  }

  objects<T>(name: string, max: number, one: (members: Members) => T): T[] {
    return this.#array(name, max).map((value) => objectFrom(value, one));
  }

  object<T>(name: string, one: (members: Members) => T): T {
    return objectFrom(this.#take(name), one);
  }

  nullable<T>(name: string, one: (members: Members) => T): T | null {
    const value = this.#take(name);
    return value === null ? null : objectFrom(value, one);
  }

  has(name: string): boolean {
    return this.#left.has(name);
  }

  #array(name: string, max: number): readonly unknown[] {
    const value = this.#take(name);
    if (!Array.isArray(value) || value.length > max) throw bad(`${name} is not a list within its limit`);
    return value;
  }

  #take(name: string): unknown {
    const value = this.#left.get(name);
    if (!this.#left.delete(name)) throw bad(`${name} is missing`);
    return value;
  }
}

export function choiceFrom<T extends string>(value: unknown, name: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw bad(`${name} is none of its choices`);
  return choice;
}

export function textFrom(value: unknown, name: string, maxBytes: number, mayBeEmpty = false): string {
  // A UTF-16 unit is three bytes at most: most texts are within their limit without being encoded.
  if (
    typeof value !== "string" ||
    (value.length * 3 > maxBytes && encodeUtf8(value).length > maxBytes) ||
    /\p{Cc}/u.test(value)
  ) {
    throw bad(`${name} is not a text within its limit`);
  }
  if (value === "" && !mayBeEmpty) throw bad(`${name} is empty`);
  return value;
}

export function integerFrom(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    throw bad(`${name} is not an integer within its limits`);
  }
  return value;
}

export function hexFrom(value: unknown, name: string, bytes: number): string {
  if (typeof value !== "string" || value.length !== 2 * bytes || !/^[0-9a-f]*$/.test(value)) {
    throw bad(`${name} is not hexadecimal of its length`);
  }
  return value;
}

function objectFrom<T>(value: unknown, one: (members: Members) => T): T {
  const members = new Members(value);
  const made = one(members);
  members.end();
  return made;
}

function parseCanonical(text: string): unknown {
  try {
    const value = JSON.parse(text) as Canonical;
    if (encodeCanonical(value) === text) return value;
  } catch (error) {
    // Not JSON, a value without a canonical form, or nested beyond the stack.
    const isExpected = error instanceof SyntaxError || error instanceof RangeError;
    if (!isExpected && codeOf(error) !== "not-canonical") throw error;
  }
  throw bad("a signed text is not canonical JSON");
}

function bad(why: string): Fault<"malformed-order"> {
  return new Fault("malformed-order", `malformed order: ${why}`);
}
