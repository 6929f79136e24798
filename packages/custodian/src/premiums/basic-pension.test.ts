import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMonths, parseCivilDate, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { countMonths, estimateBasicPension, noMonths } from "./basic-pension.ts";
import type { CountedMonths, Estimate } from "./basic-pension.ts";
import type { LedgerEntry, PremiumKind, Scheme } from "./entry.ts";
import { foldMonths } from "./month-status.ts";
import { monthFractions } from "./rates.ts";
import { sources } from "./sources.ts";

const date = (text: string) => parseCivilDate(text) as CivilDate;
const month = (text: string) => parseCivilMonth(text) as CivilMonth;

/** Months from a line such as `paid 240 f 120 f' 60`: q h t f are 1/4, 1/2, 3/4, full exemption, `'` before April 2009. */
function months(text: string): CountedMonths {
  const rows = ["q", "q'", "h", "h'", "t", "t'", "f", "f'"];
  const words = text.split(/\s+/);
  const of = (name: string) => (words.includes(name) ? Number(words[words.indexOf(name) + 1]) : 0);
  return {
    ...noMonths,
    exempt: rows.map(of),
    paid: of("paid"),
    student: of("student"),
    deferred: of("deferred"),
    additional: of("additional"),
    empty: of("empty"),
  };
}

const estimate = (text: string, fiscalYear = 2026, born = "1970-01-01"): Estimate =>
  estimateBasicPension({ birthDate: date(born), fiscalYear, months: months(text) });

const yearly = (result: Estimate) => (result.kind === "estimated" ? result.yearlyYen : result.kind);

describe("the yearly amount, worked by hand", () => {
  // credit in months; yen = full × credit / 480, 50 sen up.
  it.each`
    record                              | year    | yen        | working
    ${"paid 480"}                       | ${2026} | ${847_300} | ${"the full amount"}
    ${"paid 480"}                       | ${2025} | ${831_700} | ${"the full amount"}
    ${"paid 500"}                       | ${2026} | ${847_300} | ${"never more than 480"}
    ${"paid 120"}                       | ${2026} | ${211_825} | ${"847,300 / 4"}
    ${"paid 119 f 1"}                   | ${2026} | ${210_942} | ${"119.5: 210,942.395…"}
    ${"paid 360"}                       | ${2020} | ${586_275} | ${"published: 781,700 × 360/480"}
    ${"paid 240"}                       | ${2020} | ${390_850} | ${"published: 781,700 × 240/480"}
    ${"paid 120"}                       | ${2020} | ${195_425} | ${"published: 781,700 × 120/480"}
    ${"f 480"}                          | ${2026} | ${423_650} | ${"half"}
    ${"f' 480"}                         | ${2026} | ${282_433} | ${"a third: 282,433.33"}
    ${"t 480"}                          | ${2026} | ${529_563} | ${"5/8: 529,562.5, 50 sen up"}
    ${"t' 480"}                         | ${2026} | ${423_650} | ${"1/2"}
    ${"h 480"}                          | ${2026} | ${635_475} | ${"3/4"}
    ${"h' 480"}                         | ${2026} | ${564_867} | ${"2/3: 564,866.67"}
    ${"q 480"}                          | ${2026} | ${741_388} | ${"7/8: 741,387.5, 50 sen up"}
    ${"q' 480"}                         | ${2026} | ${706_083} | ${"5/6: 706,083.33"}
    ${"paid 240 f 120 f' 120"}          | ${2026} | ${600_171} | ${"240 + 60 + 40 = 340: 600,170.83"}
    ${"paid 100 q 24 h' 24 t 24 f' 24"} | ${2026} | ${282_433} | ${"100 + 21 + 16 + 15 + 8 = 160"}
    ${"paid 120 student 360"}           | ${2026} | ${211_825} | ${"student months count nothing"}
    ${"paid 120 deferred 360"}          | ${2026} | ${211_825} | ${"deferred months count nothing"}
    ${"paid 480 additional 480"}        | ${2026} | ${943_300} | ${"847,300 + 200 × 480"}
    ${"paid 120 additional 3"}          | ${2026} | ${212_425} | ${"211,825 + 600"}
    ${"paid 470 f 20"}                  | ${2026} | ${838_474} | ${"470 + 5, ten beyond: nothing"}
    ${"paid 470 q 20"}                  | ${2026} | ${847_300} | ${"470 + 8.75 + 3.75 = 482.5, cut to 480"}
    ${"paid 460 h 40"}                  | ${2026} | ${847_300} | ${"460 + 20 × 3/4 + 20 × 1/4 = 480"}
    ${"paid 460 t 40"}                  | ${2026} | ${838_474} | ${"460 + 20 × 5/8 + 20 × 1/8 = 475"}
    ${"paid 460 t' 40"}                 | ${2026} | ${835_532} | ${"460 + 20 × 1/2 + 20 × 1/6 = 473 1/3"}
    ${"paid 460 q 20 f 20"}             | ${2026} | ${842_887} | ${"1/4 exempt first: 460 + 17.5, the rest nothing"}
    ${"paid 400 h 60 h' 60"}            | ${2026} | ${832_590} | ${"400 + 45 + 20 × 2/3 + 40 × 1/3 = 471 2/3"}
  `("of $record in FY$year is $yen yen: $working", ({ record, year, yen }) => {
    expect(yearly(estimate(record, year))).toBe(yen);
  });
});

describe("an estimate", () => {
  it("takes the older group's amount for those born before 2 April 1956", () => {
    expect(yearly(estimate("paid 480", 2026, "1956-04-01"))).toBe(844_900);
    expect(yearly(estimate("paid 480", 2026, "1956-04-02"))).toBe(847_300);
    expect(yearly(estimate("paid 480", 2022, "1956-04-01"))).toBe(777_800);
  });

  it("takes fewer months for the full amount of those born before 2 April 1941", () => {
    expect(yearly(estimate("paid 444", 2026, "1938-04-02"))).toBe(844_900);
    expect(yearly(estimate("paid 222", 2026, "1939-04-01"))).toBe(422_450);
    expect(yearly(estimate("paid 444", 2026, "1941-04-02"))).toBe(781_533);
  });

  it.each<[why: string, result: Estimate, expected: object]>([
    ["a year without a table first", estimate("", 2016), { kind: "year-unknown", fiscalYear: 2016 }],
    ["the older law", estimate("", 2026, "1926-04-01"), { kind: "older-law" }],
    ["no months at all", estimate(""), { kind: "not-qualified", months: 0, monthsShort: 120 }],
    ["119 months", estimate("paid 119"), { kind: "not-qualified", months: 119, monthsShort: 1 }],
    ["nothing that counts", estimate("student 100 deferred 20"), { kind: "nothing-counts", months: 120 }],
    ["nothing but empty months", estimate("empty 120"), { kind: "nothing-counts", months: 120 }],
  ])("refuses %s", (_why, result, expected) => {
    expect(result).toEqual(expected);
  });

  it("qualifies by paid, exempt, student, deferred and empty months together", () => {
    expect(yearly(estimate("paid 1 f 19 student 40 deferred 40 empty 20"))).toBe(18_535);
    expect(estimate("paid 1 f 19 student 40 deferred 40 empty 19").kind).toBe("not-qualified");
  });

  it("accepts empty months proved outside the ledger", () => {
    const order = { birthDate: date("1970-01-01"), fiscalYear: 2026, months: months("paid 100") };
    expect(estimateBasicPension(order).kind).toBe("not-qualified");
    expect(yearly(estimateBasicPension({ ...order, otherEmptyMonths: 20 }))).toBe(176_521);
  });

  it("explains each step with its months, share and source, in the order of law", () => {
    const result = estimate("paid 460 q 30 f' 12 student 2 additional 5");
    expect(result.kind === "estimated" && result.steps).toEqual([
      { rule: "qualifying", months: 504, fraction: [1, 1], source: "npa-26" },
      { rule: "paid", months: 460, fraction: [1, 1], source: "npa-27" },
      { rule: "exempt", kind: "exemptQuarter", months: 20, fraction: [7, 8], source: "npa-27" },
      { rule: "exempt-beyond-limit", kind: "exemptQuarter", months: 10, fraction: [3, 8], source: "npa-27" },
      {
        rule: "exempt-beyond-limit",
        kind: "exemptFull",
        months: 12,
        fraction: [0, 1],
        source: "npa-2004-10",
      },
      { rule: "student-not-counted", months: 2, fraction: [0, 1], source: "npa-27" },
      { rule: "limit", months: 480, fraction: [11_520, 11_520], source: "npa-27" },
      { rule: "amount", months: 480, fraction: [11_520, 11_520], source: "full-2026" },
      { rule: "additional", months: 5, fraction: [1, 1], source: "npa-44" },
    ]);
  });

  it("needs no fraction finer than a twenty-fourth", () => {
    for (const { full, beyond } of monthFractions) {
      expect([24 % full[1], 24 % beyond[1]]).toEqual([0, 0]);
    }
  });
});

/** A run of equal months as ledger entries. */
function run(from: string, count: number, scheme: Scheme, kind: PremiumKind, yen = 0): LedgerEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    entryNo: i + 1,
    month: addMonths(month(from), i) as CivilMonth,
    scheme,
    kind,
    amountYen: parseYen(yen),
  }));
}

const count = (born: string, ...runs: LedgerEntry[][]) =>
  countMonths(foldMonths(runs.flat().map((entry, i) => ({ ...entry, entryNo: i + 1 }))), date(born));

describe("counting the months of a record", () => {
  it("takes employees' months only from reaching 20 to before reaching 60", () => {
    // Born 15 June 1970: June 1990 to May 2030. The two months before and after only open the pension.
    expect(count("1970-06-15", run("1990-04", 4, "employees", "paid"))).toMatchObject({ paid: 2, empty: 2 });
    expect(count("1970-06-15", run("2030-04", 4, "employees", "paid"))).toMatchObject({ paid: 2, empty: 2 });
  });

  it("takes voluntary months after 60 as paid", () => {
    expect(count("1960-06-15", run("2020-06", 6, "voluntary", "paid", 16_540))).toMatchObject({ paid: 6 });
  });

  it("takes employees' months before April 1961 as empty", () => {
    expect(count("1935-06-15", run("1961-02", 4, "employees", "paid"))).toMatchObject({ paid: 2, empty: 2 });
  });

  it("takes category 3 as paid without money", () => {
    expect(count("1970-06-15", run("2000-01", 12, "national3", "paid"))).toMatchObject({ paid: 12 });
  });

  it("parts exemptions at April 2009", () => {
    expect(count("1970-06-15", run("2009-02", 5, "national1", "exemptFull")).exempt).toEqual([
      0, 0, 0, 0, 0, 0, 3, 2,
    ]);
  });

  it("takes a partly exempt month only when its rest was paid", () => {
    expect(count("1990-06-15", run("2024-04", 5, "national1", "exemptHalf", 8_490)).exempt[2]).toBe(5);
    expect(count("1990-06-15", run("2024-04", 5, "national1", "exemptHalf"))).toEqual(noMonths);
  });

  it("takes no unpaid month", () => {
    expect(count("1990-06-15", run("2024-04", 5, "national1", "unpaid"))).toEqual(noMonths);
  });

  it("takes a month that two schemes claim once, at its best", () => {
    const both = [run("2024-04", 5, "national1", "exemptFull"), run("2024-04", 5, "employees", "paid")];
    expect(count("1990-06-15", ...both)).toEqual({ ...noMonths, paid: 5 });
  });

  it("takes additional months beside paid ones only", () => {
    const paid = run("2024-04", 5, "national1", "paid", 16_980);
    expect(count("1990-06-15", paid, run("2024-03", 6, "national1", "additional", 400))).toMatchObject({
      paid: 5,
      additional: 5,
    });
  });
});

const anyMonths = fc
  .record({
    paid: fc.nat(500),
    exempt: fc.array(fc.nat(120), { minLength: 8, maxLength: 8 }),
    student: fc.nat(60),
    deferred: fc.nat(60),
    additional: fc.nat(480),
    empty: fc.nat(120),
  })
  .map((each): CountedMonths => each);

describe("every estimate", () => {
  const born = date("1970-01-01");
  const amountOf = (record: CountedMonths) => {
    const result = estimateBasicPension({ birthDate: born, fiscalYear: 2026, months: record });
    return result.kind === "estimated" ? result.yearlyYen : -1;
  };

  it("never falls when a paid month is added, or put in place of an exempt one", () => {
    fc.assert(
      fc.property(anyMonths, fc.nat(7), (record, row) => {
        const more = { ...record, paid: record.paid + 1 };
        expect(amountOf(more)).toBeGreaterThanOrEqual(amountOf(record));
        if (record.exempt[row] === 0) return;
        const better = { ...more, exempt: record.exempt.map((each, i) => (i === row ? each - 1 : each)) };
        expect(amountOf(better)).toBeGreaterThanOrEqual(amountOf(record));
      }),
    );
  });

  it("never exceeds the full amount and the additional pension", () => {
    fc.assert(
      fc.property(anyMonths, (record) => {
        expect(amountOf(record)).toBeLessThanOrEqual(847_300 + 200 * record.additional);
      }),
    );
  });

  it("equals the law's fifteen numbers, computed in fractions of bigint", () => {
    fc.assert(
      fc.property(anyMonths, (record) => {
        fc.pre(amountOf(record) >= 0);
        expect(amountOf(record)).toBe(oracle(record) + 200 * record.additional);
      }),
    );
  });

  it("names only sources that exist", () => {
    const result = estimate("paid 460 q 30 f' 12 student 2 deferred 2 additional 5");
    for (const step of result.kind === "estimated" ? result.steps : [])
      expect(sources).toHaveProperty(step.source);
  });
});

/** Act No. 104 of 2004, supplementary art. 10 (1), number by number, written without our table. */
function oracle({ paid, exempt }: CountedMonths): number {
  const [q = 0, qOld = 0, h = 0, hOld = 0, t = 0, tOld = 0, f = 0, fOld = 0] = exempt;
  const room = (used: number) => Math.max(0, 480 - used);
  const within = (own: number, used: number) => BigInt(Math.min(own, room(used)));
  const part = (own: number, used: number, share: bigint, beyond: bigint) =>
    within(own, used) * share + (BigInt(own) - within(own, used)) * beyond;
  const sum =
    BigInt(paid) * 24n +
    part(q, paid, 21n, 9n) +
    part(qOld, paid + q, 20n, 12n) +
    part(h, paid + q + qOld, 18n, 6n) +
    part(hOld, paid + q + qOld + h, 16n, 8n) +
    part(t, paid + q + qOld + h + hOld, 15n, 3n) +
    part(tOld, paid + q + qOld + h + hOld + t, 12n, 4n) +
    part(f, paid + q + qOld + h + hOld + t + tOld, 12n, 0n) +
    part(fOld, paid + q + qOld + h + hOld + t + tOld + f, 8n, 0n);
  const credit = sum > 11_520n ? 11_520n : sum;
  const doubled = (2n * 847_300n * credit) / 11_520n;
  return Number((doubled + 1n) / 2n);
}
