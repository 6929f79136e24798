/**
 * What exposed persons are counted by besides fields, grades and offices.
 *
 * `insurance`: who has a premium within the last two years is `insured`; of everybody else it is not known here whether they
 * draw a pension or have left, and the count says so.
 */
import type { Reader } from "../../db/database.ts";
import type { Trait } from "../count.ts";
import { PersonSet } from "../person-set.ts";
import * as store from "./store.ts";

const insuredMonths = 24;

export async function listTraits(reader: Reader, now: Date = new Date()): Promise<Trait[]> {
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - insuredMonths, 1));
  const numbers = await store.listPayers(reader, since.toISOString().slice(0, 10));
  const persons = PersonSet.of(numbers.split(",").filter(Boolean).map(Number));
  return [{ dimension: "insurance", value: "insured", persons }];
}
