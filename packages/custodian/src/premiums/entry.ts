/**
 * The vocabulary of the premium ledger: schemes, kinds of movement, and what one entry holds.
 *
 * Numbers are what tables store and are for ever. Sources: National Pension Act arts. 7, 87, 89–90-3 (categories,
 * exemptions, student special, deferral), 93 (prepayment), 94 (payment afterwards); Employees' Pension Insurance Act
 * art. 20 (standard monthly remuneration).
 */
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import type { Yen } from "@kura/kernel/yen.ts";

/** National Pension categories 1–3; category 2 stands beside the employees' scheme that carries it. */
export const schemeNumbers = {
  /** 国民年金第1号: self-employed, students, unemployed; pays a flat monthly amount. */
  national1: 1,
  /** 厚生年金 (国民年金第2号): employees; standard monthly remuneration, half paid by the employer. */
  employees: 2,
  /** 国民年金第3号: dependent spouse of an employee; pays nothing directly. */
  national3: 3,
  /** 任意加入: voluntary, also 60–65 and abroad. */
  voluntary: 4,
  /** 船員保険, until 1986. */
  seamen: 5,
  /** 共済: mutual aid associations. */
  mutual: 6,
} as const;
export type Scheme = keyof typeof schemeNumbers;

/** What happened in that month. */
export const kindNumbers = {
  paid: 1,
  unpaid: 2,
  exemptFull: 3,
  exemptThreeQuarters: 4,
  exemptHalf: 5,
  exemptQuarter: 6,
  /** 学生納付特例 */
  student: 7,
  /** 納付猶予 */
  deferred: 8,
  /** 前納 */
  prepaid: 9,
  /** 追納・後納: paid afterwards; replaces the month's exemption or gap. */
  paidLate: 10,
  /** 付加保険料: 400 yen beside the month's premium. */
  additional: 11,
} as const;
export type PremiumKind = keyof typeof kindNumbers;

export const schemes: readonly Scheme[] = Object.keys(schemeNumbers) as Scheme[];
export const premiumKinds: readonly PremiumKind[] = Object.keys(kindNumbers) as PremiumKind[];

/** One movement. Corrected only by an entry that reverses it. */
export interface PremiumEntry {
  readonly month: CivilMonth;
  readonly scheme: Scheme;
  readonly kind: PremiumKind;
  /** What was paid; 0 for kinds that pay nothing. Negative only in a reversing entry. */
  readonly amountYen: Yen;
  /** 標準報酬月額, for `employees` (and `seamen`, `mutual`) where the sender gave it. */
  readonly remunerationYen?: Yen;
}

/** An entry in its person's ledger, numbered 1, 2, 3 … without gaps in the order of posting. */
export interface LedgerEntry extends PremiumEntry {
  readonly entryNo: number;
  /** The entry this one cancels; month, scheme and kind are that one's, the amount is its negative. */
  readonly reverses?: number;
}

/** The scheme with that number, or `undefined`. */
export function schemeOfNumber(number: number): Scheme | undefined {
  return schemes.find((scheme) => schemeNumbers[scheme] === number);
}

/** The kind with that number, or `undefined`. */
export function kindOfNumber(number: number): PremiumKind | undefined {
  return premiumKinds.find((kind) => kindNumbers[kind] === number);
}
