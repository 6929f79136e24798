import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCivilDate, parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { premiumKinds, schemes } from "./entry.ts";
import type { LedgerEntry, PremiumKind, Scheme } from "./entry.ts";
import {
  foldMonths,
  isReversalOf,
  listGaps,
  listOverlaps,
  liveEntries,
  precedence,
  reachesAgeIndex,
} from "./month-status.ts";

/** One line per entry: number, month, scheme, kind, yen, and `!n` where it reverses n. */
function ledger(text: string): LedgerEntry[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length >= 5)
    .map(([no, month, scheme, kind, yen, reverses]) => ({
      entryNo: Number(no),
      month: parseCivilMonth(month ?? "") as CivilMonth,
      scheme: scheme as Scheme,
      kind: kind as PremiumKind,
      amountYen: parseYen(Number(yen)),
      ...(reverses === undefined ? {} : { reverses: Number(reverses.slice(1)) }),
    }));
}

/** What the fold says, in the same manner: month, scheme, kind, yen, doubts. */
function folded(text: string): string[] {
  return foldMonths(ledger(text)).map((status) =>
    [
      status.month,
      status.scheme,
      status.kind ?? "-",
      status.paidYen,
      ...(status.hasAdditional ? ["+additional"] : []),
      ...status.doubts,
    ].join(" "),
  );
}

const date = (text: string) => parseCivilDate(text) as CivilDate;
const month = (text: string) => parseCivilMonth(text) as CivilMonth;

describe("the status of a month", () => {
  it.each<[rule: string, entries: string, status: string[]]>([
    [
      "is the kind of its only entry",
      `1 2020-04 national1 unpaid              0`,
      ["2020-04 national1 unpaid 0"],
    ],
    [
      "paid afterwards, replaces an exemption",
      `1 2020-04 national1 exemptFull          0
       2 2020-04 national1 paidLate        16600`,
      ["2020-04 national1 paidLate 16600"],
    ],
    [
      "paid afterwards, replaces a student's month",
      `1 2020-04 national1 student             0
       2 2020-04 national1 paidLate        16600`,
      ["2020-04 national1 paidLate 16600"],
    ],
    [
      "paid late, replaces an unpaid one",
      `1 2020-04 national1 unpaid              0
       2 2020-04 national1 paidLate        16540`,
      ["2020-04 national1 paidLate 16540"],
    ],
    [
      "stays paid when an exemption is granted for it later",
      `1 2020-04 national1 paid            16540
       2 2020-04 national1 exemptFull          0`,
      ["2020-04 national1 paid 16540"],
    ],
    [
      "stays exempt when a later line calls it unpaid",
      `1 2020-04 national1 exemptFull          0
       2 2020-04 national1 unpaid              0`,
      ["2020-04 national1 exemptFull 0"],
    ],
    [
      "of several exemptions is the last, and doubtful",
      `1 2020-04 national1 student             0
       2 2020-04 national1 exemptFull          0`,
      ["2020-04 national1 exemptFull 0 several-exemptions"],
    ],
    [
      "paid twice, is paid and doubtful",
      `1 2020-04 national1 prepaid         16200
       2 2020-04 national1 paid            16540`,
      ["2020-04 national1 paid 32740 paid-twice"],
    ],
    [
      "half exempt, counts when the other half is paid in the same line",
      `1 2024-04 national1 exemptHalf       8490`,
      ["2024-04 national1 exemptHalf 8490"],
    ],
    [
      "half exempt, counts when the other half is paid by a line of its own",
      `1 2024-04 national1 exemptHalf          0
       2 2024-04 national1 exemptHalf       8490`,
      ["2024-04 national1 exemptHalf 8490"],
    ],
    [
      "half exempt with half a payment, is half exempt and not paid",
      `1 2024-04 national1 exemptHalf          0
       2 2024-04 national1 paid             8490`,
      ["2024-04 national1 exemptHalf 8490"],
    ],
    [
      "half exempt but paid in full, is paid",
      `1 2024-04 national1 exemptHalf          0
       2 2024-04 national1 paid            16980`,
      ["2024-04 national1 paid 16980"],
    ],
    [
      "half exempt and the rest paid afterwards, is paid",
      `1 2024-04 national1 exemptHalf       8490
       2 2024-04 national1 paidLate         8500`,
      ["2024-04 national1 paidLate 16990"],
    ],
    [
      "half exempt, is doubtful when the other half is not paid",
      `1 2024-04 national1 exemptHalf          0`,
      ["2024-04 national1 exemptHalf 0 rest-not-paid"],
    ],
    [
      "half exempt, is doubtful when less than the other half is paid",
      `1 2024-04 national1 exemptHalf       8480`,
      ["2024-04 national1 exemptHalf 8480 rest-not-paid"],
    ],
    [
      "carries an additional contribution beside a paid one",
      `1 2020-04 national1 paid            16540
       2 2020-04 national1 additional        400`,
      ["2020-04 national1 paid 16540 +additional"],
    ],
    [
      "earns nothing additional when it was paid afterwards",
      `1 2020-04 national1 paidLate        16600
       2 2020-04 national1 additional        400`,
      ["2020-04 national1 paidLate 16600 additional-alone"],
    ],
    [
      "is none with an additional contribution alone",
      `1 2020-04 national1 additional        400`,
      ["2020-04 national1 - 0 additional-alone"],
    ],
    [
      "stands for each scheme by itself, in the order of schemes",
      `1 2020-05 employees paid                0
       2 2020-04 employees paid                0
       3 2020-04 national1 paid            16540`,
      ["2020-04 national1 paid 16540", "2020-04 employees paid 0", "2020-05 employees paid 0"],
    ],
    [
      "is gone when its entry is reversed",
      `1 2020-04 national1 paid            16540
       2 2020-04 national1 paid           -16540 !1`,
      [],
    ],
    [
      "is what it was before when the replacing entry is reversed",
      `1 2020-04 national1 exemptFull          0
       2 2020-04 national1 paidLate        16600
       3 2020-04 national1 paidLate       -16600 !2`,
      ["2020-04 national1 exemptFull 0"],
    ],
    [
      "can be recorded again after a reversal",
      `1 2020-04 national1 paid            16450
       2 2020-04 national1 paid           -16450 !1
       3 2020-04 national1 paid            16540`,
      ["2020-04 national1 paid 16540"],
    ],
  ])("%s", (_rule, entries, status) => {
    expect(folded(entries)).toEqual(status);
  });

  it("names every kind but the additional once", () => {
    const kinds = precedence.flatMap((group) => group.kinds);
    expect(kinds.toSorted()).toEqual(premiumKinds.filter((kind) => kind !== "additional").toSorted());
  });
});

describe("a reversing entry", () => {
  const paid = "1 2020-04 national1 paid 16540\n";
  it.each([
    ["an entry that does not exist", `${paid} 2 2020-04 national1 paid -16540 !7`],
    ["an entry twice", `${paid} 2 2020-04 national1 paid -16540 !1\n 3 2020-04 national1 paid -16540 !1`],
    ["a reversal", `${paid} 2 2020-04 national1 paid -16540 !1\n 3 2020-04 national1 paid 16540 !2`],
    ["another amount", `${paid} 2 2020-04 national1 paid -16530 !1`],
    ["another month", `${paid} 2 2020-05 national1 paid -16540 !1`],
    ["another scheme", `${paid} 2 2020-04 voluntary paid -16540 !1`],
    ["another kind", `${paid} 2 2020-04 national1 prepaid -16540 !1`],
    ["itself", `${paid} 2 2020-04 national1 paid -16540 !2`],
  ])("cannot reverse %s: such a ledger was changed", (_what, text) => {
    expect(() => foldMonths(ledger(text))).toThrow(Breach);
  });
});

describe("posting's question whether one entry reverses another", () => {
  it.each([
    ["yes for its opposite", "1 2020-04 national1 paid 16540\n 2 2020-04 national1 paid -16540 !1", true],
    [
      "no when the other is itself a reversal",
      "2 2020-04 national1 paid -16540 !1\n 3 2020-04 national1 paid 16540 !2",
      false,
    ],
    [
      "no when the other comes later",
      "5 2020-04 national1 paid 16540\n 2 2020-04 national1 paid -16540 !5",
      false,
    ],
  ])("is answered %s", (_what, text, expected) => {
    const [target, reversal] = ledger(text);
    expect(target !== undefined && reversal !== undefined && isReversalOf(reversal, target)).toBe(expected);
  });
});

describe("a gap", () => {
  // Born 15 June 2000: 20 in June 2020, 60 in June 2060.
  const born = date("2000-06-15");
  const gapsOf = (text: string, last: string) =>
    listGaps(foldMonths(ledger(text)), born, month(last)).map(({ from, to }) => `${from}..${to}`);

  it("runs from the month of 20 to the last month when nothing is recorded", () => {
    expect(gapsOf("", "2021-03")).toEqual(["2020-06..2021-03"]);
  });

  it("is none before 20", () => {
    expect(gapsOf("", "2020-05")).toEqual([]);
  });

  it("ends before the month of 60", () => {
    expect(gapsOf("", "2070-01")).toEqual(["2020-06..2060-05"]);
  });

  it("begins in April 1961 at the earliest", () => {
    expect(listGaps([], date("1930-01-01"), month("1961-05"))).toEqual([{ from: "1961-04", to: "1961-05" }]);
  });

  it("is what lies between recorded months, of whatever scheme or kind", () => {
    const text = `1 2020-06 national1 student 0
                  2 2020-08 employees paid    0
                  3 2020-11 national1 unpaid  0`;
    expect(gapsOf(text, "2020-12")).toEqual(["2020-07..2020-07", "2020-09..2020-10", "2020-12..2020-12"]);
  });
});

describe("an age", () => {
  it.each`
    born            | reaches20
    ${"2000-06-02"} | ${"2020-06"}
    ${"2000-06-01"} | ${"2020-05"}
    ${"2000-01-01"} | ${"2019-12"}
    ${"2000-02-29"} | ${"2020-02"}
  `("of 20 is reached in $reaches20 by one born $born", ({ born, reaches20 }) => {
    const index = reachesAgeIndex(date(born), 20);
    expect(`${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`).toBe(reaches20);
  });
});

describe("an overlap", () => {
  it("is a month that two schemes claim", () => {
    const text = `1 2020-04 national1 paid 16540
                  2 2020-04 employees paid     0
                  3 2020-05 employees paid     0`;
    expect(listOverlaps(foldMonths(ledger(text)))).toEqual([
      { month: "2020-04", schemes: ["national1", "employees"] },
    ]);
  });
});

const anyEntry = fc.record({
  month: fc.integer({ min: 0, max: 11 }).map((i) => month(`2020-${String(i + 1).padStart(2, "0")}`)),
  scheme: fc.constantFrom(...schemes),
  kind: fc.constantFrom(...premiumKinds),
  amountYen: fc.integer({ min: 0, max: 20_000 }).map((yen) => parseYen(yen)),
});
const anyLedger = fc
  .array(anyEntry, { maxLength: 40 })
  .map((entries): LedgerEntry[] => entries.map((entry, i) => ({ ...entry, entryNo: i + 1 })));

describe("folding", () => {
  it("gives nothing when everything is reversed, in any order", () => {
    fc.assert(
      fc.property(anyLedger, fc.infiniteStream(fc.nat()), (entries, random) => {
        const order = entries
          .map((entry) => ({ entry, key: random.next().value }))
          .toSorted((a, b) => a.key - b.key);
        const reversals = order.map(({ entry }, i) => ({
          ...entry,
          entryNo: entries.length + i + 1,
          reverses: entry.entryNo,
          amountYen: parseYen(0 - entry.amountYen),
        }));
        expect(foldMonths([...entries, ...reversals])).toEqual([]);
      }),
    );
  });

  it("of a month does not depend on how other months are interleaved", () => {
    fc.assert(
      fc.property(anyLedger, anyLedger, fc.infiniteStream(fc.boolean()), (one, other, coin) => {
        const moved = other.map((entry) => ({ ...entry, month: month(entry.month.replace("2020", "2021")) }));
        const mixed: LedgerEntry[] = [];
        const queues: readonly [LedgerEntry[], LedgerEntry[]] = [[...one], [...moved]];
        while (queues[0].length + queues[1].length > 0) {
          const turn = queues[0].length === 0 || (coin.next().value && queues[1].length > 0) ? 1 : 0;
          const next = queues[turn].shift();
          if (next !== undefined) mixed.push({ ...next, entryNo: mixed.length + 1 });
        }
        const plain = (entries: readonly LedgerEntry[]) =>
          foldMonths(entries).map(({ entryNos, ...status }) => ({ ...status, entries: entryNos.length }));
        expect(plain(mixed)).toEqual([...plain(one), ...plain(moved)]);
      }),
    );
  });

  it("keeps every live yen and every live entry once", () => {
    fc.assert(
      fc.property(anyLedger, (entries) => {
        const statuses = foldMonths(entries);
        const yen = statuses.reduce((sum, each) => sum + each.paidYen + each.additionalYen, 0);
        expect(yen).toBe(entries.reduce((sum, each) => sum + each.amountYen, 0));
        expect(statuses.flatMap((each) => each.entryNos).toSorted((a, b) => a - b)).toEqual(
          liveEntries(entries).map((each) => each.entryNo),
        );
      }),
    );
  });
});
