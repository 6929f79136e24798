import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeVectors, vectorFolder } from "../test/own-vectors.ts";
import { verifyBundle } from "./entry-bundle.ts";
import { parsePolicy } from "./policy.ts";
import { TileReader } from "./tile-reader.ts";
import { tilePath } from "./tile.ts";
import { parseTlogProof, verifyTlogProof } from "./tlog-proof.ts";
import { hashLeaf } from "./tree.ts";
import { verifyCheckpoint } from "./verify.ts";

const secondOpinion = fileURLToPath(new URL("../../../tools/second-opinion/tlog.py", import.meta.url));
const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) process.stderr.write("tlog: python3 is absent, the second opinion is skipped\n");

function read(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(vectorFolder, path)));
}

describe("the package's own vectors", () => {
  it("are what the code makes today, to the byte, and nothing else", async () => {
    const made = await makeVectors();
    const stored = readdirSync(vectorFolder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => relative(vectorFolder, join(file.parentPath, file.name)));
    expect(stored.sort()).toEqual([...made.keys()].sort());
    for (const [path, content] of made) expect([path, read(path)]).toEqual([path, content]);
  });

  it("are a log that a reader verifies from its files to its entries", async () => {
    const policy = parsePolicy(read("policy.txt"));
    const { checkpoint } = await verifyCheckpoint(read("log/checkpoint"), policy);
    const reader = new TileReader(checkpoint, async (id) => read(`log/${tilePath(id)}`));
    const last = verifyBundle(read("log/tile/entries/001.p/44"), await reader.readLeafHashes(256n, 300n));
    expect(new TextDecoder().decode(last.at(-1))).toBe("synthetic entry 299");
    for (const index of [77, 299]) {
      const proof = parseTlogProof(read(`entry-${index}.tlog-proof`));
      const leafHash = hashLeaf(new TextEncoder().encode(`synthetic entry ${index}`));
      await verifyTlogProof(proof, leafHash, policy);
      expect(proof.hashes).toEqual(await reader.proveInclusion(BigInt(index)));
    }
  });

  it.skipIf(!hasPython)("agree with a second implementation that shares no code", () => {
    const { status, stdout, stderr } = spawnSync("python3", [secondOpinion, vectorFolder], {
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toContain("agrees: 554 checks");
    expect(status).toBe(0);
  });
});
