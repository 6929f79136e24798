import { hash } from "node:crypto";
import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { parseNote } from "@kura/tlog/note.ts";
import { verifyInclusion } from "@kura/tlog/proof.ts";
import { hashLeaf } from "@kura/tlog/tree.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  personKey,
  type RunningKeeper,
  sealedPerson,
  valueOf,
} from "../../test/keeper-process.ts";
import type { Stated } from "../journal/journal-event.ts";
import { decodeEventNumber } from "../protocol/protocol.ts";
import { decodeSealedAnswer } from "../protocol/orders.ts";
import {
  decodeOpenedReceipt,
  encodePremiumsRequest,
  encodeReceiptRequest,
  type OpenedReceipt,
} from "../protocol/receipt.ts";

let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
/** Numbers of the looks at person 1. */
const looks: bigint[] = [];
let other: bigint;
let batch: bigint;

const stated: Stated = {
  premiumEntries: 2,
  premiumHead: "ab".repeat(32),
  records: 1,
  recordsDigest: "cd".repeat(32),
};

beforeAll(async () => {
  home = new KeeperHome();
  keeper = await home.start();
  client = await keeper.connect();
  const [one, two] = [await sealedPerson(client, 1), await sealedPerson(client, 2)];
  looks.push(valueOf(await client.open({ items: [one] })).eventNumber);
  other = valueOf(await client.open({ items: [two] })).eventNumber;
  looks.push(valueOf(await client.open({ items: [two, one] })).eventNumber);
  const noted = { source: "test batch 0", entries: 3, accounts: 1, root: new Uint8Array(32).fill(9) };
  const payload = encodePremiumsRequest(noted, await client.ticket("ingest"));
  batch = valueOf(await client.call("premiums", payload, decodeEventNumber));
});
afterAll(async () => {
  await keeper.stop();
  home.remove();
});

interface Asked {
  readonly events?: readonly bigint[];
  readonly batches?: readonly bigint[];
  readonly given?: number;
}

async function receipt(person: number, { events = looks, batches = [], given = person }: Asked = {}) {
  const session = await client.session();
  const order = session.order({
    kind: "receipt",
    purpose: "receipt",
    case: "test-case",
    caseKind: "none",
    person: encodeHex(personKey(person)),
  });
  const request = { order, personKey: personKey(given), stated, events, batches };
  const answer = await client.call("receipt", encodeReceiptRequest(request), decodeSealedAnswer);
  if (answer.outcome !== "ok") return answer.outcome;
  const number = answer.value.eventNumber;
  if (person === 1) looks.push(number);
  return { number, opened: decodeOpenedReceipt(session.open(order, answer.value)) };
}

async function mustReceive(asked: Asked = {}): Promise<{ number: bigint; opened: OpenedReceipt }> {
  const received = await receipt(1, asked);
  if (typeof received === "string") throw new Error(`refused: ${received}`);
  return received;
}

describe("a receipt", () => {
  it("opens each of the person's events to the signed log, and nothing of the others", async () => {
    const { number, opened } = await mustReceive({ batches: [batch] });
    expect(opened.events.map(({ entry }) => [entry.kind, entry.n])).toEqual([
      ["opened", 1],
      ["opened", 2],
      ["receipt", 3],
    ]);
    expect(opened.events.at(-1)?.entry).toMatchObject({ number: Number(number), stated });
    expect(JSON.stringify(opened.events)).not.toContain(encodeHex(personKey(2)));
    const { checkpoint, entries } = await client.entries(0n, 8_000);
    expect(Number(parseCheckpoint(parseNote(checkpoint).text).size)).toBeGreaterThanOrEqual(Number(number));
    for (const { entry, salt, part, parts, path } of opened.events) {
      const link = hash("sha256", `kura/person-event/1\n${encodeCanonical({ ...entry })}`, "hex");
      const leaf = hashLeaf(Buffer.from(salt + link, "hex"));
      const root = entries[entry.number - 1] ?? new Uint8Array();
      const hashes = path.map((one) => new Uint8Array(Buffer.from(one, "hex")));
      verifyInclusion(BigInt(part), leaf, { size: BigInt(parts), root }, hashes);
    }
    const [noted] = opened.batches;
    const text = encodeUtf8(noted?.text ?? "");
    const salted = Buffer.concat([Buffer.from(noted?.salt ?? "", "hex"), text]);
    expect(encodeHex(hashLeaf(salted))).toBe(encodeHex(entries[Number(batch) - 1] ?? new Uint8Array()));
    expect(JSON.parse(noted?.text ?? "")).toMatchObject({ kind: "premiums", entries: 3, accounts: 1 });
  });

  it("is itself an event that the next one has", async () => {
    const before = looks.length;
    const { opened } = await mustReceive();
    expect(opened.events).toHaveLength(before + 1);
  });
});

describe("a custodian gets no receipt that", () => {
  it.each([
    ["leaves out the first look", () => looks.slice(1)],
    ["leaves out a look between", () => [...looks.slice(0, 1), ...looks.slice(2)]],
    ["leaves out the last event", () => looks.slice(0, -1)],
    ["has nothing", () => []],
    ["turns the order round", () => looks.toReversed()],
    ["has a look twice", () => [...looks.slice(0, 1), ...looks]],
    ["has another person's look", () => [...looks.slice(0, 1), other, ...looks.slice(1)]],
    ["has an event of nobody", () => [1n, ...looks]],
    ["has an event that is not there", () => [...looks, 1_000_000n]],
    ["has an event before the first", () => [0n, ...looks]],
  ])("%s", async (_, events) => {
    expect(await receipt(1, { events: events() })).toBe("events-incomplete");
    // The refused one is counted: its event stands in the person's chain.
    const status = await client.status();
    const { events: found } = await client.events(status.journalEvents, 1);
    expect(found[0]?.json).toContain('"kind":"receipt"');
    looks.push(status.journalEvents);
  });

  it("opens an event which is no batch of premiums", async () => {
    expect(await receipt(1, { batches: [other] })).toBe("events-incomplete");
    looks.push((await client.status()).journalEvents);
  });

  it("is of another person than the order's", async () => {
    expect(await receipt(1, { given: 2 })).toBe("person-not-in-order");
  });

  it("is of an erased person", async () => {
    await sealedPerson(client, 3);
    valueOf(await client.erase(personKey(3)));
    expect(await receipt(3, { events: [] })).toBe("erased");
  });
});

describe("a batch of premiums", () => {
  const noted = { source: "test", entries: 1, accounts: 1, root: new Uint8Array(32) };

  it("is noted under no ticket that is not there", async () => {
    const payload = encodePremiumsRequest(noted, new Uint8Array(16).fill(7));
    expect((await client.call("premiums", payload, decodeEventNumber)).outcome).toBe("unknown-ticket");
  });

  it("is noted without a ticket in the name of nobody", async () => {
    const payload = encodePremiumsRequest(noted, new Uint8Array(16));
    const number = valueOf(await client.call("premiums", payload, decodeEventNumber));
    const { events } = await client.events(number, 1);
    expect(JSON.parse(Buffer.from(events[0]?.json ?? []).toString())).toMatchObject({
      kind: "premiums",
      actor: "",
    });
  });
});
