/** SQL of the databases themselves: making them, their roles, and what was migrated. Called by `migrate.ts` only. */
import { Fault } from "@kura/kernel/fault.ts";
import type { Database, Reader, Tx } from "./database.ts";
import { sql, sqlText } from "./sql.ts";

/** One migrator at a time; any number that no other program on the database is likely to lock. */
export const migrationLock = 7_503_201_515n;

export interface AppliedMigration {
  readonly name: string;
  readonly digest: string;
}

export async function findDatabase(reader: Reader, name: string): Promise<boolean> {
  return (await reader.find(sql`select 1 as one from pg_database where datname = ${name}`)) !== undefined;
}

/** `create database` takes no parameter and no transaction; `name` is one of ours. */
export async function createDatabase(maintenance: Database, name: string): Promise<void> {
  await maintenance.list(sqlText(`create database ${name}`));
}

/** As in `server_version_num`: 180004 for 18.4. */
export async function getServerVersion(reader: Reader): Promise<number> {
  const row = await reader.get<{ version: string }>(
    sql`select current_setting('server_version_num') as version`,
  );
  return Number(row.version);
}

/**
 * Roles belong to the server, not to a database; the owner is made a member so that it may take them on.
 *
 * Two registers on one server may migrate at once: a role that the other made meanwhile is taken as it is, and a
 * membership that exists is not written again (two writers of one catalogue row would fail).
 *
 * @throws {Fault} `role-not-granted` when the role is another's to grant (since version 16, whoever created it).
 */
export async function createRole(tx: Tx, role: string): Promise<void> {
  const found = await tx.find(sql`select 1 as one from pg_roles where rolname = ${role}`);
  if (found === undefined) {
    await tx.run(
      sqlText(
        `do $$ begin create role ${role} login;
         exception when duplicate_object or unique_violation then null; end $$`,
      ),
    );
  }
  // Since version 16 a membership may be without the right to take the role on; before, every membership has it.
  const { may_set: maySet } = await tx.get<{ may_set: boolean }>(sql`
    select pg_has_role(current_user, ${role}::name,
             case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end) as may_set`);
  if (maySet) return;
  await tx.run(sqlText(`grant ${role} to current_user`)).catch((cause: unknown) => {
    throw new Fault(
      "role-not-granted",
      `the database's owner needs: grant ${role} to (the user of the URL)`,
      { cause },
    );
  });
}

export async function listMigrations(tx: Tx): Promise<AppliedMigration[]> {
  await tx.run(sql`
    create table if not exists migrations (
      number integer primary key,
      name text not null,
      digest text not null,
      applied_at timestamptz not null default now()
    )`);
  return tx.list<AppliedMigration>(sql`select name, digest from migrations order by number`);
}

export async function applyMigration(
  tx: Tx,
  number: number,
  name: string,
  digest: string,
  text: string,
): Promise<void> {
  await tx.run(sqlText(text));
  await tx.run(sql`insert into migrations (number, name, digest) values (${number}, ${name}, ${digest})`);
}

export async function applyGrants(tx: Tx, statements: string): Promise<void> {
  await tx.run(sql`revoke all on all tables in schema public from kura_custodian, kura_auditor, public`);
  await tx.run(sqlText(statements));
}
