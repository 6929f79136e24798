import { describe, expect, it } from "vitest";
import { withLiterals } from "./binary-rows.ts";
import { sql } from "./sql.ts";

describe("the values of a COPY", () => {
  it("are integers, UUIDs and lists of hexadecimal, each in its place", () => {
    const id = "01a20329-624e-75eb-904a-361042028e8c";
    expect(withLiterals(sql`select ${1}, ${2n}, ${id}::uuid, ${"00ff,ab"} limit ${400}`)).toBe(
      `select 1, 2, '${id}'::uuid, '00ff,ab' limit 400`,
    );
  });

  it.each(["'", "x", "a; drop table persons", "00 11", 1.5, Number.NaN, true, null])(
    "are never words of the statement: %j is refused",
    (value) => {
      expect(() => withLiterals(sql`select ${value}`)).toThrow("a COPY takes integers");
    },
  );
});
