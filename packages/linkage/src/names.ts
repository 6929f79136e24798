// The name of a person from whatever columns there are: parts, full name, or both; alphabet or kanji and kana.
// Given names and surnames share one dictionary, so that exchanged parts are seen; what a full name holds beyond its
// parts (titles, middle names) becomes a comparison of its own instead of counting the parts twice.

import { nameKeys, plainKeys, type BlockingKey, type FoldedKeys } from "./block/keys.ts";
import { Interner, mapColumn, mergeColumns, type Column, type RoleColumn } from "./column.ts";
import type { Comparison } from "./compare/comparison.ts";
import { compareNames } from "./compare/name.ts";
import { compareAddresses } from "./compare/words.ts";
import { foldWords } from "./fold.ts";
import type { JapaneseLists } from "./ja/lists.ts";
import { isJapanese, planJapaneseNames } from "./ja/names.ts";

export interface NamePlan {
  readonly comparisons: readonly Comparison[];
  readonly keys: readonly BlockingKey[];
  readonly swap: { readonly given: Comparison; readonly surname: Comparison } | undefined;
  readonly japanese: boolean;
}

/** Plans all columns with name roles. */
export function planNames(columns: readonly RoleColumn[], lists: JapaneseLists): NamePlan {
  if (isJapanese(columns)) return { ...planJapaneseNames(columns, lists), swap: undefined, japanese: true };
  const shared = new Interner();
  const parts = splitFullNames(columns, shared);
  const comparisons: Comparison[] = [];
  const keys: BlockingKey[] = [];
  const swappable = parts.given !== undefined && parts.surname !== undefined;
  const folded: FoldedKeys = new Map();
  const add = (part: NamePart | undefined, canSwap: boolean, known?: FoldedKeys): Comparison | undefined => {
    if (part === undefined) return undefined;
    const comparison = compareNames(part.name, part.columns, part.column, canSwap);
    comparisons.push(comparison);
    keys.push(...nameKeys(part.columns, part.name, part.column, known));
    return comparison;
  };
  const given = add(parts.given, swappable, folded);
  const surname = add(parts.surname, false, folded);
  for (const column of columns) {
    if (column.role === "middle_name") add(partOf(column, new Interner()), false);
    if (column.role === "maiden_name") add(partOf(column, shared), false);
  }
  if (parts.rest !== undefined) {
    const rest = parts.rest;
    comparisons.push(compareAddresses(rest.name, rest.columns, rest.column));
    keys.push(...plainKeys(rest.columns, rest.name, rest.column));
  }
  const swap = given !== undefined && surname !== undefined ? { given, surname } : undefined;
  return { comparisons, keys, swap, japanese: false };
}

interface NamePart {
  readonly name: string;
  readonly columns: readonly string[];
  readonly column: Column;
}

const partOf = (column: RoleColumn, interner: Interner): NamePart => ({
  name: column.name,
  columns: [column.name],
  column: mapColumn(column.column, foldWords, interner),
});

interface NameParts {
  readonly given: NamePart | undefined;
  readonly surname: NamePart | undefined;
  readonly rest: NamePart | undefined;
}

function splitFullNames(columns: readonly RoleColumn[], shared: Interner): NameParts {
  const find = (role: RoleColumn["role"]): RoleColumn | undefined =>
    columns.find((column) => column.role === role);
  const [full, given, surname] = [find("full_name"), find("given_name"), find("surname")];
  if (full === undefined) {
    return {
      given: given && partOf(given, shared),
      surname: surname && partOf(surname, shared),
      rest: undefined,
    };
  }
  const known = [given, surname]
    .filter((column) => column !== undefined)
    .map(({ column }) => mapColumn(column, foldWords));
  const split = mergeColumns([full.column, ...known], ([fullName = "", ...others]) => {
    const knownGiven = given === undefined ? "" : (others[0] ?? "");
    const knownSurname = surname === undefined ? "" : (others[given === undefined ? 0 : 1] ?? "");
    const parts = splitName(fullName, knownGiven, knownSurname);
    return [parts.given, parts.surname, parts.rest].join(PART_SEPARATOR);
  });
  const pick = (part: keyof SplitName, interner: Interner): Column =>
    mapColumn(split, (value) => value.split(PART_SEPARATOR)[PART_ORDER.indexOf(part)] ?? "", interner);
  const part = (key: keyof SplitName, source: RoleColumn | undefined, interner: Interner): NamePart => ({
    name: source?.name ?? `${full.name} (${key})`,
    columns: source === undefined ? [full.name] : [source.name],
    column: pick(key, interner),
  });
  return {
    given: part("given", given, shared),
    surname: part("surname", surname, shared),
    rest: part("rest", undefined, new Interner()),
  };
}

const PART_SEPARATOR = "\u0001";
const PART_ORDER: readonly (keyof SplitName)[] = ["given", "surname", "rest"];

interface SplitName {
  readonly given: string;
  readonly surname: string;
  readonly rest: string;
}

/** Parts of a full name; known parts are taken out of it, a comma puts the surname first. */
export function splitName(fullName: string, knownGiven: string, knownSurname: string): SplitName {
  // What most records are, and the rest of this function gives the same for it.
  if (fullName === `${knownGiven} ${knownSurname}`)
    return { given: knownGiven, surname: knownSurname, rest: "" };
  const comma = /^([^,]+),\s*(\S.*)$/.exec(fullName);
  const isInverted = comma !== null && knownGiven === "" && knownSurname === "";
  const words = foldWords(isInverted ? `${comma[2]} ${comma[1]}` : fullName)
    .split(" ")
    .filter((word) => word !== "");
  const take = (known: string, fromEnd: boolean): void => {
    for (const word of known.split(" ").filter((part) => part !== "")) {
      const at = words.indexOf(word);
      const outer = fromEnd ? words.length - 1 : 0;
      if (at >= 0) words.splice(at, 1);
      else if (words[outer]?.startsWith(word.slice(0, 1))) words.splice(outer, 1);
    }
  };
  take(knownGiven, false);
  take(knownSurname, true);
  const given =
    knownGiven === "" && words.length > (knownSurname === "" ? 1 : 0) ? (words.shift() ?? "") : knownGiven;
  const surname = knownSurname === "" ? (words.pop() ?? "") : knownSurname;
  return { given, surname, rest: words.join(" ") };
}
