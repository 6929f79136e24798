import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import type { GatheredRead, KeyedRow } from "./gathered-reads.ts";
import { sql } from "./sql.ts";

let opened: TestDatabases;

beforeAll(async () => {
  opened = await openTestDatabases();
});
afterAll(() => opened.drop());

interface Answer extends KeyedRow {
  readonly backend: number;
}

const readOf = (name: string): GatheredRead => ({
  name,
  query: (keys) => sql`select unnest(${keys}::text[]) as key, pg_backend_pid() as backend`,
});
const failing: GatheredRead = {
  name: "failing",
  query: (keys) => sql`select unnest(${keys}::text[]) as key, 1 / length('') as backend`,
};
const backendOf = async (name: string, key: string): Promise<number> => {
  const rows = await opened.custodian.register.gather<Answer>(readOf(name), [key]);
  return rows.get(key)?.[0]?.backend ?? fail();
};
const fail = (): never => {
  throw new Error("no row");
};

describe("gathered reads on their own connection", () => {
  it("share it, each with its own rows, however many statements are asked for at once", async () => {
    const names = Array.from({ length: 30 }, (_, i) => `read-${i % 3}`);
    const backends = await Promise.all(names.map((name, i) => backendOf(name, `key-${i}`)));
    expect(new Set(backends).size).toBe(1);
  });

  it("do not fail because the statement before them did", async () => {
    const { register } = opened.custodian;
    const [bad, good] = await Promise.allSettled([register.gather(failing, ["a"]), backendOf("read-0", "b")]);
    expect(bad).toMatchObject({ status: "rejected", reason: { code: "sql-22012" } });
    expect(good.status).toBe("fulfilled");
  });

  it("go on over another connection when theirs was lost, idle or not", async () => {
    const before = await backendOf("read-0", "a");
    await opened.owner.register.list(sql`select pg_terminate_backend(${before}, 5000)`);
    await expect.poll(() => backendOf("read-0", "a").catch(() => before)).not.toBe(before);
  });
});
