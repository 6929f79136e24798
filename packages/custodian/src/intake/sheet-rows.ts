/**
 * Rows of one Excel sheet as its XML streams by. A cell with a formula is never its last computed value: it is a
 * trouble of its row, because what it shows is not what it says.
 *
 * ECMA-376 part 1, section 18.3 (worksheets). Rows without any value are no rows: Excel keeps formatted empty ones.
 */
import { isRefusal } from "./cell.ts";
import { renderNumber } from "./excel-number.ts";
import { maxColumns, maxExcelRows, maxExcelTextChars } from "./limits.ts";
import { intakeFault } from "./table-file.ts";
import type { Row, RowTrouble } from "./table-file.ts";
import { textCollector } from "./workbook.ts";
import type { Workbook } from "./workbook.ts";
import type { XmlHandler } from "./xml-parts.ts";

const formula = { code: "formula-cell", text: "The cell is a formula; paste it as a value." };
const errorCell = { code: "error-cell", text: "The cell shows an Excel error." };
const badReference = {
  code: "malformed-cell",
  text: "The cell points to a text the workbook does not have.",
};

/** Gathers rows; the caller takes them with `take` between pieces of XML. */
export class SheetReader implements XmlHandler {
  readonly #workbook: Workbook;
  readonly #collector = textCollector();
  #rows: Row[] = [];
  #line = 0;
  #column = -1;
  #cells: string[] = [];
  #troubles: RowTrouble[] = [];
  #type = "n";
  #style = 0;
  #value = "";
  #inValue = false;
  #inInline = false;
  #hasFormula = false;

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  /** The rows complete since the last call. */
  take(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  get pending(): number {
    return this.#rows.length;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#inInline) return this.#collector.open(name);
    switch (name) {
      case "row":
        return this.#openRow(attributes["r"]);
      case "c":
        return this.#openCell(attributes);
      case "f":
        this.#hasFormula = true;
        return undefined;
      case "v":
        this.#inValue = true;
        return undefined;
      case "is":
        this.#inInline = true;
        return this.#collector.begin();
      default:
        return undefined;
    }
  }

  text(text: string): void {
    if (this.#inInline) this.#collector.text(text);
    if (!this.#inValue) return;
    this.#value += text;
    if (this.#value.length > maxExcelTextChars) {
      throw intakeFault("malformed-workbook", "a value is longer than Excel allows");
    }
  }

  close(name: string): void {
    if (name === "v") this.#inValue = false;
    else if (name === "is") this.#closeInline();
    else if (name === "c") this.#closeCell();
    else if (name === "row") this.#closeRow();
    else if (this.#inInline) this.#collector.close(name);
  }

  #openRow(reference: string | undefined): void {
    const line = reference === undefined ? this.#line + 1 : Number(reference);
    if (!Number.isInteger(line) || line <= this.#line || line > maxExcelRows) {
      throw intakeFault("malformed-workbook", "the sheet's rows are not in order");
    }
    this.#line = line;
    this.#column = -1;
    this.#cells = [];
    this.#troubles = [];
  }

  #openCell(attributes: Readonly<Record<string, string>>): void {
    const column = columnOf(attributes["r"]) ?? this.#column + 1;
    if (column <= this.#column) throw intakeFault("malformed-workbook", "the sheet's cells are not in order");
    this.#column = column;
    if (this.#column >= maxColumns) {
      throw intakeFault("too-many-columns", `row ${this.#line} has more than ${maxColumns} columns`);
    }
    this.#type = attributes["t"] ?? "n";
    this.#style = Number(attributes["s"] ?? "0");
    this.#value = "";
    this.#hasFormula = false;
  }

  #closeInline(): void {
    this.#inInline = false;
    this.#value = this.#collector.finish();
  }

  #closeCell(): void {
    const cell = this.#column;
    while (this.#cells.length < cell) this.#cells.push("");
    this.#cells[cell] = this.#hasFormula ? this.#refuse(formula) : this.#cellText();
  }

  #closeRow(): void {
    const isEmpty = this.#troubles.length === 0 && this.#cells.every((cell) => cell.trim() === "");
    if (isEmpty) return;
    const troubles = this.#troubles.length > 0 ? { troubles: this.#troubles } : {};
    this.#rows.push({ line: this.#line, cells: this.#cells, ...troubles });
  }

  #cellText(): string {
    const value = this.#value;
    switch (this.#type) {
      case "s":
        return this.#workbook.sharedStrings[Number(value)] ?? this.#refuse(badReference);
      case "e":
        return this.#refuse(errorCell);
      case "b":
        return value === "1" ? "TRUE" : "FALSE";
      case "n":
        return value === "" ? "" : this.#numberText(value);
      default:
        return value;
    }
  }

  #numberText(value: string): string {
    const style = this.#workbook.styles[this.#style] ?? { kind: "plain" };
    const outcome = renderNumber(value, style, this.#workbook.uses1904);
    return isRefusal(outcome) ? this.#refuse(outcome) : outcome;
  }

  #refuse(trouble: { readonly code: string; readonly text: string }): string {
    this.#troubles.push({ cell: this.#column, ...trouble });
    return this.#value;
  }
}

/** Index of the column of a reference such as `AB12`. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? "")?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + (letter.charCodeAt(0) - 64);
  return column - 1;
}
