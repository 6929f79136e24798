/**
 * What `--dry-run` shows: which column goes where, and the first rows with their values hidden.
 *
 * A masked row lets the operator see that columns are not shifted; it does not let anybody read who is in the file.
 */
import type { Mapping, Source } from "./mapping.ts";
import type { Row } from "./table-file.ts";
import { targetsOf } from "./targets.ts";

/**
 * Lines of plain text: fields and their columns, unused columns, and what is missing. A file without a header has a
 * person in its first line: where no column is recognised no name is shown, and names that look like values are masked.
 */
export function renderMapping(mapping: Mapping): string {
  if (mapping.sources.size === 0) return "  no column is recognised: is the first line a header?";
  const lines: string[] = [];
  for (const target of targetsOf(mapping.kind)) {
    for (const source of mapping.sources.get(target) ?? []) {
      lines.push(`  ${target.padEnd(16)}← ${renderSource(source)}`);
    }
  }
  const unused = mapping.unused.map((i) => renderName(mapping.header[i] ?? ""));
  if (unused.length > 0) lines.push(`  not used: ${unused.join(", ")}`);
  for (const missing of mapping.missing) lines.push(`  MISSING: ${missing}`);
  return lines.join("\n");
}

function renderSource(source: Source): string {
  const format = source.format === undefined ? "" : ` as ${source.format}`;
  return source.constant === undefined
    ? `${renderName(source.label)}${format}`
    : `always "${source.constant}"`;
}

function renderName(name: string): string {
  return /\d{4}|@/u.test(name) ? maskCell(name) : name;
}

/** The row's cells masked, in order. */
export function maskRow(row: Row): string[] {
  return row.cells.map(maskCell);
}

/**
 * 山田太郎 as 山＊＊＊, 1234-567890 as ＊＊＊＊-＊＊＊＊90. Of a text with digits the last two of at least six stay; of any
 * other its first character stays when three or more follow. Signs and spaces stay, so that the form is seen.
 */
export function maskCell(cell: string): string {
  const digits = cell.match(/\p{Nd}/gu)?.length ?? 0;
  return digits > 0 ? maskDigits(cell, digits) : maskLetters(cell);
}

function maskDigits(cell: string, digits: number): string {
  const shown = digits >= 6 ? 2 : 0;
  let seen = 0;
  return cell.replace(/[\p{L}\p{M}\p{N}\p{Co}]/gu, (character) => {
    if (!/\p{Nd}/u.test(character)) return "＊";
    seen += 1;
    return seen > digits - shown ? character : "＊";
  });
}

function maskLetters(cell: string): string {
  const letters = cell.match(/[\p{L}\p{M}\p{N}\p{Co}]/gu)?.length ?? 0;
  let seen = 0;
  return cell.replace(/[\p{L}\p{M}\p{N}\p{Co}]/gu, (character) => {
    seen += 1;
    return seen === 1 && letters > 3 ? character : "＊";
  });
}
