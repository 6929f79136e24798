import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEmptyDatabases, openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { closeBoth, connectBoth } from "./database.ts";
import { migrate } from "./migrate.ts";
import { sql } from "./sql.ts";

let test: TestDatabases;
/** Files of this release, both databases together. */
let fileCount: number;
let registerCount: number;
beforeAll(async () => {
  test = await openTestDatabases();
  registerCount = await countFiles("register");
  fileCount = registerCount + (await countFiles("keys"));
});
afterAll(() => test.drop());

async function countFiles(database: string): Promise<number> {
  return (await readdir(new URL(`../../db/${database}/`, import.meta.url))).length;
}

describe("migrations", () => {
  it("create both databases once, and do nothing when run again", async () => {
    const { target, drop } = await makeEmptyDatabases();
    expect(await migrate(target)).toBe(fileCount);
    expect(await migrate(target)).toBe(0);
    await drop();
  });

  it("of two registers on one server can run at the same time", async () => {
    const made = await Promise.all([1, 2, 3].map(() => makeEmptyDatabases()));
    expect(await Promise.all(made.map(({ target }) => migrate(target)))).toEqual([
      fileCount,
      fileCount,
      fileCount,
    ]);
    await Promise.all(made.map(({ drop }) => drop()));
  });

  it("run at the same time on one database are applied once", async () => {
    const { target, drop } = await makeEmptyDatabases();
    const counts = await Promise.all([migrate(target), migrate(target)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(fileCount);
    await drop();
  });

  it("are refused when an applied file differs from its former self", async () => {
    await test.owner.register.transact(async (tx) => {
      await tx.run(sql`update migrations set digest = 'another'`);
    });
    await expect(migrate(test.target)).rejects.toMatchObject({ code: "schema-changed" });
  });

  it("are refused when the database is of a later release", async () => {
    const { target, drop } = await makeEmptyDatabases();
    await migrate(target);
    const owner = connectBoth(target, "owner", 1);
    await owner.register.transact(async (tx) => {
      await tx.run(sql`
        insert into migrations (number, name, digest) values (${registerCount + 1}, '9999-later.sql', 'x')`);
    });
    await closeBoth(owner);
    await expect(migrate(target)).rejects.toMatchObject({ code: "schema-newer" });
    await drop();
  });
});

describe("connections", () => {
  it("act in the role of their process", async () => {
    for (const role of ["kura_custodian", "kura_auditor"] as const) {
      const databases = connectBoth(test.target, role, 1);
      for (const database of [databases.register, databases.keys]) {
        const { role: actual } = await database.get<{ role: string }>(sql`select current_user::text as role`);
        expect(actual).toBe(role);
      }
      await closeBoth(databases);
    }
  });
});
