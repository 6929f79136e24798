import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeFactList } from "@kura/kernel/fact-list.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  facts,
  KeeperHome,
  personKey,
  type RunningKeeper,
  sealedPerson,
  sealItem,
  valueOf,
} from "../test/keeper-process.ts";
import { decodeSealAnswer, encodeSealRequest } from "./protocol/protocol.ts";

describe("a keeper over its socket", () => {
  let home: KeeperHome;
  let keeper: RunningKeeper;
  let client: Client;

  beforeAll(async () => {
    home = new KeeperHome();
    keeper = await home.start();
    client = await keeper.connect();
  });
  afterAll(async () => {
    await keeper.stop();
    home.remove();
  });

  it("opens what it sealed, projected to the fields ordered, in their order of recording", async () => {
    const person = await sealedPerson(client, 1);
    const opened = valueOf(await client.open({ fields: [10, 1], items: [person] }));
    const [projected] = opened.persons[0]?.records ?? [];
    expect(decodeFactList(projected ?? new Uint8Array())).toEqual([facts[0], facts[2]]);
  });

  it("gives one data key to a person in a call, and seals more under it later", async () => {
    const first = valueOf(await client.seal(sealItem(2), sealItem(3), sealItem(2, { recordNo: 2 })));
    const [a, c, b] = first.items;
    expect(a?.wrappedKey).toEqual(b?.wrappedKey);
    expect(a?.wrappedKey).not.toEqual(c?.wrappedKey);
    const wrappedKey = a?.wrappedKey ?? new Uint8Array();
    const later = valueOf(await client.seal(sealItem(2, { recordNo: 3, wrappedKey })));
    expect(later.items[0]?.wrappedKey).toHaveLength(0);
    const records = [a, b, later.items[0]].map((item, i) => ({
      kind: 1,
      recordNo: i + 1,
      sealed: item?.sealed ?? new Uint8Array(),
    }));
    const opened = valueOf(await client.open({ items: [{ personKey: personKey(2), wrappedKey, records }] }));
    expect(opened.persons[0]?.records).toHaveLength(3);
  });

  it("answers calls by their ids, in whatever order they end", async () => {
    const calls = Array.from({ length: 200 }, (_, i) => client.seal(sealItem(1_000 + i)));
    const numbers = (await Promise.all(calls)).map((answer) => valueOf(answer).eventNumber);
    expect(new Set(numbers).size).toBe(200);
  });

  it("gives a term the same token each time, and another in another kind", async () => {
    const terms = [
      { kind: 1, text: "シケンハナコ" },
      { kind: 2, text: "シケンハナコ" },
      { kind: 1, text: "シケンハナコ" },
    ];
    const tokens = valueOf(await client.index(...terms));
    expect(tokens[0]).toEqual(tokens[2]);
    expect(tokens[0]).not.toEqual(tokens[1]);
  });

  it("rotates, rewraps, and opens under both wrappings", async () => {
    const person = await sealedPerson(client, 4);
    const before = (await client.status()).kekVersion;
    expect(valueOf(await client.rotate())).toBe(before + 1);
    const items = await client.rewrap(person);
    const wrappedKey = items[0]?.outcome === "rewrapped" ? items[0].wrappedKey : new Uint8Array();
    expect(Buffer.from(wrappedKey).readUInt32BE(1)).toBe(before + 1);
    expect((await client.open({ items: [{ ...person, wrappedKey }] })).outcome).toBe("ok");
    expect((await client.open({ items: [person] })).outcome).toBe("ok");
  });

  it("rewraps what it can and names what it cannot", async () => {
    const [good, gone, other] = [
      await sealedPerson(client, 5),
      await sealedPerson(client, 6),
      await sealedPerson(client, 7),
    ];
    await client.erase(gone.personKey);
    const items = await client.rewrap(good, gone, { ...good, personKey: other.personKey });
    expect(items.map((item) => item.outcome)).toEqual(["rewrapped", "erased", "does-not-open"]);
  });

  it("says in its status how far its durable journal goes", async () => {
    await client.ticket("ingest");
    const before = await client.status();
    const { eventNumber } = valueOf(await client.seal(sealItem(8)));
    const after = await client.status();
    expect(after.journalEvents).toBe(eventNumber);
    expect(after.journalEvents).toBe(before.journalEvents + 1n);
    expect(after.headHash).not.toEqual(before.headHash);
  });

  it("keeps its folder, its files and its socket from other users", () => {
    expect(statSync(home.folder).mode & 0o777).toBe(0o700);
    expect(statSync(keeper.socketPath).mode & 0o777).toBe(0o600);
    for (const name of readdirSync(home.folder)) {
      expect(statSync(join(home.folder, name)).mode & 0o077).toBe(0);
    }
  });

  it("is alone in its folder", () => {
    const second = home.refusedStart();
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("already-running");
  });
});

describe("the life of a keeper", () => {
  it("stops cleanly, keeps everything, and recovers the lock of a killed one", async () => {
    const home = new KeeperHome();
    const first = await home.start();
    const person = await sealedPerson(await first.connect(), 1);
    expect(await first.stop()).toBe(0);
    const second = await home.start();
    await second.kill();
    const third = await home.start();
    const client = await third.connect();
    expect((await client.open({ items: [person] })).outcome).toBe("ok");
    expect(await third.stop()).toBe(0);
    home.remove();
  });

  it("finishes the calls under way before it stops", async () => {
    const home = new KeeperHome();
    const keeper = await home.start();
    const client = await keeper.connect();
    const items = Array.from({ length: 20_000 }, (_, i) => sealItem(i));
    const request = encodeSealRequest({ source: "test", items }, await client.ticket("ingest"));
    const big = client.call("seal", request, decodeSealAnswer);
    await client.status();
    const code = keeper.stop();
    expect(valueOf(await big).items).toHaveLength(20_000);
    expect(await code).toBe(0);
    home.remove();
  });

  it("never replaces a key file", () => {
    const home = new KeeperHome();
    const again = home.run("init", "--dir", home.folder, "--key-file", home.keyFile);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("keys-exist");
    home.remove();
  });

  it("starts with the passphrase it was made with, and says so when it is another", () => {
    const home = new KeeperHome();
    const folder = join(home.root, "by-passphrase");
    const made = home.runWithPassphrase("a sentence for tests only\n", "init", "--dir", folder);
    expect(made.code).toBe(0);
    const wrong = home.runWithPassphrase(
      "another sentence for tests",
      "--dir",
      folder,
      "--socket",
      home.nextSocket(),
    );
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("wrong-secret");
    const kind = home.run("--dir", folder, "--key-file", home.keyFile, "--socket", home.nextSocket());
    expect(kind.stderr).toContain("wrong-secret-kind");
    home.remove();
  });
});
