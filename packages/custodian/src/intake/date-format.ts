/**
 * A stated form of dates or months, such as `YYYYMMDD` or `DD/MM/YYYY`: for senders whose form cannot be guessed.
 */

/** Year, month (1–12) and day as read; `day` is 1 for a form without days. Not checked against the calendar. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Whether `format` has a four-digit year, a month, at most one day, and only separators beside them. */
export function isDateFormat(format: string): boolean {
  return /^(?:YYYY|MM?|DD?|[-/. ,年月日])+$/u.test(format) && hasEachOnce(format);
}

/** A reader of that form; `undefined` from it for a text in another. */
export function dateFormatReader(format: string): (text: string) => DateParts | undefined {
  const pattern = new RegExp(
    `^${format.replace(/YYYY|MM|M|DD|D|[^YMD]/gu, (token) => groups.get(token) ?? `\\u{${code(token)}}`)}$`,
    "u",
  );
  return (text) => {
    const match = pattern.exec(text)?.groups;
    if (match === undefined) return undefined;
    return { year: Number(match["year"]), month: Number(match["month"]), day: Number(match["day"] ?? "1") };
  };
}

const groups: ReadonlyMap<string, string> = new Map([
  ["YYYY", "(?<year>\\d{4})"],
  ["MM", "(?<month>\\d{2})"],
  ["M", "(?<month>\\d{1,2})"],
  ["DD", "(?<day>\\d{2})"],
  ["D", "(?<day>\\d{1,2})"],
]);

function hasEachOnce(format: string): boolean {
  const count = (pattern: RegExp) => format.match(pattern)?.length ?? 0;
  return count(/YYYY/gu) === 1 && count(/MM?/gu) === 1 && count(/DD?/gu) <= 1;
}

function code(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
