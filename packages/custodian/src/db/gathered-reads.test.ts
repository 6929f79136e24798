import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gatherLimits, GatheredReads, type KeyedRow } from "./gathered-reads.ts";
import { type Query, sql } from "./sql.ts";

/** A table whose rows are the answer's number, and reads that end when the test says so. */
class Table {
  readonly asked: string[][] = [];
  readonly #ends: ((rows: KeyedRow[] | Error) => void)[] = [];
  version = 1;

  readonly reads = new GatheredReads(
    (query: Query) =>
      new Promise((resolve, reject) => {
        const [keys] = query.values as [string[]];
        this.asked.push(keys);
        const rows = keys.map((key) => ({ key, version: this.version }));
        this.#ends.push((end) => (end instanceof Error ? reject(end) : resolve(rows)));
      }),
  );

  ask(keys: readonly string[], name = "table") {
    return this.reads.ask({ name, query: (all) => sql`select ${all}` }, keys);
  }

  end(read: number, fault?: Error): void {
    this.#ends[read]?.(fault ?? []);
  }
}

describe("reads that are gathered", () => {
  it("share one statement when they are asked for in one turn, each key once", async () => {
    const table = new Table();
    const [one, two] = [table.ask(["a", "b"]), table.ask(["b", "c"])];
    await turn();
    expect(table.asked).toEqual([["a", "b", "c"]]);
    table.end(0);
    expect((await one).get("a")).toEqual([{ key: "a", version: 1 }]);
    expect((await two).get("c")).toEqual([{ key: "c", version: 1 }]);
    expect((await two).get("d")).toBeUndefined();
  });

  it("are never older than the question: who asks later is not given a read that began before", async () => {
    const table = new Table();
    const early = table.ask(["a"]);
    await turn();
    table.version = 2;
    const late = table.ask(["a"]);
    await turn();
    table.end(0);
    table.end(1);
    expect((await early).get("a")).toEqual([{ key: "a", version: 1 }]);
    expect((await late).get("a")).toEqual([{ key: "a", version: 2 }]);
  });

  it("wait in one queue while enough of them are under way, and go on when one ends or fails", async () => {
    const table = new Table();
    const first = table.ask(["0"]);
    await turn();
    const second = table.ask(["1"]);
    await turn();
    const waiting = ["2", "3", "4"].map((key) => table.ask([key]));
    await turn();
    expect(table.asked).toHaveLength(gatherLimits.underWay);
    table.end(0, new Error("lost"));
    await expect(first).rejects.toThrow("lost");
    await turn();
    expect(table.asked[2]).toEqual(["2", "3", "4"]);
    table.end(1);
    table.end(2);
    await expect(Promise.all([second, ...waiting])).resolves.toHaveLength(4);
  });

  it("of one statement do not wait for another's, and a crowd is served in parts", async () => {
    const table = new Table();
    const crowd = Array.from({ length: gatherLimits.askings + 1 }, (_, i) => table.ask([String(i)]));
    const other = table.ask(["a"], "other");
    await turn();
    await turn();
    expect(table.asked.map((keys) => keys.length)).toEqual([gatherLimits.askings, 1, 1]);
    for (const read of [0, 1, 2]) table.end(read);
    await Promise.all([...crowd, other]);
  });
});
