import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namesPattern, renderEvidence, sexUnsaid, stageOf } from "./agreement.ts";
import { probabilityOf, weighPatterns } from "./weigh.ts";
import type { PatternCount } from "./weigh.ts";

const kana = 1;
const given = 16;
const says = kana | given;
const count = (names: number, pairs: number, more: Partial<PatternCount> = {}): PatternCount => ({
  names,
  says,
  dateForm: 0,
  otherSex: false,
  isDecoy: false,
  pairs,
  overlapping: 0,
  ...more,
});
const asked = {
  owners: 1_000,
  decoys: 2_000,
  datesOfForm: [1, 2, 1, 2],
  numberPairs: { agreeing: 0, others: 0, possible: 1_000_000 },
};
const shareOf = (counts: readonly PatternCount[], names: number): number => {
  const found = weighPatterns(counts, asked).patterns.find((one) => one.names === names);
  return probabilityOf(found?.weight ?? Number.NaN);
};

describe("the share of matches among pairs of one pattern", () => {
  it("is what decoys leave: 800 pairs of which chance makes 8 are right in 99 of 100", () => {
    expect(
      shareOf([count(kana | given, 800), count(kana | given, 16, { isDecoy: true })], kana | given),
    ).toBeCloseTo(0.99, 2);
  });

  it("is next to nothing where decoys agree as often", () => {
    expect(shareOf([count(given, 400), count(given, 800, { isDecoy: true })], given)).toBeLessThan(0.01);
  });

  it("is recovered from simulated counts within the error of counting", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 5_000 }),
        fc.integer({ min: 0, max: 150 }),
        (matches, chance) => {
          const counts = [count(kana, matches + chance), count(kana, 2 * chance, { isDecoy: true })];
          expect(shareOf(counts, kana)).toBeCloseTo(matches / (matches + chance), 1);
        },
      ),
    );
  });

  it("is never 0 or 1, however few pairs there are", () => {
    for (const pairs of [1, 2, 50]) {
      const share = shareOf([count(kana, pairs)], kana);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
  });

  it("counts a day off twice: there are two such days", () => {
    const decoys = count(kana | given, 100, { isDecoy: true });
    const same = weighPatterns([count(kana | given, 400), decoys], asked).patterns[0]?.weight ?? 0;
    const off =
      weighPatterns([count(kana | given, 400, { dateForm: 1 }), decoys], asked).patterns[0]?.weight ?? 0;
    expect(off).toBeLessThan(same);
  });
});

describe("months that both have paid", () => {
  it("weigh against a pair as much as they are rarer among matches than among chance pairs", () => {
    const counts = [
      count(kana | given, 900, { overlapping: 1 }),
      count(given, 500, { overlapping: 100 }),
      count(given, 1_000, { isDecoy: true }),
    ];
    expect(weighPatterns(counts, asked).overlapWeight).toBeLessThan(-5);
    const alike = counts.map((one) => ({ ...one, overlapping: Math.round(one.pairs / 10) }));
    expect(weighPatterns(alike, asked).overlapWeight).toBeCloseTo(0, 0);
  });
});

describe("stages are the official ones", () => {
  it.each<[string, number, number, boolean, string]>([
    ["name, sex and birth date", kana, 0, false, "official-1"],
    ["the other sex", kana, 0, true, "official-2a"],
    ["a day off", 8, 1, false, "official-2a"],
    ["another era", kana, 3, false, "official-2b"],
    ["a letter that looks like another", 2, 0, false, "official-2b"],
    ["another reading", 4, 0, false, "official-2b"],
    ["day and month exchanged", kana, 2, false, "model"],
    ["the given name alone", given, 0, false, "model"],
  ])("%s", (_, names, dateForm, otherSex, stage) => {
    expect(stageOf({ names, dateForm, otherSex })).toBe(stage);
  });

  it("and where no sex is recorded, none is said to agree, and names count as before", () => {
    const found = { names: kana, says: says | sexUnsaid, dateForm: 0, otherSex: false };
    const words = renderEvidence({ ...found, numberAgrees: false, overlapMonths: 0 });
    expect(words).toContain("no sex to compare");
    expect(words).not.toContain("sex agrees");
    expect(namesPattern(found)).toBe(namesPattern({ names: kana, says }));
  });

  it("and evidence is said in words, for and against", () => {
    const words = renderEvidence({
      names: given,
      says: says | 8,
      dateForm: 1,
      otherSex: true,
      numberAgrees: true,
      overlapMonths: 2,
    });
    expect(words).toEqual([
      "a number agrees",
      "given name in kana, not the surname agrees",
      "birth date but for a day agrees",
      "the sex differs",
      "the kanji name differs",
      "2 months are paid by both: they may be two persons",
    ]);
  });
});
