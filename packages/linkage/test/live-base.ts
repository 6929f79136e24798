// A register of any size in memory, made directly as coded columns (no file, no parsing), with queries for it: records of
// people in it as somebody would type them, with an error. For measuring live search. Deterministic by seed.

import type { Column } from "../src/column.ts";
import type { RoleColumn } from "../src/column.ts";
import { randomFrom, type Random } from "../src/random.ts";
import type { Role } from "../src/roles.ts";
import { typo, words, zipf, type SyntheticRow } from "./synthetic.ts";

export interface LiveRegister {
  readonly columns: readonly RoleColumn[];
  /** The record of a row as a person would type it, usually with one error. */
  readonly query: (row: number, random: Random) => SyntheticRow;
}

/** A register of `rowCount` people. */
export function liveRegister(rowCount: number, seed: number): LiveRegister {
  const random = randomFrom(seed);
  const dates = Array.from({ length: 33_000 }, (_, day) =>
    new Date(Date.UTC(1915, 0, 1 + day)).toISOString().slice(0, 10),
  );
  const postcodes = Array.from({ length: 40_000 }, (_, k) => String(100_000 + k * 7));
  const field = (name: string, role: Role, values: readonly string[], shift: number): RoleColumn => {
    const codes = new Int32Array(rowCount);
    for (let row = 0; row < rowCount; row++)
      codes[row] = shift === 0 ? Math.floor(random() * values.length) : zipf(random, values.length, shift);
    return { name, role, column: { codes, values } };
  };
  const columns = [
    field("first_name", "given_name", words(random, 6_000, 2), 60),
    field("surname", "surname", words(random, 40_000, 3), 300),
    field("dob", "birth_date", dates, 0),
    field("postcode", "postcode", postcodes, 8_000),
    field("city", "place", words(random, 1_500, 2), 30),
  ];
  const valueOf = ({ codes, values }: Column, row: number): string => values[codes[row] ?? 0] ?? "";
  const query = (row: number, own: Random): SyntheticRow => {
    const record = Object.fromEntries(columns.map(({ name, column }) => [name, valueOf(column, row)]));
    const wrong = columns[Math.floor(own() * columns.length)]?.name ?? "city";
    return { ...record, [wrong]: own() < 0.3 ? "" : typo(own, record[wrong] ?? "") };
  };
  return { columns, query };
}
