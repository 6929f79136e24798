import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeeperHome, sealItem, valueOf } from "../../test/keeper-process.ts";

let home: KeeperHome;
let segment: string;
let events: bigint;

beforeEach(async () => {
  home = new KeeperHome();
  const keeper = await home.start();
  const client = await keeper.connect();
  for (let n = 1; n <= 5; n++) valueOf(await client.seal(sealItem(n)));
  events = (await client.status()).journalEvents;
  await keeper.stop();
  segment = join(home.folder, "journal", "0000000000000001.events");
});
afterEach(() => home.remove());

/** The line of the log with which a keeper refuses to start; empty when it ended otherwise. */
function refusal(): string {
  const { code, stderr } = home.refusedStart();
  return code === 1 ? stderr : "";
}

const edit = (path: string, change: (bytes: Buffer) => Buffer): void =>
  writeFileSync(path, change(readFileSync(path)));
const inText = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString("latin1").replace(from, to), "latin1");

describe("a keeper does not start with a journal that", () => {
  it("was edited in the middle", () => {
    edit(segment, inText('"records":1', '"records":2'));
    expect(refusal()).toContain("does not continue the chain");
  });

  it("was edited in its last event", () => {
    edit(segment, (bytes) => {
      bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
      return bytes;
    });
    expect(refusal()).toContain("does not continue the chain");
  });

  it("was cut short behind an acknowledged event", () => {
    edit(segment, (bytes) => bytes.subarray(0, bytes.length - 1));
    expect(refusal()).toContain("older than its head");
  });

  it("was cut short by whole events", () => {
    const first = readFileSync(segment).readUInt32BE(0) + 36;
    truncateSync(segment, first);
    expect(refusal()).toContain("older than its head");
  });

  it("was removed", () => {
    rmSync(segment);
    expect(refusal()).toContain("older than its head");
  });

  it("lacks its first event", () => {
    edit(segment, (bytes) => bytes.subarray(bytes.readUInt32BE(0) + 36));
    expect(refusal()).toContain("does not continue the chain");
  });

  it("lacks a segment", () => {
    copyFileSync(segment, join(home.folder, "journal", "0000000000000099.events"));
    expect(refusal()).toContain("a journal segment is missing");
  });

  it("was put back to an older state", async () => {
    const backup = join(home.root, "backup");
    copyFileSync(segment, backup);
    const keeper = await home.start();
    valueOf(await (await keeper.connect()).seal(sealItem(9)));
    await keeper.stop();
    copyFileSync(backup, segment);
    expect(refusal()).toContain("older than its head");
  });

  it("is another history of the same length as its head", async () => {
    const other = new KeeperHome();
    const keeper = await other.start();
    const client = await keeper.connect();
    for (let n = 11; n <= 15; n++) valueOf(await client.seal(sealItem(n)));
    await keeper.stop();
    copyFileSync(join(other.folder, "journal", "0000000000000001.events"), segment);
    other.remove();
    expect(refusal()).toContain("another history than its head's");
  });

  it("has no head, or one that it did not write", () => {
    const head = join(home.folder, "head");
    edit(head, inText(`"events":${events}`, '"events":1'));
    expect(refusal()).toContain("not what this keeper wrote");
    rmSync(head);
    expect(refusal()).toContain("the head file is missing");
  });

  it("has nonsense behind its last event", () => {
    edit(segment, (bytes) => Buffer.concat([bytes, Buffer.alloc(64, 0xff)]));
    expect(refusal()).toContain("impossible length");
  });
});

describe("a torn write at the very end", () => {
  const tails: Record<string, Buffer> = {
    "that stops in its length": Buffer.of(0, 0, 1),
    "that stops in its hash": Buffer.concat([Buffer.of(0, 0, 1, 0), Buffer.alloc(20, 1)]),
    "that stops in its event": Buffer.concat([Buffer.of(0, 0, 1, 0), Buffer.alloc(200, 1)]),
    "that never came, with room made ahead": Buffer.alloc(500),
    "that turns to zeros": Buffer.concat([Buffer.of(0, 0, 0, 200), Buffer.alloc(100, 1), Buffer.alloc(500)]),
  };

  it.each(Object.keys(tails))("is taken away %s, and the history goes on", async (name) => {
    const whole = readFileSync(segment);
    edit(segment, (bytes) => Buffer.concat([bytes, tails[name] ?? Buffer.alloc(0)]));
    const keeper = await home.start();
    const tornBytes = (tails[name]?.findLastIndex((byte) => byte !== 0) ?? -1) + 1;
    expect(keeper.stderr).toContain(`"tornBytes":${tornBytes}}`);
    const client = await keeper.connect();
    // One `started`, a sign-in and a ticket stand between.
    expect(valueOf(await client.seal(sealItem(6))).eventNumber).toBe(events + 4n);
    await keeper.stop();
    expect(readFileSync(segment).subarray(0, whole.length)).toEqual(whole);
    const again = await home.start();
    expect(await again.stop()).toBe(0);
  });
});

describe("what must survive a journal put back by a second", () => {
  it("is anchored before it is answered: an erasure", async () => {
    const keeper = await home.start();
    const client = await keeper.connect();
    const before = readFileSync(segment);
    valueOf(await client.erase(sealItem(1).personKey));
    await keeper.kill();
    writeFileSync(segment, before);
    expect(refusal()).toContain("older than its head");
  });

  it("is anchored before it is answered: a rotation", async () => {
    const keeper = await home.start();
    const client = await keeper.connect();
    const before = readFileSync(segment);
    valueOf(await client.rotate());
    await keeper.kill();
    writeFileSync(segment, before);
    expect(refusal()).toContain("older than its head");
  });
});

describe("a key file", () => {
  const keys = (): string => join(home.folder, "keys.sealed");

  it("that was put back to before a rotation does not start", async () => {
    const before = readFileSync(keys());
    const keeper = await home.start();
    valueOf(await (await keeper.connect()).rotate());
    await keeper.stop();
    writeFileSync(keys(), before);
    expect(refusal()).toContain("the key file is older than the journal");
  });

  it("with any byte changed does not start", () => {
    const whole = readFileSync(keys());
    for (const at of [0, 11, 20, 50, 70, 100, whole.length - 40, whole.length - 1]) {
      edit(keys(), () => Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 1 : byte))));
      expect(refusal()).toContain("the key file is not what a keeper wrote");
    }
  });

  it("of another keeper does not accept this one's head", () => {
    const other = new KeeperHome();
    copyFileSync(join(other.folder, "keys.sealed"), keys());
    other.remove();
    expect(refusal()).toContain("not what this keeper wrote");
  });

  it("holds no key in clear: the folder has no 32 bytes of the unsealing key", () => {
    const secret = readFileSync(home.keyFile);
    const files = readdirSync(home.folder).filter((name) => name !== "journal");
    expect(files).toContain("keys.sealed");
    const whole = Buffer.concat(files.map((name) => readFileSync(join(home.folder, name))));
    expect(whole.includes(secret)).toBe(false);
  });
});
