import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFactList } from "@kura/kernel/fact-list.ts";
import {
  type Client,
  KeeperHome,
  personKey,
  type RunningKeeper,
  sealItem,
  valueOf,
} from "../../test/keeper-process.ts";
import { smallClerk } from "../../test/looks.ts";
import { suspenseOwnerKind } from "../reading/person-features.ts";
import { decodeEventNumber, decodeIndexAnswer, encodeIndexRequest } from "../protocol/protocol.ts";
import { decodeFeaturesAnswer, encodeFeaturesRequest, type FeaturesAnswer } from "../protocol/features.ts";
import { decodeTicket, type OpenItem } from "../protocol/orders.ts";

const clerk = smallClerk("clerk", { hour: 3, day: 3, days30: 3, softPercent: 100 });
const said = [
  { field: 3, value: "試験 花子" },
  { field: 4, value: "シケン ハナコ" },
  { field: 7, value: "1950-01-02" },
  { field: 8, value: "female" },
];
let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let person: OpenItem;
let owner: OpenItem;

beforeAll(async () => {
  home = new KeeperHome(clerk.changes);
  keeper = await home.start();
  client = await keeper.connect();
  person = await sealed(1, 1);
  owner = await sealed(2, suspenseOwnerKind);
});
afterAll(async () => {
  await keeper.stop();
  home.remove();
});

async function sealed(n: number, kind: number): Promise<OpenItem> {
  const answer = valueOf(await client.seal(sealItem(n, { kind, facts: encodeFactList(said) })));
  const [made] = answer.items;
  if (made === undefined) throw new Error("nothing was sealed");
  return {
    personKey: personKey(n),
    wrappedKey: made.wrappedKey,
    records: [{ kind, recordNo: 1, sealed: made.sealed }],
  };
}

const ticketFor = (persons: number, by: Client = client) =>
  by.order("ticket", { kind: "match", purpose: "matching", case: "", caseKind: "", persons }, decodeTicket);
const ask = (ticket: Uint8Array, ...items: OpenItem[]) =>
  client.call("features", encodeFeaturesRequest({ ticket, items }), decodeFeaturesAnswer);
const tokensOf = ({ items }: FeaturesAnswer): string[] =>
  items.flatMap(({ features }) => features).map(({ token }) => Buffer.from(token).toString("hex"));

describe("features under a ticket", () => {
  it("let an owner meet a person, and tell neither's name", async () => {
    const { ticket } = valueOf(await ticketFor(2));
    const answer = valueOf(await ask(ticket, person, owner));
    const [ofPerson = [], ofOwner = []] = answer.items.map(({ features }) => features);
    const own = new Set(ofPerson.map(({ token }) => Buffer.from(token).toString("hex")));
    expect(ofOwner.some(({ token }) => own.has(Buffer.from(token).toString("hex")))).toBe(true);
    expect(answer.decoys).toHaveLength(2);
  });

  it("are nobody's for an erased person", async () => {
    const gone = await sealed(3, 1);
    valueOf(await client.erase(gone.personKey));
    const { ticket } = valueOf(await ticketFor(1));
    expect(valueOf(await ask(ticket, gone)).items).toEqual([{ rarity: 0, features: [] }]);
  });
});

describe("the matching job's ticket as a token oracle", () => {
  it("makes no token of a text: it does not index", async () => {
    const { ticket } = valueOf(await ticketFor(10));
    const request = encodeIndexRequest([{ kind: 3, text: "シケンハナコ|1950-01-02" }], ticket);
    expect((await client.call("index", request, decodeIndexAnswer)).outcome).toBe("unknown-ticket");
  });

  it("is no other ticket, and an ingest ticket is none for features", async () => {
    const { ticket } = valueOf(await ticketFor(10));
    expect((await client.rewrapWith(ticket, person)).outcome).toBe("unknown-ticket");
    expect((await ask(await client.ticket("ingest"), person)).outcome).toBe("unknown-ticket");
    expect((await ask(new Uint8Array(16), person)).outcome).toBe("unknown-ticket");
  });

  it("says no more than it allows", async () => {
    const { ticket } = valueOf(await ticketFor(1));
    expect((await ask(ticket, person)).outcome).toBe("ok");
    expect((await ask(ticket, owner)).outcome).toBe("ticket-overdrawn");
  });

  it("gives tokens that another run's tokens cannot be compared with, and none of the index's", async () => {
    const first = tokensOf(valueOf(await ask(valueOf(await ticketFor(1)).ticket, person)));
    const second = new Set(tokensOf(valueOf(await ask(valueOf(await ticketFor(1)).ticket, person))));
    expect(first.filter((token) => second.has(token))).toEqual([]);
    const [indexed] = valueOf(await client.index({ kind: 3, text: "シケンハナコ|1950-01-02" }));
    expect(first).not.toContain(Buffer.from(indexed ?? []).toString("hex"));
  });

  it("does not give a registered person's slips, by which birthdays could be strung together", async () => {
    const { ticket } = valueOf(await ticketFor(4));
    // The record does not open as an owner's: its kind is sealed with it.
    const asOwner = {
      ...person,
      records: person.records.map((one) => ({ ...one, kind: suspenseOwnerKind })),
    };
    expect((await ask(ticket, asOwner)).outcome).toBe("does-not-open");
    const mixed = { ...person, records: [...person.records, ...owner.records] };
    // What is malformed ends its connection.
    const by = await keeper.connect();
    const request = encodeFeaturesRequest({ ticket, items: [mixed] });
    expect((await by.call("features", request, decodeFeaturesAnswer)).outcome).toBe("malformed");
    await by.close();
  });

  it("is for who holds the purpose, ends with its session, and stands in the journal with its size", async () => {
    const by = await keeper.connect(clerk.key);
    expect((await ticketFor(10, by)).outcome).toBe("purpose-not-held");
    await by.close();
    const other = await keeper.connect();
    const { ticket, eventNumber } = valueOf(await ticketFor(10, other));
    const { events } = await client.events(eventNumber, 1);
    expect(JSON.parse(events[0]?.json ?? "")).toMatchObject({
      kind: "ticket",
      orderKind: "match",
      records: 10,
    });
    const signOut = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
    valueOf(await other.order("sign-out", signOut, decodeEventNumber));
    expect((await ask(ticket, person)).outcome).toBe("unknown-ticket");
    await other.close();
  });

  it("loses its key with the run that it was for: a third run ends the first", async () => {
    const { ticket } = valueOf(await ticketFor(5));
    await ticketFor(5);
    await ticketFor(5);
    expect((await ask(ticket, person)).outcome).toBe("unknown-ticket");
  });

  it("counts against the day's sum of records, with imports", async () => {
    let given = 0;
    while ((await ticketFor(4_000_000)).outcome === "ok") given += 1;
    expect(given).toBeLessThanOrEqual(10);
    expect((await ticketFor(4_000_000)).outcome).toBe("budget-exhausted");
  });
});
