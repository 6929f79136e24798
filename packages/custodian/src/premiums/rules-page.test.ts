import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { entryDoubts, entryRefusals } from "./check-entry.ts";
import { fullAmounts, monthFractions } from "./rates.ts";
import { sources } from "./sources.ts";

const page = readFileSync(new URL("../../../../docs/operations/premium-rules.md", import.meta.url), "utf8");
/** The page's table rows, each as its cells. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const grouped = (yen: number) => String(yen).replace(/\B(?=(?:\d{3})+$)/g, ",");

describe("docs/operations/premium-rules.md", () => {
  it("gives every full amount as the code has it", () => {
    for (const row of fullAmounts) {
      const older = row.olderAmountYen === row.amountYen ? "same" : grouped(row.olderAmountYen);
      const rate = (row.rateThousandths / 1000).toFixed(3);
      expect(rows).toContainEqual([
        String(row.fiscalYear),
        rate,
        grouped(row.amountYen),
        older,
        `\`${row.source}\``,
      ]);
    }
  });

  it("gives every refusal and doubt in the order of the code", () => {
    const rules = [...entryRefusals, ...entryDoubts];
    const codes = new Set(rules.map((rule) => `\`${rule.code}\``));
    expect(rows.filter(([code = ""]) => codes.has(code))).toEqual(
      rules.map((rule) => [`\`${rule.code}\``, rule.text, `\`${rule.source}\``]),
    );
  });

  it("gives every fraction of an exempt month", () => {
    const names = {
      exemptQuarter: "1/4 exempt",
      exemptHalf: "1/2 exempt",
      exemptThreeQuarters: "3/4 exempt",
      exemptFull: "exempt",
    };
    const text = ([numerator, denominator]: readonly [number, number]) =>
      numerator === 0 ? "0" : `${numerator}/${denominator}`;
    for (const [kind, name] of Object.entries(names)) {
      const [since, before] = monthFractions.filter((row) => row.kind === kind);
      expect(rows).toContainEqual([
        name,
        ...[since, before].flatMap((row) => (row === undefined ? [] : [text(row.full), text(row.beyond)])),
      ]);
    }
  });

  it("gives every source with its standing", () => {
    for (const [id, { standing, text }] of Object.entries(sources)) {
      const row = rows.find(([first, second]) => first === `\`${id}\`` && second === standing);
      expect([id, row?.[2]?.slice(0, text.length)]).toEqual([id, text]);
    }
  });
});
