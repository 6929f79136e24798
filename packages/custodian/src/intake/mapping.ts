/**
 * Which column of a file goes to which field: by known header spellings, or by the operator's map file.
 *
 * Decided once per file, before any row is read; `render-mapping.ts` shows it to the operator. A map file names every
 * column it wants: with one, nothing is guessed.
 */
import { intakeFault } from "./table-file.ts";
import { foldHeader, listSpellings, listTargets, spellings, targetsOf } from "./targets.ts";
import type { TableKind, Target } from "./targets.ts";
import type { MapEntry, MapFile } from "./map-file.ts";

/** Where a field's text comes from. */
export interface Source {
  /** Indexes of the columns, in the order in which they are joined. Empty for a constant. */
  readonly columns: readonly number[];
  /** The column headers, for reasons and for the operator. */
  readonly label: string;
  readonly join: string;
  /** The value of every line, instead of a column. */
  readonly constant?: string;
  /** Form of a date or month such as `YYYYMMDD`; all known forms when absent. */
  readonly format?: string;
  /** The sender's codes and what they stand for. */
  readonly values?: ReadonlyMap<string, string>;
}

export interface Mapping {
  readonly kind: TableKind;
  readonly header: readonly string[];
  /** Several sources only for fields that take several values. */
  readonly sources: ReadonlyMap<Target, readonly Source[]>;
  /** Indexes of columns that go nowhere. */
  readonly unused: readonly number[];
  /** What must be there and is not, in words. An import refuses a mapping where this is not empty. */
  readonly missing: readonly string[];
}

/** The mapping of a table with that header. @throws {Fault} `no-such-column` when the map file names one that is not there. */
export function decideMapping(kind: TableKind, header: readonly string[], map?: MapFile): Mapping {
  const sources = map === undefined ? guessSources(kind, header) : namedSources(kind, header, map);
  const used = new Set([...sources.values()].flat().flatMap((source) => source.columns));
  const unused = header.map((_, i) => i).filter((i) => !used.has(i));
  return { kind, header, sources, unused, missing: findMissing(kind, sources) };
}

function guessSources(kind: TableKind, header: readonly string[]): Map<Target, Source[]> {
  const folded = header.map(foldHeader);
  const sources = new Map<Target, Source[]>();
  for (const target of targetsOf(kind)) {
    const { whole, parts = [], join = " " } = spellings[target];
    const wholes = listSpellings(whole)
      .map((spelling) => folded.indexOf(spelling))
      .filter((i) => i !== -1);
    const found = parts
      .map(listSpellings)
      .map((group) => folded.findIndex((name) => group.includes(name)))
      .filter((i) => i !== -1);
    if (wholes.length > 0) {
      const taken = listTargets.has(target) ? wholes : wholes.slice(0, 1);
      sources.set(
        target,
        taken.map((i) => columnsSource(header, [i], join)),
      );
    } else if (found.length > 0) sources.set(target, [columnsSource(header, found, join)]);
  }
  return sources;
}

function namedSources(kind: TableKind, header: readonly string[], map: MapFile): Map<Target, Source[]> {
  const sources = new Map<Target, Source[]>();
  for (const target of targetsOf(kind)) {
    const entries = map.fields[target];
    if (entries !== undefined)
      sources.set(
        target,
        entries.map((entry) => namedSource(header, entry)),
      );
  }
  return sources;
}

function namedSource(header: readonly string[], entry: MapEntry): Source {
  const columns = entry.columns.map((name) => {
    const index = header.findIndex((column) => column === name || foldHeader(column) === foldHeader(name));
    if (index === -1)
      throw intakeFault("no-such-column", `the map names a column the file does not have: ${name}`);
    return index;
  });
  return {
    ...columnsSource(header, columns, entry.join),
    ...(entry.constant !== undefined && { constant: entry.constant, label: "constant" }),
    ...(entry.format !== undefined && { format: entry.format }),
    ...(entry.values !== undefined && { values: entry.values }),
  };
}

function columnsSource(header: readonly string[], columns: readonly number[], join: string): Source {
  return { columns, label: columns.map((i) => header[i] ?? "").join(" + "), join };
}

function findMissing(kind: TableKind, sources: ReadonlyMap<Target, unknown>): string[] {
  const has = (...targets: readonly Target[]) => targets.some((target) => sources.has(target));
  const missing: string[] = [];
  if (kind === "persons") {
    const named = has("name", "kana") && has("birthDate");
    if (!has("pensionNumber", "schemeNumber") && !named) {
      missing.push("pensionNumber, or schemeNumber, or (name or kana) with birthDate");
    }
    return missing;
  }
  for (const target of ["month", "scheme", "kind"] as const) if (!has(target)) missing.push(target);
  if (!has("pensionNumber", "schemeNumber", "name", "kana", "birthDate")) {
    missing.push("pensionNumber, schemeNumber, name, kana or birthDate");
  }
  return missing;
}
