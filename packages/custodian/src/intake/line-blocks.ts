/**
 * A file's bytes as blocks that end at a line end, so that every block can be decoded by itself.
 *
 * In UTF-8 and in Shift_JIS the bytes of line ends, quotes, commas, tabs and semicolons never occur inside another
 * character (trail bytes begin at 0x40: WHATWG Encoding, Shift_JIS decoder), so a block cut there is whole in both.
 * UTF-16 is turned into UTF-8 on the way. A line beyond the limit is refused before it is gathered.
 */
import type { FileHandle } from "node:fs/promises";
import { chunkBytes, maxLineBytes } from "./limits.ts";
import { intakeFault } from "./table-file.ts";
import type { Encoding } from "./table-file.ts";

export interface LineBlock {
  readonly bytes: Buffer;
  /** Bytes of the file up to the end of the chunk this block came from. */
  readonly bytesRead: number;
}

interface Chunk {
  readonly bytes: Buffer;
  readonly bytesRead: number;
}

/** The file from the start, in chunks. */
export async function* readChunks(handle: FileHandle): AsyncGenerator<Chunk> {
  let bytesRead = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const read = await handle.read(buffer, 0, chunkBytes, bytesRead);
    if (read.bytesRead === 0) return;
    bytesRead += read.bytesRead;
    yield { bytes: buffer.subarray(0, read.bytesRead), bytesRead };
  }
}

/**
 * Blocks of whole lines; the last one may lack its line end. The byte order mark is gone.
 *
 * @throws {Fault} `line-too-long` naming where in the file.
 */
export async function* readLineBlocks(
  handle: FileHandle,
  encoding: Encoding,
  lineEnd: "\n" | "\r",
): AsyncGenerator<LineBlock> {
  const chunks = encoding.startsWith("utf-16") ? transcode(readChunks(handle), encoding) : readChunks(handle);
  const end = lineEnd.charCodeAt(0);
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  let bytesRead = 0;
  for await (const chunk of chunks) {
    const bytes = isFirst ? withoutBom(chunk.bytes) : chunk.bytes;
    isFirst = false;
    bytesRead = chunk.bytesRead;
    const firstEnd = bytes.indexOf(end);
    if (rest.length + (firstEnd === -1 ? bytes.length : firstEnd) > maxLineBytes)
      throw lineTooLong(bytesRead);
    const cut = bytes.lastIndexOf(end) + 1;
    if (cut > 0) yield { bytes: join(rest, bytes.subarray(0, cut)), bytesRead };
    rest = cut > 0 ? bytes.subarray(cut) : join(rest, bytes);
  }
  if (rest.length > 0) yield { bytes: rest, bytesRead };
}

function lineTooLong(bytesRead: number): Error {
  return intakeFault("line-too-long", `a line before byte ${bytesRead} is longer than ${maxLineBytes} bytes`);
}

function join(a: Buffer, b: Buffer): Buffer {
  return a.length === 0 ? b : Buffer.concat([a, b]);
}

function withoutBom(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** UTF-16 to UTF-8; half a surrogate pair becomes U+FFFD, which no field accepts. */
async function* transcode(chunks: AsyncIterable<Chunk>, encoding: string): AsyncGenerator<Chunk> {
  const decoder = new TextDecoder(encoding);
  let bytesRead = 0;
  for await (const chunk of chunks) {
    bytesRead = chunk.bytesRead;
    yield { bytes: Buffer.from(decoder.decode(chunk.bytes, { stream: true }), "utf8"), bytesRead };
  }
  const last = decoder.decode();
  if (last !== "") yield { bytes: Buffer.from(last, "utf8"), bytesRead };
}
