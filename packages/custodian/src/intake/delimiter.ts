/**
 * Which character separates the cells of a text file, found from its first records.
 *
 * A delimiter is believed when the records agree on a number of cells above one; of several, the one with the
 * most agreement and then the most cells. A file of one column has none: then the comma stands.
 */
import { codeOf } from "@kura/kernel/fault.ts";
import { delimiterSampleRecords } from "./limits.ts";
import { RowSplitter } from "./split-rows.ts";
import type { Row } from "./table-file.ts";

export const delimiters: readonly string[] = [",", "\t", ";", "|"];

/** `text` is the decoded start of the file in whole lines. */
export function findDelimiter(text: string, lineEnd: "\n" | "\r"): string {
  let best = { delimiter: ",", agreement: 0, cells: 1 };
  for (const delimiter of delimiters) {
    const rows = sampleRows(text, delimiter, lineEnd);
    const cells = rows[0]?.cells.length ?? 0;
    if (cells < 2) continue;
    const agreement = rows.filter((row) => row.cells.length === cells).length / rows.length;
    if (agreement > best.agreement || (agreement === best.agreement && cells > best.cells)) {
      best = { delimiter, agreement, cells };
    }
  }
  return best.delimiter;
}

/** A sample may end inside quotes: the rows before that still say what they say. */
function sampleRows(text: string, delimiter: string, lineEnd: "\n" | "\r"): Row[] {
  const sample = text.split(lineEnd, delimiterSampleRecords).join(lineEnd) + lineEnd;
  try {
    return new RowSplitter(delimiter, lineEnd).sample(sample).slice(0, delimiterSampleRecords);
  } catch (thrown) {
    // A guess that makes too many columns is a wrong one; a right one is refused when the header is read.
    if (codeOf(thrown) === "too-many-columns") return [];
    throw thrown;
  }
}
