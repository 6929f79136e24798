// Further blocking rules, after a first grouping: groups hold pairs that no rule made (a third record joined them).
// What those agree on is what blocking misses, with errors as they really come together.

import { drawPair, listGroups } from "../model/refine.ts";
import type { Random } from "../random.ts";
import type { Candidate } from "./candidates.ts";
import type { Rule } from "./groups.ts";
import type { BlockingKey } from "./keys.ts";
import { chooseRules, conjunction, type ChosenRule } from "./learn.ts";

const MAX_PAIRS = 40_000;
const MAX_MISSED = 1_500;
/** Missed pairs below which there is nothing to learn. */
const MIN_MISSED = 30;

/** Rules that reach pairs inside groups which the rules in use do not make. */
export function learnMoreRules(
  candidates: readonly Candidate[],
  used: readonly ChosenRule[],
  labels: Int32Array,
  budget: number,
  maxRules: number,
  random: Random,
): ChosenRule[] {
  const { missed, seen } = missedPairs(used, labels, random);
  if (missed.length < MIN_MISSED) return [];
  const open = candidates.filter(
    (candidate) => candidate.pairs <= budget && !used.some(({ rule }) => rule === candidate.rule),
  );
  const keys = new Set(open.flatMap(({ rule }) => rule.keys));
  const agreement = new Map([...keys].map((key) => [key, agreementOn(key, missed)]));
  const options = open.map((candidate) => ({ ...candidate, covers: conjunction(candidate.rule, agreement) }));
  const before = used.at(-1)?.expectedRecallSoFar ?? 0;
  const missedShare = missed.length / Math.max(1, seen);
  return chooseRules(options, missed.length, budget, maxRules).map((rule) => ({
    ...rule,
    expectedRecall: rule.expectedRecall * missedShare,
    expectedRecallSoFar: Math.min(1, before + (1 - before) * rule.expectedRecallSoFar),
    expectedLoss: rule.expectedLoss * missedShare,
  }));
}

function agreementOn({ codes }: BlockingKey, missed: readonly (readonly [number, number])[]): Uint8Array {
  const agreement = new Uint8Array(missed.length);
  for (const [k, [i, j]] of missed.entries())
    agreement[k] = (codes[i] as number) >= 0 && codes[i] === codes[j] ? 1 : 0;
  return agreement;
}

function agrees(rule: Rule, i: number, j: number): boolean {
  return rule.keys.every((key) => (key.codes[i] as number) >= 0 && key.codes[i] === key.codes[j]);
}

function missedPairs(
  used: readonly ChosenRule[],
  labels: Int32Array,
  random: Random,
): { missed: (readonly [number, number])[]; seen: number } {
  const groups = listGroups(labels).filter((group) => group.length > 2);
  const total = groups.reduce((sum, group) => sum + (group.length * (group.length - 1)) / 2, 0);
  const share = Math.min(1, MAX_PAIRS / Math.max(1, total));
  const missed: (readonly [number, number])[] = [];
  let seen = 0;
  for (const group of groups) {
    const all = (group.length * (group.length - 1)) / 2;
    const drawn = Math.ceil(all * share);
    for (let k = 0; k < drawn; k++) {
      const [i, j] = drawPair(group, all, drawn, k, random);
      seen++;
      if (missed.length < MAX_MISSED && !used.some(({ rule }) => agrees(rule, i, j))) missed.push([i, j]);
    }
  }
  return { missed, seen };
}
