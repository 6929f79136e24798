// Measures live search: one pair, and one record against a register of any size, as processor time of the searching
// thread (the wall clock of a shared machine says little). The model is learned on a sample of the same register.

import { NO_LISTS } from "../src/ja/lists.ts";
import { runTask } from "../src/linkage.ts";
import { LiveIndex } from "../src/live.ts";
import { planRun } from "../src/plan.ts";
import { randomFrom } from "../src/random.ts";
import { parseSettings } from "../src/settings.ts";
import { liveRegister, type LiveRegister } from "./live-base.ts";
import type { SyntheticRow } from "./synthetic.ts";

export interface LiveFigures {
  /** Processor time of one pair, mean, in milliseconds. */
  readonly pairMs: number;
  readonly searchP50Ms: number;
  readonly searchP99Ms: number;
  /** Share of queries whose own record came first. */
  readonly first: number;
  readonly residentMegabytes: number;
}

const SAMPLE_ROWS = 20_000;
const QUERIES = 1_000;
const PAIRS = 3_000;

/** Builds an index over `rowCount` people and asks it for records typed with an error. */
export async function measureLiveSearch(rowCount: number): Promise<LiveFigures> {
  const register = liveRegister(rowCount, 3);
  const index = await indexOf(register, rowCount);
  const random = randomFrom(5);
  const rows = Array.from({ length: QUERIES }, () => Math.floor(random() * rowCount));
  const queries = rows.map((row) => register.query(row, random));
  for (const query of queries.slice(0, 200)) index.search(query);
  let first = 0;
  const times = queries.map((query, k) => {
    const before = process.threadCpuUsage();
    const found = index.search(query, 0.1);
    const used = process.threadCpuUsage(before);
    if (found[0]?.row === rows[k]) first++;
    return (used.user + used.system) / 1000;
  });
  times.sort((a, b) => a - b);
  const before = process.threadCpuUsage();
  for (let k = 0; k < PAIRS; k++) index.weigh(queries[k % QUERIES] ?? {}, [k]);
  const used = process.threadCpuUsage(before);
  return {
    pairMs: (used.user + used.system) / 1000 / PAIRS,
    searchP50Ms: times[QUERIES >> 1] ?? Number.NaN,
    searchP99Ms: times[Math.floor(QUERIES * 0.99)] ?? Number.NaN,
    first: first / QUERIES,
    residentMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
  };
}

async function indexOf(register: LiveRegister, rowCount: number): Promise<LiveIndex> {
  const roles = Object.fromEntries(register.columns.map(({ name, role }) => [name, role]));
  const { run } = await runTask({
    kind: "dedupe",
    sources: [{ rows: sampleOf(register, rowCount) }],
    settings: parseSettings({ roles: { id: "id", ...roles } }),
  });
  const plan = planRun(register.columns, { directed: false, japanese: NO_LISTS });
  return new LiveIndex({
    columns: register.columns,
    ids: Array.from({ length: rowCount }, (_, row) => `p${row}`),
    plan,
    model: { ...run.model, expectedMatches: 1, possiblePairs: rowCount },
    rules: run.rules.map(({ rule }) => ({
      keys: rule.keys.flatMap((key) => plan.keys.find(({ name }) => name === key.name) ?? []),
    })),
    japanese: NO_LISTS,
  });
}

/** People of the register, a third of them once more as somebody would type them. */
function sampleOf({ columns, query }: LiveRegister, rowCount: number): SyntheticRow[] {
  const random = randomFrom(9);
  return Array.from({ length: SAMPLE_ROWS }, (_, k) => {
    const row = Math.floor(random() * rowCount);
    const plain = Object.fromEntries(
      columns.map(({ name, column }) => [name, column.values[column.codes[row] ?? 0] ?? ""]),
    );
    return [{ id: `r${k}`, ...plain }, ...(k % 3 === 0 ? [{ id: `q${k}`, ...query(row, random) }] : [])];
  }).flat();
}
