/**
 * Names and birth dates as a slip of the pen makes them, for `person-features.ts`. Pure; keeps no list of names.
 *
 * Sources: the official rules of the 2007 matching of pension records, stages 1, 2a and 2b, and the causes that were found.
 */
import { civilDate, dayOf, monthOf, yearOf, type CivilDate } from "@kura/kernel/civil-date.ts";
import { dateOfEra, eraOf, eras } from "@kura/kernel/era.ts";
import { foldKana, foldKanaName, foldWidth } from "@kura/kernel/kana.ts";
import { foldKanjiName } from "@kura/kernel/kanji.ts";

export interface NameParts {
  /** Without space. */
  readonly full: string;
  /** Empty where no space tells the parts. */
  readonly surname: string;
  readonly given: string;
}

/** Folded for comparing: the official stage 1. */
export function partsOf(name: string, script: "kana" | "kanji"): NameParts {
  const fold = script === "kana" ? foldKanaName : foldKanjiName;
  const [first = "", ...rest] = foldWidth(name).split(" ");
  const [surname, given] = rest.length === 0 ? ["", ""] : [fold(first), fold(rest.join(""))];
  return { full: surname === "" ? fold(first) : surname + given, surname, given };
}

/** Present names and former ones; a former surname alone stands before each present given name. */
export function joinNames(present: readonly string[], former: readonly string[]): string[] {
  const givens = present
    .map((name) => foldWidth(name).split(" ").slice(1).join(" "))
    .filter((given) => given !== "");
  const before = former.flatMap((name) => {
    const folded = foldWidth(name);
    return folded.includes(" ") || givens.length === 0
      ? [folded]
      : givens.map((given) => `${folded} ${given}`);
  });
  return [...new Set([...present, ...before])].filter((name) => name !== "");
}

/** With one letter taken for the one that looks like it. */
export function lookalikes(kana: string): string[] {
  const letters = Array.from(foldKana(kana));
  return letters.flatMap((letter, i) => {
    const other = lookalikeOf.get(letter);
    return other === undefined ? [] : [letters.with(i, other).join("")];
  });
}

/** What may be the given name in a name without its space. */
export function givenCuts(full: string): string[] {
  const letters = Array.from(full);
  const cuts: string[] = [];
  for (let length = 2; length <= 5 && letters.length - length >= 2; length++)
    cuts.push(letters.slice(-length).join(""));
  return cuts;
}

const lookalikeOf: ReadonlyMap<string, string> = new Map(
  ["ソン", "シツ", "クワ", "ヌス"].flatMap(([one = "", other = ""]) => [
    [one, other],
    [other, one],
  ]),
);

const dayMs = 86_400_000;

/** The date itself first; then a day off, day and month exchanged, the year of another era. Of a decoy only the first. */
export function dateSlips(
  birth: CivilDate,
  shiftDays: number,
): { readonly form: number; readonly date: string }[] {
  const shifted = (days: number): string =>
    new Date(Date.parse(birth) + days * dayMs).toISOString().slice(0, 10);
  if (shiftDays !== 0) return [{ form: 0, date: shifted(shiftDays) }];
  const [year, month, day] = [yearOf(birth), monthOf(birth), dayOf(birth)];
  const exchanged = civilDate(year, day, month);
  const own = eraOf(birth);
  const otherEras = eras.flatMap((era) => {
    if (own === undefined || era === own) return [];
    const found = dateOfEra(era, year - own.firstYear + 1, month, day);
    return found.kind === "date" ? [{ form: 3, date: found.date }] : [];
  });
  return [
    { form: 0, date: birth },
    { form: 1, date: shifted(-1) },
    { form: 1, date: shifted(1) },
    ...(exchanged === undefined || exchanged === birth ? [] : [{ form: 2, date: exchanged }]),
    ...otherEras,
  ];
}
