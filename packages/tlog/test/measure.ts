/**
 * What the tree costs, printed: `node packages/tlog/test/measure.ts [leaves]`, default one million. Each line is also given as
 * a ratio to bare SHA-256 calls of the same lengths in the same run. Times are processor time of this process, user and
 * system, because machines are shared. No test.
 */
import { Frontier } from "../src/frontier.ts";
import { verifyInclusion } from "../src/proof.ts";
import { sha256, sha256Portable } from "../src/sha256.ts";
import { TileReader } from "../src/tile-reader.ts";
import { TileWriter } from "../src/tile-writer.ts";
import { tilePath } from "../src/tile.ts";
import type { Hash } from "../src/tree.ts";
import { hashLeaf } from "../src/tree.ts";

const leaves = Number(process.argv[2] ?? "1000000");
const entryBytes = 64;

function entryOf(i: number): Uint8Array {
  const entry = new Uint8Array(entryBytes);
  for (let at = 0; at < 4; at++) entry[at] = i >>> (8 * at);
  return entry;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function timed(run: () => void): number {
  const start = processorMs();
  run();
  return processorMs() - start;
}

function say(what: string, ms: number, calls: number, bareMs: number): void {
  const each = ((ms / calls) * 1000).toFixed(2);
  process.stdout.write(
    `${what.padEnd(66)} ${(ms / 1000).toFixed(2)} s  ${each} µs each  ${(ms / bareMs).toFixed(2)}x bare\n`,
  );
}

const bareMs = timed(() => {
  for (let i = 0; i < leaves; i++) sha256(entryOf(i));
});
say(`bare SHA-256 of ${leaves} entries of ${entryBytes} bytes`, bareMs, leaves, bareMs);
say(
  "the same, portable",
  timed(() => {
    for (let i = 0; i < leaves; i++) sha256Portable(entryOf(i));
  }),
  leaves,
  bareMs,
);

const frontier = new Frontier();
say(
  "leaf hashes and root, frontier",
  timed(() => {
    for (let i = 0; i < leaves; i++) frontier.append(hashLeaf(entryOf(i)));
    frontier.root();
  }),
  leaves,
  bareMs,
);

const tiles = new Map<string, Uint8Array>();
const writer = new TileWriter();
say(
  "leaf hashes and all tiles, flushed every 1,000",
  timed(() => {
    for (let i = 0; i < leaves; i++) {
      writer.append(hashLeaf(entryOf(i)));
      if (i % 1000 === 999) for (const { id, bytes } of writer.flush().tiles) tiles.set(tilePath(id), bytes);
    }
    for (const { id, bytes } of writer.flush().tiles) tiles.set(tilePath(id), bytes);
  }),
  leaves,
  bareMs,
);
const head = writer.head();

const reader = new TileReader(head, async (id) => tiles.get(tilePath(id)));
const all = processorMs();
for (let start = 0; start < leaves; start += 256) {
  await reader.readLeafHashes(BigInt(start), BigInt(Math.min(start + 256, leaves)));
}
say("every tile verified against the root, every leaf hash read", processorMs() - all, leaves, bareMs);

const rounds = 10_000;
// From no more tiles than a reader keeps, so that all are warm after the first pass.
const drawn = Array.from({ length: rounds }, (_, i) => (i * 7_919_993) % Math.min(leaves, 200_000));
for (const index of drawn) await reader.proveInclusion(BigInt(index));
const proofs: (readonly Hash[])[] = [];
const proving = processorMs();
for (const index of drawn) proofs.push(await reader.proveInclusion(BigInt(index)));
say(`one inclusion proof from verified tiles (${rounds})`, processorMs() - proving, rounds, bareMs);

say(
  `one inclusion proof checked (${rounds})`,
  timed(() => {
    for (const [i, index] of drawn.entries()) {
      verifyInclusion(BigInt(index), hashLeaf(entryOf(index)), head, proofs[i] ?? []);
    }
  }),
  rounds,
  bareMs,
);

const cold = processorMs();
for (const index of drawn.slice(0, 100)) {
  await new TileReader(head, async (id) => tiles.get(tilePath(id))).proveInclusion(BigInt(index));
}
say("one inclusion proof, fresh reader, tiles fetched and verified (100)", processorMs() - cold, 100, bareMs);
