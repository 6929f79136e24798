/**
 * The annual statement as a text table, in Japanese or English, for a terminal, a clerk's screen or a plain letter.
 *
 * Pure: it renders a {@link Statement} and adds nothing to it, so it holds no personal data either. Columns are measured in
 * cells of a fixed-width font, where kana and kanji take two (Unicode UAX #11, wide and full-width).
 */
import type { Yen } from "@kura/kernel/yen.ts";
import type { Scheme } from "./entry.ts";
import type { MonthRange, StatusDoubt, StatusKind } from "./month-status.ts";
import type { Statement, StatementMonth } from "./statement.ts";

export type StatementLanguage = "ja" | "en";

/** Lines end in `\n`; no line ends in a space. */
export function renderStatement(statement: Statement, language: StatementLanguage): string {
  const words = texts[language];
  return [
    `${words.title}  ${rangeText(statement.period)}`,
    "",
    ...table([
      [words.scheme, words.recorded, words.paidMonths, words.yen, words.additional],
      ...statement.perScheme.map((row) => [
        words.schemes[row.scheme],
        String(row.months),
        String(row.paidMonths),
        yenText(row.paidYen),
        yenText(row.additionalYen),
      ]),
      [
        words.total,
        String(statement.total.months),
        "",
        yenText(statement.total.paidYen),
        yenText(statement.total.additionalYen),
      ],
    ]),
    "",
    ...table([
      [words.month, words.scheme, words.status, words.yen, words.note],
      ...statement.months.flatMap((month) => monthRows(month, language)),
    ]),
    "",
    `${words.gaps}: ${listText(statement.gaps.map(rangeText), words.none)}`,
    `${words.overlaps}: ${listText(
      statement.overlaps.map(({ month }) => month),
      words.none,
    )}`,
    "",
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Cells a text takes in a fixed-width font. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const char of text)
    cells +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u.test(
        char,
      )
        ? 2
        : 1;
  return cells;
}

function monthRows(month: StatementMonth, language: StatementLanguage): string[][] {
  const words = texts[language];
  if (month.statuses.length === 0) return [[month.month, "", "", "", month.isGap ? words.gap : ""]];
  return month.statuses.map((status) => [
    month.month,
    words.schemes[status.scheme],
    status.kind === undefined ? "" : words.kinds[status.kind],
    yenText(status.paidYen),
    [
      ...(status.hasAdditional ? [words.additional] : []),
      ...(status.remunerationYen === undefined
        ? []
        : [`${words.remuneration} ${yenText(status.remunerationYen)}`]),
      ...(month.statuses.length > 1 ? [words.overlap] : []),
      ...status.doubts.map((doubt) => words.doubts[doubt]),
    ].join(words.comma),
  ]);
}

/** Rows of cells as lines; the last column runs free, columns of figures lie to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => cellsOf(row[column] ?? ""))),
  );
  const isFigure = widths.map((_, column) => rows.slice(1).some((row) => /^[\d,]+$/.test(row[column] ?? "")));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - cellsOf(cell));
        return isFigure[column] === true ? padding + cell : cell + padding;
      })
      .join("  "),
  );
}

function yenText(yen: Yen): string {
  return String(yen).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function rangeText({ from, to }: MonthRange): string {
  return from === to ? from : `${from} – ${to}`;
}

function listText(items: readonly string[], none: string): string {
  return items.length === 0 ? none : items.join(", ");
}

interface Words {
  readonly title: string;
  readonly scheme: string;
  readonly recorded: string;
  readonly paidMonths: string;
  readonly yen: string;
  readonly additional: string;
  readonly total: string;
  readonly month: string;
  readonly status: string;
  readonly note: string;
  readonly gap: string;
  readonly gaps: string;
  readonly overlap: string;
  readonly overlaps: string;
  readonly none: string;
  readonly remuneration: string;
  readonly comma: string;
  readonly schemes: Readonly<Record<Scheme, string>>;
  readonly kinds: Readonly<Record<StatusKind, string>>;
  readonly doubts: Readonly<Record<StatusDoubt, string>>;
}

const texts: Readonly<Record<StatementLanguage, Words>> = {
  ja: {
    title: "年金加入記録",
    scheme: "制度",
    recorded: "加入月数",
    paidMonths: "納付月数",
    yen: "保険料(円)",
    additional: "付加保険料",
    total: "合計",
    month: "年月",
    status: "納付状況",
    note: "備考",
    gap: "記録なし",
    gaps: "記録のない期間",
    overlap: "重複",
    overlaps: "重複する月",
    none: "なし",
    remuneration: "標準報酬月額",
    comma: "、",
    schemes: {
      national1: "国民年金(第1号)",
      employees: "厚生年金保険",
      national3: "国民年金(第3号)",
      voluntary: "国民年金(任意加入)",
      seamen: "船員保険",
      mutual: "共済組合",
    },
    kinds: {
      paid: "納付済",
      unpaid: "未納",
      exemptFull: "全額免除",
      exemptThreeQuarters: "4分の3免除",
      exemptHalf: "半額免除",
      exemptQuarter: "4分の1免除",
      student: "学生納付特例",
      deferred: "納付猶予",
      prepaid: "前納",
      paidLate: "追納・後納",
    },
    doubts: {
      "paid-twice": "二重納付の可能性",
      "several-exemptions": "免除の種別が複数",
      "rest-not-paid": "残余の保険料が未納",
      "additional-alone": "付加保険料のみ",
    },
  },
  en: {
    title: "Pension record",
    scheme: "Scheme",
    recorded: "Months",
    paidMonths: "Paid",
    yen: "Yen",
    additional: "Additional",
    total: "Total",
    month: "Month",
    status: "Status",
    note: "Note",
    gap: "nothing recorded",
    gaps: "Nothing recorded",
    overlap: "overlap",
    overlaps: "Overlapping months",
    none: "none",
    remuneration: "remuneration",
    comma: "; ",
    schemes: {
      national1: "National, category 1",
      employees: "Employees",
      national3: "National, category 3",
      voluntary: "National, voluntary",
      seamen: "Seamen",
      mutual: "Mutual aid",
    },
    kinds: {
      paid: "paid",
      unpaid: "unpaid",
      exemptFull: "exempt",
      exemptThreeQuarters: "3/4 exempt",
      exemptHalf: "1/2 exempt",
      exemptQuarter: "1/4 exempt",
      student: "student",
      deferred: "deferred",
      prepaid: "prepaid",
      paidLate: "paid late",
    },
    doubts: {
      "paid-twice": "possibly paid twice",
      "several-exemptions": "several exemptions",
      "rest-not-paid": "the rest is not paid",
      "additional-alone": "additional only",
    },
  },
};
