/**
 * From what a clerk types to a criterion of a screen. Pure; says which option is wrong, never what was typed.
 *
 * An age is reached on the day before the birthday (年齢計算ニ関する法律, Act No. 50 of 1902; Civil Code art. 143): who was born on
 * 1 April 1951 reaches 75 on 31 March 2026. It becomes a range of birth dates here; the keeper knows no ages.
 */
import type { Command } from "commander";
import {
  addMonths,
  type CivilDate,
  civilDate,
  dayOf,
  daysInMonth,
  monthOf,
  parseCivilDate,
  parseCivilMonth,
  yearOf,
} from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { type Criterion, encodeCriterion } from "@kura/keeper/protocol/screens.ts";
import { isRefusal } from "@kura/custodian/intake/cell.ts";
import { parseSexCell } from "@kura/custodian/intake/word-cell.ts";

export interface CriterionSaid {
  readonly bornFrom?: string;
  readonly bornTo?: string;
  readonly age?: string;
  readonly on?: string;
  readonly reaches?: string;
  readonly in?: string;
  readonly postalPrefix?: string;
  readonly addressPrefix?: string;
  readonly kanaPrefix?: string;
  readonly sex?: string;
}

/** The options of it, for each command that takes one. */
export function addCriterionOptions(command: Command): Command {
  return command
    .option("--born-from <date>", "born on that day or later, YYYY-MM-DD")
    .option("--born-to <date>", "born on that day or earlier")
    .option("--age <years>", "of that age on the day --on; a whole number")
    .option("--on <date>", "YYYY-MM-DD")
    .option("--reaches <years>", "reaches that age in the month --in")
    .option("--in <month>", "YYYY-MM")
    .option("--postal-prefix <digits>", "start of the postal code, two digits at least")
    .option("--address-prefix <text>", "start of the address")
    .option("--kana-prefix <text>", "start of the kana name")
    .option("--sex <sex>", "beside one of the others");
}

/** @throws {Fault} `bad-criterion` */
export function criterionOf(said: CriterionSaid): Criterion {
  const { postalPrefix, addressPrefix, kanaPrefix } = said;
  const ranges = [givenRange(said), ageRange(said), reachingRange(said)].filter((one) => one !== undefined);
  if (ranges.length > 1) throw bad("say birth dates, an age or an age that is reached: one of them");
  const sex = said.sex === undefined ? undefined : parseSexCell(said.sex);
  if (sex !== undefined && isRefusal(sex)) throw bad("--sex is male, female or unknown");
  const criterion = {
    ...ranges[0],
    ...(postalPrefix !== undefined && { postalPrefix }),
    ...(addressPrefix !== undefined && { addressPrefix }),
    ...(kanaPrefix !== undefined && { kanaPrefix }),
    ...(sex !== undefined && { sex }),
  };
  encodeCriterion(criterion);
  return criterion;
}

type Born = Pick<Criterion, "bornFrom" | "bornTo">;

function givenRange({ bornFrom, bornTo }: CriterionSaid): Born | undefined {
  if (bornFrom === undefined && bornTo === undefined) return undefined;
  return { ...(bornFrom !== undefined && { bornFrom }), ...(bornTo !== undefined && { bornTo }) };
}

function ageRange({ age, on }: CriterionSaid): Born | undefined {
  if (age === undefined && on === undefined) return undefined;
  const day = on === undefined ? undefined : parseCivilDate(on);
  const years = yearsIn(age);
  if (day === undefined || years === undefined)
    throw bad("an age needs --age with whole years and --on YYYY-MM-DD");
  // On that day everybody has reached it whose birthday is the next.
  const next = dayAfter(day);
  return { bornFrom: dayAfter(yearsBefore(next, years + 1)), bornTo: yearsBefore(next, years) };
}

function reachingRange({ reaches, in: month }: CriterionSaid): Born | undefined {
  if (reaches === undefined && month === undefined) return undefined;
  const of = month === undefined ? undefined : parseCivilMonth(month);
  const after = of === undefined ? undefined : addMonths(of, 1);
  const years = yearsIn(reaches);
  if (of === undefined || after === undefined || years === undefined)
    throw bad("an age that is reached needs --reaches with whole years and --in YYYY-MM");
  const day = (one: typeof of, dayOfMonth: number): CivilDate =>
    must(civilDate(yearOf(one) - years, monthOf(one), dayOfMonth));
  return { bornFrom: day(of, 2), bornTo: day(after, 1) };
}

function yearsIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,3}$/u.test(text) ? Number(text) : undefined;
}

/** 29 February becomes the 28th where the year has none. */
function yearsBefore(date: CivilDate, years: number): CivilDate {
  const [year, month] = [yearOf(date) - years, monthOf(date)];
  return must(civilDate(year, month, Math.min(dayOf(date), daysInMonth(year, month))));
}

function dayAfter(date: CivilDate): CivilDate {
  const [year, month, day] = [yearOf(date), monthOf(date), dayOf(date)];
  return must(civilDate(year, month, day + 1) ?? civilDate(year, month + 1, 1) ?? civilDate(year + 1, 1, 1));
}

function must(date: CivilDate | undefined): CivilDate {
  if (date === undefined) throw bad("nobody in the register is of such an age");
  return date;
}

function bad(why: string): Fault<"bad-criterion"> {
  return new Fault("bad-criterion", why);
}
