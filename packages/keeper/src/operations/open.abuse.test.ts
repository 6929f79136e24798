import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeFactList, encodeFactList } from "@kura/kernel/fact-list.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  facts,
  KeeperHome,
  personKey,
  type RunningKeeper,
  sealedPerson,
  secretName,
  sealItem,
  valueOf,
} from "../../test/keeper-process.ts";
import { aLook } from "../../test/looks.ts";
import { answers, operations } from "../protocol/protocol.ts";
import { encodeOpenRequest, type OpenItem, type SealedRecord } from "../protocol/orders.ts";

let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let anna: OpenItem;
let berta: OpenItem;

beforeAll(async () => {
  home = new KeeperHome();
  keeper = await home.start();
  client = await keeper.connect();
  anna = await sealedPerson(client, 1);
  berta = await sealedPerson(client, 2);
});
afterAll(async () => {
  await keeper.stop();
  home.remove();
});

const recordOf = (person: OpenItem, change: Partial<SealedRecord> = {}): SealedRecord => ({
  kind: 1,
  recordNo: 1,
  sealed: person.records[0]?.sealed ?? new Uint8Array(),
  ...change,
});
const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
const journalText = (): string => {
  const folder = join(home.folder, "journal");
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("");
};

describe("a ciphertext in another place", () => {
  const moves: Record<string, () => OpenItem> = {
    "moved to another person with that person's key": () => ({ ...berta, records: [recordOf(anna)] }),
    "moved to another person together with its key": () => ({ ...anna, personKey: berta.personKey }),
    "moved to another kind": () => ({ ...anna, records: [recordOf(anna, { kind: 2 })] }),
    "moved to another record number": () => ({ ...anna, records: [recordOf(anna, { recordNo: 2 })] }),
    "with another person's wrapped key": () => ({ ...anna, wrappedKey: berta.wrappedKey }),
    "with an edited format": () => ({
      ...anna,
      records: [recordOf(anna, { sealed: flipped(recordOf(anna).sealed, 0) })],
    }),
    "with an edited nonce": () => ({
      ...anna,
      records: [recordOf(anna, { sealed: flipped(recordOf(anna).sealed, 5) })],
    }),
    "with an edited byte": () => ({
      ...anna,
      records: [recordOf(anna, { sealed: flipped(recordOf(anna).sealed, 20) })],
    }),
    "cut short": () => ({
      ...anna,
      records: [recordOf(anna, { sealed: recordOf(anna).sealed.subarray(0, 28) })],
    }),
    "that is a wrapped key": () => ({ ...anna, records: [recordOf(anna, { sealed: anna.wrappedKey })] }),
    "under a key version that does not exist": () => ({ ...anna, wrappedKey: flipped(anna.wrappedKey, 4) }),
  };

  it.each(Object.keys(moves))("does not open %s", async (name) => {
    const item = moves[name]?.() ?? anna;
    const before = await client.status();
    const answer = await client.open({ fields: [1, 3, 10], items: [item] });
    expect(answer.outcome).toBe("does-not-open");
    const after = await client.status();
    expect(after.unopenedCalls).toBe(before.unopenedCalls + 1);
    // The look that failed and its refusal are both events.
    expect(after.journalEvents).toBe(before.journalEvents + 2n);
  });

  it("keeps back the whole call, and names the place", async () => {
    const answer = await client.open({ items: [anna, { ...berta, records: [recordOf(anna)] }] });
    expect(answer).toMatchObject({ outcome: "does-not-open", place: { kind: 1, recordNo: 1 } });
    expect("place" in answer && Buffer.from(answer.place?.personKey ?? [])).toEqual(
      Buffer.from(berta.personKey),
    );
  });

  it("leaves the keeper open to everybody else", async () => {
    const other = await keeper.connect();
    expect((await other.open({ items: [anna] })).outcome).toBe("ok");
    await other.close();
  });

  it("is not sealed under another person's key", async () => {
    expect((await client.seal(sealItem(3, { wrappedKey: anna.wrappedKey }))).outcome).toBe("does-not-open");
  });
});

describe("fields that were not ordered", () => {
  it("never leave, whatever is ordered", async () => {
    for (const fields of [[1], [3], [10], [2], [1, 10], [3, 2]]) {
      const { persons } = valueOf(await client.open({ fields, items: [anna] }));
      for (const { field, value } of facts) {
        const leaves = Buffer.concat(persons[0]?.records ?? []).includes(Buffer.from(value));
        expect(leaves, `field ${field} of order ${String(fields)}`).toBe(fields.includes(field));
      }
    }
  });

  it("never leave behind a longer value or a repeated field", async () => {
    const tricky = [
      { field: 3, value: "x".repeat(300) },
      { field: 1, value: "\u0001\u0003\u0000\u0000" },
      { field: 3, value: "y", to: "1999-12-31" },
    ];
    const { items } = valueOf(await client.seal(sealItem(9, { facts: encodeFactList(tricky) })));
    const sealed = items[0]?.sealed ?? new Uint8Array();
    const person = { personKey: personKey(9), wrappedKey: items[0]?.wrappedKey ?? new Uint8Array() };
    const opened = valueOf(
      await client.open({ items: [{ ...person, records: [{ kind: 1, recordNo: 1, sealed }] }] }),
    );
    expect(decodeFactList(opened.persons[0]?.records[0] ?? new Uint8Array())).toEqual([tricky[0], tricky[2]]);
  });
});

describe("an order outside its bounds", () => {
  const orders: Record<string, () => Parameters<Client["open"]>[0]> = {
    "without fields": () => ({ fields: [], items: [anna] }),
    "for field 0": () => ({ fields: [0], items: [anna] }),
    "with a field twice": () => ({ fields: [3, 3], items: [anna] }),
    "for nobody": () => ({ persons: [], items: [anna] }),
    "with a person twice": () => {
      const person = Buffer.from(anna.personKey).toString("hex");
      return { persons: [person, person], items: [anna] };
    },
    "for 51 persons": () => ({
      items: [anna],
      persons: Array.from({ length: 51 }, (_, i) => Buffer.from(personKey(i)).toString("hex")),
    }),
    "without a case": () => ({ case: "", items: [anna] }),
    "with a line break in its purpose": () => ({ purpose: "claim\nkind", items: [anna] }),
    "with a case name of 101 bytes": () => ({ case: "x".repeat(101), items: [anna] }),
  };

  it.each(Object.keys(orders))(
    "is malformed %s, journals nothing, and keeps its connection",
    async (name) => {
      const other = await keeper.connect();
      await other.session();
      const before = await client.status();
      expect((await other.open(orders[name]?.() ?? {})).outcome).toBe("malformed-order");
      expect((await other.status()).journalEvents).toBe(before.journalEvents);
      await other.close();
    },
  );

  const material: Record<string, () => readonly OpenItem[]> = {
    "of a person twice": () => [anna, anna],
    "of 51 persons": () => Array.from({ length: 51 }, (_, i) => ({ ...anna, personKey: personKey(i) })),
    "of 1,001 records": () => [{ ...anna, records: Array.from({ length: 1_001 }, () => recordOf(anna)) }],
  };

  it.each(Object.keys(material))("with sealed material %s ends its connection", async (name) => {
    const other = await keeper.connect();
    const session = await other.session();
    const persons = [Buffer.from(anna.personKey).toString("hex")];
    const order = session.order({ ...aLook, persons });
    const before = await client.status();
    const payload = encodeOpenRequest({ order, items: material[name]?.() ?? [] });
    expect((await other.ask(operations.open, payload)).tag).toBe(answers.malformed);
    await other.closed;
    expect((await client.status()).journalEvents).toBe(before.journalEvents);
  });
});

describe("an erased person", () => {
  it("stays erased through a restart, with the wrapped key and the records of a backup", async () => {
    const gone = await sealedPerson(client, 20);
    valueOf(await client.erase(gone.personKey));
    expect((await client.open({ items: [gone] })).outcome).toBe("erased");
    expect((await client.open({ items: [anna, gone] })).outcome).toBe("erased");
    await keeper.kill();
    keeper = await home.start();
    client = await keeper.connect();
    expect((await client.open({ items: [gone] })).outcome).toBe("erased");
    expect((await client.seal(sealItem(20))).outcome).toBe("erased");
    expect((await client.seal(sealItem(20, { wrappedKey: gone.wrappedKey }))).outcome).toBe("erased");
    expect((await client.open({ items: [anna] })).outcome).toBe("ok");
  });

  it("stays closed to looks that were waiting for the disk when it was erased", async () => {
    const gone = await sealedPerson(client, 21);
    const [look, erased] = await client.together(() => [
      client.open({ items: [gone] }),
      client.erase(gone.personKey),
    ]);
    expect([look.outcome, erased.outcome]).toEqual(["erased", "ok"]);
  });
});

describe("what is written down", () => {
  it("holds no value, and no secret, in log or journal", () => {
    const key = readFileSync(home.keyFile);
    for (const text of [keeper.stderr, Buffer.from(journalText(), "latin1").toString()]) {
      for (const { value } of facts) expect(text).not.toContain(value);
      expect(text).not.toContain(secretName);
      expect(text).not.toContain(key.toString("hex"));
      expect(text).not.toContain(Buffer.from(anna.wrappedKey).toString("hex"));
    }
  });

  it("holds the actor, purpose, case, fields and persons of every look", () => {
    const text = journalText();
    const person = Buffer.from(anna.personKey).toString("hex");
    expect(text).toContain(
      `"actor":"operator","caseId":"case-1","caseKind":"claim","fields":[3],"kind":"opened",`,
    );
    expect(text).toContain(`"persons":["${person}"]`);
  });
});
