/** A published log at an address or in a folder: its checkpoint and its tiles, unbelieved. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { entryBytesMax, noteBytesMax, tileWidth } from "@kura/tlog/limits.ts";
import { tilePath } from "@kura/tlog/tile.ts";
import type { FetchTile } from "@kura/tlog/tile-reader.ts";

export interface LogPlace {
  /** @throws {Fault} `no-log` */
  readonly checkpoint: () => Promise<Uint8Array>;
  readonly fetchTile: FetchTile;
}

const answerTimeoutMs = 30_000;
/** A full bundle of the longest entries. */
const tileBytesMax = tileWidth * (entryBytesMax + 2);

/** @param place `https://…/log`, or a folder. */
export function logPlace(place: string): LogPlace {
  const find = /^https?:\/\//.test(place) ? fromUrl(place.replace(/\/$/, "")) : fromFolder(place);
  return {
    checkpoint: async () => {
      const bytes = await find("checkpoint", noteBytesMax);
      if (bytes === undefined) throw new Fault("no-log", `there is no checkpoint at ${place}`);
      return bytes;
    },
    fetchTile: (id) => find(tilePath(id), tileBytesMax),
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
    const response = await fetch(`${prefix}/${path}`, { signal: AbortSignal.timeout(answerTimeoutMs) }).catch(
      (cause: unknown) => {
        throw new Fault("log-unreachable", `no answer from ${prefix}`, { cause });
      },
    );
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Fault("log-unreachable", `${prefix} answers with status ${response.status}`);
    const bytes = await response.bytes();
    if (bytes.length > maxBytes) throw new Fault("log-unreachable", `${prefix} answers without end`);
    return bytes;
  };
}
