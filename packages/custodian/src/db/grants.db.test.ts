import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import type { DatabaseName, Databases } from "./database.ts";
import { sqlText } from "./sql.ts";

/** What each role may, table by table; a second writing of db/grants.sql, by hand, so that a slip in one shows. */
const registerTables = [
  "sources",
  "source_batches",
  "sources_finished",
  "person_moves",
  "person_no_blocks",
  "persons",
  "records",
  "record_batches",
  "person_tokens",
  "premium_entries",
  "known_premium_lines",
  "premium_batches",
  "suspense_owners",
  "suspense_tokens",
  "suspense_entries",
  "known_suspense_lines",
  "suspense_settlements",
  "premium_returns",
  "erasures",
  "case_events",
  "policy_sets",
  "refused_orders",
  "journal_events",
  "disclosures",
  "sessions",
  "session_ends",
  "roster_proposals",
  "roster_signatures",
  "match_features",
  "match_probes",
  "match_pairs",
  "match_runs",
  "match_runs_finished",
  "match_run_steps",
  "match_run_cancels",
  "match_outcomes",
  "match_candidates",
  "match_events",
  "queued_jobs",
  "queued_job_events",
  "extracts",
  "extract_parts",
  "screens",
  "screen_parts",
  "screen_orders",
  "screen_results",
  "extract_chunks",
  "extract_honey",
  "extract_files",
  "worklists",
  "worklist_lots",
  "worklist_events",
  "letters",
  "letter_persons",
  "letter_uses",
  "exposure_segments",
  "exposure_sets",
  "exposure_extracts",
  "exposure_releases",
  "exposure_payers",
  "incidents",
  "incident_closings",
  "evidence",
  "evidence_withdrawals",
  "revisions",
  "revision_classes",
  "revision_approvals",
  "revision_uses",
  "answers_given",
  "held_changes",
  "held_changes_proved",
  "incident_proposals",
  "reissues",
  "number_reissues",
  "incident_measures",
  "incident_measures_done",
];
const truncatable = new Set(["match_features", "match_probes", "match_pairs"]);
const deletable = new Set(["person_tokens", "suspense_tokens", "extract_chunks", "person_keys"]);

let test: TestDatabases;
beforeAll(async () => {
  test = await openTestDatabases();
});
afterAll(() => test.drop());

type Act = "select" | "insert" | "update" | "delete" | "truncate" | "drop" | "alter";
const acts: readonly Act[] = ["select", "insert", "update", "delete", "truncate", "drop", "alter"];

function mayCustodian(table: string, act: Act): boolean {
  if (table === "migrations") return false;
  if (act === "select" || act === "insert") return true;
  if (act === "truncate") return truncatable.has(table);
  return act === "delete" ? deletable.has(table) : act === "update" && table === "person_keys";
}

function mayAuditor(database: DatabaseName, act: Act): boolean {
  return database === "register" && act === "select";
}

async function firstColumn(database: DatabaseName, table: string): Promise<string> {
  const row = await test.owner[database].get<{ name: string }>(
    sqlText(`select attname as name from pg_attribute where attrelid = '${table}'::regclass and attnum = 1`),
  );
  return row.name;
}

async function statementOf(database: DatabaseName, table: string, act: Act): Promise<string> {
  const column = await firstColumn(database, table);
  const statements: Readonly<Record<Act, string>> = {
    select: `select * from ${table}`,
    // Of no row: the right is checked all the same.
    insert: `insert into ${table} select (null::${table}).* where false`,
    update: `update ${table} set ${column} = ${column} where false`,
    delete: `delete from ${table} where false`,
    truncate: `truncate ${table}`,
    drop: `drop table ${table}`,
    alter: `alter table ${table} add column slipped_in text`,
  };
  return statements[act];
}

/** Whether the role may; always rolled back. */
async function isAllowed(databases: Databases, database: DatabaseName, statement: string): Promise<boolean> {
  const rolledBack = new Error("rolled back");
  const outcome: unknown = await databases[database]
    .transact(async (tx) => {
      await tx.run(sqlText(statement));
      throw rolledBack;
    })
    .catch((thrown: unknown) => thrown);
  if (outcome === rolledBack) return true;
  expect(outcome).toMatchObject({ code: "sql-42501" });
  return false;
}

const places = [
  ...[...registerTables, "migrations"].map((table) => ({ database: "register" as const, table })),
  ...["person_keys", "migrations"].map((table) => ({ database: "keys" as const, table })),
];

describe("every statement that is not granted is refused", () => {
  it.each(places)("on $table of $database", async ({ database, table }) => {
    for (const act of acts) {
      const statement = await statementOf(database, table, act);
      const may = {
        custodian: await isAllowed(test.custodian, database, statement),
        auditor: await isAllowed(test.auditor, database, statement),
      };
      expect({ act, ...may }).toEqual({
        act,
        custodian: mayCustodian(table, act),
        auditor: mayAuditor(database, act),
      });
    }
  });

  it("and every table is on the list", async () => {
    for (const [database, tables] of [
      ["register", [...registerTables, "migrations"]],
      ["keys", ["migrations", "person_keys"]],
    ] as const) {
      const rows = await test.owner[database].list<{ name: string }>(
        sqlText("select tablename::text as name from pg_tables where schemaname = 'public'"),
      );
      expect(rows.map(({ name }) => name).toSorted()).toEqual(tables.toSorted());
    }
  });

  it("also when a role tries to give itself the right", async () => {
    // PostgreSQL only warns that nothing was granted.
    const statement =
      "grant update on premium_entries to kura_custodian; update premium_entries set kind = 1";
    expect(await isAllowed(test.custodian, "register", statement)).toBe(false);
  });

  it("on the wrapped keys, which the auditor may count and never read", async () => {
    expect(await isAllowed(test.auditor, "keys", "select person_key, kek_version from person_keys")).toBe(
      true,
    );
    expect(await isAllowed(test.auditor, "keys", "select wrapped from person_keys")).toBe(false);
  });

  it.each([
    "create table of_mine (x integer)",
    "create schema of_mine",
    "create role of_mine",
    "set role kura_owner_of_nothing",
    "copy records to program 'cat'",
    "select pg_read_file('postgresql.conf')",
    "alter role kura_custodian superuser",
  ])("for both roles: %s", async (statement) => {
    for (const databases of [test.custodian, test.auditor]) {
      await expect(
        databases.register.transact(async (tx) => {
          await tx.run(sqlText(statement));
        }),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^sql-(42501|22023|0P000|0LP01)$/) as string });
    }
  });
});
