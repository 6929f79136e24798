/**
 * Brings both databases to the schema of this release: numbered SQL files, forward only, each applied once.
 *
 * A file that was applied is never edited: its digest is kept beside its number and a difference refuses to go on.
 * GRANTs are applied anew each time from `db/grants.sql`, so that the page always says what is true.
 */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "@kura/kernel/fault.ts";
import { connect, connectMaintenance, databaseName } from "./database.ts";
import type { Database, DatabaseName, DatabaseTarget, Tx } from "./database.ts";
import * as store from "./store.ts";

const folder = new URL("../../db/", import.meta.url);
const databaseNames: readonly DatabaseName[] = ["register", "keys"];
const oldestServer = 150_000;
/** How long a migration under way elsewhere is waited for, and how often it is asked after. */
const lockTimeoutMs = 600_000;
const lockPauseMs = 50;

/**
 * Creates what is missing (databases on the embedded server, roles, tables) and returns how many files were applied.
 *
 * @throws {Fault} `schema-changed` when an applied file differs from its former self, `schema-newer` when the database
 * was made by a later release, `postgres-too-old` below version 15, `migration-running` when another does not come to an end.
 */
export async function migrate(target: DatabaseTarget): Promise<number> {
  if (target.kind === "socket") await createDatabases(target);
  let appliedCount = 0;
  for (const name of databaseNames) appliedCount += await migrateOne(target, name);
  return appliedCount;
}

async function createDatabases(target: DatabaseTarget & { readonly kind: "socket" }): Promise<void> {
  const maintenance = connectMaintenance(target);
  try {
    for (const name of databaseNames.map((database) => databaseName(target, database))) {
      if (!(await store.findDatabase(maintenance, name))) await store.createDatabase(maintenance, name);
    }
  } finally {
    await maintenance.close();
  }
}

async function migrateOne(target: DatabaseTarget, name: DatabaseName): Promise<number> {
  // One connection holds the lock, the other works: what the lock waited for is seen only by a transaction begun after it.
  const database = connect(target, name, "owner", 2);
  try {
    if ((await store.getServerVersion(database)) < oldestServer) {
      throw new Fault("postgres-too-old", "Kura needs PostgreSQL 15 or newer");
    }
    for (let waitedMs = 0; waitedMs < lockTimeoutMs; waitedMs += lockPauseMs) {
      const appliedCount = await database.withLock(store.migrationLock, () => migrateAlone(database, name));
      if (appliedCount !== undefined) return appliedCount;
      await sleep(lockPauseMs);
    }
    throw new Fault("migration-running", "another process is bringing this database up to date");
  } finally {
    await database.close();
  }
}

async function migrateAlone(database: Database, name: DatabaseName): Promise<number> {
  return database.transact(async (tx) => {
    for (const role of ["kura_custodian", "kura_auditor"]) await store.createRole(tx, role);
    const appliedCount = await applyFiles(tx, name);
    await store.applyGrants(tx, await grantsOf(name));
    return appliedCount;
  });
}

async function applyFiles(tx: Tx, database: DatabaseName): Promise<number> {
  const dir = new URL(`${database}/`, folder);
  const names = (await readdir(dir)).filter((name) => name.endsWith(".sql")).sort();
  const known = await store.listMigrations(tx);
  if (known.length > names.length) {
    throw new Fault("schema-newer", "the database was made by a later release of Kura");
  }
  for (const [index, name] of names.entries()) {
    const text = await readFile(new URL(name, dir), "utf8");
    const digest = createHash("sha256").update(text).digest("hex");
    const former = known[index];
    if (former === undefined) await store.applyMigration(tx, index + 1, name, digest, text);
    else if (former.name !== name || former.digest !== digest) {
      throw new Fault("schema-changed", `migration ${name} differs from the one that was applied`);
    }
  }
  return names.length - known.length;
}

/** The part of `db/grants.sql` behind `-- database: NAME`. */
export async function grantsOf(database: DatabaseName): Promise<string> {
  const page = await readFile(new URL("grants.sql", folder), "utf8");
  const parts = page.split(/^-- database: (\w+)$/m);
  return parts[parts.indexOf(database) + 1] ?? "";
}
