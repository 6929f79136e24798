/**
 * What a workbook's rows need to be read: its sheets, its shared strings, its number styles, its date system.
 *
 * ECMA-376 part 1, sections 18.2 (workbook), 18.4 (shared strings), 18.8 (styles); part 2, section 9 (relationships).
 * Phonetic runs (`rPh`, furigana) are no part of a text and are left out. Macros, links and formulas are never read.
 */
import { posix } from "node:path";
import { numberStyle } from "./excel-number.ts";
import type { NumberStyle } from "./excel-number.ts";
import { maxCellFormats, maxExcelTextChars, maxSharedStrings } from "./limits.ts";
import { intakeFault } from "./table-file.ts";
import { parseXml } from "./xml-parts.ts";
import type { XmlHandler } from "./xml-parts.ts";
import { readText } from "./zip-container.ts";
import type { ZipContainer } from "./zip-container.ts";

export interface Sheet {
  readonly name: string;
  /** Name of its part in the container. */
  readonly part: string;
  readonly isHidden: boolean;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly sharedStrings: readonly string[];
  /** By the style index of a cell. */
  readonly styles: readonly NumberStyle[];
  readonly uses1904: boolean;
}

/** @throws {Fault} `unknown-format` for a container without a workbook */
export async function readWorkbook(zip: ZipContainer): Promise<Workbook> {
  const root = zip.has("_rels/.rels") ? await readRelations(zip, "_rels/.rels", "") : [];
  const main = root.find(({ type }) => type === "officeDocument")?.target;
  if (main === undefined || !zip.has(main)) {
    throw intakeFault("unknown-format", "a zip container that holds no Excel workbook (.xlsx)");
  }
  const relations = await readRelations(zip, relationsOf(main), posix.dirname(main));
  const { sheets, uses1904 } = await readSheets(zip, main, relations);
  if (sheets.length === 0) throw intakeFault("unknown-format", "the container holds no sheets");
  const partOf = (type: string) => relations.find((relation) => relation.type === type)?.target;
  return {
    sheets,
    uses1904,
    sharedStrings: await readSharedStrings(zip, partOf("sharedStrings")),
    styles: await readStyles(zip, partOf("styles")),
  };
}

interface Relation {
  readonly id: string;
  /** Last word of the relation's type address, the same in both editions of the standard. */
  readonly type: string;
  readonly target: string;
}

function relationsOf(part: string): string {
  return posix.join(posix.dirname(part), "_rels", `${posix.basename(part)}.rels`);
}

async function readRelations(zip: ZipContainer, part: string, base: string): Promise<readonly Relation[]> {
  const relations: Relation[] = [];
  await readPart(zip, part, {
    open(name, attributes) {
      if (name !== "Relationship" || attributes["TargetMode"] === "External") return;
      const target = attributes["Target"] ?? "";
      relations.push({
        id: attributes["Id"] ?? "",
        type: posix.basename(attributes["Type"] ?? ""),
        target: target.startsWith("/") ? target.slice(1) : posix.join(base, target),
      });
    },
  });
  return relations;
}

async function readSheets(zip: ZipContainer, part: string, relations: readonly Relation[]) {
  const sheets: Sheet[] = [];
  let uses1904 = false;
  await readPart(zip, part, {
    open(name, attributes) {
      if (name === "workbookPr") uses1904 = ["1", "true"].includes(attributes["date1904"] ?? "");
      if (name !== "sheet") return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1];
      const target = relations.find(
        (relation) => relation.id === id && relation.type === "worksheet",
      )?.target;
      if (target === undefined) return;
      const isHidden = (attributes["state"] ?? "visible") !== "visible";
      sheets.push({ name: attributes["name"] ?? "", part: target, isHidden });
    },
  });
  return { sheets, uses1904 };
}

async function readSharedStrings(zip: ZipContainer, part: string | undefined): Promise<readonly string[]> {
  const strings: string[] = [];
  if (part === undefined) return strings;
  const collector = textCollector();
  await readPart(zip, part, {
    open(name) {
      if (name === "si") collector.begin();
      else collector.open(name);
    },
    text: (text) => collector.text(text),
    close(name) {
      if (name !== "si") return collector.close(name);
      if (strings.length >= maxSharedStrings) throw tooLarge();
      strings.push(collector.finish());
      return undefined;
    },
  });
  return strings;
}

/** Joins the `t` texts of a rich or plain string, furigana left out. */
export function textCollector() {
  let collected = "";
  let inText = false;
  let inPhonetic = false;
  return {
    begin(): void {
      collected = "";
      inText = false;
      inPhonetic = false;
    },
    open(name: string): void {
      if (name === "t") inText = true;
      if (name === "rPh") inPhonetic = true;
    },
    text(text: string): void {
      if (!inText || inPhonetic) return;
      collected += text;
      if (collected.length > maxExcelTextChars) {
        throw intakeFault("malformed-workbook", "a text is longer than Excel allows");
      }
    },
    close(name: string): void {
      if (name === "t") inText = false;
      if (name === "rPh") inPhonetic = false;
    },
    /** Excel writes control characters as `_x000D_`; they become themselves and meet the checks of every cell. */
    finish(): string {
      return collected.includes("_x")
        ? collected.replace(/_x([0-9A-Fa-f]{4})_/gu, (_, hex: string) =>
            String.fromCharCode(Number.parseInt(hex, 16)),
          )
        : collected;
    },
  };
}

async function readStyles(zip: ZipContainer, part: string | undefined): Promise<readonly NumberStyle[]> {
  const codes = new Map<number, string>();
  const styles: NumberStyle[] = [];
  if (part === undefined) return styles;
  let inCellFormats = false;
  await readPart(zip, part, {
    open(name, attributes) {
      const id = Number(attributes["numFmtId"] ?? "0");
      if (name === "numFmt") codes.set(id, attributes["formatCode"] ?? "");
      else if (name === "cellXfs") inCellFormats = true;
      else if (name === "xf" && inCellFormats) styles.push(numberStyle(id, codes.get(id)));
      if (styles.length > maxCellFormats || codes.size > maxCellFormats) throw tooLarge();
    },
    close(name) {
      if (name === "cellXfs") inCellFormats = false;
    },
  });
  return styles;
}

function tooLarge(): Error {
  return intakeFault("workbook-too-large", "the workbook has more texts or formats than Excel allows");
}

async function readPart(zip: ZipContainer, part: string, handler: XmlHandler): Promise<void> {
  for await (const _ of parseXml(readText(zip, part, true), handler));
}
