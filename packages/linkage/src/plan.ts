// From columns with roles to what the engine works on: comparisons (levels of agreement) and blocking keys.
// Fields that say the same thing become one comparison: parts of names with the full name, kanji with kana,
// year, month and day with the date. Called once per run; pure but for the cost of folding distinct values.

import { Interner, mapColumn, mergeColumns, type Column, type RoleColumn } from "./column.ts";
import { compareBirthDates } from "./compare/birth-date.ts";
import {
  compareEmails,
  compareIdentifiers,
  compareNumbers,
  comparePhones,
  comparePostcodes,
  compareSexes,
} from "./compare/code.ts";
import { DEFAULT_COMMONNESS, type Comparison } from "./compare/comparison.ts";
import { RANGE_SEPARATOR, compareAmounts, compareEventDates, compareRanges } from "./compare/quantity.ts";
import { compareTexts } from "./compare/text.ts";
import { compareAddresses, comparePlaces, type WordWeights } from "./compare/words.ts";
import {
  amountKeys,
  birthDateKeys,
  codeKeys,
  emailKeys,
  eventDateKeys,
  placeKeys,
  plainKeys,
  postcodeKeys,
  textKeys,
  type BlockingKey,
} from "./block/keys.ts";
import { dayNumber, foldDate, isMonthFirst } from "./dates.ts";
import { LinkageFault } from "./fault.ts";
import { foldAmount, foldCode, foldEmail, foldPhone, foldPostcode, foldSex, foldWords } from "./fold.ts";
import type { JapaneseLists } from "./ja/lists.ts";
import { planNames } from "./names.ts";
import type { Role } from "./roles.ts";

/** What a run compares and blocks on. */
export interface Plan {
  readonly comparisons: readonly Comparison[];
  readonly keys: readonly BlockingKey[];
  /** Comparisons of given name and surname whose parts may be exchanged. */
  readonly swap: { readonly given: number; readonly surname: number } | undefined;
  /** Merged date ranges that must not overlap within one entity, if the columns are there. */
  readonly ranges: Column | undefined;
}

export interface PlanOptions {
  /** True when pairs always have one record from each input: directions of difference can then be learned. */
  readonly directed: boolean;
  readonly japanese: JapaneseLists;
  /** Keeps comparisons and keys that hold nothing here, so that the plan has the shape of an earlier one. */
  readonly keepsAll?: boolean;
  /** Weights of words from an earlier plan. */
  readonly wordWeights?: WordWeights;
}

interface Part {
  readonly comparisons: readonly Comparison[];
  readonly keys: readonly BlockingKey[];
}

/** Builds the plan; refuses input in which nothing can be compared. */
export function planRun(columns: readonly RoleColumn[], options: PlanOptions): Plan {
  const names = planNames(columns, options.japanese);
  const rest: Part[] = [
    planBirth(columns, names.japanese),
    ...columns.map((column) => planColumn(column, options)),
  ];
  const range = planRange(columns);
  if (range !== undefined) rest.push({ comparisons: [range.comparison], keys: [] });
  const all = [...names.comparisons, ...rest.flatMap((part) => part.comparisons)];
  const comparisons = all.filter((comparison) => options.keepsAll === true || isInformative(comparison));
  if (comparisons.length === 0) {
    throw new LinkageFault(
      "no-comparison",
      "No column with a role holds at least two different values: there is nothing to compare.",
    );
  }
  const keys = [...names.keys, ...rest.flatMap((part) => part.keys)].filter(
    (key) => options.keepsAll === true || key.codes.some((code) => code >= 0),
  );
  const given = comparisons.findIndex((comparison) => comparison === names.swap?.given);
  const surname = comparisons.findIndex((comparison) => comparison === names.swap?.surname);
  return {
    comparisons,
    keys,
    swap: given >= 0 && surname >= 0 ? { given, surname } : undefined,
    ranges: range?.column,
  };
}

function isInformative(comparison: Comparison): boolean {
  const first = comparison.codes.find((code) => code >= 0);
  return first !== undefined && comparison.codes.some((code) => code >= 0 && code !== first);
}

function planBirth(columns: readonly RoleColumn[], japanese: boolean): Part {
  const whole = columns.find((column) => column.role === "birth_date");
  const parts = (["birth_year", "birth_month", "birth_day"] as const).map((role) =>
    columns.find((column) => column.role === role),
  );
  const present = parts.filter((part) => part !== undefined);
  if (whole === undefined && present.length === 0) return { comparisons: [], keys: [] };
  const used = whole === undefined ? present : [whole];
  const folded = whole === undefined ? mergeBirthParts(parts) : foldDates(whole.column);
  const names = used.map((column) => column.name);
  const label = whole?.name ?? "birth date";
  return {
    comparisons: [
      { ...compareBirthDates(label, names, folded, japanese), commonness: BIRTH_DATE_COMMONNESS },
    ],
    keys: birthDateKeys(names, label, folded),
  };
}

const foldDates = (column: Column): Column => {
  const monthFirst = isMonthFirst(column.values);
  return mapColumn(column, (value) => foldDate(value, monthFirst));
};

function mergeBirthParts(parts: readonly (RoleColumn | undefined)[]): Column {
  const present = parts.map((part, k) => ({ part, k })).filter(({ part }) => part !== undefined);
  return mergeColumns(
    present.flatMap(({ part }) => (part === undefined ? [] : [part.column])),
    (values) => {
      const numbers = [0, 0, 0];
      for (const [at, { k }] of present.entries())
        numbers[k] = Math.trunc(Number(foldCode(values[at] ?? ""))) || 0;
      const [year = 0, month = 0, day = 0] = numbers;
      if (year === 0 && month === 0 && day === 0) return "";
      return String(year).padStart(4, "0") + String(month).padStart(2, "0") + String(day).padStart(2, "0");
    },
  );
}

/** Chance that two people share a value of this role, in a population of ordinary size. */
const COMMONNESS: Partial<Record<Role, number>> = {
  sex: 0.5,
  region: 0.08,
  place: 0.02,
  category: 0.05,
  postcode: 0.001,
  address: 0.0005,
  number: 0.02,
  email: 0.00005,
  phone: 0.00005,
  identifier: 0.00005,
  text: 0.0005,
  amount: 0.002,
  date: 0.003,
};
const BIRTH_DATE_COMMONNESS = 0.00005;

function planColumn({ name, role, column }: RoleColumn, options: PlanOptions): Part {
  const names = [name];
  const single = (
    fold: (value: string) => string,
    compare: (name: string, columns: readonly string[], folded: Column) => Comparison,
    keys: (columns: readonly string[], label: string, folded: Column) => BlockingKey[],
  ): Part => {
    const folded = mapColumn(column, fold, new Interner());
    const commonness = COMMONNESS[role] ?? DEFAULT_COMMONNESS;
    return {
      comparisons: [{ ...compare(name, names, folded), commonness }],
      keys: keys(names, name, folded),
    };
  };
  switch (role) {
    case "sex":
      return single(foldSex, compareSexes, plainKeys);
    case "postcode":
      return single(foldPostcode, comparePostcodes, postcodeKeys);
    case "region":
    case "place":
    case "category":
      return single(foldWords, comparePlaces, placeKeys);
    case "address":
      return single(
        foldWords,
        (n, c, folded) => compareAddresses(n, c, folded, options.wordWeights),
        textKeys,
      );
    case "number":
      return single(foldCode, compareNumbers, plainKeys);
    case "email":
      return single(foldEmail, compareEmails, emailKeys);
    case "phone":
      return single(foldPhone, comparePhones, codeKeys);
    case "identifier":
      return single(foldCode, compareIdentifiers, codeKeys);
    case "text":
      return single(foldWords, (n, c, folded) => compareTexts(n, c, folded, options.wordWeights), textKeys);
    case "amount":
      return single(foldAmount, (n, c, folded) => compareAmounts(n, c, folded, options.directed), amountKeys);
    case "date": {
      const monthFirst = isMonthFirst(column.values);
      return single(
        (value) => foldDate(value, monthFirst),
        (n, c, folded) => compareEventDates(n, c, folded, options.directed),
        (c, label, folded) => eventDateKeys(c, label, folded, dayNumber),
      );
    }
    default:
      return { comparisons: [], keys: [] };
  }
}

function planRange(columns: readonly RoleColumn[]): { comparison: Comparison; column: Column } | undefined {
  const start = columns.find((column) => column.role === "range_start");
  const end = columns.find((column) => column.role === "range_end");
  if (start === undefined || end === undefined) return undefined;
  const column = mergeColumns([foldDates(start.column), foldDates(end.column)], ([from = "", to = ""]) =>
    from === "" && to === "" ? "" : `${from}${RANGE_SEPARATOR}${to}`,
  );
  const names = [start.name, end.name];
  return { comparison: compareRanges(`${start.name} to ${end.name}`, names, column), column };
}
