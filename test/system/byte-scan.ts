/**
 * Looks for words in bytes, as a thief with a copy of a disk would: in the encodings a program may have left them in.
 *
 * Each word is looked for in UTF-8, UTF-16 of both byte orders and Shift_JIS, and as hexadecimal and base64 text of its
 * UTF-8. A word of digits alone counts only where no letter or digit stands beside it: inside a longer number it means
 * nothing. One pass over the bytes, whatever the number of words.
 */
import { open, readdir } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { textEncoder } from "@kura/custodian/intake/encode-text.ts";

export interface Hit {
  readonly word: string;
  readonly form: string;
  /** File or table it stands in. */
  readonly place: string;
}

interface Pattern {
  readonly word: string;
  readonly form: string;
  readonly bytes: Buffer;
  readonly standsAlone: boolean;
}

/** Shorter patterns would be found in random bytes. */
const minBytes = 6;
const keyBytes = 6;
const chunkBytes = 8 * 1024 * 1024;

const encodings = ["utf-8", "utf-16le", "utf-16be", "shift_jis"] as const;

export class ByteScan {
  /** By their first bytes. */
  readonly #patterns: Map<number, Pattern[]> = new Map();
  /** Which first three bytes begin a pattern: most positions are left after one look. */
  readonly #starts: Uint8Array = new Uint8Array(2 ** 24);
  #longestBytes = 0;

  /** @param raw bytes to be looked for as they are. */
  constructor(words: Iterable<string>, raw?: Buffer) {
    if (raw !== undefined) this.#add("", "raw", raw, false);
    const encoders = encodings.map((encoding) => [encoding, textEncoder(encoding)] as const);
    for (const word of new Set(words)) {
      for (const [form, encode] of encoders) this.#add(word, form, encode(word));
      const utf8 = Buffer.from(word);
      this.#add(word, "hex", Buffer.from(utf8.toString("hex")), false);
      this.#add(word, "HEX", Buffer.from(utf8.toString("hex").toUpperCase()), false);
      for (const shift of [0, 1, 2]) {
        for (const form of ["base64", "base64url"] as const) {
          this.#add(word, form, Buffer.from(base64At(utf8, shift, form)), false);
        }
      }
    }
  }

  /** Every pattern that stands in the bytes. */
  find(bytes: Uint8Array, place: string): Hit[] {
    const hits: Hit[] = [];
    for (let i = 0; i + keyBytes <= bytes.length; i += 1) {
      const start = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      if (this.#starts[start] === 0) continue;
      for (const pattern of this.#patterns.get(keyOf(bytes, i)) ?? []) {
        if (isAt(bytes, i, pattern)) hits.push({ word: pattern.word, form: pattern.form, place });
      }
    }
    return hits;
  }

  /** The same for every file below the folder, and how many bytes were read. */
  async findInFolder(dir: string): Promise<{ hits: Hit[]; bytes: number }> {
    const hits: Hit[] = [];
    let bytes = 0;
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const handle = await openUnlessGone(path);
      if (handle === undefined) continue;
      const buffer = Buffer.alloc(chunkBytes);
      const overlap = this.#longestBytes + 1;
      for (let at = 0; ; at += chunkBytes - overlap) {
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes, at);
        hits.push(...this.find(buffer.subarray(0, bytesRead), path));
        bytes += bytesRead;
        if (bytesRead < chunkBytes) break;
      }
      await handle.close();
      hits.push(...this.find(Buffer.from(entry.name), `name of ${path}`));
    }
    return { hits, bytes };
  }

  #add(word: string, form: string, bytes: Buffer, isText = true): void {
    // What an encoding cannot hold it does not hide either: `?` stands for it.
    if (bytes.length < minBytes || (form === "shift_jis" && bytes.includes(0x3f))) return;
    const standsAlone = isText && /^[\d-]+$/.test(word);
    const key = keyOf(bytes, 0);
    const same = this.#patterns.get(key) ?? [];
    same.push({ word, form, bytes, standsAlone });
    this.#patterns.set(key, same);
    this.#starts[bytes.readUIntBE(0, 3)] = 1;
    this.#longestBytes = Math.max(this.#longestBytes, bytes.length);
  }
}

/** A running server takes files of its own away (its relation caches); what is gone is no longer on the disk. */
async function openUnlessGone(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function keyOf(bytes: Uint8Array, at: number): number {
  let key = 0;
  for (let i = 0; i < keyBytes; i += 1) key = key * 256 + (bytes[at + i] ?? 0);
  return key;
}

function isAt(bytes: Uint8Array, at: number, pattern: Pattern): boolean {
  if (at + pattern.bytes.length > bytes.length) return false;
  for (let i = keyBytes; i < pattern.bytes.length; i += 1) {
    if (bytes[at + i] !== pattern.bytes[i]) return false;
  }
  if (!pattern.standsAlone) return true;
  return !isWordByte(bytes[at - 1]) && !isWordByte(bytes[at + pattern.bytes.length]);
}

/** A letter, a digit or a hyphen. */
function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && /[\dA-Za-z-]/.test(String.fromCharCode(byte));
}

/** What base64 makes of the bytes when `shift` others stand before them, without what depends on their neighbours. */
function base64At(bytes: Buffer, shift: number, form: "base64" | "base64url"): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString(form);
  const whole = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(Math.ceil((shift * 8) / 6), whole);
}
