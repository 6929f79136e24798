/**
 * A recipient opens a sealed extract: asks for the keys of the chunks that hold the rows wanted, and reads those rows.
 *
 * Keys are asked for as they are needed, so that what was not reached was not released. Nothing is written here.
 */
import { createReadStream } from "node:fs";
import { decryptFile, type FileHead } from "@kura/custodian/extracts/age-file.ts";
import { openChunk } from "@kura/keeper/order-session.ts";
import { decodeChunkRows, type Released } from "@kura/keeper/protocol/extracts.ts";
import { limits } from "@kura/keeper/limits.ts";
import { Fault } from "@kura/kernel/fault.ts";

/** What a release order says, but for who orders it. */
export interface ReleaseWanted {
  readonly extractId: string;
  readonly firstChunk: number;
  readonly chunks: number;
  /** The stanza's body. */
  readonly sealedFileKey: Uint8Array;
}

/** Signs the order in the recipient's session and opens the answer. @throws {Fault} with the refusal as its code. */
export type AskRelease = (wanted: ReleaseWanted) => Promise<Released>;

/** Rows counted from 1, both ends included. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

export interface OpenedRows {
  /** Field numbers of the columns. */
  readonly fields: readonly number[];
  readonly rows: readonly (readonly string[])[];
  /** Rows whose keys left the keeper for it: what the opening disclosed. */
  readonly releasedRows: number;
}

/** Read at once: four chunks of an age payload. */
const readBytes = 256 * 1024;

/** The rows of a range, chunk by chunk; all rows where no range is given. @throws {Fault} `no-such-rows` */
export async function* openExtract(
  path: string,
  range: RowRange | undefined,
  ask: AskRelease,
): AsyncGenerator<OpenedRows> {
  const keys = new ChunkKeys(ask, range);
  let chunk = 0;
  for await (const sealed of decryptFile(createReadStream(path, { highWaterMark: readBytes }), (head, body) =>
    keys.begin(head, body),
  )) {
    const at = chunk;
    chunk += 1;
    if (at < keys.firstChunk) continue;
    if (at > keys.lastChunk) return;
    const { key, released } = await keys.get(at);
    const rows = decodeChunkRows(openChunk(key, sealed), released.fields.length);
    const wanted = rows.filter((_, i) => keys.isWanted(at, i));
    yield { fields: released.fields, rows: wanted, releasedRows: rows.length };
  }
  if (chunk <= keys.lastChunk) throw new Fault("bad-extract-file", "the file ends too early");
}

/** The keys of the chunks of a range, fetched in as few releases as they need. */
class ChunkKeys {
  readonly #ask: AskRelease;
  readonly #range: RowRange | undefined;
  #head: FileHead = { extractId: "", rows: 0, chunkRows: 1 };
  #sealedFileKey: Uint8Array = new Uint8Array(0);
  #released: Released | undefined;
  #from = 0;
  firstChunk = 0;
  lastChunk = 0;

  constructor(ask: AskRelease, range: RowRange | undefined) {
    this.#ask = ask;
    this.#range = range;
  }

  /** The first release, which brings the file key. */
  async begin(head: FileHead, sealedFileKey: Uint8Array): Promise<Uint8Array> {
    const { first, last } = this.#range ?? { first: 1, last: head.rows };
    if (first < 1 || last < first || last > head.rows) {
      throw new Fault("no-such-rows", `the extract has rows 1 to ${head.rows}`);
    }
    this.#head = head;
    this.#sealedFileKey = sealedFileKey;
    this.firstChunk = Math.floor((first - 1) / head.chunkRows);
    this.lastChunk = Math.floor((last - 1) / head.chunkRows);
    return (await this.#release(this.firstChunk)).fileKey;
  }

  async get(chunk: number): Promise<{ readonly key: Uint8Array; readonly released: Released }> {
    const held = this.#released?.chunkKeys[chunk - this.#from];
    if (held !== undefined && this.#released !== undefined) return { key: held, released: this.#released };
    const released = await this.#release(chunk);
    const key = released.chunkKeys[0];
    if (key === undefined) throw new Fault("bad-extract-file", "the release is of another extract");
    return { key, released };
  }

  isWanted(chunk: number, index: number): boolean {
    const row = chunk * this.#head.chunkRows + index + 1;
    return this.#range === undefined || (row >= this.#range.first && row <= this.#range.last);
  }

  async #release(firstChunk: number): Promise<Released> {
    const { extractId, rows, chunkRows } = this.#head;
    const chunks = Math.min(this.lastChunk - firstChunk + 1, limits.releaseChunks);
    const sealedFileKey = this.#sealedFileKey;
    const released = await this.#ask({ extractId, firstChunk, chunks, sealedFileKey });
    if (released.rows !== rows || released.chunkRows !== chunkRows) {
      throw new Fault("bad-extract-file", "the release is of another extract");
    }
    this.#released = released;
    this.#from = firstChunk;
    return released;
  }
}
