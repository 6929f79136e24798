/** A whole round: a log's tiles, witnesses over HTTP, and a keeper that rolled back or tells two stories. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cosignLog } from "@kura/custodian/log/cosign-log.ts";
import { FixtureLog, fixtureOrigin } from "@kura/custodian/log/log.fixture.ts";
import { LogFolder } from "@kura/custodian/log/log-folder.ts";
import { LogPublisher } from "@kura/custodian/log/publish-log.ts";
import { witnessLine } from "@kura/custodian/log/witness-line.ts";
import { parsePolicy, type Policy } from "@kura/tlog/policy.ts";
import { TileReader } from "@kura/tlog/tile-reader.ts";
import { verifyCheckpoint } from "@kura/tlog/verify.ts";
import { encodeVerifierKey } from "@kura/tlog/verifier-key.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedWitness, serveWitness } from "./serve-witness.ts";
import { getWitnessKey, WitnessFolder } from "./witness-folder.ts";

let path: string;
let log: FixtureLog;
let policy: Policy;
let witnesses: ServedWitness[];

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "kura-witness-"));
  log = await FixtureLog.make();
  witnesses = [];
  const lines = [`log ${log.verifierKey}`];
  for (const name of ["a", "b", "c"]) lines.push(await startWitness(name));
  policy = parsePolicy([...lines, "group two 2 a b c", "quorum two", ""].join("\n"));
});
afterEach(async () => {
  for (const witness of witnesses) await witness.close();
  await rm(path, { recursive: true, force: true });
});

/** Its policy line. @param port 0 for a new one. */
async function startWitness(name: string, port = 0): Promise<string> {
  const folder = join(path, `witness-${name}`);
  const cosigner = await getWitnessKey(folder, `witness.example/${name}`);
  const served = await serveWitness(
    {
      findLogKeys: async (origin) => (origin === fixtureOrigin ? [log.signer.key] : undefined),
      store: new WitnessFolder(folder),
      cosigners: [cosigner],
      clock: () => 1_790_000_000n,
    },
    port,
    () => undefined,
  );
  witnesses.push(served);
  return `witness ${name} ${encodeVerifierKey(cosigner.key)} ${served.url}`;
}

/** One beat of a custodian with tiles of its own. */
async function beat(of: FixtureLog, tiles = "log", sizes = new Map<string, bigint>()) {
  const folder = new LogFolder(join(path, tiles));
  const tree = await new LogPublisher(folder, of).writeTiles();
  const reader = new TileReader(tree, (id) => folder.findTile(id));
  return cosignLog(tree, policy, reader, witnessLine, sizes);
}

describe("witnesses", () => {
  it("cosign a log as it grows, and two of three are enough", async () => {
    const sizes = new Map<string, bigint>();
    for (const grown of [0, 5, 300, 400]) {
      log.grow(grown);
      const { note, isEnough, missing } = await beat(log, "log", sizes);
      expect({ isEnough, missing }).toEqual({ isEnough: true, missing: [] });
      expect((await verifyCheckpoint(note, policy)).cosignatures).toHaveLength(3);
    }
    await witnesses[0]?.close();
    log.grow(1);
    const { note, isEnough, missing } = await beat(log, "log", sizes);
    expect({ isEnough, missing }).toEqual({
      isEnough: true,
      missing: [{ witness: "a", code: "witness-unreachable" }],
    });
    expect((await verifyCheckpoint(note, policy)).cosignatures).toHaveLength(2);
    await witnesses[1]?.close();
    log.grow(1);
    const last = await beat(log, "log", sizes);
    expect(last.isEnough).toBe(false);
    await expect(verifyCheckpoint(last.note, policy)).rejects.toThrow("too few witnesses");
  });

  it("remember across a restart, and are asked from where they are", async () => {
    log.grow(300);
    await beat(log);
    const url = witnesses[0]?.url ?? "";
    await witnesses[0]?.close();
    await startWitness("a", Number(new URL(url).port));
    log.grow(10);
    // A custodian that was started anew knows no sizes: each witness says its own.
    expect(await beat(log)).toMatchObject({ isEnough: true, missing: [] });
  });

  it("do not know a log that nobody named to them", async () => {
    const other = await FixtureLog.make(3, "log.example/other");
    other.grow(1);
    const { missing } = await beat(other, "other");
    expect(missing.map(({ code }) => code)).toEqual(["refused-404", "refused-404", "refused-404"]);
  });
});

describe("a keeper's log that", () => {
  it("was rolled back is found out by the first witness, under the keeper's own signature", async () => {
    log.grow(300);
    await beat(log);
    log.entriesSigned.length = 250;
    await expect(beat(log, "restored")).rejects.toThrow("it was rolled back");
  });

  it("was rolled back and has grown again is found out", async () => {
    log.grow(300);
    await beat(log);
    log.entriesSigned.length = 250;
    log.grow(200, 9);
    await expect(beat(log, "restored")).rejects.toThrow("it was split");
  });

  it("is told in two ways finds no witness for the second", async () => {
    log.grow(300);
    await beat(log);
    const second = new FixtureLog(log.signer);
    second.grow(300, 9);
    await expect(beat(second, "second")).rejects.toThrow("it was split");
  });

  it("is told to two witnesses in two ways cannot be shown to both: no quorum signs either", async () => {
    const [a, , c] = witnesses;
    const second = new FixtureLog(log.signer);
    log.grow(300);
    second.grow(300, 9);
    await c?.close();
    await beat(log);
    await a?.close();
    // B saw the first story and stops the second; only C, who saw nothing, would sign it.
    const cPort = Number(new URL(c?.url ?? "").port);
    await startWitness("c", cPort);
    await expect(beat(second, "second")).rejects.toThrow("it was split");
  });
});

describe("a witness that lies", () => {
  it("about a larger tree stops nothing without the keeper's signature", async () => {
    log.grow(10);
    const lying = (url: string) => ({
      ...witnessLine(url),
      post: async () => ({ status: 409, contentType: "text/x.tlog.size", body: Buffer.from("99\n") }),
      findCheckpoint: async () => (await log.checkpoint()).replace("\n10\n", "\n99\n"),
    });
    const folder = new LogFolder(join(path, "log"));
    const tree = await new LogPublisher(folder, log).writeTiles();
    const reader = new TileReader(tree, (id) => folder.findTile(id));
    const { isEnough, missing } = await cosignLog(tree, policy, reader, lying, new Map());
    expect(isEnough).toBe(false);
    expect(missing.map(({ code }) => code)).toEqual(["bad-signature", "bad-signature", "bad-signature"]);
  });
});
