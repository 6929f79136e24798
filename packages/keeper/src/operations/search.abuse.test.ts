import { encodeHex } from "@kura/kernel/bytes.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  type RunningKeeper,
  sealedPerson,
  sealItem,
  valueOf,
} from "../../test/keeper-process.ts";
import { smallClerk } from "../../test/looks.ts";
import { encodeHoneyPersons, encodeSearchTerms } from "../client-side.ts";
import type { OrderContent } from "../order-session.ts";
import {
  decodeEventNumber,
  decodeIndexAnswer,
  decodeSealAnswer,
  encodeIndexRequest,
  encodeSealRequest,
  noTicket,
  type Term,
} from "../protocol/protocol.ts";
import {
  decodeFoundPersons,
  decodeSealedAnswer,
  decodeSearchTokens,
  decodeTicket,
  encodeRevealRequest,
  encodeSignedOrder,
  type OpenItem,
  type SignedOrder,
} from "../protocol/orders.ts";

const number: Term = { kind: 1, text: "9999-999999" };
const clerk = smallClerk("clerk", { hour: 3, day: 3, days30: 3, softPercent: 100 });
let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let anna: OpenItem;

beforeAll(async () => {
  home = new KeeperHome(clerk.changes);
  keeper = await home.start();
  client = await keeper.connect();
  anna = await sealedPerson(client, 1);
});
afterAll(async () => {
  await keeper.stop();
  home.remove();
});

async function beginSearch(by: Client, ...terms: Term[]) {
  const session = await by.session();
  const { hpkeKey } = await by.status();
  const sealedTerms = session.sealForNext("search", hpkeKey, encodeSearchTerms(terms));
  const order = session.order({
    kind: "search",
    purpose: "claim",
    case: "c1",
    caseKind: "claim",
    sealedTerms,
  });
  return { order, answer: await by.call("search", encodeSignedOrder(order), decodeSearchTokens) };
}

async function reveal(by: Client, order: SignedOrder, search: Uint8Array, ...items: OpenItem[]) {
  const answer = await by.call("reveal", encodeRevealRequest({ search, items }), decodeSealedAnswer);
  if (answer.outcome !== "ok") return answer;
  const found = decodeFoundPersons((await by.session()).open(order, answer.value));
  return { outcome: "ok" as const, value: found };
}

describe("a search", () => {
  it("gives the custodian the index's tokens, and the session who really has the terms, masked", async () => {
    const { order, answer } = await beginSearch(client, number);
    const { search, tokens } = valueOf(answer);
    const [indexed] = valueOf(await client.index(number));
    expect(tokens.map(({ token }) => encodeHex(token))).toEqual([encodeHex(indexed ?? new Uint8Array())]);
    const { persons } = valueOf(await reveal(client, order, search, anna));
    expect(persons).toEqual([
      {
        personKey: Buffer.from(anna.personKey),
        maskedName: "試○ 花○",
        birthYear: "",
        addressStart: "架空市",
      },
    ]);
  });

  it("shows nobody who does not have the terms, whomever a custodian brings", async () => {
    const { order, answer } = await beginSearch(client, { kind: 1, text: "1111-111111" });
    const { persons } = valueOf(await reveal(client, order, valueOf(answer).search, anna));
    expect(persons).toEqual([]);
  });

  it("is answered once", async () => {
    const { order, answer } = await beginSearch(client, number);
    const { search } = valueOf(answer);
    expect((await reveal(client, order, search, anna)).outcome).toBe("ok");
    expect((await reveal(client, order, search, anna)).outcome).toBe("unknown-search");
    expect((await reveal(client, order, new Uint8Array(16), anna)).outcome).toBe("unknown-search");
  });

  it("is journalled and costs, also when nobody is found; terms are in no event", async () => {
    const by = await keeper.connect(clerk.key);
    const outcomes: string[] = [];
    for (let i = 0; i < 5; i++) {
      outcomes.push((await beginSearch(by, { kind: 1, text: `0000-00000${i}` })).answer.outcome);
    }
    expect(outcomes).toEqual(["ok", "ok", "ok", "budget-exhausted", "budget-exhausted"]);
    const { journalEvents } = await by.status();
    const { events } = await by.events(journalEvents - 4n, 5);
    const kinds = events.map(({ json }) => (JSON.parse(json) as { kind: string }).kind);
    expect(kinds).toEqual(["searched", "searched", "searched", "denied", "denied"]);
    expect(events.some(({ json }) => json.includes("0000-00000"))).toBe(false);
    await by.close();
  });

  it("does not open with terms that were sealed for another order", async () => {
    const session = await client.session();
    const { hpkeKey } = await client.status();
    const sealedTerms = session.sealForNext("search", hpkeKey, encodeSearchTerms([number]));
    const head = { kind: "search", purpose: "claim", case: "c1", caseKind: "claim" } as const;
    session.order({ ...head, sealedTerms });
    const moved = encodeSignedOrder(session.order({ ...head, sealedTerms }));
    expect((await client.call("search", moved, decodeSearchTokens)).outcome).toBe("does-not-open");
  });

  it("holds at most four terms", async () => {
    const five = [1, 2, 3, 4, 5].map((n) => ({ kind: 1, text: String(n) }));
    expect((await beginSearch(client, ...five)).answer.outcome).toBe("does-not-open");
    expect((await beginSearch(client, ...five.slice(1))).answer.outcome).toBe("ok");
  });
});

describe("a honey person", () => {
  const honey = async (...persons: Uint8Array[]) => {
    const session = await client.session();
    const { hpkeKey } = await client.status();
    const sealedPersons = session.sealForNext("honey", hpkeKey, encodeHoneyPersons(persons));
    const content: OrderContent = { kind: "honey", purpose: "honey", case: "", caseKind: "", sealedPersons };
    return client.order("honey", content, decodeEventNumber);
  };

  it("stops the caller who looks, shows nothing, raises an alarm, and leaves everybody else alone", async () => {
    const trap = await sealedPerson(client, 50);
    valueOf(await honey(trap.personKey));
    const [thief, colleague] = [await keeper.connect(), await keeper.connect()];
    expect((await colleague.open({ items: [anna] })).outcome).toBe("ok");
    expect((await thief.open({ items: [anna, trap] })).outcome).toBe("stopped");
    expect((await thief.open({ items: [anna] })).outcome).toBe("session-ended");
    expect((await colleague.open({ items: [anna] })).outcome).toBe("ok");
    const { journalEvents } = await client.status();
    const { events } = await client.events(journalEvents - 1n, 2);
    expect(JSON.parse(events[0]?.json ?? "")).toMatchObject({
      kind: "alarm",
      reason: "honey",
      actor: "operator",
    });
    await Promise.all([thief.close(), colleague.close()]);
  });

  it("stops the caller who finds them in a search", async () => {
    const trap = await sealedPerson(client, 51);
    valueOf(await honey(trap.personKey));
    const thief = await keeper.connect();
    const { order, answer } = await beginSearch(thief, number);
    expect((await reveal(thief, order, valueOf(answer).search, anna, trap)).outcome).toBe("stopped");
    expect((await thief.open({ items: [anna] })).outcome).toBe("session-ended");
    await thief.close();
  });

  it("is named by no event, and stays one after a restart", async () => {
    const trap = await sealedPerson(client, 52);
    const { journalEvents: before } = await client.status();
    valueOf(await honey(trap.personKey));
    const { events } = await client.events(before + 1n, 10);
    expect(events.some(({ json }) => json.includes(encodeHex(trap.personKey)))).toBe(false);
    await keeper.kill();
    keeper = await home.start();
    client = await keeper.connect();
    const thief = await keeper.connect();
    expect((await thief.open({ items: [trap] })).outcome).toBe("stopped");
    await thief.close();
  });
});

describe("the token oracle", () => {
  const ticketFor = (terms: number, records: number, by: Client = client) =>
    by.order(
      "ticket",
      { kind: "ingest", purpose: "ingest", case: "", caseKind: "", source: "s", terms, records },
      decodeTicket,
    );
  const index = (ticket: Uint8Array, terms: number) => {
    const wanted = Array.from({ length: terms }, (_, i) => ({ kind: 1, text: String(i) }));
    return client.call("index", encodeIndexRequest(wanted, ticket), decodeIndexAnswer);
  };

  it("says nothing without a ticket, or with one that was made up", async () => {
    expect((await index(noTicket, 1)).outcome).toBe("unknown-ticket");
    expect((await index(new Uint8Array(16).fill(1), 1)).outcome).toBe("unknown-ticket");
    const request = encodeSealRequest({ source: "s", items: [sealItem(60)] }, noTicket);
    expect((await client.call("seal", request, decodeSealAnswer)).outcome).toBe("unknown-ticket");
  });

  it("says no more than the ticket allows, in however many calls", async () => {
    const { ticket } = valueOf(await ticketFor(10, 0));
    expect((await index(ticket, 6)).outcome).toBe("ok");
    expect((await index(ticket, 5)).outcome).toBe("ticket-overdrawn");
    expect((await index(ticket, 4)).outcome).toBe("ok");
    expect((await index(ticket, 1)).outcome).toBe("ticket-overdrawn");
    const request = encodeSealRequest({ source: "s", items: [sealItem(60)] }, ticket);
    expect((await client.call("seal", request, decodeSealAnswer)).outcome).toBe("ticket-overdrawn");
  });

  it("is closed to actors without the purpose, and its tickets to other work", async () => {
    const by = await keeper.connect(clerk.key);
    expect((await ticketFor(10, 10, by)).outcome).toBe("purpose-not-held");
    await by.close();
    const { ticket } = valueOf(await ticketFor(10, 10));
    expect((await client.rewrapWith(ticket, anna)).outcome).toBe("unknown-ticket");
  });

  it("ends with the session that opened it", async () => {
    const by = await keeper.connect();
    const { ticket } = valueOf(await ticketFor(10, 10, by));
    const signOut: OrderContent = { kind: "sign-out", purpose: "", case: "", caseKind: "" };
    valueOf(await by.order("sign-out", signOut, decodeEventNumber));
    expect((await index(ticket, 1)).outcome).toBe("unknown-ticket");
    await by.close();
  });

  it("has a sum for each day, which a restart does not reset", async () => {
    const big = 40_000_000;
    let given = 0;
    while ((await ticketFor(big, 0)).outcome === "ok") given += 1;
    expect(given).toBeLessThanOrEqual(10);
    expect((await ticketFor(big, 0)).outcome).toBe("budget-exhausted");
    await keeper.kill();
    keeper = await home.start();
    client = await keeper.connect();
    expect((await ticketFor(big, 0)).outcome).toBe("budget-exhausted");
  });
});
