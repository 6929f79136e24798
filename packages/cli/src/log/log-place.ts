/** A published log at an address or in a folder: its checkpoint and its tiles, unbelieved. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { entryBytesMax, noteBytesMax, tileWidth } from "@kura/tlog/limits.ts";
import { tilePath } from "@kura/tlog/tile.ts";
import type { FetchTile } from "@kura/tlog/tile-reader.ts";
import { hashBytes } from "@kura/tlog/tree.ts";

export interface LogPlace {
  /** @throws {Fault} `no-log` */
  readonly checkpoint: () => Promise<Uint8Array>;
  readonly fetchTile: FetchTile;
}

const answerTimeoutMs = 30_000;
/** A full bundle of the longest entries. */
const bundleBytesMax = tileWidth * (entryBytesMax + 2);
const tileBytesMax = tileWidth * hashBytes;

/** @param place `https://…/log`, or a folder. */
export function logPlace(place: string): LogPlace {
  const find = /^https?:\/\//.test(place) ? fromUrl(place.replace(/\/$/, "")) : fromFolder(place);
  return {
    checkpoint: async () => {
      const bytes = await find("checkpoint", noteBytesMax);
      if (bytes === undefined) throw new Fault("no-log", `there is no checkpoint at ${place}`);
      return bytes;
    },
    fetchTile: (id) => find(tilePath(id), id.level === "entries" ? bundleBytesMax : tileBytesMax),
  };
}

type Find = (path: string, maxBytes: number) => Promise<Uint8Array | undefined>;

function fromFolder(folder: string): Find {
  return async (path) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw error;
    }
  };
}

function fromUrl(prefix: string): Find {
  return async (path, maxBytes) => {
    try {
      const response = await fetch(`${prefix}/${path}`, { signal: AbortSignal.timeout(answerTimeoutMs) });
      if (response.status === 404) return undefined;
      if (!response.ok)
        throw new Fault("log-unreachable", `${prefix} answers with status ${response.status}`);
      return await readAtMost(response, maxBytes, prefix);
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault("log-unreachable", `no answer from ${prefix}, or none that ends`, { cause });
    }
  };
}

/** Counted while it comes, after decompression: who serves a log decides neither our memory nor when we stop. */
async function readAtMost(response: Response, maxBytes: number, prefix: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new Fault("log-unreachable", `${prefix} answers with more than a log has`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
