/**
 * Cells to one row of a delimited text file, as RFC 4180 section 2 has it: quoted where quoting is needed.
 */

/** The row without its line end. `split-rows.ts` reads back the same cells. */
export function writeRow(cells: readonly string[], delimiter: string): string {
  // A single empty cell is quoted: as an empty line it would be no row at all.
  if (cells.length === 1 && cells[0] === "") return '""';
  return cells.map((cell) => writeCell(cell, delimiter)).join(delimiter);
}

function writeCell(cell: string, delimiter: string): string {
  const needsQuotes = cell.includes('"') || cell.includes(delimiter) || /[\r\n]|^\s|\s$/u.test(cell);
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
}
