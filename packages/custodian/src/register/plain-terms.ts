/**
 * The terms of a person line that was read as bytes (`intake/plain-person.ts`), written without a string made of any.
 *
 * The rule of what has a term, and in which form, stands in `vault/terms.ts`; here is the same for the characters that nearly all names
 * consist of. A name with any other is folded there.
 *
 * INVARIANT: the terms are those of `vault/terms.ts` (plain-lines.test.ts).
 */
import { decodeUtf8, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { foldKanaName, foldWidth } from "@kura/kernel/kana.ts";
import type { WireWriter } from "@kura/kernel/wire.ts";
import { maxPlainLineBytes } from "../intake/limits.ts";
import type { PlainPerson } from "../intake/plain-person.ts";
import { fieldNumbers } from "./field.ts";
import { termKinds } from "../vault/terms.ts";

const [space, bar] = [0x20, 0x7c];
const nowhere = -1;

/** Writes `u8 kind ‖ u32 n ‖ text` for each term, and notes its kind. */
export class PlainTerms {
  readonly #writer: WireWriter;
  readonly #kinds: number[];
  readonly #folded: Uint8Array = new Uint8Array(2 * maxPlainLineBytes);
  #length = 0;

  constructor(writer: WireWriter, kinds: number[]) {
    this.#writer = writer;
    this.#kinds = kinds;
  }

  /** As `addNumberTerms`. */
  addNumbers(person: PlainPerson): void {
    for (let i = 0; i < person.count; i++) {
      const kind = numberKinds[person.fields[i] ?? 0] ?? 0;
      if (kind !== 0) this.#add(kind, person.bytes, person.starts[i] ?? 0, person.ends[i] ?? 0);
    }
  }

  /** As `addNameTerms`. */
  addNames(person: PlainPerson): void {
    const birth = placeOf(person, fieldNumbers.birthDate);
    if (birth === nowhere) return;
    const kana = placeOf(person, fieldNumbers.kana);
    if (kana !== nowhere) this.#addName(person, termKinds.kanaBirth, kana, birth, nowhere);
    const name = placeOf(person, fieldNumbers.name);
    if (name !== nowhere) this.#addName(person, termKinds.nameBirth, name, birth, nowhere);
  }

  /** As `addFormerNameTerms`. */
  addFormerNames(person: PlainPerson): void {
    const birth = placeOf(person, fieldNumbers.birthDate);
    if (birth === nowhere) return;
    this.#addFormer(person, fieldNumbers.formerKana, fieldNumbers.kana, termKinds.kanaBirth, birth);
    this.#addFormer(person, fieldNumbers.formerName, fieldNumbers.name, termKinds.nameBirth, birth);
  }

  #addFormer(person: PlainPerson, field: number, presentField: number, kind: number, birth: number): void {
    for (let i = 0; i < person.count; i++) {
      if (person.fields[i] !== field) continue;
      const isWhole = spaceIn(person, i) !== nowhere;
      const present = placeOf(person, presentField);
      const given = isWhole || present === nowhere ? nowhere : spaceIn(person, present);
      // A former surname alone stands before today's given name.
      this.#addName(person, kind, i, birth, given, present);
    }
  }

  /** The name at place `i`, and of the name at `present` what stands from `given` on. */
  #addName(
    person: PlainPerson,
    kind: number,
    i: number,
    birth: number,
    given: number,
    present: number = nowhere,
  ): void {
    const { bytes, starts, ends } = person;
    this.#length = 0;
    const [start, end] = [starts[i] ?? 0, ends[i] ?? 0];
    const givenEnd = given === nowhere ? given : (ends[present] ?? 0);
    const fold = kind === termKinds.kanaBirth ? this.#foldKana : this.#foldName;
    if (!fold(bytes, start, end) || !fold(bytes, given, givenEnd)) {
      const written = textOf(bytes, start, end) + textOf(bytes, given, givenEnd);
      const folded =
        kind === termKinds.kanaBirth ? foldKanaName(written) : foldWidth(written).replaceAll(" ", "");
      this.#length = 0;
      for (const byte of encodeUtf8(folded)) this.#put(byte);
    }
    this.#put(bar);
    for (let at = starts[birth] ?? 0; at < (ends[birth] ?? 0); at++) this.#put(bytes[at] ?? 0);
    this.#add(kind, this.#folded, 0, this.#length);
  }

  #add(kind: number, bytes: Uint8Array, start: number, end: number): void {
    this.#kinds.push(kind);
    this.#writer
      .u8(kind)
      .u32(end - start)
      .copy(bytes, start, end);
  }

  #put(byte: number): void {
    this.#folded[this.#length] = byte;
    this.#length += 1;
  }

  /** Plain katakana and spaces, as a plain line has them. */
  readonly #foldKana = (bytes: Uint8Array, start: number, end: number): boolean => {
    for (let i = start; i < end; i++) {
      if (bytes[i] === space) continue;
      const folded = foldedKana[codeAt(bytes, i) - firstKana] ?? 0;
      i += 2;
      if (folded === 0) continue;
      this.#put(0xe0 | (folded >> 12));
      this.#put(0x80 | ((folded >> 6) & 0x3f));
      this.#put(0x80 | (folded & 0x3f));
    }
    return true;
  };

  /** Without the spaces; `false` at a character that folding might change. */
  readonly #foldName = (bytes: Uint8Array, start: number, end: number): boolean => {
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (byte === space) continue;
      this.#put(byte);
      if (byte < 0x80) continue;
      const code = codeAt(bytes, i);
      const isStable =
        code >= 0x4e00 || (code >= 0x3041 && code <= 0x3096) || (code >= 0x30a1 && code <= 0x30fe);
      if (!isStable && !(code >= 0x3005 && code <= 0x3007)) return false;
      this.#put(bytes[i + 1] ?? 0);
      this.#put(bytes[i + 2] ?? 0);
      i += 2;
    }
    return true;
  };
}

/** By number of the field. */
const numberKinds: readonly number[] = [0, termKinds.pensionNumber, termKinds.schemeNumber];

const firstKana = 0x30a1;
const lastKana = 0x30fc;
/** What each plain katakana is compared as; 0 for one that is passed over. They fold one by one (`kana.ts`). */
const foldedKana: Uint16Array = Uint16Array.from(
  Array.from({ length: lastKana - firstKana + 1 }, (_, i) => {
    const folded = foldKanaName(String.fromCharCode(firstKana + i));
    return folded === "" ? 0 : folded.charCodeAt(0);
  }),
);

/** The character of three bytes of UTF-8. */
function codeAt(bytes: Uint8Array, i: number): number {
  return (
    (((bytes[i] ?? 0) & 0x0f) << 12) | (((bytes[i + 1] ?? 0) & 0x3f) << 6) | ((bytes[i + 2] ?? 0) & 0x3f)
  );
}

/** The first value of the field. */
function placeOf({ fields, count }: PlainPerson, field: number): number {
  for (let i = 0; i < count; i++) if (fields[i] === field) return i;
  return nowhere;
}

/** Where the first space of the value stands. */
function spaceIn({ bytes, starts, ends }: PlainPerson, i: number): number {
  for (let at = starts[i] ?? 0; at < (ends[i] ?? 0); at++) if (bytes[at] === space) return at;
  return nowhere;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return start === nowhere ? "" : decodeUtf8(bytes.subarray(start, end));
}
