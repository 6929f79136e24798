import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import {
  contributionMilliYen,
  employeeHalfYen,
  gradeOfPay,
  gradeOfStandard,
  isGradeIn,
  parseRemuneration,
  remunerationGrades,
} from "./remuneration.ts";

const month = (text: string) => parseCivilMonth(text) as CivilMonth;

describe("the grades of the standard monthly remuneration", () => {
  it("are 32, from 88,000 to 650,000 yen", () => {
    expect(remunerationGrades.length).toBe(32);
    expect(remunerationGrades[0]?.standardYen).toBe(88_000);
    expect(remunerationGrades[31]).toMatchObject({ grade: 32, standardYen: 650_000, fromYen: 635_000 });
  });

  it("each standard amount lies in the middle of its bounds", () => {
    for (const [i, low] of remunerationGrades.entries()) {
      const high = remunerationGrades[i + 1];
      if (high === undefined) continue;
      expect(high.fromYen * 2).toBe(low.standardYen + high.standardYen);
    }
  });

  it.each`
    pay          | grade
    ${0}         | ${1}
    ${92_999}    | ${1}
    ${93_000}    | ${2}
    ${209_999}   | ${14}
    ${210_000}   | ${15}
    ${634_999}   | ${31}
    ${635_000}   | ${32}
    ${5_000_000} | ${32}
  `("a pay of $pay yen is in grade $grade", ({ pay, grade }) => {
    expect(gradeOfPay(parseYen(pay)).grade).toBe(grade);
  });

  it("every pay lies within the bounds of its grade, and a standard amount is its own grade", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), (pay) => {
        const grade = gradeOfPay(parseYen(pay));
        expect(pay).toBeGreaterThanOrEqual(grade.fromYen);
        expect(pay).toBeLessThan(grade.belowYen ?? Infinity);
        expect(gradeOfPay(grade.standardYen)).toEqual(grade);
        expect(gradeOfStandard(grade.standardYen)).toEqual(grade);
      }),
    );
  });

  it("are known only since September 2020", () => {
    expect(isGradeIn(month("2020-08"), parseYen(89_000))).toBeUndefined();
    expect(isGradeIn(month("2020-09"), parseYen(89_000))).toBe(false);
    expect(isGradeIn(month("2020-09"), parseYen(650_000))).toBe(true);
  });
});

describe("a remuneration from outside", () => {
  it.each([3_000, 88_000, "650000", 750_000])("%s is one", (value) => {
    expect(parseRemuneration(value)).toBe(Number(value));
  });

  it.each([0, -88_000, 88_500, 751_000, "88,000", null, 1.5])("%s is none", (value) => {
    expect(() => parseRemuneration(value)).toThrow(Fault);
  });
});

describe("the contribution", () => {
  // Published halves of the general table, 18.3 % (grade 1: 8,052.00; grade 32: 59,475.00) and of January 2017, 18.182 %.
  it.each`
    at           | standard   | wholeMilli     | half
    ${"2026-04"} | ${88_000}  | ${16_104_000}  | ${8_052}
    ${"2026-04"} | ${650_000} | ${118_950_000} | ${59_475}
    ${"2017-01"} | ${88_000}  | ${16_000_160}  | ${8_000}
    ${"2017-01"} | ${98_000}  | ${17_818_360}  | ${8_909}
    ${"2017-08"} | ${200_000} | ${36_364_000}  | ${18_182}
    ${"2004-10"} | ${200_000} | ${27_868_000}  | ${13_934}
    ${"2004-09"} | ${200_000} | ${undefined}   | ${undefined}
  `("of $standard yen in $at is $half yen each", ({ at, standard, wholeMilli, half }) => {
    expect(contributionMilliYen(month(at), parseYen(standard))).toBe(wholeMilli);
    expect(employeeHalfYen(month(at), parseYen(standard))).toBe(half);
  });

  it("cuts 50 sen of the employee's half and raises what is above", () => {
    // 18.3 % of 95,000 is 17,385.0 yen: half 8,692.5; of 18.182 % of 104,000, 18,909.28: half 9,454.64.
    expect(employeeHalfYen(month("2026-04"), parseYen(95_000))).toBe(8_692);
    expect(employeeHalfYen(month("2017-01"), parseYen(104_000))).toBe(9_455);
  });
});
