/**
 * What an order says, as far as the custodian needs it to fetch what is ordered. The keeper reads it again, more strictly,
 * and verifies the signature: what is misread here is refused there.
 */
import * as v from "valibot";
import type { IngestOrder, LookOrder, ReceiptOrder, SearchOrder } from "@kura/keeper/client-side.ts";
import { type Field, fieldOfNumber } from "../register/field.ts";
import { disclosureLimits } from "./limits.ts";

const hex = (bytes: number) => v.pipe(v.string(), v.regex(/^[0-9a-f]*$/u), v.length(2 * bytes));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(disclosureLimits.nameLength));
const head = {
  v: v.literal(1),
  session: hex(16),
  number: count,
  atMs: count,
  purpose: name,
  case: name,
  caseKind: name,
};
const lookOrder = v.strictObject({
  ...head,
  kind: v.literal("look"),
  persons: v.pipe(
    v.array(hex(16)),
    v.minLength(1),
    v.maxLength(disclosureLimits.persons),
    v.check((given) => new Set(given).size === given.length),
  ),
  fields: v.pipe(v.array(count), v.minLength(1), v.maxLength(255)),
});
const searchOrder = v.strictObject({ ...head, kind: v.literal("search"), sealedTerms: v.string() });
const receiptOrder = v.strictObject({ ...head, kind: v.literal("receipt"), person: hex(16) });

const ingestOrder = v.strictObject({
  ...head,
  kind: v.literal("ingest"),
  source: v.string(),
  terms: count,
  records: count,
});

/** `undefined` for anything that is no order to take something in. */
export function parseIngestOrder(text: string): IngestOrder | undefined {
  return parseOrder(ingestOrder, text);
}

/** `undefined` for anything that is no look. */
export function parseLookOrder(text: string): LookOrder | undefined {
  return parseOrder(lookOrder, text);
}

/** `undefined` for anything that is no search. */
export function parseSearchOrder(text: string): SearchOrder | undefined {
  return parseOrder(searchOrder, text);
}

/** `undefined` for anything that is no receipt's. */
export function parseReceiptOrder(text: string): ReceiptOrder | undefined {
  return parseOrder(receiptOrder, text);
}

/** `undefined` when a number is no field's. */
export function parseFields(numbers: readonly number[]): readonly Field[] | undefined {
  const fields = numbers.map(fieldOfNumber);
  return fields.every((field) => field !== undefined) ? fields : undefined;
}

function parseOrder<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> | undefined {
  if (Buffer.byteLength(text) > disclosureLimits.orderBytes) return undefined;
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
