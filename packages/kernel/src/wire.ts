/**
 * A byte language for frames and sealed records: fixed-width big-endian integers and length-prefixed bytes, nothing else.
 *
 * The reader refuses whatever the writer cannot have written: too short, too long, bytes left over.
 */
import { Fault } from "./fault.ts";

const initialBytes = 256;
/** Up to here a loop over characters is quicker than a call of the encoder. */
const shortTextMax = 64;

/** Grows as it is written; {@link WireWriter.finish} returns exactly what was written. */
export class WireWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes: number = initialBytes) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
    return this;
  }

  u64(value: bigint): this {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, value);
    this.#length += 8;
    return this;
  }

  /** Bytes of a length both sides know. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** The bytes of `source` from `start` to `end`. */
  copy(source: Uint8Array, start: number, end: number): this {
    this.#reserve(end - start);
    const bytes = this.#bytes;
    let offset = this.#length;
    // A view costs more than a loop over a short text.
    if (end - start > shortTextMax) bytes.set(source.subarray(start, end), offset);
    else for (let i = start; i < end; i++) bytes[offset++] = source[i] ?? 0;
    this.#length += end - start;
    return this;
  }

  /** Bytes behind their length in 32 bits. */
  bytes(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  /** UTF-8 behind its length in 32 bits. */
  text(text: string): this {
    this.#reserve(4 + text.length * 3);
    const written = this.#put(text, 4, 0xffff_ffff);
    this.#view.setUint32(this.#length, written);
    this.#length += 4 + written;
    return this;
  }

  /** UTF-8 behind its length in 8 bits. @throws {Fault} `too-long` above 255 bytes. */
  text8(text: string): this {
    this.#reserve(1 + text.length * 3);
    const written = this.#put(text, 1, 0xff);
    this.#view.setUint8(this.#length, written);
    this.#length += 1 + written;
    return this;
  }

  /** UTF-8 behind its length in 16 bits. @throws {Fault} `too-long` above 65,535 bytes. */
  text16(text: string): this {
    this.#reserve(2 + text.length * 3);
    const written = this.#put(text, 2, 0xffff);
    this.#view.setUint16(this.#length, written);
    this.#length += 2 + written;
    return this;
  }

  /** Begins anew in the same memory, which is not wiped. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written from byte `start` on. Stays as it is when more is written behind it. */
  since(start: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, this.#length);
  }

  /** What was written, as a view of the writer's own memory: copy it before writing again. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes `text` behind room for its length; most texts are short, and are written without the encoder. */
  #put(text: string, lengthBytes: number, maxBytes: number): number {
    const start = this.#length + lengthBytes;
    let written = text.length <= shortTextMax ? this.#putShort(text, start) : undefined;
    written ??= encoder.encodeInto(text, this.#bytes.subarray(start)).written;
    if (written > maxBytes) throw new Fault("too-long", `a text is longer than ${maxBytes} bytes`);
    return written;
  }

  /** Bytes written (RFC 3629), or `undefined` for a text with surrogates, which are the encoder's to judge. */
  #putShort(text: string, start: number): number | undefined {
    const bytes = this.#bytes;
    let offset = start;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x80) bytes[offset++] = code;
      else if (code < 0x800) {
        bytes[offset++] = 0xc0 | (code >> 6);
        bytes[offset++] = 0x80 | (code & 0x3f);
      } else if (code >= 0xd800 && code <= 0xdfff) return undefined;
      else {
        bytes[offset++] = 0xe0 | (code >> 12);
        bytes[offset++] = 0x80 | ((code >> 6) & 0x3f);
        bytes[offset++] = 0x80 | (code & 0x3f);
      }
    }
    return offset - start;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads in the order of writing. Every method throws {@link Fault} `malformed-frame` past the end. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Passes over the next `length` bytes; the index of the first, for who reads them where they stand. */
  skip(length: number): number {
    return this.#take(length);
  }

  /** A view of the bytes behind a 32-bit length, at most `maxBytes` of them. */
  bytes(maxBytes: number): Uint8Array {
    const length = this.u32();
    if (length > maxBytes) throw malformed("a part is longer than its limit");
    return this.raw(length);
  }

  /** UTF-8 behind a 32-bit length, at most `maxBytes` of it. */
  text(maxBytes: number): string {
    const bytes = this.bytes(maxBytes);
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new Fault("malformed-frame", "text is not UTF-8", { cause });
    }
  }

  /** A count in 32 bits, at most `max`. */
  count(max: number): number {
    const count = this.u32();
    if (count > max) throw malformed("a count is above its limit");
    return count;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#offset !== this.#bytes.length) throw malformed("bytes are left over");
  }

  #take(length: number): number {
    const start = this.#offset;
    if (start + length > this.#bytes.length) throw malformed("it ends too early");
    this.#offset = start + length;
    return start;
  }
}

function malformed(why: string): Fault<"malformed-frame"> {
  return new Fault("malformed-frame", `malformed frame: ${why}`);
}
