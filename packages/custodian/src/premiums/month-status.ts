/**
 * What the ledger says about each month of one person: entries in, one status per month and scheme out.
 *
 * Pure and free of personal data: it takes entries, never keys or names. Reversing entries cancel what they name and
 * leave nothing. What remains is weighed by {@link precedence}, as data, so that the result does not depend on how months
 * are interleaved. Nothing is repaired here: overlaps, contradictions and gaps are listed for a clerk.
 */
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { civilMonth, dayOf, monthIndex, monthOf, yearOf } from "@kura/kernel/civil-date.ts";
import { Breach } from "@kura/kernel/fault.ts";
import type { Yen } from "@kura/kernel/yen.ts";
import { addYen, zeroYen } from "@kura/kernel/yen.ts";
import { schemeNumbers } from "./entry.ts";
import type { LedgerEntry, PremiumKind, Scheme } from "./entry.ts";
import { nationalPremiumYen, partialPremiumYen } from "./rates.ts";
import type { SourceId } from "./sources.ts";

/** Every kind but `additional`, which stands beside a month's status and never replaces it. */
export type StatusKind = Exclude<PremiumKind, "additional">;

/** Why a clerk should look at a month. */
export type StatusDoubt =
  /** More than one live payment: one may have to be returned. */
  | "paid-twice"
  /** Several exemptions at once, which the law excludes; the last recorded one is shown. */
  | "several-exemptions"
  /** A partial exemption whose other part was not (wholly) paid: the month counts nothing. */
  | "rest-not-paid"
  /** An additional contribution in a month whose contribution was not paid: it adds no pension. */
  | "additional-alone";

export interface MonthStatus {
  readonly month: CivilMonth;
  readonly scheme: Scheme;
  /** `undefined` when only an additional contribution is recorded. */
  readonly kind: StatusKind | undefined;
  /** Everything paid for the month, without the additional contribution. */
  readonly paidYen: Yen;
  readonly additionalYen: Yen;
  /** Whether the additional contribution earns additional pension (art. 87-2 (2)). */
  readonly hasAdditional: boolean;
  /** Of the last entry that gave one. */
  readonly remunerationYen?: Yen;
  readonly doubts: readonly StatusDoubt[];
  /** The live entries behind it, in order. */
  readonly entryNos: readonly number[];
}

/**
 * The status of each month and scheme with a live entry, by month, then by scheme number.
 *
 * Entries must come in the order of their numbers. O(n log n).
 *
 * @throws {Breach} when a reversing entry names no live earlier entry of the same month, scheme, kind and opposite amount:
 *   posting refuses such an entry, so its presence means that the ledger was changed.
 */
export function foldMonths(entries: readonly LedgerEntry[]): MonthStatus[] {
  const cells = Map.groupBy(liveEntries(entries), cellOf);
  return [...cells.keys()].toSorted((a, b) => a - b).flatMap((cell) => statusOf(cells.get(cell) ?? []) ?? []);
}

/** The entries that no reversal cancelled, without the reversals themselves, in order. */
export function liveEntries(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const live = new Map<number, LedgerEntry>();
  for (const entry of entries) {
    if (entry.reverses === undefined) {
      live.set(entry.entryNo, entry);
      continue;
    }
    const target = live.get(entry.reverses);
    if (target === undefined || !isReversalOf(entry, target)) {
      throw new Breach("a reversing entry does not match what it names", {
        entryNo: entry.entryNo,
        reverses: entry.reverses,
      });
    }
    live.delete(entry.reverses);
  }
  return [...live.values()];
}

/** Whether `entry` undoes exactly `target`: same month, scheme and kind, opposite amount, and `target` reverses nothing. */
export function isReversalOf(entry: LedgerEntry, target: LedgerEntry): boolean {
  return (
    entry.reverses === target.entryNo &&
    target.reverses === undefined &&
    entry.entryNo > target.entryNo &&
    entry.month === target.month &&
    entry.scheme === target.scheme &&
    entry.kind === target.kind &&
    entry.amountYen + target.amountYen === 0
  );
}

/** What outweighs what: the highest group present decides; within a group the last recorded entry does. */
// INVARIANT: "names every kind but the additional once" in month-status.test.ts.
export const precedence: readonly { kinds: readonly StatusKind[]; why: string; source: SourceId }[] = [
  { kinds: ["paidLate"], why: "a month paid afterwards is deemed paid, whatever it was", source: "npa-94" },
  {
    kinds: ["paid", "prepaid"],
    why: "an exemption does not touch what was paid or prepaid",
    source: "npa-90",
  },
  {
    kinds: ["exemptFull", "exemptThreeQuarters", "exemptHalf", "exemptQuarter", "student", "deferred"],
    why: "an exemption relieves a month that would be unpaid",
    source: "npa-90",
  },
  { kinds: ["unpaid"], why: "what is left", source: "npa-5" },
];

/** Whether the month counts as paid in full (art. 5 (1)). */
export function isPaidKind(kind: StatusKind | undefined): boolean {
  return kind === "paid" || kind === "prepaid" || kind === "paidLate";
}

/** Whether a partial exemption of that status lacks its payment. */
export function lacksRest(status: MonthStatus): boolean {
  return status.doubts.includes("rest-not-paid");
}

/** Months that more than one scheme claims, with the schemes. `statuses` as {@link foldMonths} returns them. */
export function listOverlaps(statuses: readonly MonthStatus[]): { month: CivilMonth; schemes: Scheme[] }[] {
  return [...Map.groupBy(statuses, (status) => status.month)]
    .filter(([, each]) => each.length > 1)
    .map(([month, each]) => ({ month, schemes: each.map((status) => status.scheme) }));
}

/** A run of months, both ends included. */
export interface MonthRange {
  readonly from: CivilMonth;
  readonly to: CivilMonth;
}

/**
 * Runs of months with nothing recorded in any scheme: from reaching 20 (not before April 1961) to the month before
 * reaching 60, or to `lastMonth` (of death, or the last month that had to be recorded) if that is earlier.
 */
export function listGaps(
  statuses: readonly MonthStatus[],
  birthDate: CivilDate,
  lastMonth: CivilMonth,
): MonthRange[] {
  const recorded = new Set(statuses.map((status) => monthIndex(status.month)));
  const first = Math.max(reachesAgeIndex(birthDate, 20), firstNationalIndex);
  const last = Math.min(reachesAgeIndex(birthDate, 60) - 1, monthIndex(lastMonth));
  const gaps: { from: number; to: number }[] = [];
  for (let index = first; index <= last; index++) {
    if (recorded.has(index)) continue;
    const open = gaps.at(-1);
    if (open?.to === index - 1) open.to = index;
    else gaps.push({ from: index, to: index });
  }
  return gaps.map(({ from, to }) => ({ from: monthAt(from), to: monthAt(to) }));
}

/**
 * The month (as {@link monthIndex}) in which a person reaches `age`: that of the day before the birthday, so that one born
 * on the first of a month reaches it in the month before (Act No. 50 of 1902).
 */
export function reachesAgeIndex(birthDate: CivilDate, age: number): number {
  return (yearOf(birthDate) + age) * 12 + monthOf(birthDate) - 1 - (dayOf(birthDate) === 1 ? 1 : 0);
}

/** April 1961, when the contributory National Pension began. */
export const firstNationalIndex: number = 1961 * 12 + 3;

const cellsPerMonth = 8;

/** Month and scheme as one sortable number. */
function cellOf(entry: LedgerEntry): number {
  return monthIndex(entry.month) * cellsPerMonth + schemeNumbers[entry.scheme];
}

/** The status of one month in one scheme, from its live entries in order; there is at least one. */
function statusOf(entries: readonly LedgerEntry[]): MonthStatus[] {
  const first = entries[0];
  if (first === undefined) return [];
  const regular = entries.filter((entry) => entry.kind !== "additional");
  const kind = decisiveKind(regular);
  const remunerationYen = entries.findLast((entry) => entry.remunerationYen !== undefined)?.remunerationYen;
  const additionalYen = sumYen(entries.filter((entry) => entry.kind === "additional"));
  const status = {
    month: first.month,
    scheme: first.scheme,
    kind,
    paidYen: sumYen(regular),
    additionalYen,
    hasAdditional: additionalYen > 0 && (kind === "paid" || kind === "prepaid"),
    ...(remunerationYen === undefined ? {} : { remunerationYen }),
    entryNos: entries.map((entry) => entry.entryNo),
  };
  return [{ ...status, doubts: doubtsOf(status, regular) }];
}

function decisiveKind(regular: readonly LedgerEntry[]): StatusKind | undefined {
  const partial = partialWithRest(regular);
  if (partial !== undefined) return partial;
  for (const { kinds } of precedence) {
    const last = regular.findLast((entry) => kinds.some((kind) => kind === entry.kind));
    if (last !== undefined && last.kind !== "additional") return last.kind;
  }
  return undefined;
}

/**
 * A partial exemption beside a plain payment of less than the full price: the payment is the exemption's other part, not a
 * paid month. Without this a half-price payment would count as a whole month.
 */
function partialWithRest(regular: readonly LedgerEntry[]): StatusKind | undefined {
  const payments = regular.filter((entry) => entry.kind === "paid" || entry.kind === "prepaid");
  const partial = regular.findLast((entry) => isPartial(entry.kind))?.kind;
  if (payments.length === 0 || partial === undefined || partial === "additional") return undefined;
  if (regular.some((entry) => entry.kind === "paidLate")) return undefined;
  const fullYen = nationalPremiumYen(payments[0]?.month ?? unreachable());
  return fullYen !== undefined && sumYen(payments) < fullYen ? partial : undefined;
}

function doubtsOf(status: Omit<MonthStatus, "doubts">, regular: readonly LedgerEntry[]): StatusDoubt[] {
  const doubts: StatusDoubt[] = [];
  const payments = regular.filter((entry) => entry.kind !== "additional" && isPaidKind(entry.kind));
  const exemptions = new Set(regular.map((entry) => entry.kind).filter(isExemption));
  if (payments.length > 1) doubts.push("paid-twice");
  if (exemptions.size > 1) doubts.push("several-exemptions");
  if (status.kind !== undefined && isPartial(status.kind)) {
    const restYen = partialPremiumYen(status.month, status.kind);
    if (restYen === undefined || status.paidYen < restYen) doubts.push("rest-not-paid");
  }
  if (status.additionalYen > 0 && !status.hasAdditional) doubts.push("additional-alone");
  return doubts;
}

function isExemption(kind: PremiumKind): boolean {
  return precedence[2]?.kinds.some((exemption) => exemption === kind) ?? false;
}

/** Whether part of the month's contribution is still to be paid. */
export function isPartial(kind: PremiumKind): boolean {
  return kind === "exemptThreeQuarters" || kind === "exemptHalf" || kind === "exemptQuarter";
}

function sumYen(entries: readonly LedgerEntry[]): Yen {
  return entries.length === 0 ? zeroYen : addYen(...entries.map((entry) => entry.amountYen));
}

function monthAt(index: number): CivilMonth {
  return civilMonth(Math.floor(index / 12), (index % 12) + 1) ?? unreachable();
}

function unreachable(): never {
  throw new Breach("a month outside the years we know", {});
}
