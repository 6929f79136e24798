/**
 * The package's own vectors, as a function: what `packages/tlog/vectors` holds, made by the package's code from counted
 * seeds and synthetic entries. vectors.test.ts compares the files with this to the byte; `node packages/tlog/test/own-vectors.ts`
 * writes them anew. tools/second-opinion/tlog.py checks the files with nothing of ours.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeBase64, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCheckpoint } from "../src/checkpoint.ts";
import { encodeBundle } from "../src/entry-bundle.ts";
import { rootOf } from "../src/frontier.ts";
import type { ProofPlan } from "../src/proof.ts";
import {
  assembleProof,
  isSubtree,
  planConsistency,
  planInclusion,
  planSubtreeConsistency,
  planSubtreeInclusion,
} from "../src/proof.ts";
import { signNote } from "../src/signer.ts";
import { TileWriter } from "../src/tile-writer.ts";
import { tilePath } from "../src/tile.ts";
import { encodeTlogProof } from "../src/tlog-proof.ts";
import type { Hash } from "../src/tree.ts";
import { coverRange, foldHashes, hashLeaf } from "../src/tree.ts";
import { encodeVerifierKey, keyType } from "../src/verifier-key.ts";
import { encodeAddCheckpoint } from "../src/witness-message.ts";
import { nodesTo } from "./memory-log.ts";
import { entriesTo } from "./reference.ts";
import { signerOf } from "./signers.ts";

const size = 300;
const origin = "log.example/synthetic";
const timestamp = 1_700_000_000n;
const entries = entriesTo(size);
const leaves = entries.map(hashLeaf);
const nodes = nodesTo(size);

/** Path below the folder, and content. */
export async function makeVectors(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const writer = new TileWriter();
  for (const leaf of leaves) writer.append(leaf);
  const { head, tiles } = writer.flush();
  for (const { id, bytes } of tiles) files.set(`log/${tilePath(id)}`, bytes);
  for (const { id } of tiles.filter(({ id }) => id.level === 0)) {
    const start = Number(id.index) * 256;
    const bundle = encodeBundle(entries.slice(start, start + id.width));
    files.set(`log/${tilePath({ ...id, level: "entries" })}`, bundle);
  }
  const log = await signerOf(origin, keyType.ed25519, 1);
  const witnesses = await Promise.all(
    [11, 12, 13].map((n) => signerOf(`w${n}.example`, keyType.cosignature, n)),
  );
  const checkpoint = await signNote(
    encodeCheckpoint({ origin, ...head }),
    [log, ...witnesses.filter((_, i) => i !== 1)],
    timestamp,
  );
  const text = new Map<string, string>([
    ["log/checkpoint", checkpoint],
    [
      "policy.txt",
      policyOf(
        encodeVerifierKey(log.key),
        witnesses.map(({ key }) => encodeVerifierKey(key)),
      ),
    ],
    ["entry-77.tlog-proof", proofOf(77n, checkpoint)],
    ["entry-299.tlog-proof", proofOf(299n, checkpoint, encodeUtf8("synthetic hint"))],
    ["roots.txt", lines(70, (n) => `${n} ${encodeBase64(rootOf(leaves.slice(0, n)))}`)],
    [
      "consistency.txt",
      pairs(24)
        .map(([old, n]) => `${old} ${n}${hashesOf(planConsistency(old, n))}\n`)
        .join(""),
    ],
    ["subtrees.txt", subtrees().join("")],
  ]);
  for (const [path, content] of text) files.set(path, encodeUtf8(content));
  const consistency = assemble(planConsistency(100n, head.size));
  files.set("add-checkpoint.txt", encodeAddCheckpoint({ oldSize: 100n, proof: consistency, checkpoint }));
  return files;
}

export const vectorFolder: string = fileURLToPath(new URL("../vectors/", import.meta.url));

function policyOf(log: string, witnesses: readonly string[]): string {
  const named = witnesses.map((vkey, i) => `witness W${i + 1} ${vkey}\n`);
  return `# two of three synthetic witnesses\nlog ${log}\n${named.join("")}group two 2 W1 W2 W3\nquorum two\n`;
}

function proofOf(index: bigint, checkpoint: string, extra?: Uint8Array): string {
  return encodeTlogProof({ index, hashes: assemble(planInclusion(index, BigInt(size))), checkpoint, extra });
}

/** start end size index | root | consistency proof | inclusion proof */
function subtrees(): readonly string[] {
  const found: string[] = [];
  for (const [start, end] of pairs(24)) {
    const range = { start, end };
    if (!isSubtree(range) || start === end) continue;
    const index = start + (end - start) / 2n;
    const root = encodeBase64(foldHashes(coverRange(start, end).map(nodes.get)));
    const inTree = hashesOf(planSubtreeConsistency(range, 24n));
    found.push(
      `${start} ${end} 24 ${index} | ${root} |${inTree} |${hashesOf(planSubtreeInclusion(index, range))}\n`,
    );
  }
  return found;
}

/** All (a, b) with 1 <= a <= b <= max. */
function pairs(max: number): readonly [bigint, bigint][] {
  return Array.from({ length: max }, (_, b) =>
    Array.from({ length: b + 1 }, (_, a): [bigint, bigint] => [BigInt(a + 1), BigInt(b + 1)]),
  ).flat();
}

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count + 1 }, (_, n) => `${line(n)}\n`).join("");
}

function assemble(plan: ProofPlan): readonly Hash[] {
  return assembleProof(plan, plan.flat().map(nodes.get));
}

function hashesOf(plan: ProofPlan): string {
  return assemble(plan)
    .map((hash) => ` ${encodeBase64(hash)}`)
    .join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, content] of await makeVectors()) {
    const file = join(vectorFolder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
