/**
 * What exposed persons are counted by besides fields, grades and offices.
 *
 * `prefecture`: where the last address known says they live. `insurance`: who has a premium within the last two years is
 * `insured`; of everybody else it is not known here whether they draw a pension or have left, and the count says so.
 * INVARIANT: traits.db.test.ts.
 */
import type { Reader } from "../../db/database.ts";
import { prefectureName } from "../../register/prefecture.ts";
import type { Trait } from "../count.ts";
import { PersonSet } from "../person-set.ts";
import * as store from "./store.ts";

const insuredMonths = 24;
const prefectures = 47;

export async function listTraits(reader: Reader, now: Date = new Date()): Promise<Trait[]> {
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - insuredMonths, 1));
  const numbers = await store.listPayers(reader, since.toISOString().slice(0, 10));
  const persons = PersonSet.of(numbers.split(",").filter(Boolean).map(Number));
  const places = await listPlaces(reader);
  return [...places, { dimension: "insurance", value: "insured", persons }];
}

/** Disjoint; who is in none lives nobody knows where. */
async function listPlaces(reader: Reader): Promise<Trait[]> {
  const moved = new Map(
    (await store.listMoves(reader)).map(({ personNo, prefecture }) => [personNo, prefecture]),
  );
  const numbers: number[][] = Array.from({ length: prefectures + 1 }, () => []);
  for (const { firstNo, prefectures: codes } of await store.listPrefectures(reader)) {
    for (const [i, code] of codes.entries()) numbers[moved.get(firstNo + i) ?? code]?.push(firstNo + i);
  }
  return numbers
    .map((own, code) => ({
      dimension: "prefecture",
      value: prefectureName(code),
      persons: PersonSet.of(own),
    }))
    .filter(({ value, persons }) => value !== "" && persons.size > 0);
}
