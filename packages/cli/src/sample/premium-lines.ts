/**
 * The lines of a premium file from a person's runs: month by month, oldest first, bounded by a number of months.
 *
 * Everything between the number and the reference depends on (month, scheme, kind, amount) only and is made once; a line
 * is then four copies of bytes, which is what makes tens of millions of them affordable.
 */
import type { PremiumKind, Scheme } from "@kura/custodian/premiums/entry.ts";
import type { ByteSink, LineParts } from "./byte-sink.ts";
import type { Run } from "./career.ts";
import { employeesYen, monthAt, nationalYen } from "./money.ts";

export const premiumHeader = "基礎年金番号,対象月,制度,納付区分,納付額,標準報酬月額,受付番号\n";

/** How the sample's agency writes schemes and kinds; the register's intake knows these words. */
export const schemeWords: Readonly<Record<Scheme, string>> = {
  national1: "国民年金第1号",
  employees: "厚生年金",
  national3: "国民年金第3号",
  voluntary: "任意加入",
  seamen: "船員保険",
  mutual: "共済",
};
export const kindWords: Readonly<Record<PremiumKind, string>> = {
  paid: "納付済",
  unpaid: "未納",
  exemptFull: "全額免除",
  exemptThreeQuarters: "3/4免除",
  exemptHalf: "半額免除",
  exemptQuarter: "1/4免除",
  student: "学生納付特例",
  deferred: "納付猶予",
  prepaid: "前納",
  paidLate: "追納",
  additional: "付加",
};

/** A stretch of months, `from` to before `to`, counted since year 0. */
export interface Months {
  readonly from: number;
  readonly to: number;
}

export interface Written {
  readonly lines: number;
  readonly yen: number;
}

/** Writes the lines of `runs` within `months`, numbering references from `firstNumber`. */
export type PremiumLineWriter = (
  sink: ByteSink,
  runs: readonly Run[],
  months: Months,
  parts: LineParts,
  birthMonth: number,
  firstNumber?: number,
) => Written;

/** A writer with its own cache of middles: about 200 bytes for each (month, scheme, kind, remuneration) met. */
export function premiumLineWriter(): PremiumLineWriter {
  const tables = new Map<number, Middle[]>();
  /** The middles of a run's lines, by month and age: one look-up for each run, then one index for each line. */
  const tableOf = (run: Run, kind: PremiumKind): Middle[] => {
    const key = (run.remunerationYen / 1000) * 256 + schemeCodes[run.scheme] * 16 + kindCodes[kind];
    const known = tables.get(key);
    if (known !== undefined) return known;
    const made: Middle[] = [];
    tables.set(key, made);
    return made;
  };
  const find = (table: Middle[], run: Run, month: number, kind: PremiumKind, older: boolean): Middle => {
    const at = (month - firstMonth) * 2 + (older ? 1 : 0);
    return (table[at] ??= makeMiddle(run, month, kind, older));
  };
  return (sink, runs, months, parts, birthMonth, firstNumber = 1) => {
    let lines = 0;
    let yen = 0;
    const write = (middle: Middle): void => {
      sink.line(parts, middle.bytes, firstNumber + lines);
      lines += 1;
      yen += middle.yen;
    };
    for (const run of runs) {
      const end = Math.min(run.to, months.to);
      const table = tableOf(run, run.kind);
      const extra = run.additional ? tableOf(run, "additional") : undefined;
      for (let month = Math.max(run.from, months.from); month < end; month += 1) {
        const older = month - birthMonth >= 35 * 12;
        write(find(table, run, month, run.kind, older));
        if (extra !== undefined) write(find(extra, run, month, "additional", older));
      }
    }
    return { lines, yen };
  };
}

/** `YYYY-MM` of a month counted since year 0. */
export function monthText(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
}

interface Middle {
  readonly bytes: Uint8Array;
  readonly yen: number;
}

const encoder = new TextEncoder();
/** No insured month is older. */
const firstMonth = monthAt(1961, 4);
const schemeCodes: Readonly<Record<Scheme, number>> = {
  national1: 1,
  employees: 2,
  national3: 3,
  voluntary: 4,
  seamen: 5,
  mutual: 6,
};
const kindCodes = Object.fromEntries(Object.keys(kindWords).map((kind, code) => [kind, code])) as Record<
  PremiumKind,
  number
>;

function makeMiddle(run: Run, month: number, kind: PremiumKind, older: boolean): Middle {
  const yen = yenOf(run, month, kind, older);
  const remuneration = run.remunerationYen === 0 ? "" : String(run.remunerationYen);
  const text = `,${monthText(month)},${schemeWords[run.scheme]},${kindWords[kind]},${yen},${remuneration},`;
  return { bytes: encoder.encode(text), yen };
}

function yenOf(run: Run, month: number, kind: PremiumKind, older: boolean): number {
  if (run.scheme === "employees") return employeesYen(month, run.remunerationYen);
  // Category 3 pays nothing itself: the employees' scheme bears it.
  if (run.scheme === "national3") return 0;
  return nationalYen(month, kind, older ? 35 : 34);
}
