import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signNote } from "@kura/tlog/signer.ts";
import { encodeCheckpoint } from "@kura/tlog/checkpoint.ts";
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
  log.grow(300);
  await folder.publish((await new LogPublisher(folder, log).writeTiles()).note);
});
afterEach(() => rm(path, { recursive: true, force: true }));

const published = (): Promise<string> => readFile(join(path, "checkpoint"), "utf8");

/** What stops the next step; the published checkpoint must be the one before. */
async function breachOf(publisher: LogPublisher = new LogPublisher(folder, log)): Promise<string> {
  const before = await published();
  const message = await publisher.writeTiles().then(
    () => "",
    (thrown: Error) => (thrown.name === "Breach" ? thrown.message : `${thrown.name} ${thrown.message}`),
  );
  expect(await published()).toBe(before);
  return message;
}

describe("nothing is published of a keeper whose log", () => {
  it("was rolled back", async () => {
    log.entriesSigned.length = 299;
    expect(await breachOf()).toContain("shorter than what was published");
  });

  it("was rolled back while the custodian ran", async () => {
    const publisher = new LogPublisher(folder, log);
    log.grow(20);
    await publisher.writeTiles();
    log.entriesSigned.length = 310;
    expect(await breachOf(publisher)).toContain("shorter than what was published");
  });

  it("was rolled back and has grown again to another history", async () => {
    log.entriesSigned.length = 200;
    log.grow(200, 9);
    expect(await breachOf()).toContain("signed another log than its entries");
  });

  it("was rewritten, and whose tiles are gone so that all is made again", async () => {
    log.entriesSigned.length = 200;
    log.grow(200, 9);
    await rm(join(path, "tile"), { recursive: true });
    expect(await breachOf()).toContain("another than the one that was published");
  });

  it("is of another key", async () => {
    const other = await FixtureLog.make(2);
    other.grow(400);
    expect(await breachOf(new LogPublisher(folder, other))).toContain("not signed by this keeper");
  });

  it("does not lead to its own checkpoint", async () => {
    log.grow(1);
    const lying = {
      entries: async (from: bigint, limit: number) => ({ ...(await log.entries(from, limit)) }),
    };
    const { root } = log.head(300);
    const text = encodeCheckpoint({ origin: log.signer.key.name, size: 301n, root });
    const checkpoint = await signNote(text, [log.signer], 0n);
    const source = {
      entries: async (from: bigint, limit: number) => ({ ...(await lying.entries(from, limit)), checkpoint }),
    };
    expect(await breachOf(new LogPublisher(folder, source))).toContain("signed another log than its entries");
  });

  it("is not signed at all", async () => {
    log.grow(1);
    const source = {
      entries: async (from: bigint, limit: number) => {
        const answer = await log.entries(from, limit);
        return { ...answer, checkpoint: answer.checkpoint.replace(/\n301\n/, "\n302\n") };
      },
    };
    expect(await breachOf(new LogPublisher(folder, source))).toContain("does not verify");
  });
});

describe("a folder is not written over when its checkpoint", () => {
  it.each([
    ["is nothing", "", "is none"],
    [
      "is not the keeper's",
      "log.example/fixture\n9\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— x AAAAAAAA\n",
      "not signed by this keeper",
    ],
  ])("%s", async (_, content, why) => {
    await writeFile(join(path, "checkpoint"), content);
    expect(await breachOf()).toContain(why);
  });
});
