/**
 * The operator's map file: JSON that says which column goes to which field. Read by the import job for `--map FILE`.
 *
 * `{"for": "persons", "fields": {"name": ["given_name", "surname"], "birthDate": {"column": "dob", "format": "YYYYMMDD"},
 * "sex": {"constant": "unknown"}, "kind": {"column": "st", "values": {"A": "paid"}}}}`. A text is one column, a list
 * is columns joined with a space, an object says the rest. An unknown word anywhere is refused, not passed over.
 */
import { readFile, stat } from "node:fs/promises";
import * as v from "valibot";
import { isDateFormat } from "./date-format.ts";
import { maxMapFileBytes } from "./limits.ts";
import { intakeFault } from "./table-file.ts";
import { listTargets, tableKinds, targetsOf } from "./targets.ts";
import type { TableKind, Target } from "./targets.ts";

/** One value's origin. `columns` is empty where `constant` is given. */
export interface MapEntry {
  readonly columns: readonly string[];
  readonly join: string;
  readonly constant?: string;
  readonly format?: string;
  readonly values?: ReadonlyMap<string, string>;
}

export interface MapFile {
  readonly kind: TableKind;
  readonly fields: Readonly<Partial<Record<Target, readonly MapEntry[]>>>;
}

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const format = v.pipe(
  text,
  v.check(isDateFormat, "a format is made of YYYY, MM, DD, M, D and separators, such as YYYYMMDD"),
);
const extras = {
  format: v.optional(format),
  values: v.optional(v.record(text, text)),
};
const entrySchema = v.union(
  [
    text,
    v.pipe(v.array(text), v.minLength(1), v.maxLength(20)),
    v.strictObject({ column: text, ...extras }),
    v.strictObject({
      columns: v.pipe(v.array(text), v.minLength(1), v.maxLength(20)),
      join: v.optional(v.pipe(v.string(), v.maxLength(5))),
      ...extras,
    }),
    v.strictObject({ constant: text }),
    v.strictObject({ each: v.pipe(v.array(text), v.minLength(1), v.maxLength(20)) }),
  ],
  "a column name, a list of them, or an object with column, columns, each or constant",
);
type Entry = v.InferOutput<typeof entrySchema>;

/** @throws {Fault} `malformed-map` naming the place in the file, or the system's own code where it cannot be read. */
export async function readMapFile(path: string, kind: TableKind): Promise<MapFile> {
  if ((await stat(path)).size > maxMapFileBytes) throw malformed("it is too long");
  return parseMapFile(await readFile(path, "utf8"), kind);
}

/** The map in `json`, for a table of that kind. @throws {Fault} `malformed-map` */
export function parseMapFile(json: string, kind: TableKind): MapFile {
  const parsed = v.safeParse(schemaFor(kind), parseJson(json));
  if (!parsed.success) throw malformed(renderIssue(parsed.issues[0]));
  const fields: Partial<Record<Target, readonly MapEntry[]>> = {};
  for (const target of targetsOf(kind)) {
    const entry = parsed.output.fields[target];
    if (entry !== undefined) fields[target] = entriesOf(target, entry);
  }
  return { kind, fields };
}

function schemaFor(kind: TableKind) {
  const entries = Object.fromEntries(targetsOf(kind).map((target) => [target, v.optional(entrySchema)]));
  return v.strictObject({
    for: v.pipe(
      v.picklist(tableKinds),
      v.check((value) => value === kind, `this import wants a map for ${kind}`),
    ),
    fields: v.strictObject(entries),
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\ufeff/u, ""));
  } catch (cause) {
    throw intakeFault("malformed-map", "the map file is not JSON", { cause });
  }
}

function renderIssue(issue: v.BaseIssue<unknown>): string {
  return `at ${v.getDotPath(issue) ?? "its top"}: ${issue.message}`;
}

function malformed(why: string): Error {
  return intakeFault("malformed-map", `the map file cannot be used: ${why}`);
}

function entriesOf(target: Target, entry: Entry): readonly MapEntry[] {
  if (typeof entry === "string") return [{ columns: [entry], join: " " }];
  if (Array.isArray(entry)) return [{ columns: entry, join: " " }];
  if ("constant" in entry) return [{ columns: [], join: "", constant: entry.constant }];
  if ("each" in entry) {
    if (!listTargets.has(target)) throw malformed(`at fields.${target}: it takes one value, so no "each"`);
    return entry.each.map((column) => ({ columns: [column], join: " " }));
  }
  const columns = "column" in entry ? [entry.column] : entry.columns;
  const join = "join" in entry ? (entry.join ?? " ") : " ";
  return [
    {
      columns,
      join,
      ...(entry.format !== undefined && { format: entry.format }),
      ...(entry.values !== undefined && { values: new Map(Object.entries(entry.values)) }),
    },
  ];
}
