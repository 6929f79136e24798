/**
 * Whether one premium entry can be true at all, before it is posted or held in suspense.
 *
 * Pure; called by posting and by the importer. It refuses only what is impossible (by law, or by time); what is merely
 * unlikely is a doubt that is counted and shown but never stops an entry, because old records are full of it and a record
 * refused is a record lost. Texts hold no amount and no personal data.
 */
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import type { PremiumEntry, PremiumKind, Scheme } from "./entry.ts";
import { isGradeIn, highestRemunerationYen } from "./remuneration.ts";
import { additionalPremiumYen, nationalRate, partialExemptions, partialPremiumYen } from "./rates.ts";
import type { SourceId } from "./sources.ts";

export type EntryRefusal =
  | "before-scheme"
  | "after-scheme"
  | "future-month"
  | "prepaid-too-far"
  | "kind-not-in-scheme"
  | "kind-not-yet"
  | "negative-amount"
  | "money-for-nothing"
  | "additional-without-money"
  | "remuneration-not-in-scheme"
  | "remuneration-out-of-range";

export type EntryDoubt =
  | "paid-without-money"
  | "not-the-premium"
  | "dearer-prepaid"
  | "not-the-rest"
  | "not-the-additional"
  | "no-grade"
  | "no-remuneration"
  | "dearer-than-remuneration";

export type EntryCheck =
  | { readonly kind: "ok"; readonly doubts: readonly EntryDoubt[] }
  | {
      readonly kind: "refused";
      readonly code: EntryRefusal;
      readonly text: string;
      readonly source: SourceId;
    };

/**
 * The first refusal in {@link entryRefusals} that holds, or `ok` with every doubt that does.
 *
 * `entry` is an original entry, not a reversing one: reversals are matched with what they name by `isReversalOf`.
 */
export function checkEntry(entry: PremiumEntry, now: CivilMonth): EntryCheck {
  const refusal = entryRefusals.find((rule) => rule.holds(entry, now));
  if (refusal !== undefined) {
    return { kind: "refused", code: refusal.code, text: refusal.text, source: refusal.source };
  }
  return {
    kind: "ok",
    doubts: entryDoubts.filter((rule) => rule.holds(entry, now)).map((rule) => rule.code),
  };
}

export interface Rule<Code extends string> {
  readonly code: Code;
  readonly text: string;
  readonly source: SourceId;
  readonly holds: (entry: PremiumEntry, now: CivilMonth) => boolean;
}

/**
 * Scheme by scheme: its first and last month, and what can be recorded in it. Workers' pension insurance began in June
 * 1942, seamen's in June 1940 (merged into the employees' in April 1986); the mutual aid associations began at many times.
 */
export const schemeTerms: Readonly<
  Record<Scheme, { from?: string; to?: string; kinds: readonly PremiumKind[] }>
> = {
  national1: {
    from: "1961-04",
    kinds: [
      "paid",
      "unpaid",
      "exemptFull",
      "exemptThreeQuarters",
      "exemptHalf",
      "exemptQuarter",
      "student",
      "deferred",
      "prepaid",
      "paidLate",
      "additional",
    ],
  },
  employees: { from: "1942-06", kinds: ["paid", "unpaid", "paidLate"] },
  national3: { from: "1986-04", kinds: ["paid", "unpaid"] },
  voluntary: { from: "1961-04", kinds: ["paid", "unpaid", "prepaid", "paidLate", "additional"] },
  seamen: { from: "1940-06", to: "1986-03", kinds: ["paid", "unpaid", "paidLate"] },
  mutual: { kinds: ["paid", "unpaid", "paidLate"] },
};

/** First month of kinds that law made later than their scheme. */
export const firstMonthOfKind: Partial<Record<PremiumKind, string>> = {
  student: "2000-04",
  deferred: "2005-04",
  additional: "1970-10",
  ...Object.fromEntries(partialExemptions.map(({ kind, from }) => [kind, from])),
};

/** How far ahead a month can be prepaid: two years, and the rest of the fiscal year (art. 93). */
export const prepaidAheadMonths = 36;

/** Impossible, in order of precedence: time first, then the combination, then the money. */
export const entryRefusals: readonly Rule<EntryRefusal>[] = [
  {
    code: "before-scheme",
    text: "the scheme did not exist in that month",
    source: "scheme-history",
    holds: ({ month, scheme }) => month < (schemeTerms[scheme].from ?? month),
  },
  {
    code: "after-scheme",
    text: "the scheme had ended by that month",
    source: "scheme-history",
    holds: ({ month, scheme }) => month > (schemeTerms[scheme].to ?? month),
  },
  {
    code: "future-month",
    text: "the month has not begun, and the entry is no prepayment",
    source: "npa-87",
    holds: (entry, now) => entry.month > now && !isPrepayment(entry),
  },
  {
    code: "prepaid-too-far",
    text: "the month lies further ahead than can be prepaid",
    source: "npa-87",
    holds: ({ month }, now) => monthsBetween(now, month) > prepaidAheadMonths,
  },
  {
    code: "kind-not-in-scheme",
    text: "that scheme knows no such kind of entry",
    source: "npa-90",
    holds: ({ scheme, kind }) => !schemeTerms[scheme].kinds.includes(kind),
  },
  {
    code: "kind-not-yet",
    text: "that kind of entry did not exist in that month",
    source: "scheme-history",
    holds: ({ month, kind }) => month < (firstMonthOfKind[kind] ?? month),
  },
  {
    code: "negative-amount",
    text: "only a reversing entry can have a negative amount",
    source: "npa-87",
    holds: ({ amountYen }) => amountYen < 0,
  },
  {
    code: "money-for-nothing",
    text: "that kind of entry pays nothing, yet an amount is given",
    source: "npa-90",
    holds: ({ scheme, kind, amountYen }) =>
      amountYen > 0 && (paysNothing.has(kind) || scheme === "national3"),
  },
  {
    code: "additional-without-money",
    text: "an additional contribution without an amount",
    source: "npa-87-2",
    holds: ({ kind, amountYen }) => kind === "additional" && amountYen === 0,
  },
  {
    code: "remuneration-not-in-scheme",
    text: "only employees' schemes know a standard monthly remuneration",
    source: "epa-20",
    holds: ({ scheme, remunerationYen }) => remunerationYen !== undefined && !isEmployeesScheme(scheme),
  },
  {
    code: "remuneration-out-of-range",
    text: "a standard monthly remuneration is above zero and at most the highest cap",
    source: "epa-20",
    holds: ({ remunerationYen = 1 }) => remunerationYen <= 0 || remunerationYen > highestRemunerationYen,
  },
];

/** Unlikely: counted and shown, never a refusal. */
export const entryDoubts: readonly Rule<EntryDoubt>[] = [
  {
    code: "paid-without-money",
    text: "a paid month without an amount (lawful in maternity leave since April 2019)",
    source: "npa-5",
    holds: ({ scheme, kind, amountYen }) => isNational(scheme) && paysFull.has(kind) && amountYen === 0,
  },
  {
    code: "not-the-premium",
    text: "the amount is not the contribution of that month",
    source: "npa-87",
    // Prepayment has a discount, payment afterwards a surcharge: only a plain payment is compared.
    holds: ({ scheme, kind, month, amountYen }) => {
      const rate = nationalRate(month);
      if (!isNational(scheme) || kind !== "paid" || amountYen === 0 || rate === undefined) return false;
      return amountYen !== rate.youngYen && amountYen !== rate.olderYen;
    },
  },
  {
    code: "dearer-prepaid",
    text: "prepaid for more than the contribution of that month",
    source: "npa-87",
    holds: ({ scheme, kind, month, amountYen }) =>
      isNational(scheme) && kind === "prepaid" && amountYen > (nationalRate(month)?.olderYen ?? amountYen),
  },
  {
    code: "not-the-rest",
    text: "the amount is not what a month so exempted leaves to pay; the month may not count",
    source: "npa-5",
    holds: ({ kind, month, amountYen }) => {
      const restYen = partialPremiumYen(month, kind);
      return restYen !== undefined && amountYen !== restYen;
    },
  },
  {
    code: "not-the-additional",
    text: "the amount is not the additional contribution of that month",
    source: "additional-history",
    holds: ({ kind, month, amountYen }) => kind === "additional" && amountYen !== additionalPremiumYen(month),
  },
  {
    code: "no-grade",
    text: "the remuneration is no grade of the table in force since September 2020",
    source: "epa-20",
    holds: ({ month, remunerationYen }) =>
      remunerationYen !== undefined && isGradeIn(month, remunerationYen) === false,
  },
  {
    code: "no-remuneration",
    text: "an employee's month without its remuneration",
    source: "epa-20",
    holds: ({ scheme, kind, remunerationYen }) =>
      isEmployeesScheme(scheme) && kind === "paid" && remunerationYen === undefined,
  },
  {
    code: "dearer-than-remuneration",
    text: "the contribution is more than a fifth of the remuneration",
    source: "epa-81",
    holds: ({ amountYen, remunerationYen }) =>
      remunerationYen !== undefined && amountYen * 5 > remunerationYen,
  },
];

const paysNothing: ReadonlySet<PremiumKind> = new Set(["unpaid", "exemptFull", "student", "deferred"]);
const paysFull: ReadonlySet<PremiumKind> = new Set(["paid", "prepaid", "paidLate"]);

function isPrepayment({ scheme, kind }: PremiumEntry): boolean {
  return isNational(scheme) && (kind === "prepaid" || kind === "additional");
}

function isNational(scheme: Scheme): boolean {
  return scheme === "national1" || scheme === "voluntary";
}

/** Whether the scheme is one of employees, with a standard monthly remuneration. */
export function isEmployeesScheme(scheme: Scheme): boolean {
  return scheme === "employees" || scheme === "seamen" || scheme === "mutual";
}

function monthsBetween(from: CivilMonth, to: CivilMonth): number {
  return (
    (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5)) - Number(from.slice(5))
  );
}
