/**
 * Traps that vaults and registers in the field fell into, each with the test that keeps us out of it. Those without a test
 * elsewhere stand below.
 *
 * | trap | kept by |
 * |---|---|
 * | a constant nonce; one salt and one binding for everybody | below; `keeper/src/operations/open.abuse.test.ts` ("moved") |
 * | the record's key beside the data it protects | `data-at-rest.test.ts` ("in a database apart"), `custodian/src/db/grants.db.test.ts` |
 * | a plain or unkeyed hash as the search index | `data-at-rest.test.ts` ("the tokens"), `keeper/src/crypto/blind-index.abuse.test.ts` |
 * | a ciphertext that opens in another row or field | `keeper/src/operations/open.abuse.test.ts` |
 * | what does not decrypt is passed through, and encrypted again | `open.abuse.test.ts` ("keeps back the whole call"), `keeper/src/main.test.ts` ("rewraps what it can") |
 * | encryption without authentication | `open.abuse.test.ts` ("with an edited byte"), below for every byte |
 * | the audit record after the answer, its error dropped; audit off by default | `keeper/src/disk.abuse.test.ts`, `crash.abuse.test.ts`; there is no setting |
 * | people's searches unlogged | `keeper/src/operations/search.abuse.test.ts` ("also when nobody is found") |
 * | a bulk path past the log; one line for a batch | below; extracts: `keeper/src/operations` and `custodian/src/extracts` |
 * | the actor written down as `root` | `test/flow/door.test.ts`, `keeper/src/operations/orders.abuse.test.ts` |
 * | results or personal data in output, log or journal | `data-at-rest.test.ts`, `open.abuse.test.ts` ("what is written down") |
 * | a chain that forks under two writers, or whose end is cut off | `keeper/src/main.test.ts` ("alone in its folder"), `journal.abuse.test.ts` |
 * | the chain's key in the hands of who could tamper | `custodian/src/disclosure/taken-over.abuse.test.ts`: the custodian has no key |
 * | a honey record that returns its data, or stops the server | `keeper/src/operations/search.abuse.test.ts` ("a honey person") |
 * | the scope of a request reported as what was returned | below |
 * | calls after a revocation filed elsewhere, or nowhere | `custodian/src/disclosure/door.db.test.ts` ("whose session has ended") |
 * | columns decrypted that nobody asked for | `keeper/src/reading/project.test.ts`, `open.abuse.test.ts` ("fields that were not ordered") |
 * | a protected path that compiles on after it protects nothing | `test/tidy/imports.test.ts`, `custodian/src/http/api.db.test.ts` (what passes is ciphertext) |
 * | limits by address behind one gateway | `custodian/src/http/api.db.test.ts` ("too many requests of one session, and not those of another") |
 * | a person's own log tells of others | below |
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { entryOf, type Unlinked } from "@kura/keeper/journal/person-event.ts";
import type { OpenItem } from "@kura/keeper/protocol/orders.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  facts,
  KeeperHome,
  type RunningKeeper,
  sealedPerson,
  sealItem,
  valueOf,
} from "../../packages/keeper/test/keeper-process.ts";

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

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));

describe("a nonce is not constant", () => {
  it("the same facts of many persons have no ciphertext, no beginning and no end in common", async () => {
    const items = Array.from({ length: 300 }, (_, i) => sealItem(1_000 + i));
    const { items: sealed } = valueOf(await client.seal(...items));
    for (const part of [
      (bytes: Uint8Array) => encodeHex(bytes.subarray(1, 13)),
      (bytes: Uint8Array) => encodeHex(bytes.subarray(13, 29)),
      (bytes: Uint8Array) => encodeHex(bytes.subarray(-16)),
    ]) {
      expect(new Set(sealed.map((one) => part(one.sealed))).size).toBe(items.length);
      expect(new Set(sealed.map((one) => part(one.wrappedKey ?? new Uint8Array()))).size).toBe(items.length);
    }
  });
});

describe("encryption is authenticated", () => {
  it("no byte of a sealed record or of a wrapped key can be changed", async () => {
    const person = await sealedPerson(client, 1);
    const [record] = person.records;
    if (record === undefined) throw new Error("a record is needed");
    const edited: OpenItem[] = [];
    for (let at = 0; at < record.sealed.length; at += 3) {
      edited.push({ ...person, records: [{ ...record, sealed: flipped(record.sealed, at) }] });
    }
    for (let at = 0; at < person.wrappedKey.length; at += 3) {
      edited.push({ ...person, wrappedKey: flipped(person.wrappedKey, at) });
    }
    const outcomes = new Set<string>();
    for (const item of edited) outcomes.add((await client.open({ items: [item] })).outcome);
    expect([...outcomes]).toEqual(["does-not-open"]);
    expect((await client.open({ items: [person] })).outcome).toBe("ok");
  });
});

describe("what is written down is what was shown, person by person", () => {
  const eventOf = async (eventNumber: bigint) =>
    JSON.parse((await client.events(eventNumber, 1)).events[0]?.json ?? "") as {
      persons: string[];
      links: { n: number; hash: string }[];
    };

  it("a look at fifty has fifty links, one in each person's own chain", async () => {
    const people: OpenItem[] = [];
    for (let n = 101; n <= 150; n++) people.push(await sealedPerson(client, n));
    const { eventNumber } = valueOf(await client.open({ items: people }));
    const { persons, links } = await eventOf(eventNumber);
    expect(new Set(persons)).toEqual(new Set(people.map(({ personKey: key }) => encodeHex(key))));
    expect(links.map(({ n }) => n)).toEqual(people.map(() => 1));
    expect(new Set(links.map(({ hash }) => hash)).size).toBe(people.length);
  });

  it("an order that names three and shows one says one", async () => {
    const [shown, ...others] = [
      await sealedPerson(client, 11),
      await sealedPerson(client, 12),
      await sealedPerson(client, 13),
    ];
    if (shown === undefined) throw new Error("a person is needed");
    const persons = [shown, ...others].map(({ personKey: key }) => encodeHex(key));
    const { eventNumber } = valueOf(await client.open({ items: [shown], persons }));
    expect((await eventOf(eventNumber)).persons).toEqual([encodeHex(shown.personKey)]);
  });
});

describe("a person's own log", () => {
  it("is the same whoever else was looked at in the same order", () => {
    const [one, other] = ["01".repeat(16), "02".repeat(16)];
    const ordered = { session: "ab".repeat(16), actor: "a", office: "o", orderNumber: 1, purpose: "claim" };
    const event = (persons: string[]): Unlinked => ({
      kind: "opened",
      ...ordered,
      caseId: "c",
      caseKind: "claim",
      order: persons.join(""),
      signature: persons.join(""),
      fields: [3],
      records: persons.length,
      persons,
    });
    const chain = [
      { number: 7, timeMs: 1 },
      { n: 1, previous: "00".repeat(32) },
    ] as const;
    const alone = entryOf(event([one]), one, ...chain);
    expect(entryOf(event([other, one]), one, ...chain)).toEqual(alone);
    expect(JSON.stringify(alone)).not.toContain(other);
  });
});

describe("what a person is sealed under", () => {
  it("is of that person alone: facts of one do not open with another's key, in any combination", async () => {
    expect(facts.length).toBeGreaterThan(0);
    const [a, b] = [await sealedPerson(client, 21), await sealedPerson(client, 22)];
    for (const item of [
      { ...a, wrappedKey: b.wrappedKey },
      { ...a, records: b.records },
      { ...b, personKey: a.personKey },
    ]) {
      expect((await client.open({ items: [item] })).outcome).toBe("does-not-open");
    }
  });
});
