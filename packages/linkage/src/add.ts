// Adds new records to groups that stand. Records of the base are never regrouped: two of its groups are not joined, and
// none is split; a new record joins a group, opens one with other new records, or stays alone.

import { clusterByAverage } from "./cluster/average.ts";
import { raiseThreshold } from "./cluster/threshold.ts";
import { LinkageFault } from "./fault.ts";
import { planOf, type Outcome } from "./linkage.ts";
import { matchColumns } from "./match-columns.ts";
import type { Model } from "./model/model.ts";
import { runPlan, type Progress } from "./run.ts";
import type { Edges } from "./score-rule.ts";
import type { Settings } from "./settings.ts";
import { attachSources, loadFields, openDuckDb, type Loaded, type Source } from "./source.ts";
import { nameGroups } from "./stable-ids.ts";

export interface Addition {
  readonly base: Source;
  readonly added: Source;
  /** Group id of every base record, by its id. */
  readonly groups: ReadonlyMap<string, string>;
  readonly settings: Settings;
  readonly model?: Model;
  readonly progress?: Progress;
}

export interface AdditionResult {
  readonly outcome: Outcome;
  readonly groupIds: readonly string[];
  readonly counts: { readonly added: number; readonly joined: number; readonly opened: number };
}

const TOGETHER = 1000;

/** Groups of base and new records together; base groups keep their members and ids. */
export async function addRecords(addition: Addition): Promise<AdditionResult> {
  const { settings } = addition;
  const progress = addition.progress ?? (() => undefined);
  const database = await openDuckDb(settings.threads);
  try {
    const names = await attachSources(database, [addition.base, addition.added]);
    const columns = matchColumns(names, settings);
    const loaded = await loadFields(database, 2, columns.fields, columns.ids);
    const plan = planOf(columns, loaded, settings, false);
    const space = { rowCount: loaded.rowCount, split: 0 };
    const run = await runPlan(plan, {
      space,
      seed: settings.seed,
      pairBudget: settings.pairBudget,
      model: addition.model,
      adjust: (model) => model,
      ownRules: settings.blocking,
      progress,
      stages: undefined,
    });
    const standing = standingGroups(loaded, addition.groups);
    const edges = withStanding(run.scored.edges, standing, loaded.ends[0] ?? 0);
    const threshold =
      settings.threshold === undefined
        ? raiseThreshold(run.scored.edges, 0)
        : Math.log2(settings.threshold / (1 - settings.threshold));
    const labels = clusterByAverage(edges, loaded.rowCount, {
      threshold,
      weightOf: (i, j) => (isStanding(standing, i, j) ? TOGETHER : run.weigher.of(i, j)),
      forbids: (i, j) =>
        (standing[i] as number) >= 0 && (standing[j] as number) >= 0 && standing[i] !== standing[j],
    });
    const isRaised = settings.threshold === undefined && threshold > 0;
    return conclude(addition, { loaded, labels, columns, plan, run, space, threshold, isRaised });
  } finally {
    database.close();
  }
}

const isStanding = (standing: Int32Array, i: number, j: number): boolean =>
  (standing[i] as number) >= 0 && standing[i] === standing[j];

/** Number of the standing group of every base record, -1 for new records. */
function standingGroups(loaded: Loaded, groups: ReadonlyMap<string, string>): Int32Array {
  const numbers = new Map<string, number>();
  const end = loaded.ends[0] ?? 0;
  return Int32Array.from({ length: loaded.rowCount }, (_, row) => {
    if (row >= end) return -1;
    const group = groups.get(loaded.ids[row] ?? "") ?? groups.get(`1:${loaded.ids[row] ?? ""}`);
    if (group === undefined)
      throw new LinkageFault("unknown-record", "A base record has no group in the groups file.");
    const known = numbers.get(group);
    if (known !== undefined) return known;
    numbers.set(group, numbers.size);
    return numbers.size - 1;
  });
}

/** Edges without those between base records, and with one chain through each standing group that holds it together. */
function withStanding(edges: Edges, standing: Int32Array, end: number): Edges {
  const first: number[] = [];
  const second: number[] = [];
  const weight: number[] = [];
  for (let e = 0; e < edges.count; e++) {
    if ((edges.second[e] as number) < end) continue;
    first.push(edges.first[e] as number);
    second.push(edges.second[e] as number);
    weight.push(edges.weight[e] as number);
  }
  const last = new Map<number, number>();
  for (let row = 0; row < end; row++) {
    const group = standing[row] as number;
    const before = last.get(group);
    if (before !== undefined) {
      first.push(before);
      second.push(row);
      weight.push(TOGETHER);
    }
    last.set(group, row);
  }
  return {
    first: Int32Array.from(first),
    second: Int32Array.from(second),
    weight: Float32Array.from(weight),
    count: first.length,
  };
}

function conclude(
  addition: Addition,
  parts: Pick<Outcome, "loaded" | "labels" | "columns" | "plan" | "run" | "space" | "threshold" | "isRaised">,
): AdditionResult {
  const { loaded, labels } = parts;
  const end = loaded.ends[0] ?? 0;
  const names = loaded.ids.map((id, row) => (row < end ? `1:${id}` : `2:${id}`));
  const previous = new Map(
    loaded.ids
      .slice(0, end)
      .map((id) => [`1:${id}`, addition.groups.get(id) ?? addition.groups.get(`1:${id}`) ?? ""]),
  );
  const groupIds = nameGroups(labels, names, previous);
  const standing = new Set(labels.subarray(0, end));
  const joined = labels.subarray(end).reduce((sum, label) => sum + (standing.has(label) ? 1 : 0), 0);
  const opened = new Set(labels.subarray(end).filter((label) => !standing.has(label))).size;
  const outcome: Outcome = {
    ...parts,
    kind: "dedupe",
    assignment: undefined,
    links: undefined,
    probabilities: parts.run.scored.edges.weight.map((weight) => 1 / (1 + 2 ** -weight)),
    truth: undefined,
  };
  return { outcome, groupIds, counts: { added: loaded.rowCount - end, joined, opened } };
}
