/**
 * A row of a premium file to a draft, or to a reject with every reason found in it.
 *
 * A line must say month, scheme and kind, an amount where its kind pays one, and anything at all about the person:
 * a number, a name, or a birth date. Records with that little do exist and wait in suspense; a line without any of
 * it could never find its owner. Called by the import job; touches no database.
 */
import { zeroYen } from "@kura/kernel/yen.ts";
import type { PremiumEntry, PremiumKind } from "../premiums/entry.ts";
import { parseMonthCell } from "./date-cell.ts";
import type { IntakeLine, PremiumDraft, Reason } from "./draft.ts";
import { fieldReader, rowReasons } from "./field-reader.ts";
import { identityReader } from "./identity-fields.ts";
import type { IdentifiedLine } from "./identity-fields.ts";
import type { Mapping } from "./mapping.ts";
import { parseYenCell } from "./number-cell.ts";
import type { Row } from "./table-file.ts";
import { parseKindCell, parseSchemeCell } from "./word-cell.ts";

const noIdentity: Reason = {
  code: "no-identity",
  text: "The line has nothing by which its person could be found: no number, no name, no birth date.",
};
const noMonth: Reason = { code: "month-missing", text: "The line has no month." };
const noScheme: Reason = { code: "scheme-missing", text: "The line has no scheme." };
const noKind: Reason = { code: "kind-missing", text: "The line has no kind of entry." };
const noYen: Reason = { code: "yen-missing", text: "The line's kind pays an amount and none is given." };
const yenForKind: Reason = {
  code: "yen-for-kind",
  text: "The line's kind pays nothing, but an amount is given.",
};

/** Kinds in which money moves. */
const payingKinds: ReadonlySet<PremiumKind> = new Set(["paid", "prepaid", "paidLate", "additional"]);
/** Kinds in which none does; partly exempted months may carry the part that was paid. */
const freeKinds: ReadonlySet<PremiumKind> = new Set(["unpaid", "exemptFull", "student", "deferred"]);

/** The parser of all rows of one file. */
export function premiumParser(mapping: Mapping): (row: Row) => IntakeLine<PremiumDraft> {
  const identityOf = identityReader(mapping);
  const entryOf = entryReader(mapping);
  return (row) => {
    const { line, cells } = row;
    const reasons = rowReasons(row, cells, mapping.header);
    if (reasons.length === 0) {
      const identity = identityOf(cells, reasons);
      const entry = entryOf(cells, reasons);
      if (reasons.length === 0 && !isAboutSomebody(identity)) reasons.push(noIdentity);
      if (reasons.length === 0 && entry !== undefined) {
        return { kind: "draft", line, draft: { ...identity, entry }, row };
      }
    }
    return { kind: "reject", line, reasons, cells, ...(row.raw !== undefined && { raw: row.raw }) };
  };
}

/** The entry, or `undefined` with at least one reason. */
function entryReader(
  mapping: Mapping,
): (cells: readonly string[], reasons: Reason[]) => PremiumEntry | undefined {
  const monthOf = fieldReader(mapping, "month", { parse: parseMonthCell, isRepeating: true });
  const schemeOf = fieldReader(mapping, "scheme", { parse: parseSchemeCell, isRepeating: true });
  const kindOf = fieldReader(mapping, "kind", { parse: parseKindCell, isRepeating: true });
  const amountOf = fieldReader(mapping, "amountYen", { parse: parseYenCell, isRepeating: true });
  const remunerationOf = fieldReader(mapping, "remunerationYen", { parse: parseYenCell, isRepeating: true });
  return (cells, reasons) => {
    const before = reasons.length;
    const month = monthOf(cells, reasons);
    const scheme = schemeOf(cells, reasons);
    const kind = kindOf(cells, reasons);
    const amountYen = amountOf(cells, reasons);
    const remunerationYen = remunerationOf(cells, reasons);
    if (reasons.length > before) return undefined;
    if (month === undefined) reasons.push(noMonth);
    if (scheme === undefined) reasons.push(noScheme);
    if (kind === undefined) reasons.push(noKind);
    if (month === undefined || scheme === undefined || kind === undefined) return undefined;
    if (amountYen === undefined && payingKinds.has(kind) && scheme !== "national3") reasons.push(noYen);
    if (amountYen !== undefined && amountYen !== 0 && freeKinds.has(kind)) reasons.push(yenForKind);
    if (reasons.length > before) return undefined;
    const entry = { month, scheme, kind, amountYen: amountYen ?? zeroYen };
    return remunerationYen === undefined ? entry : { ...entry, remunerationYen };
  };
}

function isAboutSomebody({ pensionNumber, schemeNumbers, name, kana, birthDate }: IdentifiedLine): boolean {
  return [pensionNumber, schemeNumbers[0], name, kana, birthDate].some((clue) => clue !== undefined);
}
