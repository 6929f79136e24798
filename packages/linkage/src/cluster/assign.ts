// Assignment between two inputs. Candidates compete: if an orphan fits two people equally well, neither is certain,
// however well both fit. One to one is solved exactly per component (Kuhn 1955 in the form of Jonker and Volgenant),
// many to one takes the best candidate of each record of the second input.

import { competingProbabilities, type Assignment } from "./compete.ts";
import { Components } from "./components.ts";
import type { Edges } from "../score-rule.ts";

/** Links between rows of the first and the second input; `probability` allows for competing candidates. */
export interface Links {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
  readonly probability: Float32Array;
}

/** Records per side of a component that is solved exactly; cost grows with the cube. */
const MAX_EXACT_RECORDS = 250;
const STRONG_WEIGHT = 8;
/** Share of records with several counterparts from which a side is taken to have them. */
const SEVERAL_SHARE = 0.04;
/** How many times the other side's share that must be: where records are merely alike, both sides show it. */
const CLEARLY = 4;
/** Share on both sides from which both are taken to have several. */
const BOTH_SHARE = 0.25;

/** Chooses links among scored pairs of at least `threshold`. */
export function assignLinks(
  edges: Edges,
  rowCount: number,
  assignment: Assignment,
  threshold: number,
): Links {
  const probability = competingProbabilities(edges, rowCount, assignment);
  const candidates: number[] = [];
  for (let e = 0; e < edges.count; e++) if ((edges.weight[e] as number) >= threshold) candidates.push(e);
  const chosen =
    assignment === "many-to-many"
      ? candidates
      : assignment === "one-to-one"
        ? matchOneToOne(edges, candidates, rowCount, threshold)
        : bestPerRecord(edges, candidates, rowCount, assignment === "many-to-one");
  chosen.sort(
    (a, b) =>
      (edges.first[a] as number) - (edges.first[b] as number) ||
      (edges.second[a] as number) - (edges.second[b] as number),
  );
  return {
    first: Int32Array.from(chosen, (e) => edges.first[e] as number),
    second: Int32Array.from(chosen, (e) => edges.second[e] as number),
    weight: Float32Array.from(chosen, (e) => edges.weight[e] as number),
    probability: Float32Array.from(chosen, (e) => probability[e] as number),
  };
}

/**
 * Reads from the scores whether records of one side have several counterparts. A second counterpart counts when this
 * record is the best it has, and when it fits as well as usual. Products of one family fit each other too, but then on
 * both sides alike; orphans of one person are on one side.
 */
export function detectAssignment(edges: Edges, split: number, rowCount: number): Assignment {
  const best = bestEdges(edges, rowCount);
  const first = new Float64Array(rowCount).fill(Number.NEGATIVE_INFINITY);
  const second = new Float64Array(rowCount).fill(Number.NEGATIVE_INFINITY);
  const claim = (record: number, weight: number): void => {
    if (weight > (first[record] as number)) {
      second[record] = first[record] as number;
      first[record] = weight;
    } else if (weight > (second[record] as number)) second[record] = weight;
  };
  for (let record = 0; record < rowCount; record++) {
    const e = best[record] as number;
    if (e < 0 || (edges.weight[e] as number) < STRONG_WEIGHT) continue;
    claim((record < split ? edges.second[e] : edges.first[e]) as number, edges.weight[e] as number);
  }
  const [firsts, seconds] = [severalOf(first, second, 0, split), severalOf(first, second, split, rowCount)];
  if (firsts > BOTH_SHARE && seconds > BOTH_SHARE) return "many-to-many";
  if (firsts > SEVERAL_SHARE && firsts > CLEARLY * seconds) return "many-to-one";
  if (seconds > SEVERAL_SHARE && seconds > CLEARLY * firsts) return "one-to-many";
  return "one-to-one";
}

/** Share of claimed records in [from, to) whose second claim is as heavy as all but the weakest tenth of first ones. */
function severalOf(first: Float64Array, second: Float64Array, from: number, to: number): number {
  const claimed = first.subarray(from, to).filter((weight) => weight > Number.NEGATIVE_INFINITY);
  if (claimed.length === 0) return 0;
  const usual = claimed.sort()[Math.floor(claimed.length / 10)] ?? Number.POSITIVE_INFINITY;
  const several = second.subarray(from, to).reduce((sum, weight) => sum + (weight >= usual ? 1 : 0), 0);
  return several / claimed.length;
}

/** Edge of the heaviest counterpart of every record, or -1; the lower row among equals. */
function bestEdges(edges: Edges, rowCount: number): Int32Array {
  const best = new Int32Array(rowCount).fill(-1);
  const offer = (record: number, other: number, e: number): void => {
    const known = best[record] as number;
    const gain = known < 0 ? 1 : (edges.weight[e] as number) - (edges.weight[known] as number);
    const rival =
      known < 0 ? 0 : ((edges.first[known] === record ? edges.second : edges.first)[known] as number);
    if (gain > 0 || (gain === 0 && other < rival)) best[record] = e;
  };
  for (let e = 0; e < edges.count; e++) {
    const [i, j] = [edges.first[e] as number, edges.second[e] as number];
    offer(i, j, e);
    offer(j, i, e);
  }
  return best;
}

function bestPerRecord(
  edges: Edges,
  candidates: readonly number[],
  rowCount: number,
  perSecond: boolean,
): number[] {
  const best = new Int32Array(rowCount).fill(-1);
  for (const e of candidates) {
    const record = (perSecond ? edges.second[e] : edges.first[e]) as number;
    const known = best[record] as number;
    const gain = known < 0 ? 1 : (edges.weight[e] as number) - (edges.weight[known] as number);
    const others = perSecond ? edges.first : edges.second;
    // Among equals the lower row, whatever order the threads found them in.
    if (gain > 0 || (gain === 0 && (others[e] as number) < (others[known] as number))) best[record] = e;
  }
  return [...best].filter((e) => e >= 0);
}

function matchOneToOne(
  edges: Edges,
  candidates: readonly number[],
  rowCount: number,
  threshold: number,
): number[] {
  const components = new Components(rowCount);
  for (const e of candidates) components.join(edges.first[e] as number, edges.second[e] as number);
  const groups = new Map<number, number[]>();
  for (const e of candidates) {
    const root = components.find(edges.first[e] as number);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [e]);
    else group.push(e);
  }
  return [...groups.values()].flatMap((group) =>
    group.length === 1 ? group : matchGroup(edges, group, threshold),
  );
}

function matchGroup(edges: Edges, group: readonly number[], threshold: number): number[] {
  const rows = [...new Set(group.map((e) => edges.first[e] as number))].sort((a, b) => a - b);
  const columns = [...new Set(group.map((e) => edges.second[e] as number))].sort((a, b) => a - b);
  if (rows.length > MAX_EXACT_RECORDS || columns.length > MAX_EXACT_RECORDS)
    return matchGreedily(edges, group);
  const byCell = new Map<number, number>();
  const rowAt = new Map(rows.map((row, k) => [row, k]));
  const columnAt = new Map(columns.map((column, k) => [column, k]));
  const size = Math.max(rows.length, columns.length);
  const cost = new Float64Array(size * size);
  for (const e of group) {
    const cell =
      (rowAt.get(edges.first[e] as number) ?? 0) * size + (columnAt.get(edges.second[e] as number) ?? 0);
    byCell.set(cell, e);
    cost[cell] = threshold - 1e-6 - (edges.weight[e] as number);
  }
  return cheapestAssignment(cost, size).flatMap((column, row) => byCell.get(row * size + column) ?? []);
}

function matchGreedily(edges: Edges, group: readonly number[]): number[] {
  const sorted = [...group].sort(
    (a, b) =>
      (edges.weight[b] as number) - (edges.weight[a] as number) ||
      (edges.first[a] as number) - (edges.first[b] as number) ||
      (edges.second[a] as number) - (edges.second[b] as number),
  );
  const used = new Set<number>();
  return sorted.filter((e) => {
    const [i, j] = [edges.first[e] as number, edges.second[e] as number];
    if (used.has(i) || used.has(j)) return false;
    used.add(i).add(j);
    return true;
  });
}

/** Column of every row in an assignment of least cost; `cost` is a full square, row-major. O(size³). */
export function cheapestAssignment(cost: Float64Array, size: number): number[] {
  const [rowPrice, columnPrice] = [new Float64Array(size + 1), new Float64Array(size + 1)];
  const rowOf = new Int32Array(size + 1);
  const way = new Int32Array(size + 1);
  for (let row = 1; row <= size; row++) {
    rowOf[0] = row;
    let column = 0;
    const least = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(size + 1);
    do {
      used[column] = 1;
      const current = rowOf[column] as number;
      let [delta, next] = [Number.POSITIVE_INFINITY, 0];
      for (let other = 1; other <= size; other++) {
        if (used[other]) continue;
        const reduced =
          (cost[(current - 1) * size + other - 1] as number) -
          (rowPrice[current] as number) -
          (columnPrice[other] as number);
        if (reduced < (least[other] as number)) {
          least[other] = reduced;
          way[other] = column;
        }
        if ((least[other] as number) < delta) [delta, next] = [least[other] as number, other];
      }
      for (let other = 0; other <= size; other++) {
        if (used[other]) {
          rowPrice[rowOf[other] as number] = (rowPrice[rowOf[other] as number] as number) + delta;
          columnPrice[other] = (columnPrice[other] as number) - delta;
        } else least[other] = (least[other] as number) - delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    do {
      const previous = way[column] as number;
      rowOf[column] = rowOf[previous] as number;
      column = previous;
    } while (column !== 0);
  }
  const result = Array.from({ length: size }, () => 0);
  for (let column = 1; column <= size; column++) result[(rowOf[column] as number) - 1] = column - 1;
  return result;
}
