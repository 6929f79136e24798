/**
 * What is wrong with an orphan record, how often, and how it is put into one.
 *
 * Kinds and weights follow the published findings of 2007–2014 (verification committee's sample of 7,840 records; the
 * eleven patterns of resolved cases, of which three make nine tenths). Weights hold among the kinds that can happen to a
 * record; the shares that come of them are measured in `orphan.test.ts`.
 */
import { assertNever } from "@kura/kernel/fault.ts";
import {
  confuseKana,
  enlargeKana,
  misread,
  rewrite,
  shiftDay,
  shiftEra,
  slipVoicing,
  swapDayAndMonth,
} from "./name-slips.ts";
import type { Day, NamePart, SamplePerson } from "./person.ts";
import { Random } from "./random.ts";

/** What is wrong with a record beside its unknown number; `new-handbook` says that nothing else is. */
export const errorKinds = [
  "new-handbook",
  "former-surname",
  "reading",
  "variant-kanji",
  "no-name",
  "space-lost",
  "voiced-mark",
  "lookalike-kana",
  "small-kana",
  "birth-day-off",
  "birth-day-month-swapped",
  "birth-era",
  "sex",
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** What a record says of its owner while errors are put into it. */
export interface Draft {
  surname: NamePart;
  given: NamePart;
  born: Day;
  female: boolean;
  kanji: boolean;
  space: boolean;
  named: boolean;
}

/**
 * What is wrong first of all. `single` and `since`: whether there are months before and since the surname changed;
 * `undefined` when there are none at all.
 */
export function drawPrimary(
  person: SamplePerson,
  single: boolean,
  since: boolean,
  random: Random,
): ErrorKind | undefined {
  const marriedEarly = person.formerSurname !== undefined && single;
  if (!since) return marriedEarly ? "former-surname" : undefined;
  const possible = errorKinds.filter((kind) =>
    kind === "former-surname" ? marriedEarly : canHappen(person, kind),
  );
  let draw = random.fraction() * possible.reduce((sum, kind) => sum + errorWeights[kind], 0);
  for (const kind of possible) {
    draw -= errorWeights[kind];
    if (draw < 0) return kind;
  }
  return "new-handbook";
}

/** Puts the primary error into the draft, now and then a second one, and says which. */
export function drawErrors(draft: Draft, primary: ErrorKind, random: Random): ErrorKind[] {
  applyError(draft, primary, random);
  if (primary === "no-name" || primary === "new-handbook" || !random.chance(secondErrorShare))
    return [primary];
  const second = random.oneOf(secondErrors);
  return second !== primary && applyError(draft, second, random) ? [primary, second] : [primary];
}

/** Relative weights among the kinds that can happen to a record. */
export const errorWeights: Readonly<Record<ErrorKind, number>> = {
  "new-handbook": 22,
  "former-surname": 80,
  reading: 170,
  "variant-kanji": 24,
  "no-name": 7,
  "space-lost": 4,
  "voiced-mark": 4,
  "lookalike-kana": 4.5,
  "small-kana": 25,
  "birth-day-off": 3,
  "birth-day-month-swapped": 5,
  "birth-era": 20,
  sex: 2,
};

/** Of the records that have an error other than these two. */
const secondErrorShare = 0.15;
const secondErrors = [
  "reading",
  "birth-day-off",
  "sex",
  "space-lost",
  "voiced-mark",
  "variant-kanji",
] as const;

function canHappen(person: SamplePerson, kind: ErrorKind): boolean {
  // Drawn from a generator of its own: whether a slip is possible does not depend on the draw.
  const random = new Random(0);
  const draft: Draft = { ...person, kanji: true, space: true, named: true };
  return kind === "new-handbook" || applyError(draft, kind, random);
}

/** Puts the error into the draft; false when it cannot happen to it. */
function applyError(draft: Draft, kind: ErrorKind, random: Random): boolean {
  switch (kind) {
    case "new-handbook":
    case "former-surname":
      return true;
    case "reading":
      return applyToName(draft, (part) => misread(part, random));
    case "variant-kanji":
      if (!applyToName(draft, (part) => rewrite(part, random))) return false;
      draft.kanji = true;
      return true;
    case "voiced-mark":
      return applyToName(draft, (part) => slipVoicing(part, random));
    case "lookalike-kana":
      return applyToName(draft, (part) => confuseKana(part, random));
    case "small-kana":
      return applyToName(draft, (part) => enlargeKana(part, random));
    case "no-name":
      draft.named = false;
      return true;
    case "space-lost":
      draft.space = false;
      return true;
    case "sex":
      draft.female = !draft.female;
      return true;
    case "birth-day-off":
      return applyToBirth(draft, shiftDay(draft.born, random));
    case "birth-day-month-swapped":
      return applyToBirth(draft, swapDayAndMonth(draft.born));
    case "birth-era":
      return applyToBirth(draft, shiftEra(draft.born));
    default:
      return assertNever(kind, "error kind");
  }
}

/** The given name first, where it can be: that is where readings vary most. */
function applyToName(draft: Draft, slip: (part: NamePart) => NamePart | undefined): boolean {
  const given = slip(draft.given);
  if (given !== undefined) {
    draft.given = given;
    return true;
  }
  const surname = slip(draft.surname);
  if (surname === undefined) return false;
  draft.surname = surname;
  return true;
}

function applyToBirth(draft: Draft, born: Day | undefined): boolean {
  if (born === undefined) return false;
  draft.born = born;
  return true;
}
