import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCivilDate, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { premiumKinds, schemes } from "./entry.ts";
import type { LedgerEntry, PremiumKind, Scheme } from "./entry.ts";
import { cellsOf, renderStatement } from "./render-statement.ts";
import { statementOf } from "./statement.ts";

const month = (text: string) => parseCivilMonth(text) as CivilMonth;

function ledger(text: string): LedgerEntry[] {
  return text
    .trim()
    .split("\n")
    .map((line, i) => {
      const [at = "", scheme, kind, yen, ...rest] = line.trim().split(/\s+/);
      const reverses = rest.find((word) => word.startsWith("!"));
      const remuneration = rest.find((word) => !word.startsWith("!"));
      return {
        entryNo: i + 1,
        month: month(at),
        scheme: scheme as Scheme,
        kind: kind as PremiumKind,
        amountYen: parseYen(Number(yen)),
        ...(reverses === undefined ? {} : { reverses: Number(reverses.slice(1)) }),
        ...(remuneration === undefined ? {} : { remunerationYen: parseYen(Number(remuneration)) }),
      };
    });
}

// Born 15 June 1999: 20 in June 2019.
const birthDate = parseCivilDate("1999-06-15") as CivilDate;
const career = ledger(`
  2019-06 national1 student          0
  2019-07 national1 student          0
  2019-08 national1 paid         16410
  2019-08 national1 additional     400
  2019-09 national1 paid         16400
  2019-09 national1 paid        -16400 !5
  2019-09 national1 paid         16410
  2019-11 employees paid             0  200000
  2019-12 employees paid             0  200000
  2019-12 national1 exemptHalf       0
`);
const period = { from: month("2019-08"), to: month("2019-12") };
const statement = statementOf({ entries: career, birthDate, period });

describe("a statement", () => {
  it("sums each scheme from the first entry on", () => {
    expect(statement.perScheme).toEqual([
      {
        scheme: "national1",
        months: 5,
        paidMonths: 2,
        perKind: { student: 2, paid: 2, exemptHalf: 1 },
        additionalMonths: 1,
        paidYen: 32_820,
        additionalYen: 400,
      },
      {
        scheme: "employees",
        months: 2,
        paidMonths: 2,
        perKind: { paid: 2 },
        additionalMonths: 0,
        paidYen: 0,
        additionalYen: 0,
      },
    ]);
  });

  it("counts a month that two schemes claim once in the total", () => {
    expect(statement.total).toEqual({ months: 6, paidYen: 32_820, additionalYen: 400 });
  });

  it("shows every month of its period, and says which is a gap", () => {
    expect(statement.months.map(({ month: at, isGap, statuses }) => [at, isGap, statuses.length])).toEqual([
      ["2019-08", false, 1],
      ["2019-09", false, 1],
      ["2019-10", true, 0],
      ["2019-11", false, 1],
      ["2019-12", false, 2],
    ]);
  });

  it("lists gaps, overlaps and doubts of the whole record", () => {
    expect(statement.gaps).toEqual([{ from: "2019-10", to: "2019-10" }]);
    expect(statement.overlaps).toEqual([{ month: "2019-12", schemes: ["national1", "employees"] }]);
    expect(statement.doubtful.map((status) => [status.month, ...status.doubts])).toEqual([
      ["2019-12", "rest-not-paid"],
    ]);
  });

  it("expects nothing after death", () => {
    const dead = statementOf({ entries: career, birthDate, period, lastMonth: month("2019-09") });
    expect(dead.gaps).toEqual([]);
  });

  it("takes nothing from after its period", () => {
    const early = statementOf({
      entries: career,
      birthDate,
      period: { from: month("2019-06"), to: month("2019-08") },
    });
    expect(early.total).toEqual({ months: 3, paidYen: 16_410, additionalYen: 400 });
  });

  it("cannot end before it begins", () => {
    const order = { entries: career, birthDate, period: { from: month("2019-08"), to: month("2019-07") } };
    expect(() => statementOf(order)).toThrow(Breach);
  });

  const anyLedger = fc
    .array(
      fc.record({
        month: fc.integer({ min: 1, max: 12 }).map((m) => month(`2020-${String(m).padStart(2, "0")}`)),
        scheme: fc.constantFrom(...schemes),
        kind: fc.constantFrom(...premiumKinds),
        amountYen: fc.integer({ min: 0, max: 20_000 }).map((yen) => parseYen(yen)),
      }),
      { maxLength: 30 },
    )
    .map((entries): LedgerEntry[] => entries.map((entry, i) => ({ ...entry, entryNo: i + 1 })));
  const wholeYear = { from: month("2020-01"), to: month("2020-12") };

  it("adds up to the yen of the entries, with any of them reversed", () => {
    fc.assert(
      fc.property(anyLedger, fc.infiniteStream(fc.boolean()), (entries, coin) => {
        const reversals = entries
          .filter(() => coin.next().value)
          .map((entry, i) => ({
            ...entry,
            entryNo: entries.length + i + 1,
            reverses: entry.entryNo,
            amountYen: parseYen(0 - entry.amountYen),
          }));
        const all = [...entries, ...reversals];
        const { total, perScheme, months } = statementOf({ entries: all, birthDate, period: wholeYear });
        const entered = all.reduce((sum, entry) => sum + entry.amountYen, 0);
        expect(total.paidYen + total.additionalYen).toBe(entered);
        expect(perScheme.reduce((sum, row) => sum + row.paidYen + row.additionalYen, 0)).toBe(entered);
        const shown = months.flatMap((each) => each.statuses);
        expect(shown.reduce((sum, each) => sum + each.paidYen + each.additionalYen, 0)).toBe(entered);
        expect(total.months).toBe(months.filter((each) => each.statuses.length > 0).length);
      }),
    );
  });

  it("is empty when everything is reversed", () => {
    fc.assert(
      fc.property(anyLedger, (entries) => {
        const reversals = entries.map((entry, i) => ({
          ...entry,
          entryNo: entries.length + i + 1,
          reverses: entry.entryNo,
          amountYen: parseYen(0 - entry.amountYen),
        }));
        expect(statementOf({ entries: [...entries, ...reversals], birthDate, period: wholeYear })).toEqual(
          statementOf({ entries: [], birthDate, period: wholeYear }),
        );
      }),
    );
  });
});

describe("a rendered statement", () => {
  it("is this table in English", () => {
    expect(renderStatement(statement, "en")).toBe(
      [
        "Pension record  2019-08 – 2019-12",
        "",
        "Scheme                Months  Paid     Yen  Additional",
        "National, category 1       5     2  32,820         400",
        "Employees                  2     2       0           0",
        "Total                      6        32,820         400",
        "",
        "Month    Scheme                Status         Yen  Note",
        "2019-08  National, category 1  paid        16,410  Additional",
        "2019-09  National, category 1  paid        16,410",
        "2019-10                                            nothing recorded",
        "2019-11  Employees             paid             0  remuneration 200,000",
        "2019-12  National, category 1  1/2 exempt       0  overlap; the rest is not paid",
        "2019-12  Employees             paid             0  remuneration 200,000; overlap",
        "",
        "Nothing recorded: 2019-10",
        "Overlapping months: 2019-12",
        "",
      ].join("\n"),
    );
  });

  it("is this table in Japanese, in columns of full-width cells", () => {
    const lines = renderStatement(statement, "ja").split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "年金加入記録  2019-08 – 2019-12",
      "",
      "制度             加入月数  納付月数  保険料(円)  付加保険料",
      "国民年金(第1号)         5         2      32,820         400",
      "厚生年金保険            2         2           0           0",
      "合計                    6                32,820         400",
    ]);
    const table = lines.slice(2, 6).map(cellsOf);
    expect(new Set(table).size).toBe(1);
  });

  it("counts a cell for latin letters and two for kana, kanji and full-width forms", () => {
    expect(["ab", "年金", "カナ", "\uFF21", "ｶﾅ"].map(cellsOf)).toEqual([2, 4, 4, 2, 2]);
  });

  it("holds no birth date, whatever it was made for", () => {
    expect(renderStatement(statement, "en") + JSON.stringify(statement)).not.toContain("1999");
  });
});
