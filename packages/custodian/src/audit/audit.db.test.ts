import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { importText } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import { personFile, premiumFile, premiumLine, testPerson } from "../../test/people.ts";
import type { Database } from "../db/database.ts";
import { sqlText } from "../db/sql.ts";
import { parseUuid, uuidMaker } from "../db/uuid.ts";
import { correct } from "../premiums/correct.ts";
import { postFromSuspense } from "../premiums/post-from-suspense.ts";
import { returnPremium } from "../premiums/return-premium.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { runAudit } from "./audit.ts";
import { renderAudit, renderAuditJson } from "./render-audit.ts";
import type { AuditReport, FindingCode } from "./report.ts";

let keeper: TestKeeper;
let test: TestDatabases;

beforeAll(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  const parts = { databases: test.custodian, keeper: keeper.client };
  await importText("persons", personFile(1, 12), parts, { batchRows: 5 });
  const unknown = testPerson(90);
  const lines = [1, 2, 3].flatMap((n) =>
    ["2024-04", "2024-05"].map((month) => premiumLine(testPerson(n), month, 16_980, `R-${n}-${month}`)),
  );
  const orphans = ["2024-04", "2024-05", "2024-06"].map((month) => premiumLine(unknown, month));
  await importText("premiums", premiumFile(...lines, ...orphans), parts, { batchRows: 4 });
  await importText("premiums", premiumFile(...lines.slice(0, 3)), parts);
  await moveMoney(test.custodian.register);
});
afterAll(async () => {
  await test.drop();
  await keeper.stop();
});

const makeId = uuidMaker();
const stamp = () => ({ operationId: makeId(), reason: "a test", atMs: Date.now(), noter: keeper.client });

async function moveMoney(register: Database): Promise<void> {
  const [first, second] = await keysOf("select person_key::text as key from persons order by person_no");
  const [ownerKey] = await keysOf("select owner_key::text as key from suspense_owners");
  if (first === undefined || second === undefined || ownerKey === undefined) throw new Error("no fixture");
  const thisMonth = "2026-04" as CivilMonth;
  expect(await correct(register, { personKey: first, entryNo: 1, thisMonth }, stamp())).toMatchObject({
    kind: "corrected",
  });
  expect(
    await returnPremium(register, { from: "person", personKey: first, entryNo: 2 }, stamp()),
  ).toMatchObject({
    kind: "returned",
  });
  expect(
    await postFromSuspense(register, { ownerKey, personKey: second, entryNos: [1] }, stamp()),
  ).toMatchObject({
    kind: "posted",
  });
  expect(await returnPremium(register, { from: "suspense", ownerKey, entryNo: 2 }, stamp())).toMatchObject({
    kind: "returned",
  });
}

async function keysOf(statement: string): Promise<Uint8Array[]> {
  const rows = await test.auditor.register.list<{ key: string }>(sqlText(statement));
  return rows.map(({ key }) => parseUuid(key));
}

const audit = (): Promise<AuditReport> => runAudit(test.auditor, () => keeper.client.status());

describe("an audit of what was done by the rules", () => {
  it("finds nothing, and everything adds up", async () => {
    const report = await audit();
    expect(report.findings).toEqual([]);
    expect(report.isWhole).toBe(true);
    expect(report.counted).toMatchObject({
      persons: 12,
      records: 12,
      owners: 1,
      keys: 13,
      entries: 12,
      sources: 7,
    });
    expect(report.total).toEqual({
      received: { count: 8n, yen: 8n * 16_980n },
      posted: { count: 5n, yen: 5n * 16_980n },
      suspense: { count: 1n, yen: 16_980n },
      returned: { count: 2n, yen: 2n * 16_980n },
    });
    expect(report.perPremiumKind).toEqual([
      {
        kind: "paid",
        posted: report.total.posted,
        suspense: report.total.suspense,
        returned: report.total.returned,
      },
    ]);
  });

  it("is shown without a name, a number or a birth date", async () => {
    const report = await audit();
    const text = renderAudit(report) + renderAuditJson(report);
    expect(text).toContain("received = posted + suspense + returned");
    expect(text).not.toMatch(/試験|シケン|9999|1950/u);
  });
});

/** What somebody with the owner's rights could do, and what the audit calls it. Each is undone by the second statement. */
const tamperings: readonly {
  readonly what: string;
  readonly database?: "keys";
  readonly statement: string;
  readonly undo: string;
  readonly codes: readonly FindingCode[];
}[] = [
  {
    what: "an amount changed",
    statement:
      "update premium_entries set amount_yen = amount_yen + 1 where entry_no = 1 and reverses_entry_no is null",
    undo: "update premium_entries set amount_yen = amount_yen - 1 where entry_no = 1 and reverses_entry_no is null",
    codes: ["not-conserved", "chain-broken", "reversal-without-entry"],
  },
  {
    what: "two amounts changed so that the sum stays",
    statement: `update premium_entries set amount_yen = amount_yen + case when entry_no = 1 then 5 else -5 end
      where person_key = (select person_key from persons where person_no = 3) and entry_no in (1, 2)`,
    undo: `update premium_entries set amount_yen = amount_yen - case when entry_no = 1 then 5 else -5 end
      where person_key = (select person_key from persons where person_no = 3) and entry_no in (1, 2)`,
    codes: ["chain-broken"],
  },
  {
    what: "the last entry cut off",
    statement: `create table kept as select * from premium_entries
      where (person_key, entry_no) = (select person_key, max(entry_no) from premium_entries
        where person_key = (select person_key from persons where person_no = 3) group by 1);
      delete from premium_entries where (person_key, entry_no) in (select person_key, entry_no from kept)`,
    undo: "insert into premium_entries select * from kept; drop table kept",
    codes: ["not-conserved", "lines-without-rows", "grants-differ"],
  },
  {
    what: "an entry moved to another person",
    statement: `update premium_entries set person_key = '00000000-0000-7000-8000-000000000001'
      where person_key = (select person_key from persons where person_no = 3) and entry_no = 2`,
    undo: `update premium_entries set person_key = (select person_key from persons where person_no = 3)
      where person_key = '00000000-0000-7000-8000-000000000001'`,
    codes: ["chain-broken", "ledger-of-nobody"],
  },
  {
    what: "an entry of a scheme that does not exist",
    statement: "update suspense_entries set scheme = 99 where entry_no = 3",
    undo: "update suspense_entries set scheme = 1 where entry_no = 3",
    codes: ["entry-without-meaning"],
  },
  {
    what: "the counts of a batch changed",
    statement: "update source_batches set received_yen = received_yen + 1 where received_yen > 0",
    undo: "update source_batches set received_yen = received_yen - 1 where received_yen > 0",
    codes: ["not-conserved"],
  },
  {
    what: "a batch numbered otherwise",
    statement: "update source_batches set batch_no = 9 where batch_no = 1",
    undo: "update source_batches set batch_no = 1 where batch_no = 9",
    codes: ["lines-do-not-add-up"],
  },
  {
    what: "a rejected line hidden",
    statement: "update source_batches set rejected = rejected + 1 where batch_no = 2",
    undo: "update source_batches set rejected = rejected - 1 where batch_no = 2",
    codes: ["lines-do-not-add-up"],
  },
  {
    what: "a source taken out",
    statement:
      "update sources_finished set source_id = '00000000-0000-7000-8000-000000000001' where lines = 12",
    undo: "update sources_finished set source_id = (select source_id from sources where kind = 'persons-file') where lines = 12",
    codes: ["finished-otherwise", "source-unfinished"],
  },
  {
    what: "an operation without its source",
    statement: `update sources set source_id = '00000000-0000-7000-8000-000000000001' where kind = 'correction'`,
    undo: `update sources set source_id = (select f.source_id from sources_finished f
      where not exists (select 1 from sources s where s.source_id = f.source_id)) where kind = 'correction'`,
    codes: ["source-missing", "finished-otherwise"],
  },
  {
    what: "money made inside the ledger",
    statement: `update source_batches set received_count = 1, received_yen = 16980
      where source_id = (select source_id from sources where kind = 'suspense-posting')`,
    undo: `update source_batches set received_count = 0, received_yen = 0
      where source_id = (select source_id from sources where kind = 'suspense-posting')`,
    codes: ["not-conserved", "received-without-file"],
  },
  {
    what: "a settlement that says it went to another entry",
    statement: "update suspense_settlements set person_entry_no = 1 where outcome = 'posted'",
    undo: "update suspense_settlements set person_entry_no = 3 where outcome = 'posted'",
    codes: ["settlement-unmatched"],
  },
  {
    what: "a return without its entry",
    statement: "update premium_returns set entry_no = entry_no + 100",
    undo: "update premium_returns set entry_no = entry_no - 100",
    codes: ["not-conserved", "return-unmatched"],
  },
  {
    what: "a known line that repeats nothing",
    statement: "update known_premium_lines set entry_no = entry_no + 100",
    undo: "update known_premium_lines set entry_no = entry_no - 100",
    codes: ["known-line-unmatched"],
  },
  {
    what: "a record numbered otherwise",
    statement: "update records set record_no = 1 where source_line = 2",
    undo: "update records set record_no = 0 where source_line = 2",
    codes: ["record-numbers"],
  },
  {
    what: "a record given to nobody",
    statement: "update records set person_key = '00000000-0000-7000-8000-000000000001' where source_line = 2",
    undo: "update records set person_key = (select person_key from persons where person_no = 1) where source_line = 2",
    codes: ["record-numbers", "record-of-nobody"],
  },
  {
    what: "a person's number changed",
    statement: "update persons set person_no = 99 where person_no = 12",
    undo: "update persons set person_no = 12 where person_no = 99",
    codes: ["person-numbers"],
  },
  {
    what: "two persons with one number",
    statement: "update persons set person_no = 11 where person_no = 12",
    undo: "update persons set person_no = 12 where person_key = (select max(person_key::text)::uuid from persons where person_no = 11)",
    codes: ["person-numbers"],
  },
  {
    what: "a person who cannot be searched for",
    statement: `create temporary table ignored (x integer);
      update person_tokens set person_key = '00000000-0000-7000-8000-000000000001'
      where person_key = (select person_key from persons where person_no = 3)`,
    undo: `update person_tokens set person_key = (select person_key from persons where person_no = 3)
      where person_key = '00000000-0000-7000-8000-000000000001'`,
    codes: ["token-of-nobody", "person-not-findable"],
  },
  {
    what: "a key taken away",
    database: "keys",
    statement: `create table kept as select * from person_keys order by person_key limit 1;
      delete from person_keys where person_key in (select person_key from kept)`,
    undo: "insert into person_keys select * from kept; drop table kept",
    codes: ["key-missing"],
  },
  {
    what: "a key of a version that the keeper never made",
    database: "keys",
    statement: "update person_keys set kek_version = 7",
    undo: "update person_keys set kek_version = 1",
    codes: ["key-version-unknown"],
  },
  {
    what: "a look that no event of the journal tells of",
    statement: `insert into disclosures values ('00000000-0000-7000-8000-000000000001', 1, 1, 'opened', '\\x00', now(),
      'nobody', 'nowhere', '\\x00', 1, 'none', 'none', 'none', '{1}')`,
    undo: "delete from disclosures where actor = 'nobody'",
    codes: ["journal-copy-differs"],
  },
  {
    what: "a right that the page does not give",
    statement: "grant update on premium_entries to kura_custodian",
    undo: "revoke update on premium_entries from kura_custodian",
    codes: ["grants-differ"],
  },
  {
    what: "a right on one column",
    database: "keys",
    statement: "grant select (wrapped) on person_keys to kura_auditor",
    undo: "revoke select (wrapped) on person_keys from kura_auditor",
    codes: ["grants-differ"],
  },
  {
    what: "an erasure that the keeper does not know of",
    statement: "insert into erasures select person_key, 'x', now() from persons where person_no = 12",
    undo: "delete from erasures",
    codes: ["key-of-erased", "token-of-erased", "erasures-forgotten"],
  },
];

describe("an audit finds", () => {
  const change = (statement: string, database: "register" | "keys" = "register"): Promise<void> =>
    test.owner[database].transact(async (tx) => {
      for (const one of statement.split(";")) await tx.run(sqlText(one));
    });

  it.each(tamperings)("$what", async ({ database, statement, undo, codes }) => {
    await change(statement, database);
    const report = await audit();
    await change(undo, database);
    expect(report.findings.map(({ code }) => code).toSorted()).toEqual(codes.toSorted());
    expect(report.isWhole).toBe(false);
    expect((await audit()).findings).toEqual([]);
  });

  it("keys of nobody, and calls them left over", async () => {
    await change(
      "insert into person_keys select '00000000-0000-7000-8000-000000000001', wrapped, kek_version from person_keys limit 1",
      "keys",
    );
    const report = await audit();
    await change("delete from person_keys where person_key = '00000000-0000-7000-8000-000000000001'", "keys");
    expect(report.findings).toEqual([
      {
        code: "key-leftover",
        gravity: "leftover",
        count: 1,
        examples: ["00000000-0000-7000-8000-000000000001"],
      },
    ]);
    expect(report.isWhole).toBe(true);
  });

  it("a keeper that cannot write its journal, or met ciphertext that did not open", async () => {
    const report = await runAudit(test.auditor, async () => ({
      ...(await keeper.client.status()),
      journalWritable: false,
      unopenedCalls: 2,
    }));
    expect(report.findings.map(({ code, count }) => [code, count])).toEqual([
      ["journal-unwritable", 1],
      ["ciphertext-refused", 2],
    ]);
  });

  it("a server on which what the custodian commits can be lost", async () => {
    const { name } = await test.owner.register.get<{ name: string }>(
      sqlText("select current_database() as name"),
    );
    await change(`alter role kura_custodian in database ${name} set synchronous_commit = off`);
    const report = await audit();
    await change(`alter role kura_custodian in database ${name} reset synchronous_commit`);
    expect(report.findings).toMatchObject([
      { code: "setting-not-durable", count: 1, examples: ["register: synchronous_commit = off"] },
    ]);
  });
});
