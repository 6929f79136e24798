/**
 * Small Excel workbooks for tests, packed with `fflate` from XML written by hand.
 */
import { strToU8, zipSync } from "fflate";
import type { Zippable } from "fflate";

export interface WorkbookFixture {
  /** Content of `<sheetData>` and what follows it, by sheet name. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly sharedStrings?: string;
  readonly styles?: string;
  readonly uses1904?: boolean;
  readonly hidden?: readonly string[];
  /** Further parts, as they are. */
  readonly parts?: Zippable;
}

const xml = '<?xml version="1.0" encoding="UTF-8"?>';
const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export function packWorkbook(fixture: WorkbookFixture): Buffer {
  const names = Object.keys(fixture.sheets);
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${types}/${type}" Target="${target}"/>`;
  const parts: Record<string, string> = {
    "_rels/.rels": `${xml}<Relationships>${relation("r", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    "xl/workbook.xml":
      `${xml}<workbook xmlns:r="${types}"><workbookPr date1904="${fixture.uses1904 === true ? 1 : 0}"/><sheets>` +
      names
        .map((name, i) => {
          const state = fixture.hidden?.includes(name) === true ? ' state="hidden"' : "";
          return `<sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"${state}/>`;
        })
        .join("") +
      "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels":
      `${xml}<Relationships>` +
      names.map((_, i) => relation(`s${i}`, "worksheet", `worksheets/sheet${i + 1}.xml`)).join("") +
      relation("strings", "sharedStrings", "sharedStrings.xml") +
      relation("styles", "styles", "/xl/styles.xml") +
      "</Relationships>",
    "xl/sharedStrings.xml": `${xml}<sst>${fixture.sharedStrings ?? ""}</sst>`,
    "xl/styles.xml": `${xml}<styleSheet>${fixture.styles ?? ""}</styleSheet>`,
  };
  names.forEach((name, i) => {
    parts[`xl/worksheets/sheet${i + 1}.xml`] = `${xml}<worksheet>${fixture.sheets[name] ?? ""}</worksheet>`;
  });
  const packed = Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)]));
  return Buffer.from(zipSync({ ...packed, ...fixture.parts }));
}

/** A row of inline texts. */
export function textRow(line: number, cells: readonly string[]): string {
  return `<row r="${line}">${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`;
}
