import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TileReader } from "@kura/tlog/tile-reader.ts";
import { verifyLog } from "@kura/tlog/verify-log.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FixtureLog } from "./log.fixture.ts";
import { LogFolder } from "./log-folder.ts";
import { LogPublisher } from "./publish-log.ts";

let path: string;
let folder: LogFolder;
let log: FixtureLog;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "kura-log-"));
  folder = new LogFolder(path);
  log = await FixtureLog.make();
});
afterEach(() => rm(path, { recursive: true, force: true }));

const fetchTile = (id: Parameters<LogFolder["findTile"]>[0]) => folder.findTile(id);

/** Writes and publishes; whatever is in the folder then verifies whole. */
async function publish(publisher: LogPublisher): Promise<bigint> {
  const tree = await publisher.writeTiles();
  await folder.publish(tree.note);
  await verifyLog(tree, fetchTile);
  return tree.size;
}

describe("the published log", () => {
  it("is whole at every size, from nothing on", async () => {
    const publisher = new LogPublisher(folder, log);
    expect(await publish(publisher)).toBe(0n);
    for (const grown of [1, 1, 254, 1, 300, 0, 700]) {
      log.grow(grown);
      expect(await publish(publisher)).toBe(BigInt(log.entriesSigned.length));
    }
  });

  it("proves every entry", async () => {
    log.grow(600);
    const tree = await new LogPublisher(folder, log).writeTiles();
    const reader = new TileReader(tree, fetchTile);
    for (const index of [0n, 255n, 256n, 511n, 599n])
      expect((await reader.proveInclusion(index)).length).toBeGreaterThan(0);
  });

  it("goes on in a new process where the last one published", async () => {
    for (const grown of [3, 253, 100, 512, 1]) {
      log.grow(grown);
      expect(await publish(new LogPublisher(folder, log))).toBe(BigInt(log.entriesSigned.length));
    }
  });

  it("goes on after a stop between tiles and checkpoint", async () => {
    log.grow(100);
    await publish(new LogPublisher(folder, log));
    log.grow(400);
    log.pageMax = 50;
    let answers = 0;
    log.beforeAnswer = async () => {
      answers += 1;
      if (answers === 5) throw new Error("stopped");
    };
    await expect(new LogPublisher(folder, log).writeTiles()).rejects.toThrow("stopped");
    log.beforeAnswer = async () => undefined;
    log.grow(7);
    expect(await publish(new LogPublisher(folder, log))).toBe(507n);
  });

  it("goes on behind the last checkpoint, not from the start, where a stop left the whole of what it has a part of", async () => {
    log.grow(700);
    await publish(new LogPublisher(folder, log));
    log.grow(100);
    await new LogPublisher(folder, log).writeTiles();
    const asked: bigint[] = [];
    const entries: FixtureLog["entries"] = (from, limit) => {
      asked.push(from);
      return log.entries(from, limit);
    };
    expect(await publish(new LogPublisher(folder, { entries }))).toBe(800n);
    expect(asked[0]).toBe(700n);
  });

  it("makes tiles again that a power cut took", async () => {
    log.grow(700);
    await publish(new LogPublisher(folder, log));
    await writeFile(join(path, "tile/0/002.p/188"), "");
    log.grow(1);
    expect(await publish(new LogPublisher(folder, log))).toBe(701n);
    await rm(join(path, "tile/entries/002.p"), { recursive: true });
    log.grow(1);
    expect(await publish(new LogPublisher(folder, log))).toBe(702n);
  });

  it("keeps no part of a tile that is full", async () => {
    const publisher = new LogPublisher(folder, log);
    for (let i = 0; i < 26; i++) {
      log.grow(10);
      await publish(publisher);
    }
    expect(await readdir(join(path, "tile/0"))).toEqual(["000", "001.p"]);
    expect(await readdir(join(path, "tile/entries"))).toEqual(["000", "001.p"]);
  });
});
