import { encodeHex } from "@kura/kernel/bytes.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  personKey,
  type RunningKeeper,
  sealedPerson,
  secretName,
  valueOf,
} from "../../test/keeper-process.ts";
import { aLook, smallClerk } from "../../test/looks.ts";
import { type LookOrder, orderText } from "../client-side.ts";
import { type OrderContent, SessionKeys } from "../order-session.ts";
import { decodeEventNumber, decodeStatus, operations } from "../protocol/protocol.ts";
import { encodeOpenRequest, encodeSignedOrder, type OpenItem, type SignedOrder } from "../protocol/orders.ts";

const hex = (item: OpenItem): string => encodeHex(item.personKey);
const lookAt = (...items: OpenItem[]): OrderContent => ({ ...aLook, persons: items.map(hex) });
const edited = ({ text, signature }: SignedOrder, change: Partial<LookOrder>): SignedOrder => ({
  text: orderText({ ...(JSON.parse(text) as LookOrder), ...change }),
  signature,
});

describe("a custodian that was taken over", () => {
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

  it("cannot read what it relays: an answer holds no value in clear", async () => {
    const session = await client.session();
    const order = session.order(lookAt(anna));
    const frame = await client.ask(operations.open, encodeOpenRequest({ order, items: [anna] }));
    expect(frame.tag).toBe(0);
    expect(Buffer.from(frame.payload).includes(Buffer.from(secretName))).toBe(false);
  });

  it("cannot replay an order", async () => {
    const session = await client.session();
    const order = session.order(lookAt(anna));
    expect((await client.send(session, order, [anna])).outcome).toBe("ok");
    expect((await client.send(session, order, [anna])).outcome).toBe("replayed");
  });

  it("cannot reorder orders: one that was overtaken is refused", async () => {
    const session = await client.session();
    const [first, second] = [session.order(lookAt(anna)), session.order(lookAt(berta))];
    expect((await client.send(session, second, [berta])).outcome).toBe("ok");
    expect((await client.send(session, first, [anna])).outcome).toBe("replayed");
  });

  it("cannot replay an order after the keeper was killed", async () => {
    const session = await client.session();
    const order = session.order(lookAt(anna));
    expect((await client.send(session, order, [anna])).outcome).toBe("ok");
    await keeper.kill();
    keeper = await home.start();
    client = await keeper.connect();
    expect((await client.send(session, order, [anna])).outcome).toBe("replayed");
    expect((await client.send(session, session.order(lookAt(anna)), [anna])).outcome).toBe("ok");
  });

  const widened: Record<string, Partial<LookOrder>> = {
    persons: { persons: [encodeHex(personKey(1)), encodeHex(personKey(2))] },
    fields: { fields: [1, 3, 10] },
    purpose: { purpose: "audit" },
    case: { case: "another case" },
    number: { number: 1_000_000 },
    time: { atMs: Date.now() + 1_000 },
  };
  it.each(Object.keys(widened))("cannot widen an order by its %s", async (name) => {
    const session = await client.session();
    const order = edited(session.order(lookAt(anna)), widened[name] ?? {});
    expect((await client.send(session, order, [anna])).outcome).toBe("bad-signature");
  });

  it("cannot hand in a person whom the order does not name", async () => {
    const session = await client.session();
    const order = session.order(lookAt(anna));
    expect((await client.send(session, order, [anna, berta])).outcome).toBe("person-not-in-order");
  });

  it("cannot forge a signature, nor use another session's key", async () => {
    const session = await client.session();
    const other = await client.signIn(home.actors.operator);
    const order = session.order(lookAt(anna));
    const { signature } = other.sign(JSON.parse(order.text) as LookOrder);
    expect((await client.send(session, { ...order, signature }, [anna])).outcome).toBe("bad-signature");
    const noise = order.signature.map((byte) => byte ^ 0xff);
    expect((await client.send(session, { ...order, signature: noise }, [anna])).outcome).toBe(
      "bad-signature",
    );
    const none = new Uint8Array(0);
    expect((await client.send(session, { ...order, signature: none }, [anna])).outcome).toBe("bad-signature");
  });

  it("cannot hide a forged or a replayed order in a crowd that arrives at once", async () => {
    const session = await client.session();
    const orders = Array.from({ length: 40 }, () => session.order(lookAt(anna)));
    // The third of each five is forged; the fourth is the second once more.
    const sent = orders.map((order, i) => {
      if (i % 5 === 2) return { ...order, signature: order.signature.map((byte) => byte ^ 1) };
      return i % 5 === 3 ? (orders[i - 2] ?? order) : order;
    });
    const answers = await Promise.all(sent.map((order) => client.send(session, order, [anna])));
    const outcomes = answers.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(orders.map((_, i) => ["ok", "ok", "bad-signature", "replayed", "ok"][i % 5]));
  });

  it("cannot use a session that ends in the middle of a crowd of its own orders", async () => {
    const session = await client.signIn(home.actors.operator);
    const looks = Array.from({ length: 10 }, () => session.order(lookAt(anna)));
    const signOut = session.order({ kind: "sign-out", purpose: "", case: "", caseKind: "" });
    const others = looks.map((order) => client.send(session, order, [anna]));
    const ended = client.call("sign-out", encodeSignedOrder(signOut), decodeEventNumber);
    const late = client.send(session, session.order(lookAt(anna)), [anna]);
    expect((await ended).outcome).toBe("ok");
    expect((await late).outcome).toBe("session-ended");
    // Each was admitted before the end or not at all: none is answered behind it.
    for (const { outcome } of await Promise.all(others)) expect(["ok", "session-ended"]).toContain(outcome);
  });

  it("cannot make up a session", async () => {
    const invented = new SessionKeys().begin(
      { session: new Uint8Array(16).fill(9), expiresMs: 0 },
      (await client.status()).hpkeKey,
    );
    const answer = await client.send(invented, invented.order(lookAt(anna)), [anna]);
    expect(answer.outcome).toBe("unknown-session");
  });

  it("cannot use a signature of one kind of order for another operation", async () => {
    const session = await client.session();
    const erase = session.order({
      kind: "erase",
      purpose: "erasure",
      case: "",
      caseKind: "",
      person: hex(anna),
      reason: "x",
    });
    expect((await client.send(session, erase, [anna])).outcome).toBe("malformed-order");
    const look = encodeSignedOrder(session.order(lookAt(anna)));
    expect((await client.call("erase", look, decodeEventNumber)).outcome).toBe("malformed-order");
    expect((await client.call("rotate", look, decodeStatus)).outcome).toBe("malformed-order");
  });

  it("cannot give an answer to another session or as the answer to another order", async () => {
    const session = await client.session();
    const [one, two] = [session.order(lookAt(anna)), session.order(lookAt(berta))];
    const answers = [await client.relay(one, [anna]), await client.relay(two, [berta])] as const;
    const other = await client.signIn(home.actors.operator);
    expect(session.open(one, answers[0]).length).toBeGreaterThan(0);
    expect(() => session.open(two, answers[0])).toThrow("does not open");
    expect(() => session.open(one, answers[1])).toThrow("does not open");
    expect(() => other.open(one, answers[0])).toThrow("does not open");
  });

  it("cannot hold an order back until it suits: two minutes later it is stale", async () => {
    const session = await client.session();
    const order = session.order(lookAt(anna), Date.now() - 121_000);
    expect((await client.send(session, order, [anna])).outcome).toBe("stale");
  });

  it("cannot suppress an event: what was opened is in the journal, chained for each person", async () => {
    const before = valueOf(await client.open({ items: [anna, berta] })).eventNumber;
    const { eventNumber } = valueOf(await client.open({ items: [anna] }));
    const { events } = await client.events(before, 10);
    const [first, second] = events.map(({ json }) => JSON.parse(json) as { links: { n: number }[] });
    expect(eventNumber).toBe(before + 1n);
    expect(first?.links).toHaveLength(2);
    expect(second?.links[0]?.n).toBe((first?.links[0]?.n ?? 0) + 1);
  });
});

describe("an actor", () => {
  let home: KeeperHome;
  let keeper: RunningKeeper;
  let client: Client;
  let anna: OpenItem;

  beforeAll(async () => {
    home = new KeeperHome();
    keeper = await home.start();
    client = await keeper.connect();
    anna = await sealedPerson(client, 1);
  });
  afterAll(async () => {
    await keeper.stop();
    home.remove();
  });

  it("sees no field that the purpose does not need, and the refusal is in the journal", async () => {
    expect((await client.open({ purpose: "audit", fields: [3, 10], items: [anna] })).outcome).toBe(
      "field-not-allowed",
    );
    const { journalEvents } = await client.status();
    const { events } = await client.events(journalEvents, 1);
    expect(JSON.parse(events[0]?.json ?? "")).toMatchObject({ kind: "denied", outcome: "field-not-allowed" });
  });

  it("looks for no purpose that they do not hold", async () => {
    expect((await client.open({ purpose: "curiosity", items: [anna] })).outcome).toBe("purpose-not-held");
    expect((await client.open({ purpose: "keys", items: [anna] })).outcome).toBe("purpose-not-held");
    const officer = await keeper.connect(home.actors.officers[0]);
    expect((await officer.open({ items: [anna] })).outcome).toBe("purpose-not-held");
    await officer.close();
  });

  it("who signed out orders nothing more, also after a restart", async () => {
    const session = await client.signIn(home.actors.operator);
    const signOut = encodeSignedOrder(
      session.order({ kind: "sign-out", purpose: "", case: "", caseKind: "" }),
    );
    expect((await client.call("sign-out", signOut, decodeEventNumber)).outcome).toBe("ok");
    expect((await client.send(session, session.order(lookAt(anna)), [anna])).outcome).toBe("session-ended");
    await keeper.kill();
    keeper = await home.start();
    client = await keeper.connect();
    expect((await client.send(session, session.order(lookAt(anna)), [anna])).outcome).toBe("session-ended");
  });
});

describe("a live session that was hijacked", () => {
  const budget = { hour: 5, day: 8, days30: 12, softPercent: 80 };
  const hourMs = 60 * 60_000;
  const clerk = smallClerk("clerk", budget);

  /** As many persons as the session lets out, reading on until it is refused; in `tabs` sessions at once. */
  async function readAll(keeper: RunningKeeper, persons: readonly OpenItem[], tabs: number, atMs: number) {
    const clients = await Promise.all(Array.from({ length: tabs }, () => keeper.connect(clerk.key)));
    const seen = await Promise.all(
      clients.map(async (client, tab) => {
        const out: string[] = [];
        const own = persons.slice(Math.floor((tab * persons.length) / tabs)).concat(persons);
        for (const person of own) {
          const answer = await client.open({ items: [person], case: "case-of-mine", atMs });
          expect(["ok", "budget-exhausted"]).toContain(answer.outcome);
          if (answer.outcome === "ok") out.push(hex(person));
        }
        return out;
      }),
    );
    await Promise.all(clients.map((client) => client.close()));
    return seen.flat();
  }

  it("sees the budget and not one person more: twenty tabs, restarts, clocks set back and on, thirty days", async () => {
    const home = new KeeperHome(clerk.changes);
    let keeper = await home.start();
    const owner = await keeper.connect();
    const persons: OpenItem[] = [];
    for (let n = 1; n <= 20; n++) persons.push(await sealedPerson(owner, n));
    const exposed = new Set<string>();
    const startedMs = Date.now();
    const read = async (offsetMs: number, tabs: number): Promise<number> => {
      for (const person of await readAll(keeper, persons, tabs, startedMs + offsetMs)) exposed.add(person);
      return exposed.size;
    };
    const restart = async (clockMs: number): Promise<void> => {
      await keeper.kill();
      keeper = await home.startAt(clockMs);
    };

    expect(await read(0, 20)).toBe(budget.hour);
    await restart(0);
    expect(await read(0, 2)).toBe(budget.hour);
    // A clock set back by a day: time stands still at the last event.
    await restart(-24 * hourMs);
    expect(await read(0, 2)).toBe(budget.hour);
    await restart(2 * hourMs);
    expect(await read(2 * hourMs, 2)).toBe(budget.day);
    await restart(4 * hourMs);
    expect(await read(4 * hourMs, 1)).toBe(budget.day);
    await restart(30 * hourMs);
    expect(await read(30 * hourMs, 2)).toBe(budget.days30);
    for (const days of [3, 10, 20, 29]) {
      await restart(days * 24 * hourMs);
      expect(await read(days * 24 * hourMs, 1)).toBe(budget.days30);
    }
    await keeper.stop();
    home.remove();
  });

  it("is told when it comes near its budget", async () => {
    const home = new KeeperHome(clerk.changes);
    const keeper = await home.start();
    const owner = await keeper.connect();
    const client = await keeper.connect(clerk.key);
    const warned: boolean[] = [];
    for (let n = 1; n <= 5; n++) {
      warned.push(valueOf(await client.open({ items: [await sealedPerson(owner, n)] })).isNearBudget);
    }
    expect(warned).toEqual([false, false, false, false, true]);
    await keeper.stop();
    home.remove();
  });
});
