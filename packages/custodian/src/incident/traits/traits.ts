/**
 * What exposed persons are counted by besides fields, grades and offices.
 *
 * `prefecture`: where the last address known says they live. `insurance`: who has a premium within the last two years is
 * `insured`; of everybody else it is not known here whether they draw a pension or have left, and the count says so.
 * INVARIANT: traits.db.test.ts.
 */
import { codeOf } from "@kura/kernel/fault.ts";
import type { Database, Reader } from "../../db/database.ts";
import { prefectureName } from "../../register/prefecture.ts";
import type { Trait } from "../count.ts";
import { PersonSet } from "../person-set.ts";
import * as store from "./store.ts";

const insuredMonths = 24;
const prefectures = 47;

export async function listTraits(register: Database, now: Date = new Date()): Promise<Trait[]> {
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - insuredMonths, 1));
  const persons = await payersSince(register, since.toISOString().slice(0, 10));
  const places = await listPlaces(register);
  return [...places, { dimension: "insurance", value: "insured", persons }];
}

/** Counted once for each state of the ledger, which takes seconds for a million persons, and kept. */
async function payersSince(register: Database, sinceMonth: string): Promise<PersonSet> {
  const kept = await store.findPayers(register, sinceMonth, await store.getLedgerState(register));
  if (kept !== undefined) return kept;
  // One snapshot for the state and for the count.
  const counted = await register.transact(async (tx) => {
    const state = await store.getLedgerState(tx);
    const numbers = await store.listPayers(tx, sinceMonth);
    return { state, persons: PersonSet.of(numbers.split(",").filter(Boolean).map(Number)) };
  });
  try {
    await register.transact((tx) => store.appendPayers(tx, sinceMonth, counted.state, counted.persons));
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
  }
  return counted.persons;
}

/** Disjoint; who is in none lives nobody knows where. */
async function listPlaces(reader: Reader): Promise<Trait[]> {
  const moved = new Map(
    (await store.listMoves(reader)).map(({ personNo, prefecture }) => [personNo, prefecture]),
  );
  const blocks = await store.listPrefectures(reader);
  const sizes = new Uint32Array(prefectures + 1);
  forEachPlace(blocks, moved, (_personNo, code) => void (sizes[code] = (sizes[code] ?? 0) + 1));
  const numbers = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(prefectures + 1);
  forEachPlace(blocks, moved, (personNo, code) => {
    const at = filled[code] ?? 0;
    filled[code] = at + 1;
    const own = numbers[code];
    if (own !== undefined) own[at] = personNo;
  });
  return numbers
    .map((own, code) => ({
      dimension: "prefecture",
      value: prefectureName(code),
      persons: PersonSet.of(own),
    }))
    .filter(({ value, persons }) => value !== "" && persons.size > 0);
}

function forEachPlace(
  blocks: readonly store.PrefectureBlock[],
  moved: ReadonlyMap<number, number>,
  visit: (personNo: number, code: number) => void,
): void {
  for (const { firstNo, prefectures: codes } of blocks) {
    for (let i = 0; i < codes.length; i++) visit(firstNo + i, moved.get(firstNo + i) ?? codes[i] ?? 0);
  }
}
