// Blocking and scoring fused: each candidate pair is made by the first rule that makes it, weighed, and kept only above a
// weight; nothing else about a pair is stored. Rules are scored one after the other, by as many threads as there are.

import type { Rule } from "./block/groups.ts";
import type { PairSpace } from "./model/chance.ts";
import type { Weigher } from "./model/model.ts";
import type { ScoreThreads } from "./score-threads.ts";
import {
  HISTOGRAM_BINS,
  RuleScorer,
  joinEdges,
  sumHistograms,
  type Edges,
  type Part,
  type RuleCount,
} from "./score-rule.ts";
import type { StageStore } from "./stages.ts";

export interface Scored {
  readonly edges: Edges;
  readonly rules: readonly RuleCount[];
  /** Counts of pairs by weight, one bin per bit from -60 to 60. */
  readonly histogram: Float64Array;
}

export interface ScoreOptions {
  readonly space: PairSpace;
  readonly keepWeight: number;
  readonly progress: (done: number, of: number) => void;
  readonly stages: StageStore | undefined;
  /** Threads beside this one, where the input is large enough to need them. */
  readonly threads: ScoreThreads | undefined;
  /** Rules before this one have been scored already; they only exclude the pairs they made. */
  readonly from?: number;
}

/** Scores all pairs of the rules; keeps those of at least `keepWeight`. Rules that `stages` holds are not scored again. */
export async function scorePairs(
  rules: readonly Rule[],
  weigher: Weigher,
  options: ScoreOptions,
): Promise<Scored> {
  const { space, stages, threads, keepWeight } = options;
  const from = options.from ?? 0;
  const parts: Part[] = [];
  let scorer: RuleScorer | undefined;
  const open = (): RuleScorer => {
    threads?.prepare(rules, weigher.model);
    return new RuleScorer(rules, weigher, space);
  };
  // Without stages nobody waits for a rule to be whole: the threads have all of them in hand at once.
  if (stages === undefined) scorer = open();
  const asked =
    stages === undefined
      ? rules.map((_, r) => (r < from ? undefined : threads?.score(r, keepWeight)))
      : rules.map(() => undefined);
  const score = async (r: number): Promise<Part> => {
    scorer ??= open();
    if (threads === undefined) return scorer.score(r, keepWeight);
    const theirs = asked[r] ?? threads.score(r, keepWeight);
    const own = scorer.score(r, keepWeight, { index: 0, of: threads.count + 1 });
    return scorer.join(r, [own, ...(await theirs)]);
  };
  for (let r = from; r < rules.length; r++) {
    const stage = `edges-${r}.bin`;
    const known = stages?.load(stage);
    const part = known === undefined ? await score(r) : decodePart(known);
    if (known === undefined) stages?.save(stage, encodePart(part));
    parts.push(part);
    options.progress(r + 1, rules.length);
  }
  return {
    edges: joinEdges(parts.map((part) => part.edges)),
    rules: parts.map((part) => part.count),
    histogram: sumHistograms(parts.map((part) => part.histogram)),
  };
}

const COUNT_FIELDS = ["pairs", "newPairs", "cut", "largestBlock", "newMatches"] as const;

/** Bytes of a scored rule: five counts, the histogram, then three arrays of equal length (machine byte order). */
function encodePart({ edges, count, histogram }: Part): Uint8Array {
  const head = Float64Array.from([...COUNT_FIELDS.map((field) => count[field]), ...histogram]);
  const arrays = [head, edges.first, edges.second, edges.weight];
  return Buffer.concat(arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
}

function decodePart(content: Buffer): Part {
  const bytes = Uint8Array.from(content).buffer;
  const headBytes = 8 * (COUNT_FIELDS.length + HISTOGRAM_BINS);
  const head = new Float64Array(bytes, 0, COUNT_FIELDS.length + HISTOGRAM_BINS);
  const count = (bytes.byteLength - headBytes) / 12;
  const [pairs = 0, newPairs = 0, cut = 0, largestBlock = 0, newMatches = 0] = head;
  return {
    edges: {
      first: new Int32Array(bytes, headBytes, count),
      second: new Int32Array(bytes, headBytes + 4 * count, count),
      weight: new Float32Array(bytes, headBytes + 8 * count, count),
      count,
    },
    count: { pairs, newPairs, cut, largestBlock, newMatches },
    histogram: head.slice(COUNT_FIELDS.length),
  };
}
