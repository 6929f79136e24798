/**
 * Which rows of a sheet have merged cells. Only the first cell of a merged range has the value; in the others it would
 * be silently missing, so such rows become rejects.
 *
 * The ranges stand behind all rows (ECMA-376 part 1, section 18.3.1.99), so the part is unpacked once more and searched
 * as bytes; reading it as XML twice would cost twice the time of the import.
 */
import { intakeFault } from "./table-file.ts";
import type { ZipContainer } from "./zip-container.ts";

/** Inclusive row numbers, in order, without overlap. */
export type RowRanges = readonly (readonly [first: number, last: number])[];

const marker = Buffer.from("<mergeCells");
const prefixedMarker = Buffer.from(":mergeCells");
const maxMergeBytes = 16 * 1024 * 1024;

export async function findMergedRows(zip: ZipContainer, part: string): Promise<RowRanges> {
  let tail = Buffer.alloc(0);
  let found: Buffer[] | undefined;
  let foundBytes = 0;
  for await (const chunk of zip.read(part)) {
    const bytes = found === undefined && tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk;
    if (found === undefined) {
      const at = Math.max(bytes.indexOf(marker), bytes.indexOf(prefixedMarker));
      tail = Buffer.from(bytes.subarray(-marker.length));
      if (at === -1) continue;
      found = [bytes.subarray(at)];
    } else found.push(bytes);
    foundBytes += bytes.length;
    if (foundBytes > maxMergeBytes)
      throw intakeFault("malformed-workbook", "the sheet has too many merged cells");
  }
  return found === undefined ? [] : rangesIn(Buffer.concat(found).toString("latin1"));
}

function rangesIn(xml: string): RowRanges {
  const ranges: [number, number][] = [];
  // The distance is bounded: without it a text of nothing but `mergeCell` would be searched from each to its end.
  for (const match of xml.matchAll(/mergeCell\b[^>]{0,200}?\bref="\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?(\d+)"/gu)) {
    ranges.push([Number(match[1]), Number(match[2])]);
  }
  ranges.sort((a, b) => a[0] - b[0]);
  const disjoint: [number, number][] = [];
  for (const range of ranges) {
    const last = disjoint.at(-1);
    if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else disjoint.push(range);
  }
  return disjoint;
}

/** Whether a row lies in a range; ask in ascending order of rows. */
export function rangeWalker(ranges: RowRanges): (line: number) => boolean {
  let next = 0;
  return (line) => {
    while ((ranges[next]?.[1] ?? Infinity) < line) next += 1;
    return line >= (ranges[next]?.[0] ?? Infinity);
  };
}
