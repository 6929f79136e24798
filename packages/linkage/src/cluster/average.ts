// Average linkage with the model's own evidence against: two clusters join while the mean weight between their records
// is highest and above a threshold. Weights are bounded so that no single field decides for a whole cluster. Pairs
// that blocking did not make are weighed on the spot, so a missing edge is a measurement and not a guess.

import { MAX_COMPONENT_RECORDS } from "../limits.ts";
import { WHOLE, type Share } from "../block/walk.ts";
import { Components } from "./components.ts";
import type { Edges } from "../score-rule.ts";

export interface ClusterOptions {
  /** Mean weight (log2 odds) above which clusters join. */
  readonly threshold: number;
  /** Weight of any two records; called for pairs that have no edge. */
  readonly weightOf: (i: number, j: number) => number;
  /** True when two records can never be of one entity. */
  readonly forbids: ((i: number, j: number) => boolean) | undefined;
  /** Only one in so many components: threads share them. */
  readonly share?: Share;
}

const MOST = 14;
/** Bits above the threshold that a weight may count at least, however high the threshold. */
const MOST_ABOVE = 4;
const LEAST = -14;
/**
 * The prior counts once for two clusters, not once per pair, and a larger cluster is the likelier home: the expected
 * number of matching pairs between clusters of a and b records is a·b times that of two records.
 */
const SIZE_PRIOR = 0.75;
/** Pairs up to which that holds: what makes a hundred records alike (a language, an encoding) is one fact, not thousands. */
const MOST_PAIRS = 25;
const SIZE_BONUS = Float64Array.from({ length: MOST_PAIRS + 1 }, (_, pairs) => SIZE_PRIOR * Math.log2(pairs));
const FORBIDDEN = -1e6;
/** Weights from here on are not evidence but a decision (records grouped before), and are not bounded. */
const CERTAIN = 500;

/** Cluster label (smallest record) of every record. */
export function clusterByAverage(edges: Edges, recordCount: number, options: ClusterOptions): Int32Array {
  const result = new Components(recordCount);
  const room = new Room(recordCount);
  const { index, of } = options.share ?? WHOLE;
  for (const [k, part] of cutToSize(edges, recordCount, options.threshold).entries())
    if (k % of === index) linkComponent(part, edges, options, result, room);
  return result.labels();
}

/** Arrays that one component after the other uses: there are many, and most are small. */
class Room {
  /** Place of a record within its component. */
  readonly places: Int32Array;
  readonly sizes = new Float64Array(MAX_COMPONENT_RECORDS);
  readonly alive = new Uint8Array(MAX_COMPONENT_RECORDS);
  readonly nearest = new Int32Array(MAX_COMPONENT_RECORDS);
  readonly best = new Float64Array(MAX_COMPONENT_RECORDS);
  #sums = new Float64Array(64 * 64);

  constructor(recordCount: number) {
    this.places = new Int32Array(recordCount);
  }

  /** A square of `size` rows, all NaN. */
  sums(size: number): Float64Array {
    if (this.#sums.length < size * size) this.#sums = new Float64Array(MAX_COMPONENT_RECORDS ** 2);
    return this.#sums.fill(Number.NaN, 0, size * size);
  }
}

interface Part {
  readonly records: readonly number[];
  readonly edges: readonly number[];
}

/** Components of the edges above the threshold; those too large are cut at higher and higher weights. */
function cutToSize(edges: Edges, recordCount: number, threshold: number): Part[] {
  const done: Part[] = [];
  let open = new Int32Array(edges.count);
  let count = 0;
  for (let e = 0; e < edges.count; e++) if ((edges.weight[e] as number) >= threshold) open[count++] = e;
  open = open.slice(0, count);
  for (let cut = threshold; open.length > 0; cut += 2) {
    const above = cut === threshold ? open : open.filter((e) => (edges.weight[e] as number) >= cut);
    const isLast = cut > threshold + 200;
    const tooLarge: number[] = [];
    for (const part of componentsOf(edges, above, recordCount)) {
      if (part.records.length <= MAX_COMPONENT_RECORDS) done.push(part);
      else if (isLast)
        for (const chunk of chunks(part.records)) done.push({ records: chunk, edges: part.edges });
      else for (const e of part.edges) tooLarge.push(e);
    }
    open = Int32Array.from(tooLarge);
  }
  return done;
}

function componentsOf(edges: Edges, list: Int32Array, recordCount: number): Part[] {
  const components = new Components(recordCount);
  for (const e of list) components.join(edges.first[e] as number, edges.second[e] as number);
  const numberOf = new Int32Array(recordCount).fill(-1);
  const isListed = new Uint8Array(recordCount);
  const parts: { records: number[]; edges: number[] }[] = [];
  for (const e of list) {
    const root = components.find(edges.first[e] as number);
    if ((numberOf[root] as number) < 0) numberOf[root] = parts.push({ records: [], edges: [] }) - 1;
    const part = parts[numberOf[root] as number];
    part?.edges.push(e);
    const [i, j] = [edges.first[e] as number, edges.second[e] as number];
    if (!isListed[i]) part?.records.push(i);
    if (!isListed[j]) part?.records.push(j);
    isListed[i] = 1;
    isListed[j] = 1;
  }
  for (const part of parts) part.records.sort((a, b) => a - b);
  return parts;
}

function chunks(records: readonly number[]): number[][] {
  const sorted = [...records].sort((a, b) => a - b);
  const parts: number[][] = [];
  for (let k = 0; k < sorted.length; k += MAX_COMPONENT_RECORDS)
    parts.push(sorted.slice(k, k + MAX_COMPONENT_RECORDS));
  return parts;
}

function linkComponent(
  part: Part,
  edges: Edges,
  options: ClusterOptions,
  result: Components,
  room: Room,
): void {
  const { records } = part;
  const size = records.length;
  if (size === 2) return linkTwo(part, edges, options, result);
  const sums = weightMatrix(part, edges, options, room);
  const { sizes, alive, nearest, best } = room;
  sizes.fill(1, 0, size);
  alive.fill(1, 0, size);
  const mean = (a: number, b: number): number => {
    const pairs = (sizes[a] as number) * (sizes[b] as number);
    const bonus = SIZE_BONUS[pairs < MOST_PAIRS ? pairs : MOST_PAIRS] as number;
    return (sums[a * size + b] as number) / pairs + bonus;
  };
  const refresh = (a: number): void => {
    best[a] = Number.NEGATIVE_INFINITY;
    nearest[a] = -1;
    for (let b = 0; b < size; b++) {
      if (b === a || !alive[b]) continue;
      const value = mean(a, b);
      if (value > best[a]) {
        best[a] = value;
        nearest[a] = b;
      }
    }
  };
  for (let a = 0; a < size; a++) refresh(a);
  for (;;) {
    let top = -1;
    for (let a = 0; a < size; a++)
      if (alive[a] && (top < 0 || (best[a] as number) > (best[top] as number))) top = a;
    if (top < 0 || (best[top] as number) < options.threshold) return;
    const other = nearest[top] as number;
    result.join(records[top] as number, records[other] as number);
    alive[other] = 0;
    for (let b = 0; b < size; b++) {
      if (!alive[b] || b === top) continue;
      const sum = (sums[top * size + b] as number) + (sums[other * size + b] as number);
      sums[top * size + b] = sum;
      sums[b * size + top] = sum;
    }
    sizes[top] = (sizes[top] as number) + (sizes[other] as number);
    refresh(top);
    for (let b = 0; b < size; b++) {
      if (!alive[b] || b === top) continue;
      if (nearest[b] === top || nearest[b] === other) refresh(b);
      else if (mean(b, top) > (best[b] as number)) {
        best[b] = mean(b, top);
        nearest[b] = top;
      }
    }
  }
}

function linkTwo(
  { records, edges: list }: Part,
  edges: Edges,
  options: ClusterOptions,
  result: Components,
): void {
  const [i, j] = [records[0] as number, records[1] as number];
  const isBarred = options.forbids?.(i, j) === true;
  if (!isBarred && (edges.weight[list[0] as number] as number) >= options.threshold) result.join(i, j);
}

function weightMatrix(
  { records, edges: list }: Part,
  edges: Edges,
  options: ClusterOptions,
  room: Room,
): Float64Array {
  const size = records.length;
  const most = Math.max(MOST, options.threshold + MOST_ABOVE);
  const { places } = room;
  for (let place = 0; place < size; place++) places[records[place] as number] = place;
  const sums = room.sums(size);
  for (const e of list) {
    const [i, j] = [edges.first[e] as number, edges.second[e] as number];
    const [a, b] = [places[i] as number, places[j] as number];
    // A component that was cut into chunks lists edges that lead out of this one.
    if (records[a] !== i || records[b] !== j) continue;
    sums[a * size + b] = edges.weight[e] as number;
    sums[b * size + a] = edges.weight[e] as number;
  }
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const [i, j] = [records[a] as number, records[b] as number];
      const known = sums[a * size + b] as number;
      const weight = Number.isNaN(known) ? options.weightOf(i, j) : known;
      const bounded =
        options.forbids?.(i, j) === true
          ? FORBIDDEN
          : weight >= CERTAIN
            ? weight
            : Math.max(LEAST, Math.min(most, weight));
      sums[a * size + b] = bounded;
      sums[b * size + a] = bounded;
    }
  }
  return sums;
}
