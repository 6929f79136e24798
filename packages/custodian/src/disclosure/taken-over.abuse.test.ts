/** The custodian's process in an attacker's hands: its databases, its connection to the keeper, all that passes through it. */
import { encodeHex } from "@kura/kernel/bytes.ts";
import type { OpenItem, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import { encodeIndexRequest, noTicket } from "@kura/keeper/protocol/protocol.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { importText } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import { personFile, testPerson } from "../../test/people.ts";
import { mustBeOk, signInTo } from "../../test/signed-in.ts";
import type { TestSession } from "../../test/signed-in.ts";
import type { Case } from "../cases/case.ts";
import { sqlText } from "../db/sql.ts";
import { parseUuid } from "../db/uuid.ts";
import { fieldNumbers } from "../register/field.ts";
import { KeeperClient } from "../vault/keeper-client.ts";
import { askEvents, askOpen, askReveal, askSearch } from "../vault/orders.ts";
import { decodeTokens } from "../vault/terms.ts";
import { listSealed } from "./sealed-material.ts";

const people = 20;
let keeper: TestKeeper;
let test: TestDatabases;
/** What the attacker has: the keeper's socket, without anybody's key. */
let stolen: KeeperClient;
let victim: TestSession;
let items: readonly OpenItem[];
const about = { caseId: "00000000-0000-7000-8000-000000000000", kind: "claim" } as Case;

beforeAll(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  await importText("persons", personFile(1, people), { databases: test.custodian, keeper: keeper.client });
  const rows = await test.custodian.register.list<{ key: string }>(
    sqlText("select person_key::text as key from persons order by person_no"),
  );
  ({ items } = await listSealed(
    test.custodian,
    rows.map(({ key }) => parseUuid(key)),
  ));
  stolen = new KeeperClient(keeper.socket);
  victim = await signInTo(keeper.client, keeper.operator);
});
afterAll(async () => {
  await stolen.close();
  await test.drop();
  await keeper.stop();
});

const keyOf = (item: OpenItem | undefined): string => encodeHex(item?.personKey ?? new Uint8Array());
const orderFor = (item: OpenItem | undefined): SignedOrder =>
  victim.look(about, [keyOf(item)], [fieldNumbers.name]);

/** Every answer that opened, as persons: what the attacker counts. */
async function exposedPersons(tries: readonly Promise<{ readonly outcome: string }>[]): Promise<number> {
  const outcomes = await Promise.all(tries);
  return outcomes.filter(({ outcome }) => outcome === "ok").length;
}

describe("a custodian that was taken over", () => {
  it("exposes nobody with orders that nobody signed", async () => {
    const signature = new Uint8Array(64);
    const forged = items.map((item) =>
      askOpen(stolen, { order: { ...orderFor(item), signature }, items: [item] }),
    );
    expect(await exposedPersons(forged)).toBe(0);
  });

  it("exposes nobody more with an order that it saw: not by widening it, not by repeating it", async () => {
    const [first] = items;
    const seen = orderFor(first);
    mustBeOk(await askOpen(stolen, { order: seen, items: items.slice(0, 1) }));
    const tries = items.flatMap((item) => [
      askOpen(stolen, { order: seen, items: [item] }),
      askOpen(stolen, {
        order: { ...seen, text: seen.text.replace(keyOf(first), keyOf(item)) },
        items: [item],
      }),
    ]);
    expect(await exposedPersons(tries)).toBe(0);
  });

  it("shows nobody in another's place: ciphertexts do not move between persons", async () => {
    const [one, other] = [items[1], items[2]];
    if (one === undefined || other === undefined) throw new Error("two persons are needed");
    const moved = [
      { ...other, personKey: one.personKey },
      { ...one, records: other.records },
      { ...one, wrappedKey: other.wrappedKey },
    ];
    for (const item of moved) {
      const answer = await askOpen(stolen, { order: orderFor(one), items: [item] });
      expect(answer.outcome).toBe("does-not-open");
    }
  });

  it("reads nothing of the answers that pass through it", async () => {
    const order = orderFor(items[3]);
    const { sealed } = mustBeOk(await askOpen(stolen, { order, items: items.slice(3, 4) }));
    for (const part of testPerson(4).name.split(" ")) {
      expect(Buffer.from(sealed).includes(Buffer.from(part))).toBe(false);
    }
  });

  it("learns no token without a ticket, so that it cannot try every number there is", async () => {
    const terms = Array.from({ length: 1_000 }, (_, i) => ({
      kind: 1,
      text: `9999${String(i).padStart(6, "0")}`,
    }));
    // Past our own client, which would not even ask: with no ticket, and with one it made up.
    for (const ticket of [noTicket, noTicket.map((_, i) => i + 1)]) {
      const request = encodeIndexRequest(terms, ticket);
      expect(await stolen.ask("index", request, decodeTokens)).toMatchObject({ outcome: "unknown-ticket" });
    }
    await expect(stolen.index(terms)).rejects.toMatchObject({ code: "no-actor-key" });
  });

  it("finds nobody by a search that it began with another's terms", async () => {
    const order = await victim.search(about, [{ kind: 1, text: "9999000005" }]);
    const { search } = mustBeOk(await askSearch(stolen, order));
    const answer = mustBeOk(await askReveal(stolen, { search, items }));
    // Whomever it brings, only who really has the terms is shown, and to the session alone.
    expect(victim.found(order, answer).persons.map(({ personKey }) => encodeHex(personKey))).toEqual([
      keyOf(items[4]),
    ]);
  });

  it("cannot make an event be forgotten", async () => {
    const order = orderFor(items[5]);
    const { eventNumber } = mustBeOk(await askOpen(stolen, { order, items: items.slice(5, 6) }));
    const { events } = mustBeOk(await askEvents(stolen, { from: eventNumber, limit: 1 }));
    expect(JSON.parse(events[0]?.json ?? "")).toMatchObject({
      kind: "opened",
      persons: [keyOf(items[5])],
      actor: "operator",
    });
    for (const table of ["journal_events", "disclosures", "case_events", "refused_orders", "policy_sets"]) {
      const removal = test.custodian.register.transact((tx) => tx.run(sqlText(`delete from ${table}`)));
      await expect(removal).rejects.toMatchObject({ code: "sql-42501" });
    }
  });
});
