import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { checkEntry, entryDoubts, entryRefusals } from "./check-entry.ts";
import { premiumKinds, schemes } from "./entry.ts";
import type { PremiumEntry, PremiumKind, Scheme } from "./entry.ts";
import { sources } from "./sources.ts";

const now = parseCivilMonth("2026-11") as CivilMonth;

/** `month scheme kind yen remuneration?` as an entry. */
function entry(text: string): PremiumEntry {
  const [month = "", scheme, kind, yen, remuneration] = text.trim().split(/\s+/);
  return {
    month: parseCivilMonth(month) as CivilMonth,
    scheme: scheme as Scheme,
    kind: kind as PremiumKind,
    amountYen: parseYen(Number(yen)),
    ...(remuneration === undefined ? {} : { remunerationYen: parseYen(Number(remuneration)) }),
  };
}

const verdict = (text: string) => {
  const check = checkEntry(entry(text), now);
  return check.kind === "ok" ? ["ok", ...check.doubts].join(" ") : check.code;
};

describe("an entry", () => {
  it.each`
    line                                             | said
    ${"2026-11 national1 paid                17920"} | ${"ok"}
    ${"1961-04 national1 paid                  100"} | ${"ok"}
    ${"1961-04 national1 paid                  150"} | ${"ok"}
    ${"1961-03 national1 paid                  100"} | ${"before-scheme"}
    ${"1961-03 voluntary paid                  100"} | ${"before-scheme"}
    ${"1986-03 national3 paid                    0"} | ${"before-scheme"}
    ${"1986-04 national3 paid                    0"} | ${"ok"}
    ${"1942-05 employees paid                    0"} | ${"before-scheme"}
    ${"1942-06 employees paid                    0"} | ${"ok no-remuneration"}
    ${"1940-05 seamen    paid                    0"} | ${"before-scheme"}
    ${"1986-03 seamen    paid        12000  98000"}  | ${"ok"}
    ${"1986-04 seamen    paid        12000  98000"}  | ${"after-scheme"}
    ${"2026-12 national1 paid                17920"} | ${"future-month"}
    ${"2026-12 employees paid        30000 200000"}  | ${"future-month"}
    ${"2026-12 national1 prepaid             17500"} | ${"ok"}
    ${"2029-11 national1 prepaid             17500"} | ${"ok"}
    ${"2029-12 national1 prepaid             17500"} | ${"prepaid-too-far"}
    ${"2026-12 national1 exemptFull              0"} | ${"future-month"}
    ${"2020-04 employees exemptFull              0"} | ${"kind-not-in-scheme"}
    ${"2020-04 employees additional            400"} | ${"kind-not-in-scheme"}
    ${"2020-04 national3 exemptHalf              0"} | ${"kind-not-in-scheme"}
    ${"2020-04 voluntary student                 0"} | ${"kind-not-in-scheme"}
    ${"2020-04 voluntary additional            400"} | ${"ok"}
    ${"2000-03 national1 student                 0"} | ${"kind-not-yet"}
    ${"2000-04 national1 student                 0"} | ${"ok"}
    ${"2005-03 national1 deferred                0"} | ${"kind-not-yet"}
    ${"2002-03 national1 exemptHalf           6650"} | ${"kind-not-yet"}
    ${"2002-04 national1 exemptHalf           6650"} | ${"ok"}
    ${"2006-06 national1 exemptQuarter       10400"} | ${"kind-not-yet"}
    ${"1970-09 national1 additional            350"} | ${"kind-not-yet"}
    ${"1970-10 national1 additional            350"} | ${"ok"}
    ${"1980-04 national1 additional            350"} | ${"ok not-the-additional"}
    ${"2020-04 national1 additional              0"} | ${"additional-without-money"}
    ${"2020-04 national1 paid               -16540"} | ${"negative-amount"}
    ${"2020-04 national1 exemptFull              1"} | ${"money-for-nothing"}
    ${"2020-04 national1 student                 1"} | ${"money-for-nothing"}
    ${"2020-04 national1 unpaid                  1"} | ${"money-for-nothing"}
    ${"2020-04 national3 paid                    1"} | ${"money-for-nothing"}
    ${"2020-04 national1 paid         16540  98000"} | ${"remuneration-not-in-scheme"}
    ${"2020-04 employees paid             0      0"} | ${"remuneration-out-of-range"}
    ${"2020-04 employees paid             0 751000"} | ${"remuneration-out-of-range"}
    ${"2020-10 employees paid        36600 200000"}  | ${"ok"}
    ${"2020-10 employees paid        36600 201000"}  | ${"ok no-grade"}
    ${"2020-08 employees paid        36600 201000"}  | ${"ok"}
    ${"2020-10 employees paid        99000 200000"}  | ${"ok dearer-than-remuneration"}
    ${"2020-04 national1 paid                    0"} | ${"ok paid-without-money"}
    ${"2020-04 national1 paid                16530"} | ${"ok not-the-premium"}
    ${"2020-04 national1 prepaid             16200"} | ${"ok"}
    ${"2020-04 national1 prepaid             16550"} | ${"ok dearer-prepaid"}
    ${"2020-04 national1 paidLate            17000"} | ${"ok"}
    ${"2024-04 national1 exemptHalf           8490"} | ${"ok"}
    ${"2024-04 national1 exemptHalf              0"} | ${"ok not-the-rest"}
    ${"2024-04 national1 exemptThreeQuarters  4250"} | ${"ok"}
  `("$line is $said", ({ line, said }) => {
    expect(verdict(line)).toBe(said);
  });

  it("with several impossibilities is refused for the first in the order of precedence", () => {
    expect(verdict("1950-01 national3 exemptFull -5 1000000")).toBe("before-scheme");
    expect(verdict("1990-01 national3 exemptFull -5 1000000")).toBe("kind-not-in-scheme");
    expect(verdict("1990-01 national3 paid       -5 1000000")).toBe("negative-amount");
    expect(verdict("1990-01 national3 paid        5 1000000")).toBe("money-for-nothing");
    expect(verdict("1990-01 national3 paid        0 1000000")).toBe("remuneration-not-in-scheme");
  });
});

describe("the rules", () => {
  it("have one code each and a source that exists", () => {
    const rules = [...entryRefusals, ...entryDoubts];
    expect(new Set(rules.map((rule) => rule.code)).size).toBe(rules.length);
    for (const rule of rules) expect(sources).toHaveProperty(rule.source);
  });

  it("answer with the first refusal that holds, and with doubts only where none does", () => {
    const anyEntry = fc.record({
      month: fc
        .integer({ min: 1930 * 12, max: 2040 * 12 })
        .map(
          (i) =>
            parseCivilMonth(`${Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`) as CivilMonth,
        ),
      scheme: fc.constantFrom(...schemes),
      kind: fc.constantFrom(...premiumKinds),
      amountYen: fc.integer({ min: -10, max: 20_000 }).map((yen) => parseYen(yen)),
    });
    fc.assert(
      fc.property(anyEntry, (each) => {
        const held = entryRefusals.filter((rule) => rule.holds(each, now)).map((rule) => rule.code);
        const check = checkEntry(each, now);
        expect(check.kind === "refused" ? check.code : undefined).toBe(held[0]);
      }),
    );
  });
});
