/**
 * Canonical JSON: one value, one text. RFC 8785 (JCS), narrowed to what a second verifier can write in a line.
 *
 * Allowed are strings without lone surrogates, booleans, null, arrays, objects, and integers of at most 2^53 − 1.
 * Fractions, `undefined`, `bigint` and anything larger are refused: 64-bit integers travel as decimal strings.
 * Keys are sorted by UTF-16 code units. Python's second opinion for ASCII keys is
 * `json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.
 */
import { Fault } from "./fault.ts";

/** What can be encoded. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [key: string]: Canonical };

/** @throws {Fault} `not-canonical` for a value that has no canonical form; the message names the kind, not the value. */
export function encodeCanonical(value: Canonical): string {
  switch (typeof value) {
    case "string":
      return encodeText(value);
    case "number":
      if (!Number.isSafeInteger(value)) throw new Fault("not-canonical", "a number is not a safe integer");
      return Object.is(value, -0) ? "0" : String(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : encodeComposite(value);
    default:
      throw new Fault("not-canonical", `a ${typeof value} has no canonical form`);
  }
}

/** Most texts are printable ASCII without a quote or a backslash: they stand as they are. */
const plainText = /^[ !#-[\]-~]*$/;

function encodeText(text: string): string {
  if (plainText.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Fault("not-canonical", "a string has a lone surrogate");
  return JSON.stringify(text);
}

/** Built by concatenation: looks write three such texts each, and lists of lists cost more than the characters. */
function encodeComposite(value: readonly Canonical[] | { readonly [key: string]: Canonical }): string {
  let text = "";
  if (isList(value)) {
    for (const one of value) text += text === "" ? encodeCanonical(one) : `,${encodeCanonical(one)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const member = `${encodeText(key)}:${encodeCanonical(value[key] as Canonical)}`;
    text += text === "" ? member : `,${member}`;
  }
  return `{${text}}`;
}

function isList(value: object): value is readonly Canonical[] {
  return Array.isArray(value);
}
