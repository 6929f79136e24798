/**
 * A spooled CSV of rejects to an Excel workbook with one sheet, all cells inline text. Called only by `rejects.ts`.
 *
 * The smallest workbook ECMA-376 allows: content types, relationships, workbook, sheet. Text cells are never formulas,
 * so a cell that begins with `=` is harmless here.
 */
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { strToU8, Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { Fault } from "@kura/kernel/fault.ts";
import { openFile } from "./open-file.ts";
import { intakeFault } from "./table-file.ts";

/** @throws {Fault} `rejects-unwritable` when a row is beyond our own limits; the system's own error otherwise */
export async function writeXlsx(csvPath: string, path: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await packRows(handle, csvPath);
    await handle.datasync();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    await rm(path);
    throw intakeFault(
      "rejects-unwritable",
      "the rejects do not fit into a workbook; they are in the .part file",
      {
        cause: thrown,
      },
    );
  } finally {
    await handle.close();
  }
}

async function packRows(handle: FileHandle, csvPath: string): Promise<void> {
  const table = await openFile(csvPath, { delimiter: "," });
  const pending: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error !== null)
      throw intakeFault("rejects-unwritable", "the workbook could not be packed", { cause: error });
    pending.push(bytes);
  });
  const flush = async () => {
    for (const bytes of pending.splice(0)) await handle.appendFile(bytes);
  };
  for (const [name, xml] of fixedParts) addPart(zip, name, xml);
  const sheet = new ZipDeflate("xl/worksheets/sheet1.xml", { level: 6 });
  zip.add(sheet);
  sheet.push(strToU8(sheetStart + renderRow(table.header)));
  for await (const { rows } of table.rows()) {
    sheet.push(strToU8(rows.map((row) => renderRow(row.cells)).join("")));
    await flush();
  }
  sheet.push(strToU8(sheetEnd), true);
  zip.end();
  await flush();
}

const xmlStart = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const packageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";
const documentRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const contentTypes = "application/vnd.openxmlformats-officedocument.spreadsheetml";

const fixedParts: readonly (readonly [name: string, xml: string])[] = [
  [
    "[Content_Types].xml",
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${contentTypes}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentTypes}.worksheet+xml"/></Types>`,
  ],
  [
    "_rels/.rels",
    `<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${documentRelations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    "xl/_rels/workbook.xml.rels",
    `<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${documentRelations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  ],
  [
    "xl/workbook.xml",
    `<workbook xmlns="${main}" xmlns:r="${documentRelations}"><sheets><sheet name="rejects" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
];
const sheetStart = `${xmlStart}<worksheet xmlns="${main}"><sheetData>`;
const sheetEnd = "</sheetData></worksheet>";

function addPart(zip: Zip, name: string, xml: string): void {
  const part = new ZipPassThrough(name);
  zip.add(part);
  part.push(strToU8(xmlStart + xml), true);
}

function renderRow(cells: readonly string[]): string {
  const rendered = cells.map(
    (cell) => `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`,
  );
  return `<row>${rendered.join("")}</row>`;
}

/** Characters XML 1.0 cannot hold are written the way Excel writes them, `_x0000_`. */
function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(
      /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Cs}/gu,
      (bad) => `_x${bad.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}_`,
    );
}
