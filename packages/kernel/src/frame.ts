/**
 * Frames on a stream socket: `u32 length ‖ u32 id ‖ u8 tag ‖ payload`, big-endian, `length` counting id, tag and payload.
 *
 * `id` pairs an answer with its question; `tag` is an operation in one direction and a status in the other.
 * The reader holds at most one unfinished frame and refuses a length above its limit before it waits for the bytes.
 */
import { Fault } from "./fault.ts";

const lengthBytes = 4;
const headBytes = 5;
/** Up to here one write costs more than a copy. */
const copiedBytesMax = 16 * 1024;

export interface Frame {
  /** 0 to 2^32 − 1, chosen by the asking side. */
  readonly id: number;
  /** 0 to 255. */
  readonly tag: number;
  readonly payload: Uint8Array;
}

export function encodeFrame({ id, tag, payload }: Frame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes + headBytes + payload.length);
  writeHead(bytes, id, tag, payload.length);
  bytes.set(payload, lengthBytes + headBytes);
  return bytes;
}

/**
 * A frame whose payload is these parts, as what is to be written one behind the other. Large parts are not copied: they must stay
 * as they are until they have left.
 */
export function encodeFrameParts(
  id: number,
  tag: number,
  parts: readonly Uint8Array[],
): readonly Uint8Array[] {
  const payloadBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const isCopied = payloadBytes <= copiedBytesMax;
  const bytes = new Uint8Array(lengthBytes + headBytes + (isCopied ? payloadBytes : 0));
  writeHead(bytes, id, tag, payloadBytes);
  if (!isCopied) return [bytes, ...parts];
  let offset = lengthBytes + headBytes;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return [bytes];
}

function writeHead(bytes: Uint8Array, id: number, tag: number, payloadBytes: number): void {
  const view = viewOf(bytes);
  view.setUint32(0, headBytes + payloadBytes);
  view.setUint32(lengthBytes, id);
  view.setUint8(lengthBytes + 4, tag);
}

/** Cuts a stream of chunks into frames. One for each socket; never shared. */
export class FrameReader {
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #bufferedBytes = 0;

  /** @param maxBytes largest `length` accepted. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The frames completed by `chunk`, in order. Payloads are views of memory the reader gives away.
   *
   * @throws {Fault} `malformed-frame` for a length out of bounds; the stream cannot be read further.
   */
  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    const frames: Frame[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  /** Bytes held of a frame whose end has not arrived. */
  get unfinishedBytes(): number {
    return this.#bufferedBytes;
  }

  #take(): Frame | undefined {
    if (this.#bufferedBytes < lengthBytes) return undefined;
    const length = viewOf(this.#joined(lengthBytes)).getUint32(0);
    if (length < headBytes || length > this.#maxBytes) {
      throw new Fault("malformed-frame", "a frame's length is out of bounds");
    }
    if (this.#bufferedBytes < lengthBytes + length) return undefined;
    const bytes = this.#joined(lengthBytes + length);
    const frame = bytes.subarray(lengthBytes, lengthBytes + length);
    this.#drop(lengthBytes + length);
    const view = viewOf(frame);
    return { id: view.getUint32(0), tag: view.getUint8(4), payload: frame.subarray(headBytes) };
  }

  /** The first chunk, made long enough to hold `bytes`. Joins only when a frame straddles chunks. */
  #joined(bytes: number): Uint8Array {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= bytes) return first;
    const whole = new Uint8Array(this.#bufferedBytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, offset);
      offset += chunk.length;
    }
    this.#chunks = [whole];
    return whole;
  }

  #drop(bytes: number): void {
    const first = this.#chunks[0];
    if (first === undefined) return;
    const rest = first.subarray(bytes);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    this.#bufferedBytes -= bytes;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
