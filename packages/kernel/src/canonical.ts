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
  return withValue("", value);
}

/** `text` and behind it the value: by concatenation, because a text for each part would cost more than the characters. */
function withValue(text: string, value: Canonical): string {
  switch (typeof value) {
    case "string":
      return withText(text, value);
    case "number":
      if (!Number.isSafeInteger(value)) throw new Fault("not-canonical", "a number is not a safe integer");
      // Of −0 too this makes "0".
      return `${text}${value}`;
    case "boolean":
      return value ? `${text}true` : `${text}false`;
    case "object":
      return value === null ? `${text}null` : withComposite(text, value);
    default:
      throw new Fault("not-canonical", `a ${typeof value} has no canonical form`);
  }
}

/** Most texts are printable ASCII without a quote or a backslash: they stand as they are. */
const plainText = /^[ !#-[\]-~]*$/;

function withText(text: string, value: string): string {
  if (plainText.test(value)) return `${text}"${value}"`;
  if (!value.isWellFormed()) throw new Fault("not-canonical", "a string has a lone surrogate");
  return text + JSON.stringify(value);
}

function withComposite(
  text: string,
  value: readonly Canonical[] | { readonly [key: string]: Canonical },
): string {
  let before = "";
  if (isList(value)) {
    let list = `${text}[`;
    for (const one of value) {
      list = withValue(list + before, one);
      before = ",";
    }
    return `${list}]`;
  }
  let object = `${text}{`;
  for (const key of Object.keys(value).sort()) {
    object = withValue(`${withText(object + before, key)}:`, value[key] as Canonical);
    before = ",";
  }
  return `${object}}`;
}

function isList(value: object): value is readonly Canonical[] {
  return Array.isArray(value);
}
