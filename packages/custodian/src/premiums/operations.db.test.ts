import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Beat } from "@kura/kernel/beat.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { importText, thisMonth } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import { personFile, premiumFile, premiumLine, testPerson } from "../../test/people.ts";
import { runAudit } from "../audit/audit.ts";
import type { Database } from "../db/database.ts";
import { sqlText } from "../db/sql.ts";
import { parseUuid, uuidMaker } from "../db/uuid.ts";
import { correct } from "./correct.ts";
import type { PremiumEntry } from "./entry.ts";
import { getStatement } from "./get-statement.ts";
import { moveBackToSuspense, postFromSuspense } from "./post-from-suspense.ts";
import { KeeperClient } from "../vault/keeper-client.ts";
import { noteOperations } from "./batches/note-batch.ts";
import { listUnnotedOperations } from "./batches/store.ts";
import { premiumLimits } from "./limits.ts";
import { returnPremium } from "./return-premium.ts";
import { listEntries } from "./store.ts";

let keeper: TestKeeper;
let test: TestDatabases;
let register: Database;
/** Persons with two paid months each. */
let persons: Uint8Array[];
/** Unknown owners with two paid months and an exempt one each. */
let owners: Uint8Array[];

beforeAll(async () => {
  keeper = await startTestKeeper();
});
afterAll(() => keeper.stop());
beforeEach(async () => {
  test = await openTestDatabases();
  register = test.custodian.register;
  const parts = { databases: test.custodian, keeper: keeper.client };
  await importText("persons", personFile(1, 3), parts);
  const months = (n: number) => ["2024-04", "2024-05"].map((month) => premiumLine(testPerson(n), month));
  const free = (n: number) => premiumLine(testPerson(n), "2024-06", 0).replace("納付", "全額免除");
  const known = [1, 2, 3].flatMap(months);
  await importText(
    "premiums",
    premiumFile(...known, ...[81, 82].flatMap((n) => [...months(n), free(n)])),
    parts,
  );
  persons = await keysIn("premium_entries", "person_key");
  owners = await keysIn("suspense_entries", "owner_key");
  return () => test.drop();
});

async function keysIn(table: string, column: string): Promise<Uint8Array[]> {
  const rows = await register.list<{ key: string }>(
    sqlText(`select distinct ${column}::text as key from ${table} order by 1`),
  );
  return rows.map(({ key }) => parseUuid(key));
}

const makeId = uuidMaker();
const stamp = () => ({
  operationId: makeId(),
  reason: "found in a test",
  atMs: Date.now(),
});
const at = (keys: readonly Uint8Array[], i: number): Uint8Array =>
  keys[i % keys.length] ?? new Uint8Array(16);
const entry = (month: string, amountYen: number): PremiumEntry => ({
  month: month as CivilMonth,
  scheme: "national1",
  kind: "paid",
  amountYen: parseYen(amountYen),
});

async function expectWhole(): Promise<Awaited<ReturnType<typeof runAudit>>> {
  const report = await runAudit(test.auditor, () => keeper.client.status());
  expect(report.findings).toEqual([]);
  return report;
}

describe("what an operation adds is noted in the journal", () => {
  const batches = () =>
    test.auditor.register.list<{ entries: number; digests: Uint8Array; event_number: bigint }>(
      sqlText("select entries, digests, event_number from premium_batches order by event_number"),
    );

  it("before it is committed, or by whoever looks for it next, and once", async () => {
    const before = (await batches()).length;
    const noted = { ...stamp(), noter: keeper.client };
    await correct(register, { personKey: at(persons, 0), entryNo: 1, thisMonth }, noted);
    expect(await batches()).toHaveLength(before + 1);
    await correct(register, { personKey: at(persons, 1), entryNo: 1, thisMonth }, stamp());
    expect(await batches()).toHaveLength(before + 1);
    expect(await noteOperations(register, keeper.client)).toBe(1);
    expect(await noteOperations(register, keeper.client)).toBe(0);
    const rows = await batches();
    expect(rows).toHaveLength(before + 2);
    const [entry] = (await listEntries(register, "person", at(persons, 1))).slice(-1);
    expect(rows.at(-1)?.digests).toEqual(entry?.digest);
    expect(rows.at(-1)?.entries).toBe(1);
  });
});

describe("a running custodian", () => {
  it("notes every operation of whoever made it, by itself, and once", async () => {
    const own = new KeeperClient(keeper.socket);
    const loop = new Beat(() => noteOperations(register, own), premiumLimits.notePauseMs, {
      breached: ({ message }) => expect.fail(message),
      failing: (code) => expect.fail(code),
    });
    const unnoted = () => listUnnotedOperations(register, 100);
    await correct(register, { personKey: at(persons, 0), entryNo: 1, thisMonth }, stamp());
    const move = { ownerKey: at(owners, 0), personKey: at(persons, 1) };
    await postFromSuspense(register, move, stamp());
    expect(await unnoted()).toHaveLength(2);
    loop.start();
    await expect.poll(async () => (await unnoted()).length, { timeout: 30_000 }).toBe(0);
    await loop.stop();
    await own.close();
    const rows = await test.auditor.register.list<{ event: string }>(
      sqlText("select event_number::text as event from premium_batches"),
    );
    expect(new Set(rows.map(({ event }) => event)).size).toBe(rows.length);
  });
});

describe("a correction", () => {
  it("reverses an entry and posts what is true instead", async () => {
    const order = { personKey: at(persons, 0), entryNo: 1, replacement: entry("2024-07", 16_980), thisMonth };
    expect(await correct(register, order, stamp())).toEqual({
      kind: "corrected",
      reversalNo: 3,
      replacementNo: 4,
    });
    const entries = await listEntries(register, "person", at(persons, 0));
    expect(entries.map(({ amountYen, reverses }) => [amountYen, reverses])).toEqual([
      [16_980, undefined],
      [16_980, undefined],
      [-16_980, 1],
      [16_980, undefined],
    ]);
    expect((await expectWhole()).total.received).toEqual({ count: 12n, yen: 10n * 16_980n });
  });

  it("without a replacement takes the entry out of what was received", async () => {
    expect(await correct(register, { personKey: at(persons, 0), entryNo: 1, thisMonth }, stamp())).toEqual({
      kind: "corrected",
      reversalNo: 3,
    });
    expect((await expectWhole()).total.received).toEqual({ count: 11n, yen: 9n * 16_980n });
  });

  it("is refused for what is not there, a reversal, what is reversed already, and what cannot be true", async () => {
    const personKey = at(persons, 0);
    const first = { personKey, entryNo: 1, thisMonth };
    expect(await correct(register, { ...first, entryNo: 9 }, stamp())).toEqual({ kind: "no-such-entry" });
    expect(await correct(register, { ...first, personKey: makeId() }, stamp())).toEqual({
      kind: "no-such-entry",
    });
    const impossible = { ...first, replacement: entry("1950-01", 100) };
    expect(await correct(register, impossible, stamp())).toMatchObject({
      kind: "impossible",
      code: "before-scheme",
    });
    await correct(register, first, stamp());
    expect(await correct(register, impossible, stamp())).toEqual({ kind: "already-reversed", byEntryNo: 3 });
    expect(await correct(register, { ...first, entryNo: 3 }, stamp())).toEqual({ kind: "is-reversal" });
    expect(await listEntries(register, "person", personKey)).toHaveLength(3);
    await expectWhole();
  });

  it("sent twice happens once", async () => {
    const order = { personKey: at(persons, 0), entryNo: 1, thisMonth };
    const once = stamp();
    expect(await correct(register, order, once)).toMatchObject({ kind: "corrected" });
    expect(await correct(register, order, once)).toEqual({ kind: "repeated" });
    await expectWhole();
  });

  it("needs a reason, and not a long one", async () => {
    const order = { personKey: at(persons, 0), entryNo: 1, thisMonth };
    for (const reason of ["", "x".repeat(201)]) {
      await expect(correct(register, order, { ...stamp(), reason })).rejects.toMatchObject({
        code: "bad-reason",
      });
    }
  });

  it("beside another of the same person leaves one chain", async () => {
    const personKey = at(persons, 0);
    const orders = [1, 2].map((entryNo) => ({
      personKey,
      entryNo,
      replacement: entry("2024-08", 16_980),
      thisMonth,
    }));
    const twice = [...orders, ...orders];
    const outcomes = await Promise.all(twice.map((order) => correct(register, order, stamp())));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([
      "already-reversed",
      "already-reversed",
      "corrected",
      "corrected",
    ]);
    expect(await listEntries(register, "person", personKey)).toHaveLength(6);
    await expectWhole();
  });
});

describe("a return", () => {
  it("takes money out of a person's ledger once", async () => {
    const order = { from: "person", personKey: at(persons, 1), entryNo: 2 } as const;
    expect(await returnPremium(register, order, stamp())).toEqual({ kind: "returned", amountYen: 16_980 });
    expect(await returnPremium(register, order, stamp())).toEqual({ kind: "already-reversed", byEntryNo: 3 });
    const { total } = await expectWhole();
    expect(total.received).toEqual({ count: 12n, yen: 10n * 16_980n });
    expect(total.returned).toEqual({ count: 1n, yen: 16_980n });
  });

  it("takes money out of suspense once", async () => {
    const order = { from: "suspense", ownerKey: at(owners, 0), entryNo: 1 } as const;
    expect(await returnPremium(register, order, stamp())).toEqual({ kind: "returned", amountYen: 16_980 });
    expect(await returnPremium(register, order, stamp())).toEqual({
      kind: "already-settled",
      outcome: "returned",
    });
    const { total } = await expectWhole();
    expect(total.suspense).toEqual({ count: 5n, yen: 3n * 16_980n });
    expect(total.returned).toEqual({ count: 1n, yen: 16_980n });
  });

  it("is refused for what is not there and for what moved no money", async () => {
    const ownerKey = at(owners, 0);
    const free = (await listEntries(register, "suspense", ownerKey)).find(({ amountYen }) => amountYen === 0);
    const from = "suspense" as const;
    expect(await returnPremium(register, { from, ownerKey, entryNo: free?.entryNo ?? 0 }, stamp())).toEqual({
      kind: "nothing-paid",
    });
    expect(await returnPremium(register, { from, ownerKey, entryNo: 9 }, stamp())).toEqual({
      kind: "no-such-entry",
    });
    const person = { from: "person", personKey: makeId(), entryNo: 1 } as const;
    expect(await returnPremium(register, person, stamp())).toEqual({ kind: "no-such-entry" });
    await expectWhole();
  });
});

describe("posting out of suspense", () => {
  it("gives an owner's entries to a person, and taking one back puts it into suspense again", async () => {
    const [ownerKey, personKey] = [at(owners, 0), at(persons, 0)];
    expect(await postFromSuspense(register, { ownerKey, personKey }, stamp())).toEqual({
      kind: "posted",
      entries: [1, 2, 3].map((entryNo) => ({ entryNo, personEntryNo: entryNo + 2 })),
    });
    expect((await expectWhole()).total.suspense).toEqual({ count: 3n, yen: 2n * 16_980n });
    const back = await moveBackToSuspense(register, { personKey, entryNo: 3 }, stamp());
    expect(back).toEqual({ kind: "moved-back", reversalNo: 6, ownerKey, suspenseEntryNo: 4 });
    expect((await expectWhole()).total.suspense).toEqual({ count: 4n, yen: 3n * 16_980n });
    const other = at(persons, 1);
    expect(await postFromSuspense(register, { ownerKey, personKey: other }, stamp())).toMatchObject({
      kind: "posted",
      entries: [{ entryNo: 4, personEntryNo: 3 }],
    });
    await expectWhole();
  });

  it("is refused whole when one entry is not there or gone already", async () => {
    const [ownerKey, personKey] = [at(owners, 0), at(persons, 0)];
    const post = (more: object) => postFromSuspense(register, { ownerKey, personKey, ...more }, stamp());
    expect(await post({ personKey: makeId() })).toEqual({ kind: "no-such-person" });
    expect(await post({ entryNos: [1, 9] })).toEqual({ kind: "no-such-entry", entryNo: 9 });
    expect(await post({ ownerKey: makeId() })).toEqual({ kind: "nothing-waits" });
    await post({ entryNos: [2] });
    expect(await post({ entryNos: [1, 2] })).toEqual({ kind: "already-settled", entryNo: 2 });
    await post({});
    expect(await post({})).toEqual({ kind: "nothing-waits" });
    await expectWhole();
  });

  it("is taken back only for what came out of suspense, and once", async () => {
    const [ownerKey, personKey] = [at(owners, 0), at(persons, 0)];
    expect(await moveBackToSuspense(register, { personKey, entryNo: 1 }, stamp())).toEqual({
      kind: "not-from-suspense",
    });
    expect(await moveBackToSuspense(register, { personKey, entryNo: 9 }, stamp())).toEqual({
      kind: "no-such-entry",
    });
    await postFromSuspense(register, { ownerKey, personKey }, stamp());
    await moveBackToSuspense(register, { personKey, entryNo: 4 }, stamp());
    expect(await moveBackToSuspense(register, { personKey, entryNo: 4 }, stamp())).toMatchObject({
      kind: "already-reversed",
    });
    await expectWhole();
  });

  it("of one owner to two persons at once gives each entry to one of them", async () => {
    const ownerKey = at(owners, 0);
    const outcomes = await Promise.all(
      [0, 1, 2].map((i) => postFromSuspense(register, { ownerKey, personKey: at(persons, i) }, stamp())),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["nothing-waits", "nothing-waits", "posted"]);
    await expectWhole();
  });
});

describe("operations", () => {
  it("keep received = posted + suspense + returned, whatever their order", async () => {
    const step = fc.record({
      what: fc.constantFrom("correct", "replace", "return", "return-suspense", "post", "post-all", "back"),
      person: fc.nat(2),
      owner: fc.nat(1),
      pick: fc.nat(99),
    });
    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
    const take = async ({ what, person, owner, pick }: Step): Promise<{ readonly kind: string }> => {
      const [personKey, ownerKey] = [at(persons, person), at(owners, owner)];
      const fromSuspense = what === "post" || what === "return-suspense";
      const [ledger, key] = fromSuspense
        ? (["suspense", ownerKey] as const)
        : (["person", personKey] as const);
      // One of the entries, or the number behind the last.
      const entryNo = 1 + (pick % ((await listEntries(register, ledger, key)).length + 1));
      const replacement = entry("2024-09", 16_980 + pick);
      if (what === "correct") return correct(register, { personKey, entryNo, thisMonth }, stamp());
      if (what === "replace")
        return correct(register, { personKey, entryNo, replacement, thisMonth }, stamp());
      if (what === "return") return returnPremium(register, { from: "person", personKey, entryNo }, stamp());
      if (what === "return-suspense")
        return returnPremium(register, { from: "suspense", ownerKey, entryNo }, stamp());
      if (what === "post")
        return postFromSuspense(register, { ownerKey, personKey, entryNos: [entryNo] }, stamp());
      if (what === "post-all") return postFromSuspense(register, { ownerKey, personKey }, stamp());
      return moveBackToSuspense(register, { personKey, entryNo }, stamp());
    };
    const everyOutcome: readonly Step[] = [
      { what: "post-all", person: 0, owner: 0, pick: 0 },
      { what: "back", person: 0, owner: 0, pick: 2 },
      { what: "return", person: 1, owner: 0, pick: 0 },
      { what: "replace", person: 2, owner: 0, pick: 0 },
    ];
    const done = new Set<string>();
    const note = async (one: Step): Promise<void> => {
      done.add((await take(one)).kind);
    };
    let isParallel = true;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        isParallel = !isParallel;
        if (isParallel)
          for (let i = 0; i < steps.length; i += 3) await Promise.all(steps.slice(i, i + 3).map(note));
        else for (const one of steps) await note(one);
        const report = await runAudit(test.auditor, () => keeper.client.status());
        expect(report.findings).toEqual([]);
      }),
      { numRuns: 25, examples: [[[...everyOutcome]]] },
    );
    // Else the rules were kept by nothing having happened.
    expect([...done]).toEqual(expect.arrayContaining(["corrected", "returned", "posted", "moved-back"]));
  });
});

describe("a statement", () => {
  it("counts what is live in the ledger and nothing else", async () => {
    const personKey = at(persons, 0);
    await correct(register, { personKey, entryNo: 1, thisMonth }, stamp());
    const birthDate = "1990-01-02" as Parameters<typeof getStatement>[1]["birthDate"];
    const period = { from: "2024-04" as CivilMonth, to: "2024-05" as CivilMonth };
    const { statement, estimate } = await getStatement(register, { personKey, birthDate, period });
    expect(statement.total).toMatchObject({ months: 1, paidYen: 16_980 });
    expect(estimate.kind).toBe("not-qualified");
  });
});
