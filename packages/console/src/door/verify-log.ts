/**
 * Verifies the published log in this browser: who signed its head, that it goes on from what this machine saw before, and
 * that every entry leads to the root. Believes nothing but the key it remembers; with `tlog`, which is the auditors' own.
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { entryBytesMax, noteBytesMax, tileWidth } from "@kura/tlog/limits.ts";
import { TlogFault } from "@kura/tlog/fault.ts";
import { parsePolicy } from "@kura/tlog/policy.ts";
import { tilePath } from "@kura/tlog/tile.ts";
import { type FetchTile, TileReader } from "@kura/tlog/tile-reader.ts";
import { verifyCheckpoint } from "@kura/tlog/verify.ts";
import { verifyLog } from "@kura/tlog/verify-log.ts";

export interface SeenLog {
  readonly key: string;
  readonly size: string;
  /** Hexadecimal. */
  readonly root: string;
}

export type LogOutcome =
  | {
      readonly outcome: "verified";
      readonly seen: SeenLog;
      /** Every entry was hashed; otherwise the head and its going on alone. */
      readonly isWhole: boolean;
      /** The size seen before. */
      readonly since?: string;
    }
  | { readonly outcome: "no-log" | "log-broken" | "log-forked" | "log-key-changed" };

/** Above this a browser would read for minutes; `kura log verify` does it then. */
const wholeEntriesMax = 200_000n;
const tileBytesMax = tileWidth * (entryBytesMax + 2);

export interface VerifyWishes {
  /** As the server names it; believed only the first time. */
  readonly key: string;
  readonly before: SeenLog | undefined;
  readonly onProgress: (done: bigint, of: bigint) => void;
}

export async function verifyPublishedLog(
  fetchIt: typeof fetch,
  { key, before, onProgress }: VerifyWishes,
): Promise<LogOutcome> {
  if (before !== undefined && before.key !== key) return { outcome: "log-key-changed" };
  const note = await fetchBytes(fetchIt, "/log/checkpoint", noteBytesMax);
  if (note === undefined) return { outcome: "no-log" };
  const fetchTile: FetchTile = (id) => fetchBytes(fetchIt, `/log/${tilePath(id)}`, tileBytesMax);
  try {
    const { checkpoint } = await verifyCheckpoint(note, parsePolicy(`log ${key}\nquorum none\n`));
    const { size, root } = checkpoint;
    if (before !== undefined && !(await goesOnFrom(before, { size, root }, fetchTile))) {
      return { outcome: "log-forked" };
    }
    const isWhole = size <= wholeEntriesMax;
    if (isWhole) {
      await verifyLog({ size, root }, fetchTile, {
        onEntries: (first, entries) => onProgress(first + BigInt(entries.length), size),
      });
    }
    const seen = { key, size: size.toString(), root: encodeHex(root) };
    return { outcome: "verified", seen, isWhole, ...(before !== undefined && { since: before.size }) };
  } catch (thrown) {
    if (thrown instanceof TlogFault) return { outcome: "log-broken" };
    throw thrown;
  }
}

async function goesOnFrom(before: SeenLog, head: TileReader["head"], fetchTile: FetchTile): Promise<boolean> {
  const size = BigInt(before.size);
  if (size > head.size) return false;
  return encodeHex(await new TileReader(head, fetchTile).readRoot(size)) === before.root;
}

async function fetchBytes(
  fetchIt: typeof fetch,
  path: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await fetchIt(path, { credentials: "omit", redirect: "error" });
  if (!response.ok) return undefined;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.length > maxBytes ? undefined : bytes;
}
