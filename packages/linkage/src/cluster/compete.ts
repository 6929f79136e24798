// What competition between candidates does to their probabilities: if an orphan fits two people equally well, neither
// is certain, however well both fit; and a person whom another orphan fits better is hardly free. Sum–product
// messages between records (exact where the candidates form a tree, close elsewhere), a few rounds over all edges.

import type { Edges } from "../score-rule.ts";

export type Assignment = "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";

const ROUNDS = 16;
/** Share of a message that is kept from the round before: where all fit all, undamped messages swing for ever. */
const KEPT = 0.5;
/** Odds beyond which a float's square would not be a number any more. */
const MOST_BITS = 200;

/** On which side a record has one counterpart at most. */
export const takesOne = (assignment: Assignment): { readonly first: boolean; readonly second: boolean } => ({
  first: assignment === "one-to-one" || assignment === "one-to-many",
  second: assignment === "one-to-one" || assignment === "many-to-one",
});

/** Probability of every edge given that a record has at most one counterpart on the sides the assignment says. */
export function competingProbabilities(edges: Edges, rowCount: number, assignment: Assignment): Float32Array {
  const { first, second, count } = edges;
  const odds = Float64Array.from(edges.weight, (weight) => 2 ** Math.min(weight, MOST_BITS));
  const takes = takesOne(assignment);
  // How free the record at each end of an edge is for it, as far as its other edges say.
  const [freeFirst, freeSecond] = [new Float64Array(count).fill(1), new Float64Array(count).fill(1)];
  const claims = new Float64Array(rowCount);
  const rounds = takes.first && takes.second ? ROUNDS : 1;
  for (let round = 0; round < rounds; round++) {
    claims.fill(0);
    for (let e = 0; e < count; e++) {
      const [i, j] = [first[e] as number, second[e] as number];
      if (takes.first) claims[i] = (claims[i] as number) + (odds[e] as number) * (freeSecond[e] as number);
      if (takes.second) claims[j] = (claims[j] as number) + (odds[e] as number) * (freeFirst[e] as number);
    }
    for (let e = 0; e < count; e++) {
      const [i, j] = [first[e] as number, second[e] as number];
      const [own, other] = [
        (odds[e] as number) * (freeSecond[e] as number),
        (odds[e] as number) * (freeFirst[e] as number),
      ];
      if (takes.first)
        freeFirst[e] = mixed(
          freeFirst[e] as number,
          1 / (1 + Math.max(0, (claims[i] as number) - own)),
          round,
        );
      if (takes.second)
        freeSecond[e] = mixed(
          freeSecond[e] as number,
          1 / (1 + Math.max(0, (claims[j] as number) - other)),
          round,
        );
    }
  }
  const shares = Float32Array.from(odds, (own, e) => {
    const free = own * (freeFirst[e] as number) * (freeSecond[e] as number);
    return free / (1 + free);
  });
  return withinOne(shares, edges, rowCount, takes);
}

const mixed = (before: number, now: number, round: number): number =>
  round === 0 ? now : KEPT * before + (1 - KEPT) * now;

/** Shares scaled down where messages that did not settle gave a record more than one counterpart in all. */
function withinOne(
  shares: Float32Array,
  { first, second, count }: Edges,
  rowCount: number,
  takes: { readonly first: boolean; readonly second: boolean },
): Float32Array {
  const sums = new Float64Array(rowCount);
  for (let e = 0; e < count; e++) {
    const [i, j] = [first[e] as number, second[e] as number];
    if (takes.first) sums[i] = (sums[i] as number) + (shares[e] as number);
    if (takes.second) sums[j] = (sums[j] as number) + (shares[e] as number);
  }
  return shares.map(
    (share, e) =>
      share / Math.max(1, sums[first[e] as number] as number, sums[second[e] as number] as number),
  );
}
