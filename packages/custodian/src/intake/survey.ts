/**
 * First reading of a text file: digest, encoding, and how lines end, before any row is taken from it.
 *
 * UTF-8 wins when every line is UTF-8; otherwise the encoding that leaves the fewest lines undecodable, and the file
 * is refused when too many are left (`limits.ts`): such a file was put together from two, or is no text at all.
 * Single undecodable lines are no reason to refuse a file: they become rejects.
 */
import { isAscii, isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { decodeStrict, linesOf } from "./decode-block.ts";
import { chunkBytes, maxUndecodableShare } from "./limits.ts";
import { readLineBlocks } from "./line-blocks.ts";
import { intakeFault } from "./table-file.ts";
import type { Encoding } from "./table-file.ts";

export interface Survey {
  readonly encoding: Encoding;
  readonly hasBom: boolean;
  /** What a line ends with; `\r` only where the file has no `\n` at its start at all. */
  readonly lineEnd: "\n" | "\r\n" | "\r";
}

/** SHA-256 of the whole file, lower-case hexadecimal. */
export async function digestFile(handle: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  // Two buffers by turns: while one is hashed, the other is read. In fresh memory for every chunk, half the time went to the system.
  let [ready, free] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  let position = 0;
  let read = await handle.read(ready, 0, chunkBytes, position);
  while (read.bytesRead > 0) {
    position += read.bytesRead;
    const next = handle.read(free, 0, chunkBytes, position);
    hash.update(ready.subarray(0, read.bytesRead));
    read = await next;
    [ready, free] = [free, ready];
  }
  return hash.digest("hex");
}

/**
 * `start` is the first chunk of the file.
 *
 * @throws {Fault} `unknown-format`, `mixed-encoding`, `undecodable`, `line-too-long`
 */
export async function surveyText(handle: FileHandle, start: Buffer): Promise<Survey> {
  const bom = bomOf(start);
  if (bom !== undefined && bom !== "utf-8") {
    const text = new TextDecoder(bom).decode(start);
    return { encoding: bom, hasBom: true, lineEnd: lineEndOf(text.includes("\n"), text.includes("\r\n")) };
  }
  refuseBinary(start);
  const hasLf = start.includes(10) || !start.includes(13);
  const lineEnd = lineEndOf(hasLf, start.includes("\r\n"));
  const encoding = await findEncoding(handle, hasLf ? "\n" : "\r");
  return { encoding, hasBom: bom !== undefined, lineEnd };
}

function lineEndOf(hasLf: boolean, hasCrLf: boolean): Survey["lineEnd"] {
  if (!hasLf) return "\r";
  return hasCrLf ? "\r\n" : "\n";
}

function bomOf(start: Buffer): Encoding | undefined {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return "utf-8";
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  return undefined;
}

/** A stray NUL is a reject of its line; a file full of them is no text (or UTF-16 without its mark). */
function refuseBinary(start: Buffer): void {
  const sample = start.subarray(0, 4096);
  const nulls = sample.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  if (nulls * 10 > sample.length) {
    throw intakeFault(
      "unknown-format",
      "not a text file, or UTF-16 without a byte order mark: save it as UTF-8",
    );
  }
}

interface LineCounts {
  nonAscii: number;
  badUtf8: number;
  badShiftJis: number;
  badBoth: number;
  badEucJp: number;
  firstBadUtf8: number;
}

const eucJp = new TextDecoder("euc-jp", { fatal: true, ignoreBOM: true });

async function findEncoding(handle: FileHandle, lineEnd: "\n" | "\r"): Promise<Encoding> {
  if (await isWhollyUtf8(handle, lineEnd)) return "utf-8";
  const counts = await countLines(handle, lineEnd);
  const encoding: Encoding = counts.badUtf8 <= counts.badShiftJis ? "utf-8" : "shift_jis";
  const bad = Math.min(counts.badUtf8, counts.badShiftJis);
  if (bad > 1 && bad > counts.nonAscii * maxUndecodableShare) throw refusal(counts, bad);
  // Every EUC-JP text is Shift_JIS too, as half-width kana that mean nothing; the other way round one kanji says no.
  if (encoding === "shift_jis" && counts.badEucJp === 0) {
    throw intakeFault("unknown-format", "the file seems to be EUC-JP: save it as UTF-8");
  }
  return encoding;
}

function isEucJp(line: Buffer): boolean {
  try {
    eucJp.decode(line);
    return true;
  } catch (thrown) {
    if (thrown instanceof TypeError) return false;
    throw thrown;
  }
}

function refusal(counts: LineCounts, bad: number): Error {
  const where = `${bad} of ${counts.nonAscii} lines, first line ${counts.firstBadUtf8}`;
  return counts.badBoth === 0
    ? intakeFault("mixed-encoding", `some lines are UTF-8 and others Shift_JIS (${where})`)
    : intakeFault("undecodable", `neither UTF-8 nor Shift_JIS fits this file (${where})`);
}

async function isWhollyUtf8(handle: FileHandle, lineEnd: "\n" | "\r"): Promise<boolean> {
  for await (const { bytes } of readLineBlocks(handle, "utf-8", lineEnd)) {
    if (!isUtf8(bytes)) return false;
  }
  return true;
}

async function countLines(handle: FileHandle, lineEnd: "\n" | "\r"): Promise<LineCounts> {
  const counts: LineCounts = {
    nonAscii: 0,
    badUtf8: 0,
    badShiftJis: 0,
    badBoth: 0,
    badEucJp: 0,
    firstBadUtf8: 0,
  };
  let line = 0;
  for await (const { bytes } of readLineBlocks(handle, "utf-8", lineEnd)) {
    const isShiftJis = decodeStrict(bytes, "shift_jis") !== undefined;
    for (const physical of linesOf(bytes, lineEnd)) {
      line += 1;
      if (isAscii(physical)) continue;
      const badUtf8 = !isUtf8(physical);
      const badShiftJis = !isShiftJis && decodeStrict(physical, "shift_jis") === undefined;
      counts.nonAscii += 1;
      counts.badUtf8 += Number(badUtf8);
      counts.badShiftJis += Number(badShiftJis);
      counts.badBoth += Number(badUtf8 && badShiftJis);
      if (counts.badEucJp === 0) counts.badEucJp += Number(!isEucJp(physical));
      if (badUtf8 && counts.firstBadUtf8 === 0) counts.firstBadUtf8 = line;
    }
  }
  return counts;
}
