import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { importText, makeImport, thisMonth } from "../../test/import-text.ts";
import type { Injection, TestParts } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import {
  personFile,
  personHeader,
  personLine,
  premiumFile,
  premiumLine,
  testPerson,
} from "../../test/people.ts";
import { sql, sqlText } from "../db/sql.ts";
import { parseUuid, uuidMaker } from "../db/uuid.ts";
import { correct } from "../premiums/correct.ts";
import type { BatchContext, BatchWork } from "./batch-work.ts";

let test: TestDatabases;
let keeper: TestKeeper;
let parts: TestParts;

beforeAll(async () => {
  keeper = await startTestKeeper();
});
afterAll(() => keeper.stop());
beforeEach(async () => {
  test = await openTestDatabases();
  parts = { databases: test.custodian, keeper: keeper.client };
  return () => test.drop();
});

async function countOf(table: string, database: "register" | "keys" = "register"): Promise<number> {
  const row = await test.auditor[database].get<{ count: bigint }>(
    sqlText(`select count(*) as count from ${table}`),
  );
  return Number(row.count);
}

/** Rows of everything an import writes but what counts it. */
async function contents(): Promise<Record<string, number>> {
  const tables = [
    "persons",
    "records",
    "person_tokens",
    "premium_entries",
    "suspense_owners",
    "suspense_entries",
  ];
  return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await countOf(table)])));
}

describe("an import of persons", () => {
  it("ends every line in exactly one of accepted, known and rejected", async () => {
    const text = `${personFile(1, 5)}${personLine(testPerson(3))}\n,試験 無名,,,,\n${personLine(testPerson(6))}\n`;
    const report = await importText("persons", text, parts);
    expect(report).toMatchObject({ lines: 8, accepted: 6, known: 1, rejected: 1 });
    expect(report.rejects).toContain("試験 無名");
    expect(await contents()).toMatchObject({ persons: 6, records: 6 });
    expect(await countOf("person_keys", "keys")).toBe(6);
  });

  it("adds nothing when the same file comes twice", async () => {
    const made = await makeImport("persons", personFile(1, 20), parts);
    await made.run();
    const before = await contents();
    expect(await made.run()).toMatchObject({ lines: 20, accepted: 0, known: 20, rejected: 0 });
    expect(await contents()).toEqual(before);
    await made.remove();
  });

  it("adds nothing when the same content comes in another file", async () => {
    await importText("persons", personFile(1, 20), parts);
    const before = await contents();
    const reversed = personFile(1, 20).trimEnd().split("\n").slice(1).reverse();
    const report = await importText("persons", `${[personHeader, ...reversed].join("\n")}\n`, parts, {
      batchRows: 3,
    });
    expect(report).toMatchObject({ lines: 20, accepted: 0, known: 20, rejected: 0 });
    expect(await contents()).toEqual(before);
  });

  it("records further facts of a known person behind the former ones", async () => {
    await importText("persons", personFile(1, 3), parts);
    const moved = { ...testPerson(2), address: "架空県試験市新町9番地" };
    const report = await importText("persons", `${personHeader}\n${personLine(moved)}\n`, parts);
    expect(report).toMatchObject({ accepted: 1 });
    const rows = await test.auditor.register.list<{ record_no: number }>(sql`
      select record_no from records where person_key = (select person_key from records where record_no = 1)
      order by record_no`);
    expect(rows.map((row) => row.record_no)).toEqual([0, 1]);
    expect(await countOf("persons")).toBe(3);
    expect(await countOf("person_keys", "keys")).toBe(3);
  });

  it("rejects a line whose number is another person's, and changes nothing", async () => {
    await importText("persons", personFile(1, 3), parts);
    const before = await contents();
    const other = { ...testPerson(40), number: testPerson(2).number };
    const report = await importText("persons", `${personHeader}\n${personLine(other)}\n`, parts);
    expect(report).toMatchObject({ accepted: 0, known: 0, rejected: 1 });
    expect(report.rejects).toContain("another name");
    expect(await contents()).toEqual(before);
  });

  it("sees in each batch what the batches before it brought, committed or not", async () => {
    const twice = personFile(1, 30)
      .trimEnd()
      .split("\n")
      .slice(1)
      .flatMap((line) => [line, line]);
    const moved = { ...testPerson(30), address: "架空県試験市新町9番地" };
    const text = `${[personHeader, ...twice, personLine(moved), personLine(moved)].join("\n")}\n`;
    expect(await importText("persons", text, parts, { batchRows: 3 })).toMatchObject({
      lines: 62,
      accepted: 31,
      known: 31,
      rejected: 0,
    });
  });
});

describe("an import of premiums", () => {
  beforeEach(() => importText("persons", personFile(1, 5), parts));

  it("keeps a month paid twice under two receipt numbers as two entries", async () => {
    const one = premiumLine(testPerson(1), "2024-04", 16_980, "R-1");
    const two = premiumLine(testPerson(1), "2024-04", 16_980, "R-2");
    expect(await importText("premiums", premiumFile(one, two), parts)).toMatchObject({
      accepted: 2,
      receivedCount: 2n,
      receivedYen: 33_960n,
    });
    expect(await importText("premiums", premiumFile(two, one), parts)).toMatchObject({
      accepted: 0,
      known: 2,
    });
    expect(await countOf("premium_entries")).toBe(2);
  });

  it("keeps a month paid twice without receipt numbers as two entries, in one file", async () => {
    const line = premiumLine(testPerson(1), "2024-04");
    expect(await importText("premiums", premiumFile(line, line), parts, { batchRows: 1 })).toMatchObject({
      accepted: 2,
    });
    expect(
      await importText("premiums", premiumFile(line, line, line), parts, { batchRows: 1 }),
    ).toMatchObject({
      accepted: 1,
      known: 2,
    });
  });

  it("holds in suspense what gives another person's number, and what gives nobody's", async () => {
    const other = premiumLine({ ...testPerson(77), number: testPerson(2).number }, "2024-04");
    const nobody = premiumLine(testPerson(88), "2024-04");
    const nameless = premiumLine({ name: "試験 不明" }, "1975-04", 1_100);
    const file = premiumFile(other, nobody, nameless, premiumLine(testPerson(2), "2024-04"));
    const report = await importText("premiums", file, parts, { batchRows: 2 });
    expect(report).toMatchObject({ lines: 4, accepted: 4, rejected: 0 });
    expect(await contents()).toMatchObject({ premium_entries: 1, suspense_entries: 3, suspense_owners: 3 });
    expect(await importText("premiums", `${file}\n`, parts)).toMatchObject({ accepted: 0, known: 4 });
    expect(await contents()).toMatchObject({ premium_entries: 1, suspense_entries: 3, suspense_owners: 3 });
  });

  it("rejects what cannot be true, and takes the rest", async () => {
    const file = premiumFile(
      premiumLine(testPerson(1), "2024-04"),
      premiumLine(testPerson(1), "1950-04"),
      premiumLine(testPerson(1), "2099-04"),
      premiumLine(testPerson(1), "2024-13"),
    );
    expect(await importText("premiums", file, parts)).toMatchObject({ lines: 4, accepted: 1, rejected: 3 });
  });
});

describe("an import beside other work on the ledger", () => {
  it("takes a batch up again whose account an operation wrote to meanwhile", async () => {
    const { register } = test.custodian;
    await importText("persons", personFile(1, 5), parts);
    await importText("premiums", premiumFile(premiumLine(testPerson(1), "2024-04")), parts);
    const { key, no } = await register.get<{ key: string; no: number }>(
      sql`select person_key::text as key, entry_no as no from premium_entries`,
    );
    let [decisions, corrected] = [0, "not yet"];
    const correctingMeanwhile = <Draft, Indexed>(work: BatchWork<Draft, Indexed>) => ({
      begin: () => work.begin(),
      decide: async (indexed: Indexed, context: BatchContext) => {
        const decided = await work.decide(indexed, context);
        decisions += 1;
        const stamp = { operationId: uuidMaker()(), reason: "found in a test", atMs: Date.now() };
        const order = { personKey: parseUuid(key), entryNo: no, thisMonth };
        if (decisions === 1) corrected = (await correct(register, order, stamp)).kind;
        return decided;
      },
    });
    const file = premiumFile(
      ...[1, 2, 3].map((n) => premiumLine(testPerson(n), "2024-05")),
      premiumLine(testPerson(1), "2099-04"),
    );
    expect(await importText("premiums", file, parts, { wrapWork: correctingMeanwhile })).toMatchObject({
      lines: 4,
      accepted: 3,
      known: 0,
      rejected: 1,
    });
    expect([decisions, corrected]).toEqual([2, "corrected"]);
    expect(await contents()).toMatchObject({ premium_entries: 5, suspense_entries: 0 });
  });
});

/** Each place between two durable effects of a batch, and how an import is made to stop there. */
const stops: readonly { readonly where: string; readonly injection: (batchNo: number) => Injection }[] = [
  { where: "before anything is sealed", injection: (no) => ({ wrapWork: failing(no, "before-decide") }) },
  { where: "behind the keeper's journal", injection: (no) => ({ wrapWork: failing(no, "after-seal") }) },
  {
    where: "before the rejects are durable",
    injection: (no) => ({ wrapRejects: failingRejects(no, false) }),
  },
  { where: "behind the rejects", injection: (no) => ({ wrapRejects: failingRejects(no, true) }) },
  { where: "before the keys", injection: (no) => ({ wrapWork: failing(no, "before-keys") }) },
  { where: "behind the keys", injection: (no) => ({ wrapWork: failing(no, "after-keys") }) },
  { where: "inside the batch's transaction", injection: (no) => ({ wrapWork: failing(no, "in-commit") }) },
];

type Step = "before-decide" | "after-seal" | "before-keys" | "after-keys" | "in-commit";

function failing(batchNo: number, step: Step) {
  return <Draft, Indexed>(work: BatchWork<Draft, Indexed>): BatchWork<Draft, Indexed> => ({
    begin: () => work.begin(),
    decide: async (indexed, context) => {
      const failAt = (now: Step): void => {
        if (context.batchNo === batchNo && now === step) throw new Error("injected");
      };
      failAt("before-decide");
      const decided = await work.decide(indexed, context);
      return {
        seal: async () => {
          const prepared = await decided.seal();
          failAt("after-seal");
          return {
            ...prepared,
            beforeCommit: async () => {
              failAt("before-keys");
              await prepared.beforeCommit();
              failAt("after-keys");
            },
            commit: async (tx) => {
              await prepared.commit(tx);
              failAt("in-commit");
            },
          };
        },
      };
    },
  });
}

/** Commits that take long enough for a later batch to fail meanwhile. */
function committingSlowly<Draft, Indexed>(work: BatchWork<Draft, Indexed>): BatchWork<Draft, Indexed> {
  return {
    begin: () => work.begin(),
    decide: async (indexed, context) => {
      const decided = await work.decide(indexed, context);
      return {
        seal: async () => {
          const prepared = await decided.seal();
          return { ...prepared, commit: (tx) => setTimeout(300).then(() => prepared.commit(tx)) };
        },
      };
    },
  };
}

function failingRejects(batchNo: number, isAfter: boolean): NonNullable<Injection["wrapRejects"]> {
  let calls = 0;
  return (rejects) => ({
    ...rejects,
    append: async (lines) => {
      const isIt = calls++ === batchNo;
      if (isIt && !isAfter) throw new Error("injected");
      const length = await rejects.append(lines);
      if (isIt) throw new Error("injected");
      return length;
    },
  });
}

describe("an import that was stopped", () => {
  it.each(stops)("$where goes on without a double and without a loss", async ({ injection }) => {
    for (const [batchNo, from] of [
      [0, 0],
      [1, 100],
      [3, 200],
    ] as const) {
      await expectWhole("persons", personsFrom(from), injection(batchNo), {
        accepted: 12,
        known: 1,
        rejected: 1,
      });
      await expectWhole("premiums", premiumsFrom(from), injection(batchNo), {
        accepted: 13,
        known: 0,
        rejected: 1,
      });
    }
    expect(await contents()).toMatchObject({
      persons: 36,
      records: 36,
      premium_entries: 33,
      suspense_entries: 6,
    });
  });

  it("ends when nothing of it runs on: a failure does not overtake the commits of the batches ahead", async () => {
    const made = await makeImport("persons", personsFrom(0), parts);
    const slowThenFailing = <Draft, Indexed>(work: BatchWork<Draft, Indexed>) =>
      failing(4, "after-seal")(committingSlowly(work));
    await expect(made.run({ wrapWork: slowThenFailing, batchRows: 3 })).rejects.toThrow("injected");
    expect(await contents()).toMatchObject({ persons: 11 });
    expect(await made.run({ batchRows: 3 })).toMatchObject({ lines: 14, accepted: 12, resumedRows: 12 });
    await made.remove();
  });

  function personsFrom(from: number): string {
    const repeated = personLine(testPerson(from + 3));
    return `${personFile(from + 1, from + 11)}${repeated}\n,試験 無名,,,,\n${personLine(testPerson(from + 12))}\n`;
  }

  function premiumsFrom(from: number): string {
    const line = (n: number, month: string) => premiumLine(testPerson(from + n), month);
    return premiumFile(
      ...[1, 2, 3, 4].flatMap((n) => [line(n, "2024-04"), line(n, "2024-05")]),
      line(1, "2024-04"),
      premiumLine({}, "2024-06"),
      line(5, "2024-07"),
      line(6, "2024-07"),
      line(99, "2024-07"),
      line(99, "2024-08"),
    );
  }

  async function expectWhole(
    kind: "persons" | "premiums",
    text: string,
    injection: Injection,
    counts: object,
  ): Promise<void> {
    const made = await makeImport(kind, text, parts);
    await expect(made.run({ ...injection, batchRows: 3 })).rejects.toThrow("injected");
    expect(await made.run({ batchRows: 3 })).toMatchObject({ lines: 14, ...counts });
    expect((await made.rejects()).trimEnd().split("\n")).toHaveLength(2);
    expect(await made.run()).toMatchObject({ accepted: 0 });
    await made.remove();
  }
});
