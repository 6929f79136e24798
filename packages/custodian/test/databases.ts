/**
 * A migrated pair of databases for one test file, on the run's real server (see `global-setup.ts`).
 *
 * Names are random, so that test files run beside each other; what was made on a server of one's own is dropped at the end.
 */
import { randomBytes } from "node:crypto";
import { connect as connectSocket } from "node:net";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import { closeBoth, connect, connectBoth, connectMaintenance, targetOfUrls } from "../src/db/database.ts";
import type { Database, Databases, DatabaseTarget, Role } from "../src/db/database.ts";
import { migrate } from "../src/db/migrate.ts";
import { sqlText } from "../src/db/sql.ts";
import type { TestServer } from "./global-setup.ts";

export interface TestDatabases {
  readonly target: DatabaseTarget;
  /** In the role of the custodian. */
  readonly custodian: Databases;
  readonly auditor: Databases;
  /** May do anything: for tampering. */
  readonly owner: Databases;
  /** Closes everything and drops the databases. */
  drop(): Promise<void>;
}

/** Two new databases with the schema of this release. */
export async function openTestDatabases(): Promise<TestDatabases> {
  const made = await makeEmptyDatabases();
  await migrate(made.target);
  const as = (role: Role): Databases => connectBoth(made.target, role, 6);
  const pools = [as("kura_custodian"), as("kura_auditor"), as("owner")] as const;
  const [custodian, auditor, owner] = pools;
  return {
    target: made.target,
    custodian,
    auditor,
    owner,
    drop: async () => {
      await Promise.all(pools.map(closeBoth));
      await made.drop();
    },
  };
}

/** Two databases that exist on the server, without any schema. */
export async function makeEmptyDatabases(): Promise<{ target: DatabaseTarget; drop: () => Promise<void> }> {
  const server = await findServer();
  const baseName = `kura_test_${randomBytes(6).toString("hex")}`;
  const names = [baseName, `${baseName}_keys`];
  const maintain = async (statement: (name: string) => string): Promise<void> => {
    const maintenance = maintenanceOf(server);
    for (const name of names) await maintenance.list(sqlText(statement(name)));
    await maintenance.close();
  };
  await maintain((name) => `create database ${name}`);
  return {
    target: targetOf(server, baseName),
    // The run's own server is removed whole; dropping there would only make it write a checkpoint for each.
    drop: async () => {
      if (server.kind === "url") await maintain((name) => `drop database ${name} with (force)`);
    },
  };
}

async function findServer(): Promise<TestServer> {
  const answer = JSON.parse(await text(connectSocket(inject("testServerSocket")))) as
    | TestServer
    | { readonly kind: "failed"; readonly reason: string };
  if (answer.kind === "failed") throw new Error(`no server to test on: ${answer.reason}`);
  return answer;
}

function maintenanceOf(server: TestServer): Database {
  if (server.kind === "embedded") return connectMaintenance(server.target);
  return connect({ kind: "urls", register: server.url, keys: server.url }, "register", "owner", 1);
}

function targetOf(server: TestServer, baseName: string): DatabaseTarget {
  if (server.kind === "embedded") return { ...server.target, baseName };
  const url = new URL(server.url);
  url.pathname = `/${baseName}`;
  return targetOfUrls(url.href, undefined);
}
