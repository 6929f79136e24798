/**
 * From the keeper's entries to tiles in a folder, up to the keeper's signed checkpoint, in the order that Sunlight has:
 *   1. the keeper exchanged its head file and signed (`keeper/src/log/log.ts`)
 *   2. tiles and bundles are written           CRASH: they are written again, byte for byte the same
 *   3. the checkpoint is published, with cosignatures where the policy wants them (`log-follower.ts`)
 *      CRASH: before it the old checkpoint stands, and its tiles are there
 *
 * Believes nothing: the checkpoint is verified, every root is recomputed from the entries, and what was published before
 * must be a beginning of what is published now. A contradiction is a {@link Breach}, and nothing is written behind it.
 *
 * INVARIANT: what is published only grows (publish-log.test.ts, publish-log.abuse.test.ts).
 */
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { EntriesAnswer } from "@kura/keeper/protocol/orders.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { encodeBundle, verifyBundle } from "@kura/tlog/entry-bundle.ts";
import { verdictOf } from "@kura/tlog/fault.ts";
import { tileWidth } from "@kura/tlog/limits.ts";
import { openNote, parseNote } from "@kura/tlog/note.ts";
import { edgeTiles, type Tile, type TileId } from "@kura/tlog/tile.ts";
import { TileWriter } from "@kura/tlog/tile-writer.ts";
import { equalHashes, hashBytes, hashLeaf, type TreeHead } from "@kura/tlog/tree.ts";
import { parseVerifierKey } from "@kura/tlog/verifier-key.ts";
import { logLimits } from "./limits.ts";
import type { LogFolder } from "./log-folder.ts";

/** Where entries come from: the keeper. */
export interface LogSource {
  entries(from: bigint, limit: number): Promise<EntriesAnswer>;
}

/** A tree that the keeper signed, all of whose tiles are in the folder. */
export interface SignedTree extends TreeHead {
  readonly verifierKey: string;
  /** The keeper's note, without cosignatures. */
  readonly note: string;
}

export class LogPublisher {
  readonly #folder: LogFolder;
  readonly #source: LogSource;
  #writer: TileWriter | undefined;
  /** Entries of the unfinished bundle. */
  #bundle: Uint8Array[] = [];
  /** What was published when this process began. */
  #published: (TreeHead & { readonly note: string }) | undefined;
  /** The key under which the published checkpoint was verified. */
  #checkedKey: string | undefined;

  constructor(folder: LogFolder, source: LogSource) {
    this.#folder = folder;
    this.#source = source;
  }

  /**
   * Writes the tiles of all that the keeper has signed. Publishes nothing.
   *
   * @throws {Breach} when the keeper's log is not the one that was published, or not the one it signed.
   */
  async writeTiles(): Promise<SignedTree> {
    const writer = this.#writer ?? (await this.#open());
    // What failed halfway is read from the folder again.
    this.#writer = undefined;
    const signed = await this.#writeTiles(writer);
    this.#writer = writer;
    return signed;
  }

  async #writeTiles(writer: TileWriter): Promise<SignedTree> {
    for (;;) {
      const answer = await this.#source.entries(writer.size, logLimits.entriesPage);
      const signed = await verifySigned(answer);
      await this.#checkSigner(signed);
      const known = this.#published?.size ?? 0n;
      if (signed.size < writer.size || signed.size < known) {
        throw new Breach("the keeper's log is shorter than what was published", { size: signed.size, known });
      }
      if (answer.entries.length === 0 && writer.size < signed.size) {
        throw new Fault("log-not-copied", "the keeper gave no entries; it will be asked again");
      }
      await this.#append(writer, answer.entries.slice(0, Number(signed.size - writer.size)));
      if (writer.size < signed.size) continue;
      if (!equalHashes(writer.head().root, signed.root)) {
        throw new Breach("the keeper signed another log than its entries", { size: signed.size });
      }
      await this.#writeEdges(writer);
      return signed;
    }
  }

  async #append(writer: TileWriter, entries: readonly Uint8Array[]): Promise<void> {
    const bundles: Tile[] = [];
    for (const entry of entries) {
      writer.append(hashLeaf(entry));
      this.#bundle.push(entry);
      if (this.#bundle.length === tileWidth) bundles.push(this.#takeBundle(writer.size));
      if (writer.size === this.#published?.size) this.#checkPublished(writer.head());
    }
    await this.#writeAll([...bundles, ...writer.takeFull()]);
  }

  /** Some side by side: the disk makes what comes together durable in one go. Their order decides nothing. */
  async #writeAll(tiles: readonly Tile[]): Promise<void> {
    const waiting = tiles.values();
    const writeOn = async (): Promise<void> => {
      for (const { id, bytes } of waiting) await this.#folder.writeTile(id, bytes);
    };
    const lanes = await Promise.allSettled(Array.from({ length: logLimits.tilesAtOnce }, writeOn));
    // All have come to their end: nobody writes any more when what failed is tried again.
    for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
  }

  /** The partial tiles and the partial bundle, once there are no more entries: nobody needs those between. */
  async #writeEdges(writer: TileWriter): Promise<void> {
    const { tiles } = writer.flush();
    const hasPart = tiles.length > 0 && this.#bundle.length > 0;
    await this.#writeAll(hasPart ? [this.#takeBundle(writer.size), ...tiles] : tiles);
  }

  /** The bundle of the last entries, which goes on unless it is full. */
  #takeBundle(size: bigint): Tile {
    const width = this.#bundle.length;
    const id: TileId = { level: "entries", index: (size - 1n) / BigInt(tileWidth), width };
    const bytes = encodeBundle(this.#bundle);
    if (width === tileWidth) this.#bundle = [];
    return { id, bytes };
  }

  /** That what was published before is this keeper's: another log is never written over. */
  async #checkSigner({ verifierKey }: SignedTree): Promise<void> {
    if (this.#published === undefined || this.#checkedKey === verifierKey) return;
    try {
      await openNote(this.#published.note, [parseVerifierKey(verifierKey)]);
    } catch (cause) {
      if (verdictOf(cause) === undefined) throw cause;
      const { size } = this.#published;
      throw new Breach("the published checkpoint is not signed by this keeper", { size }, { cause });
    }
    this.#checkedKey = verifierKey;
  }

  #checkPublished({ size, root }: TreeHead): void {
    if (this.#published !== undefined && !equalHashes(root, this.#published.root)) {
      throw new Breach("the keeper's log is another than the one that was published", { size });
    }
  }

  /** Goes on behind the published checkpoint, or from the first entry where its tiles are not whole. */
  async #open(): Promise<TileWriter> {
    this.#bundle = [];
    this.#checkedKey = undefined;
    const note = await this.#folder.findCheckpoint();
    if (note === undefined) return new TileWriter();
    const published = { ...parsePublished(note), note };
    this.#published = published;
    try {
      const writer = await TileWriter.resume(published, (id) => this.#getTile(id));
      this.#bundle = await this.#readBundle(published.size);
      return writer;
    } catch (error) {
      // A power cut took files that were not synced: they are made again, and must lead to the same root.
      const verdict = verdictOf(error);
      if (verdict !== "broken" && verdict !== "unavailable" && verdict !== "malformed") throw error;
      this.#bundle = [];
      return new TileWriter();
    }
  }

  async #readBundle(size: bigint): Promise<Uint8Array[]> {
    const [edge] = edgeTiles(size);
    if (edge === undefined || edge.level !== 0) return [];
    const tile = await this.#getTile(edge);
    const leafHashes = Array.from({ length: edge.width }, (_, i) =>
      tile.subarray(i * hashBytes, (i + 1) * hashBytes),
    );
    // The full one where it was written already: its beginning is the part, because all entries are hashes.
    const bundle = await this.#getTile({ ...edge, level: "entries" });
    return [...verifyBundle(bundle.subarray(0, edge.width * (2 + hashBytes)), leafHashes)];
  }

  /** An empty tile is none: `resume` refuses it. */
  async #getTile(id: TileId): Promise<Uint8Array> {
    const full = { ...id, width: tileWidth };
    return (await this.#folder.findTile(id)) ?? (await this.#folder.findTile(full)) ?? new Uint8Array(0);
  }
}

function parsePublished(note: string): TreeHead {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (cause) {
    if (verdictOf(cause) !== "malformed") throw cause;
    throw new Breach("the published checkpoint is none", { characters: note.length }, { cause });
  }
}

async function verifySigned({ verifierKey, checkpoint }: EntriesAnswer): Promise<SignedTree> {
  const key = parseVerifierKey(verifierKey);
  const { text } = await openNote(checkpoint, [key]);
  const { origin, size, root } = parseCheckpoint(text);
  if (origin !== key.name) throw new Breach("the keeper signed for another log", { size });
  return { verifierKey, note: checkpoint, size, root };
}
