/** Checks of the servers and of the rights on them: a commit is durable, and nobody may more than `db/grants.sql` says. */
import type { DatabaseName, Reader } from "../db/database.ts";
import { grantsOf } from "../db/migrate.ts";
import type { Findings } from "./report.ts";
import * as store from "./store.ts";

/** Values under which what was committed survives a loss of power. Source: PostgreSQL 18, section 19.5.1. */
const durableSettings: Readonly<Record<string, readonly string[]>> = {
  fsync: ["on"],
  full_page_writes: ["on"],
  synchronous_commit: ["on", "local", "remote_write", "remote_apply"],
  data_checksums: ["on"],
};

const roles = ["kura_custodian", "kura_auditor"] as const;

export async function checkServer(database: DatabaseName, reader: Reader, findings: Findings): Promise<void> {
  const found = await store.listSettings(reader, Object.keys(durableSettings));
  for (const [name, durable] of Object.entries(durableSettings)) {
    const settings = found.filter((row) => row.name === name).map((row) => row.setting);
    for (const setting of settings.length === 0 ? ["unknown"] : settings) {
      if (!durable.includes(setting))
        findings.add("setting-not-durable", `${database}: ${name} = ${setting}`);
    }
  }
}

export async function checkGrants(database: DatabaseName, reader: Reader, findings: Findings): Promise<void> {
  const actual = new Set((await store.listRights(reader, roles)).map(nameOf));
  const granted = parseGrants(await grantsOf(database), await store.listTables(reader));
  const expected = new Set(granted.map(nameOf));
  const report = (rights: ReadonlySet<string>, without: ReadonlySet<string>, what: string): void => {
    for (const right of rights) {
      if (!without.has(right)) findings.add("grants-differ", `${database}: ${what}: ${right}`);
    }
  };
  report(actual, expected, "too much");
  report(expected, actual, "missing");
}

function nameOf({ role, privilege, table, column }: store.Right): string {
  return `${role} ${privilege} ${table}${column === null ? "" : `.${column}`}`;
}

/** The rights that the page grants on tables. It is ours and has four forms of statement; anything else is a defect. */
export function parseGrants(page: string, tables: readonly string[]): store.Right[] {
  const statements = page
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .map((text) => text.trim().replaceAll(/\s+/g, " "))
    .filter((text) => text !== "" && !text.startsWith("grant usage on schema "));
  return statements.flatMap((statement) => {
    const match = /^grant (.+) on (all tables in schema public|\w+) to ([\w, ]+)$/.exec(statement);
    if (match === null) throw new TypeError("db/grants.sql has a statement that the audit cannot read");
    const [, privileges = "", where = "", grantees = ""] = match;
    const named = where.startsWith("all tables") ? tables : [where];
    return grantees
      .split(", ")
      .flatMap((role) =>
        named.flatMap((table) => parsePrivileges(privileges).map((p) => ({ role, table, ...p }))),
      );
  });
}

/** `select, insert` or `select (a, b)`. */
function parsePrivileges(text: string): { privilege: string; column: string | null }[] {
  const columns = /^(\w+) \(([\w, ]+)\)$/.exec(text);
  if (columns === null) return text.split(", ").map((privilege) => ({ privilege, column: null }));
  return (columns[2] ?? "").split(", ").map((column) => ({ privilege: columns[1] ?? "", column }));
}
