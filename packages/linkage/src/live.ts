// One record against many, at once: an index of blocking rules over a base that stays in memory. A query touches only
// the blocks its keys name; its candidates are weighed by the base's model and the base's frequencies of values.
// The base does not change; a new base is a new index.

import { hashRule, sortByHash, type Rule } from "./block/groups.ts";
import { LinkageFault } from "./fault.ts";
import { frequenciesByLevel, probabilityOf, Weigher, type Model } from "./model/model.ts";
import { PairLevels } from "./pair-levels.ts";
import { planRun, type Plan } from "./plan.ts";
import type { JapaneseLists } from "./ja/lists.ts";
import type { Role } from "./roles.ts";
import type { Column, RoleColumn } from "./column.ts";
import type { BlockingKey } from "./block/keys.ts";

export interface LiveMatch {
  /** Row of the base. */
  readonly row: number;
  readonly id: string;
  readonly weight: number;
  readonly probability: number;
}

/** What an index is built from: an outcome's parts, or the same loaded from elsewhere. */
export interface LiveBase {
  readonly columns: readonly RoleColumn[];
  readonly ids: readonly string[];
  readonly plan: Plan;
  readonly model: Model;
  readonly rules: readonly Rule[];
  readonly japanese: JapaneseLists;
}

/** Records of one block that a query looks at; a larger block says too little to be worth reading. */
const MAX_BLOCK_ROWS = 400;
/** Candidates that are weighed, those in most blocks first. */
const MAX_CANDIDATES = 250;

interface RuleIndex {
  readonly rule: Rule;
  readonly rows: Int32Array;
  readonly hashes: Int32Array;
}

export class LiveIndex {
  readonly #base: LiveBase;
  readonly #rules: readonly RuleIndex[];
  readonly #keyCodes: ReadonlyMap<BlockingKey, ReadonlyMap<string, number>>;
  readonly #shares: readonly ReadonlyMap<string, number>[];
  readonly #stride: number;
  readonly #unseen: readonly number[];

  /** Sorts the base once per rule; about 8 bytes per record and rule. */
  constructor(base: LiveBase) {
    this.#base = base;
    const rowCount = base.ids.length;
    const usable = base.rules.filter((rule) => rule.keys.length > 0);
    this.#rules = usable.map((rule) => {
      const byRow = hashRule(rule, rowCount);
      return { rule, ...sortByHash(byRow) };
    });
    const keys = new Set(usable.flatMap((rule) => rule.keys));
    this.#keyCodes = new Map(
      [...keys].map((key) => [key, new Map(key.values.map((value, code) => [value, code]))]),
    );
    const pairs = new PairLevels(base.plan.comparisons, base.plan.swap);
    this.#stride = Math.max(...base.model.comparisons.map((comparison) => comparison.labels.length));
    this.#shares = shareMaps(base.plan, frequenciesByLevel(pairs, this.#stride), this.#stride);
    this.#unseen = base.plan.comparisons.map(() => Math.log2(0.5 / Math.max(1, rowCount)));
  }

  /** Records of the base that match, best first; `record` maps column names to values. */
  search(record: Readonly<Record<string, string>>, leastProbability = 0.5): LiveMatch[] {
    const candidates = this.#candidates(record);
    if (candidates.length === 0) return [];
    return this.weigh(record, candidates)
      .filter(({ probability }) => probability >= leastProbability)
      .sort((a, b) => b.weight - a.weight || a.row - b.row);
  }

  /** Weights of a record against given rows of the base. */
  weigh(record: Readonly<Record<string, string>>, rows: readonly number[]): LiveMatch[] {
    const plan = this.#planOf(record, rows);
    const weigher = new Weigher(this.#base.model, new PairLevels(plan.comparisons, plan.swap), (stride) =>
      sharesOf(plan, this.#shares, this.#unseen, stride),
    );
    return rows.map((row, k) => {
      const weight = weigher.of(0, k + 1);
      return { row, id: this.#base.ids[row] ?? "", weight, probability: probabilityOf(weight) };
    });
  }

  /** The query as row 0 and base rows behind it, planned alike. */
  #planOf(record: Readonly<Record<string, string>>, rows: readonly number[]): Plan {
    const columns = this.#base.columns.map(
      ({ name, role, column }): { name: string; role: Role; column: Column } => {
        const values = [
          record[name] ?? "",
          ...rows.map((row) => column.values[column.codes[row] as number] ?? ""),
        ];
        const codes = Int32Array.from(values, (value, k) => (value === "" ? -1 : k));
        return { name, role, column: { codes, values } };
      },
    );
    const { comparisons } = this.#base.plan;
    const plan = planRun(columns, {
      directed: false,
      japanese: this.#base.japanese,
      keepsAll: true,
      wordWeights: (name) => comparisons.find((comparison) => comparison.name === name)?.wordWeights,
    });
    const kept = comparisons.map((comparison) => {
      const same = plan.comparisons.find(({ name }) => name === comparison.name);
      if (same === undefined)
        throw new LinkageFault("bad-settings", "The record does not have the shape of the base.");
      return same;
    });
    return { ...plan, comparisons: kept, swap: this.#base.plan.swap };
  }

  #candidates(record: Readonly<Record<string, string>>): number[] {
    const plan = this.#planOf(record, []);
    const values = new Map(plan.keys.map((key) => [key.name, key.values[key.codes[0] as number] ?? ""]));
    const codeOf = (key: BlockingKey): number => {
      const value = values.get(key.origin) ?? "";
      return value === "" ? -1 : (this.#keyCodes.get(key)?.get(key.derive(value)) ?? -1);
    };
    const hits = new Map<number, number>();
    for (const { rule, rows, hashes } of this.#rules) {
      const query = rule.keys.map((key) => ({ ...key, codes: Int32Array.of(codeOf(key)) }));
      const hash = hashRule({ keys: query }, 1)[0] as number;
      if (hash === 0) continue;
      const [from, to] = rangeOf(hashes, hash);
      if (to - from > MAX_BLOCK_ROWS) continue;
      for (let k = from; k < to; k++) hits.set(rows[k] as number, (hits.get(rows[k] as number) ?? 0) + 1);
    }
    const ranked = [...hits].sort(([rowA, a], [rowB, b]) => b - a || rowA - rowB);
    return ranked.slice(0, MAX_CANDIDATES).map(([row]) => row);
  }
}

/** Where a hash stands in hashes sorted as unsigned numbers. */
function rangeOf(hashes: Int32Array, hash: number): [number, number] {
  const bound = (isUpper: boolean): number => {
    let [low, high] = [0, hashes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = (hashes[middle] as number) >>> 0;
      if (isUpper ? at <= hash >>> 0 : at < hash >>> 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [bound(false), bound(true)];
}

const signsOf = (plan: Plan, c: number, level: number): readonly string[] =>
  plan.comparisons[c]?.rarities?.[level]?.signs ?? plan.comparisons[c]?.values ?? [];

/** For every comparison and level, the log2 share of each value in the base. */
function shareMaps(
  plan: Plan,
  frequencies: readonly Float32Array[],
  stride: number,
): ReadonlyMap<string, number>[] {
  // Given names and surnames share one list of values, so maps are kept per comparison.
  const known = new Map<string, { signs: readonly string[]; map: ReadonlyMap<string, number> }[]>();
  return frequencies.map((shares, cell) => {
    const c = Math.floor(cell / stride);
    const signs = signsOf(plan, c, cell % stride);
    const own = known.get(String(c)) ?? [];
    const before = own.find((entry) => entry.signs === signs);
    if (before !== undefined) return before.map;
    const map = new Map(signs.map((sign, code) => [sign, shares[code] as number]));
    known.set(String(c), [...own, { signs, map }]);
    return map;
  });
}

/** Shares of the values of a small plan, as the base knows them. */
function sharesOf(
  plan: Plan,
  shares: readonly ReadonlyMap<string, number>[],
  unseen: readonly number[],
  stride: number,
): Float32Array[] {
  return plan.comparisons.flatMap((comparison, c) =>
    Array.from({ length: stride }, (_, level) => {
      if ((comparison.levels[level]?.rarity ?? 0) === 0) return new Float32Array(0);
      const map = shares[c * stride + level];
      return Float32Array.from(signsOf(plan, c, level), (sign) => map?.get(sign) ?? (unseen[c] as number));
    }),
  );
}
