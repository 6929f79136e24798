// The programming interface: deduplicate one or more inputs, or link two. From sources and roles to groups, links,
// the model and everything the report shows. Reads through DuckDB, keeps all work in memory, writes nothing itself.

import { existsSync, statSync } from "node:fs";
import { assignLinks, detectAssignment, type Links } from "./cluster/assign.ts";
import { competingProbabilities, type Assignment } from "./cluster/compete.ts";
import { forbiddenPairs } from "./cluster/constraints.ts";
import type { Column, RoleColumn } from "./column.ts";
import { LinkageFault } from "./fault.ts";
import { applyLabels, readLabels, type LabelledPair } from "./labels.ts";
import { loadJapaneseLists } from "./ja/load.ts";
import type { PairSpace } from "./model/chance.ts";
import { refineLinks } from "./model/refine-links.ts";
import type { Model } from "./model/model.ts";
import { MIN_PARALLEL_BYTES, MIN_PARALLEL_ROWS } from "./limits.ts";
import { planRun, type Plan } from "./plan.ts";
import { ScoreThreads } from "./score-threads.ts";
import { matchColumns, type ColumnPlan } from "./match-columns.ts";
import { groupRecords, runPlan, type Progress, type Run } from "./run.ts";
import type { Settings } from "./settings.ts";
import { attachSources, loadFields, openDuckDb, type Database, type Loaded, type Source } from "./source.ts";
import type { StageStore } from "./stages.ts";

export interface Task {
  readonly sources: readonly Source[];
  readonly settings: Settings;
  /** "link" finds counterparts between two inputs; "dedupe" groups all records of all inputs. */
  readonly kind: "dedupe" | "link";
  readonly model?: Model;
  readonly progress?: Progress;
  readonly stages?: StageStore;
}

export interface Outcome {
  readonly kind: "dedupe" | "link";
  readonly loaded: Loaded;
  readonly columns: ColumnPlan;
  readonly plan: Plan;
  readonly run: Run;
  readonly space: PairSpace;
  /** Weight (log2 odds) above which records were linked or grouped. */
  readonly threshold: number;
  /** True where that is above even odds because at even odds most would have been merely related. */
  readonly isRaised: boolean;
  readonly assignment: Assignment | undefined;
  /** Group of every record (dedupe), or of linked records (link). */
  readonly labels: Int32Array;
  /** Links between the inputs; undefined when deduplicating. */
  readonly links: Links | undefined;
  /** Match probability of every scored pair, competition between candidates included when linking. */
  readonly probabilities: Float32Array;
  readonly truth: Int32Array | undefined;
}

/**
 * Defaults, the same for every input; chosen on the FEBRL, fake_1000, DBLP-ACM and CDDB sets and on made ones, whose
 * truth was looked at. Groups join at even odds, or above them where even odds show to be wrong (cluster/threshold.ts);
 * where each record has at most one counterpart, the competition has already spoken and odds of one to four are enough.
 */
const GROUP_THRESHOLD = 0;
const COMPETING_THRESHOLD = -1;

/** Runs a task from its sources to groups or links. */
export async function runTask(task: Task): Promise<Outcome> {
  const database = await openDuckDb(task.settings.threads);
  try {
    return await runOn(database, task);
  } finally {
    database.close();
  }
}

async function runOn(database: Database, task: Task): Promise<Outcome> {
  const { settings, kind } = task;
  if (kind === "link" && task.sources.length !== 2)
    throw new LinkageFault("bad-settings", "Linking needs exactly two inputs.");
  // Threads start while DuckDB reads; a small input pays for none.
  const early = isLarge(task.sources) ? startThreads(settings) : undefined;
  let threads = early;
  try {
    task.progress?.("reading", 0, 1);
    const names = await attachSources(database, task.sources);
    const columns = matchColumns(names, settings);
    const loaded = await loadFields(database, names.length, columns.fields, columns.ids);
    const space = { rowCount: loaded.rowCount, split: kind === "link" ? (loaded.ends[0] ?? 0) : 0 };
    const labelled =
      settings.labels === undefined
        ? undefined
        : await readLabels(database.connection, settings.labels, loaded);
    if (loaded.rowCount >= MIN_PARALLEL_ROWS) threads ??= startThreads(settings);
    return await runLoaded(task, { columns, loaded, space, labelled }, threads);
  } finally {
    await threads?.close();
  }
}

const startThreads = ({ threads }: Settings): ScoreThreads | undefined =>
  threads > 1 ? new ScoreThreads(threads - 1) : undefined;

/** Whether files are so large that they surely hold the rows for which threads are started. */
const isLarge = (sources: readonly Source[]): boolean =>
  sources.some(
    (source) =>
      "path" in source && existsSync(source.path) && statSync(source.path).size >= MIN_PARALLEL_BYTES,
  );

interface LoadedTask {
  readonly columns: ColumnPlan;
  readonly loaded: Loaded;
  readonly space: PairSpace;
  readonly labelled: readonly LabelledPair[] | undefined;
}

async function runLoaded(
  task: Task,
  { columns, loaded, space, labelled }: LoadedTask,
  threads: ScoreThreads | undefined,
): Promise<Outcome> {
  const { settings, kind } = task;
  const used = roleColumns(columns, loaded);
  const options = {
    directed: space.split > 0,
    japanese: loadJapaneseLists(settings.mjMap, settings.readings),
  };
  threads?.plan({ columns: used, space, options });
  const plan = planRun(used, options);
  const scored = await runPlan(plan, {
    space,
    seed: settings.seed,
    pairBudget: settings.pairBudget,
    ownRules: settings.blocking,
    progress: task.progress ?? (() => undefined),
    stages: task.stages,
    threads,
    model: task.model,
    adjust: (model, pairs) => (labelled === undefined ? model : applyLabels(model, pairs, labelled)),
  });
  return kind === "link"
    ? concludeLinks(task, columns, loaded, plan, refinedLinks(task, scored, space), space)
    : await concludeGroups(task, columns, loaded, plan, scored, space, threads);
}

function roleColumns(columns: ColumnPlan, loaded: Loaded): RoleColumn[] {
  return columns.fields.flatMap((field) => {
    const role = columns.roles.get(field.name);
    const column = loaded.columns.get(field.name);
    return role === undefined || column === undefined ? [] : [{ name: field.name, role, column }];
  });
}

/** Comparisons and keys from loaded columns. */
export function planOf(columns: ColumnPlan, loaded: Loaded, settings: Settings, directed: boolean): Plan {
  const japanese = loadJapaneseLists(settings.mjMap, settings.readings);
  return planRun(roleColumns(columns, loaded), { directed, japanese });
}

const weightOf = (probability: number | undefined, otherwise: number): number =>
  probability === undefined ? otherwise : Math.log2(probability / (1 - probability));

async function concludeGroups(
  task: Task,
  columns: ColumnPlan,
  loaded: Loaded,
  plan: Plan,
  scored: Run,
  space: PairSpace,
  threads: ScoreThreads | undefined,
): Promise<Outcome> {
  const { settings } = task;
  const wanted = weightOf(settings.threshold, GROUP_THRESHOLD);
  const { labels, run, threshold } = await groupRecords(scored, {
    space,
    threads,
    threshold: wanted,
    mayRaise: settings.threshold === undefined,
    method: settings.clustering,
    forbids: forbiddenPairs(loaded.ends, settings, plan.ranges),
    seed: settings.seed,
    refines: task.model === undefined,
    progress: task.progress ?? (() => undefined),
  });
  return {
    kind: "dedupe",
    loaded,
    columns,
    plan,
    run,
    space,
    threshold,
    isRaised: threshold > wanted,
    assignment: undefined,
    labels,
    links: undefined,
    probabilities: run.scored.edges.weight.map((weight) => 1 / (1 + 2 ** -weight)),
    truth: truthOf(loaded, columns),
  };
}

/** The run with its model learned again from competing candidates, where the model was learned here at all. */
function refinedLinks({ model, settings }: Task, run: Run, space: PairSpace): Run {
  if (model !== undefined || settings.labels !== undefined) return run;
  const { weigher, edges } = refineLinks(run.weigher, run.scored.edges, space, settings.assignment);
  return { ...run, weigher, model: weigher.model, scored: { ...run.scored, edges } };
}

function concludeLinks(
  task: Task,
  columns: ColumnPlan,
  loaded: Loaded,
  plan: Plan,
  run: Run,
  space: PairSpace,
): Outcome {
  const { settings } = task;
  const { edges } = run.scored;
  const forbids = forbiddenPairs(loaded.ends, settings, plan.ranges);
  const allowed =
    forbids === undefined
      ? edges
      : {
          ...edges,
          weight: edges.weight.map((weight, e) =>
            forbids(edges.first[e] as number, edges.second[e] as number) ? -100 : weight,
          ),
        };
  const assignment =
    settings.assignment === "auto"
      ? detectAssignment(allowed, space.split, space.rowCount)
      : settings.assignment;
  const threshold = weightOf(
    settings.threshold,
    assignment === "many-to-many" ? GROUP_THRESHOLD : COMPETING_THRESHOLD,
  );
  const links = assignLinks(allowed, space.rowCount, assignment, threshold);
  const labels = Int32Array.from({ length: space.rowCount }, (_, row) => row);
  for (let k = 0; k < links.first.length; k++) {
    const [i, j] = [links.first[k] as number, links.second[k] as number];
    if (assignment === "one-to-many") labels[i] = labels[j] as number;
    else labels[j] = labels[i] as number;
  }
  return {
    kind: "link",
    loaded,
    columns,
    plan,
    run,
    space,
    threshold,
    isRaised: false,
    assignment,
    labels,
    links,
    probabilities: competingProbabilities(allowed, space.rowCount, assignment),
    truth: truthOf(loaded, columns),
  };
}

function truthOf(loaded: Loaded, columns: ColumnPlan): Int32Array | undefined {
  const column: Column | undefined =
    columns.truth === undefined ? undefined : loaded.columns.get(columns.truth);
  return column?.codes;
}
