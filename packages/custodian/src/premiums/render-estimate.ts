/**
 * The estimate of the old-age basic pension as text, every step with its months, its share and its source, so that a clerk
 * can show how the sum came about. Pure; free of personal data.
 */
import { assertNever } from "@kura/kernel/fault.ts";
import type { Estimate, EstimateStep, StepRule } from "./basic-pension.ts";
import type { StatementLanguage } from "./render-statement.ts";
import { sources } from "./sources.ts";

/** Lines end in `\n`. */
export function renderEstimate(estimate: Estimate, language: StatementLanguage): string {
  const words = texts[language];
  switch (estimate.kind) {
    case "year-unknown":
      return `${words.title}: ${words.yearUnknown(estimate.fiscalYear)}\n`;
    case "older-law":
      return `${words.title}: ${words.olderLaw}\n`;
    case "not-qualified":
      return `${words.title}: ${words.notQualified(estimate.months, estimate.monthsShort)}\n`;
    case "nothing-counts":
      return `${words.title}: ${words.nothingCounts(estimate.months)}\n`;
    case "estimated": {
      const title = `${words.title}: ${words.yearly(estimate.yearlyYen.toLocaleString("en"))}`;
      return `${[title, ...estimate.steps.map((step) => `  ${renderStep(step, language)}`)].join("\n")}\n`;
    }
    default:
      return assertNever(estimate, "estimate");
  }
}

function renderStep(step: EstimateStep, language: StatementLanguage): string {
  const words = texts[language];
  const kind = step.kind === undefined ? "" : ` (${step.kind})`;
  const share = step.fraction[0] === step.fraction[1] ? "" : ` × ${step.fraction[0]}/${step.fraction[1]}`;
  return `${words.rules[step.rule]}${kind}: ${words.months(step.months)}${share}  [${sources[step.source].text}]`;
}

interface Words {
  readonly title: string;
  readonly rules: Readonly<Record<StepRule, string>>;
  readonly months: (count: number) => string;
  readonly yearly: (yen: string) => string;
  readonly yearUnknown: (year: number) => string;
  readonly olderLaw: string;
  readonly notQualified: (months: number, short: number) => string;
  readonly nothingCounts: (months: number) => string;
}

const texts: Readonly<Record<StatementLanguage, Words>> = {
  en: {
    title: "Old-age basic pension on the months recorded so far",
    rules: {
      qualifying: "qualifying period",
      paid: "paid",
      exempt: "exempt",
      "exempt-beyond-limit": "exempt, beyond the limit",
      "student-not-counted": "student, not counted",
      "deferred-not-counted": "deferred, not counted",
      limit: "months possible",
      amount: "share of the full amount",
      additional: "additional pension",
    },
    months: (count) => `${count} months`,
    yearly: (yen) => `${yen} yen a year`,
    yearUnknown: (year) => `the full amount of fiscal year ${year} is not in the table`,
    olderLaw: "born before 2 April 1926; the law before 1986 applies",
    notQualified: (months, short) => `none yet: ${months} months of 120, ${short} short`,
    nothingCounts: (months) => `none: ${months} months qualify, but none of them counts towards the amount`,
  },
  ja: {
    title: "これまでの加入実績による老齢基礎年金の見込額",
    rules: {
      qualifying: "受給資格期間",
      paid: "納付",
      exempt: "免除",
      "exempt-beyond-limit": "免除(上限を超える月)",
      "student-not-counted": "学生納付特例(額に反映しない)",
      "deferred-not-counted": "納付猶予(額に反映しない)",
      limit: "加入可能月数",
      amount: "満額に対する割合",
      additional: "付加年金",
    },
    months: (count) => `${count}月`,
    yearly: (yen) => `年額${yen}円`,
    yearUnknown: (year) => `${year}年度の満額が表にありません`,
    olderLaw: "大正15年4月1日以前の生まれのため、昭和61年改正前の法律によります",
    notQualified: (months, short) => `${months}月(120月に${short}月不足)のため、まだ受給資格がありません`,
    nothingCounts: (months) => `受給資格期間は${months}月ありますが、額に反映する月がありません`,
  },
};
