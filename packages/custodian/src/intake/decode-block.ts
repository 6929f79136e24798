/**
 * Bytes of whole lines to text, telling which lines could not be decoded.
 *
 * A block is decoded in one go; only when that fails, line by line. A bad line comes back with U+FFFD in place of
 * what is wrong, is marked, and keeps its bytes, so that the sender gets back exactly what was sent.
 */
import { isUtf8 } from "node:buffer";
import type { Encoding } from "./table-file.ts";

export interface DecodedBlock {
  readonly text: string;
  /** Bytes of the undecodable lines, without line end, by index of the line in the block. Mostly empty. */
  readonly badLines: ReadonlyMap<number, Buffer>;
}

const noBadLines: ReadonlyMap<number, Buffer> = new Map();
const shiftJis = new TextDecoder("shift_jis", { fatal: true, ignoreBOM: true });
const lenientShiftJis = new TextDecoder("shift_jis", { ignoreBOM: true });

/** `encoding` utf-16 means that the bytes have become UTF-8 already. */
export function decodeBlock(bytes: Buffer, encoding: Encoding, lineEnd: "\n" | "\r"): DecodedBlock {
  const whole = decodeStrict(bytes, encoding);
  if (whole !== undefined) return { text: whole, badLines: noBadLines };
  const badLines = new Map<number, Buffer>();
  let text = "";
  let index = 0;
  for (const line of linesOf(bytes, lineEnd)) {
    const decoded = decodeStrict(line, encoding);
    if (decoded === undefined) badLines.set(index, withoutEnd(line));
    text += decoded ?? decodeLenient(line, encoding);
    index += 1;
  }
  return { text, badLines };
}

/** The text, or `undefined` when the bytes are not in that encoding. */
export function decodeStrict(bytes: Buffer, encoding: Encoding): string | undefined {
  if (encoding !== "shift_jis") return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  try {
    return shiftJis.decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}

/** Physical lines with their ends. */
export function* linesOf(bytes: Buffer, lineEnd: "\n" | "\r"): Generator<Buffer> {
  const end = lineEnd.charCodeAt(0);
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(end, start);
    const stop = found === -1 ? bytes.length : found + 1;
    yield bytes.subarray(start, stop);
    start = stop;
  }
}

/** A trail byte is never a line end, so the lenient form has as many lines as the bytes. */
function decodeLenient(line: Buffer, encoding: Encoding): string {
  return encoding === "shift_jis" ? lenientShiftJis.decode(line) : line.toString("utf8");
}

function withoutEnd(line: Buffer): Buffer {
  let stop = line.length;
  while (stop > 0 && (line[stop - 1] === 10 || line[stop - 1] === 13)) stop -= 1;
  return Buffer.from(line.subarray(0, stop));
}
