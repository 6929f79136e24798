/**
 * A change that somebody asks for at a counter: which facts, in which kind of case. Pure; read by the parsers of intake, so
 * that what is typed here and what is sent in a file are the same facts.
 */
import { type CellOutcome, foldCell, isRefusal } from "../intake/cell.ts";
import { parseDateCell } from "../intake/date-cell.ts";
import type { PersonDraft } from "../intake/draft.ts";
import { parsePhoneCell, parsePostalCodeCell } from "../intake/number-cell.ts";
import { parseAddressCell, parseEmailCell, parseKanaCell, parseNameCell } from "../intake/text-cell.ts";
import { changeableIn, type ChangeField } from "./changeable.ts";

/** As typed: new values of some fields; the birth date where a name changes, by which the person is found again. */
export type Typed = Readonly<Partial<Record<ChangeField | "birthDate", string>>>;

export type ChangeReading =
  | { readonly outcome: "read"; readonly draft: PersonDraft; readonly changed: readonly ChangeField[] }
  /** The case is of a kind in which this is not changed. */
  | { readonly outcome: "not-in-this-case" }
  /** `because`: `address`, `name-too-long`: never a value. */
  | { readonly outcome: "malformed-change"; readonly because: readonly string[] };

const parsers = {
  name: parseNameCell,
  kana: parseKanaCell,
  postalCode: folded(parsePostalCodeCell),
  address: parseAddressCell,
  phone: folded(parsePhoneCell),
  email: folded(parseEmailCell),
} as const satisfies Readonly<Record<ChangeField, (text: string) => CellOutcome<string>>>;

export function readChange(caseKind: string, typed: Typed): ChangeReading {
  const fields = Object.keys(parsers) as ChangeField[];
  const changed = fields.filter((field) => (typed[field] ?? "").trim() !== "");
  const allowed = changeableIn(caseKind);
  if (changed.some((field) => !allowed.includes(field))) return { outcome: "not-in-this-case" };
  const isName = changed.includes("name") || changed.includes("kana");
  const birthDate = isName ? folded(parseDateCell)(typed.birthDate ?? "") : undefined;
  const read = changed.map((field) => [field, parsers[field]((typed[field] ?? "").trim())] as const);
  const because = read.flatMap(([field, value]) => (isRefusal(value) ? [field, value.code] : []));
  if (birthDate !== undefined && isRefusal(birthDate)) because.push("birthDate");
  if (changed.length === 0 || because.length > 0) return { outcome: "malformed-change", because };
  const values: Readonly<Partial<Record<ChangeField, string>>> = Object.fromEntries(read);
  const { name, kana, postalCode, address, phone, email } = values;
  const draft: PersonDraft = {
    pensionNumber: undefined,
    schemeNumbers: [],
    name,
    kana,
    birthDate: birthDate === undefined || isRefusal(birthDate) ? undefined : birthDate,
    sex: undefined,
    reference: undefined,
    formerNames: [],
    formerKanas: [],
    postalCode,
    address,
    phone,
    email,
    diedOn: undefined,
    asOf: undefined,
  };
  return { outcome: "read", draft, changed };
}

/** Width folded first, as intake does for what is no name and no address. */
function folded<T extends string>(parse: (text: string) => CellOutcome<T>): (text: string) => CellOutcome<T> {
  return (text) => {
    const cell = foldCell(text);
    return isRefusal(cell) ? cell : parse(cell);
  };
}
