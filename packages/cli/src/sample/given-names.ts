/**
 * Draws given names: by sex and year of birth from overlapping periods, so that fashions come and go gradually.
 * Weights inside a period follow a Zipf–Mandelbrot curve over the rank.
 */
import { femaleNames } from "./given-names-female.ts";
import { maleNames } from "./given-names-male.ts";
import type { Random } from "./random.ts";
import { Weighted } from "./random.ts";
import type { NameEntry } from "./surnames.ts";

/** A given name usual about that year. */
export function drawGivenName(female: boolean, birthYear: number, random: Random): NameEntry {
  const shifted = birthYear + random.between(-6, 6);
  const period = lastYears.findIndex((lastYear) => shifted <= lastYear);
  const table = (female ? femaleTables : maleTables)[period === -1 ? lastYears.length - 1 : period];
  return (table === undefined ? undefined : table.names[table.weights.draw(random)]) ?? fallback;
}

interface Table {
  readonly names: readonly NameEntry[];
  readonly weights: Weighted;
}

/** Where one period gives way to the next; the draw is shifted by up to six years either way. */
const lastYears = [1946, 1961, 1976, 1991, 2012] as const;
const fallback: NameEntry = { kanji: "見本", readings: ["ミホン"] };
const femaleTables = femaleNames.map(tableOf);
const maleTables = maleNames.map(tableOf);

function tableOf(names: readonly NameEntry[]): Table {
  return { names, weights: new Weighted(names.map((_, rank) => (rank + 5) ** -0.9)) };
}
