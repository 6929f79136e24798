/**
 * Amounts of the sample: the National Pension's from the ledger's own table, the employees' premium whole.
 */
import { premiumKinds } from "@kura/custodian/premiums/entry.ts";
import { expect, it } from "vitest";
import { employeesYen, gradeOf, monthAt, nationalYen } from "./money.ts";

it("a month of the National Pension costs what the law says, by age before July 1970", () => {
  expect(nationalYen(monthAt(2025, 4), "paid", 40)).toBe(17_510);
  expect(nationalYen(monthAt(1961, 4), "paid", 34)).toBe(100);
  expect(nationalYen(monthAt(1961, 4), "paid", 35)).toBe(150);
});

it("a partly exempt month costs the quarters that are left, an excused or unpaid one nothing", () => {
  expect(nationalYen(monthAt(2025, 4), "exemptQuarter", 40)).toBe(13_130);
  expect(nationalYen(monthAt(2025, 4), "exemptHalf", 40)).toBe(8_760);
  expect(nationalYen(monthAt(2025, 4), "exemptThreeQuarters", 40)).toBe(4_380);
  for (const kind of ["unpaid", "exemptFull", "student", "deferred"] as const) {
    expect(nationalYen(monthAt(2025, 4), kind, 40)).toBe(0);
  }
});

it("every month since April 1961 has whole, non-negative yen for every kind", () => {
  for (let month = monthAt(1961, 4); month <= monthAt(2027, 3); month += 1) {
    for (const kind of premiumKinds) {
      const yen = nationalYen(month, kind, 35);
      expect(Number.isInteger(yen) && yen >= 0).toBe(true);
    }
    for (const kind of ["paid", "prepaid", "paidLate"] as const) {
      expect(nationalYen(month, kind, 35)).toBeGreaterThan(0);
    }
  }
});

it("the employees' premium is 18.3 % of the standard monthly remuneration, both halves", () => {
  expect(employeesYen(monthAt(2025, 4), 300_000)).toBe(54_900);
  expect(employeesYen(monthAt(2016, 9), 300_000)).toBe(54_546);
  expect(employeesYen(monthAt(2004, 10), 300_000)).toBe(41_802);
});

it("pay falls on the nearest grade between the lowest and the highest of its time", () => {
  expect(gradeOf(monthAt(2025, 4), 1)).toBe(88_000);
  expect(gradeOf(monthAt(2025, 4), 9_000_000)).toBe(650_000);
  expect(gradeOf(monthAt(2020, 8), 9_000_000)).toBe(620_000);
  expect(gradeOf(monthAt(2025, 4), 301_000)).toBe(300_000);
});
