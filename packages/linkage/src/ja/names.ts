// Japanese names from whatever columns there are: kanji and kana, in parts or in one, with or without the space.
// Kanji and kana of one part are one comparison, because they say the same thing twice.

import type { BlockingKey } from "../block/keys.ts";
import { keysOf } from "../block/keys.ts";
import { Interner, mapColumn, mergeColumns, type Column, type RoleColumn } from "../column.ts";
import type { Comparison } from "../compare/comparison.ts";
import { foldMissing } from "../fold.ts";
import type { Role } from "../roles.ts";
import { SEPARATOR, compareJapaneseNames } from "./compare.ts";
import { foldKana, hasKanji, isKana, roundKana } from "./kana.ts";
import type { JapaneseLists } from "./lists.ts";
import { learnSplitter, type Splitter } from "./split.ts";

const KANA_ROLES = new Set<Role>(["given_kana", "surname_kana", "full_kana"]);
const NAME_ROLES = new Set<Role>(["given_name", "surname", "full_name"]);

/** True when the columns hold Japanese names: a column for kana, or mostly kanji and kana in the names. */
export function isJapanese(columns: readonly RoleColumn[]): boolean {
  if (columns.some(({ role }) => KANA_ROLES.has(role))) return true;
  const values = columns
    .filter(({ role }) => NAME_ROLES.has(role))
    .flatMap(({ column }) => column.values.slice(0, 500));
  const japanese = values.filter((value) => hasKanji(value) || isKana(value));
  return values.length > 0 && japanese.length > 0.3 * values.length;
}

/** Comparisons and keys of Japanese names. */
export function planJapaneseNames(
  columns: readonly RoleColumn[],
  lists: JapaneseLists,
): { comparisons: Comparison[]; keys: BlockingKey[] } {
  const find = (role: Role): RoleColumn | undefined => columns.find((column) => column.role === role);
  const written = [find("surname"), find("given_name"), find("full_name")] as const;
  const sounded = [find("surname_kana"), find("given_kana"), find("full_kana")] as const;
  const used = [...written, ...sounded].filter((column) => column !== undefined);
  const splitter = learnSplitter(used, lists);
  const [writtenParts, soundedParts] = [splitColumns(written, splitter), splitColumns(sounded, splitter)];
  const comparisons: Comparison[] = [];
  const keys: BlockingKey[] = [];
  for (const part of ["surname", "given"] as const) {
    const names = used
      .filter(({ role }) => role.startsWith(part) || role.startsWith("full"))
      .map(({ name }) => name);
    if (names.length === 0) continue;
    const merged = mergeScripts(writtenParts[part], soundedParts[part], lists);
    const label = part === "surname" ? "surname (kanji and kana)" : "given name (kanji and kana)";
    comparisons.push(compareJapaneseNames(label, names, merged, lists));
    keys.push(...keysOfPart(names, part, merged));
  }
  return { comparisons, keys };
}

interface SplitColumns {
  readonly surname: Column;
  readonly given: Column;
}

/** Surname and given name of every row, from parts where both are there, else split from the full name or the surname. */
function splitColumns(
  [surname, given, full]: readonly [RoleColumn | undefined, RoleColumn | undefined, RoleColumn | undefined],
  splitter: Splitter,
): SplitColumns {
  const rowCount = (surname ?? given ?? full)?.column.codes.length ?? 0;
  const [surnames, givens] = [new Interner(), new Interner()];
  const ownSurnames = Int32Array.from(surname?.column.values ?? [], (value) =>
    surnames.code(foldMissing(value)),
  );
  const ownGivens = Int32Array.from(given?.column.values ?? [], (value) => givens.code(foldMissing(value)));
  const fromFull = splitOnce(full, (value) => splitter.split("", "", value), surnames, givens);
  const fromSurname = splitOnce(surname, (value) => splitter.split(value, "", ""), surnames, givens);
  const [surnameCodes, givenCodes] = [new Int32Array(rowCount), new Int32Array(rowCount)];
  for (let row = 0; row < rowCount; row++) {
    const [s, g, f] = [
      surname?.column.codes[row] ?? -1,
      given?.column.codes[row] ?? -1,
      full?.column.codes[row] ?? -1,
    ];
    const own = [ownSurnames[s] ?? -1, ownGivens[g] ?? -1] as const;
    const split =
      own[0] >= 0 && own[1] >= 0
        ? undefined
        : f >= 0
          ? fromFull(f)
          : own[0] >= 0
            ? fromSurname(s)
            : undefined;
    const isLostSpace = f < 0 && split !== undefined && split[1] >= 0;
    surnameCodes[row] = own[0] >= 0 && !isLostSpace ? own[0] : (split?.[0] ?? -1);
    givenCodes[row] = own[1] >= 0 ? own[1] : (split?.[1] ?? -1);
  }
  return {
    surname: { codes: surnameCodes, values: surnames.values },
    given: { codes: givenCodes, values: givens.values },
  };
}

function splitOnce(
  column: RoleColumn | undefined,
  split: (value: string) => { readonly surname: string; readonly given: string },
  surnames: Interner,
  givens: Interner,
): (code: number) => readonly [number, number] {
  const known = new Map<number, readonly [number, number]>();
  return (code) => {
    const before = known.get(code);
    if (before !== undefined) return before;
    const parts = split(foldMissing(column?.column.values[code] ?? ""));
    const codes = [surnames.code(parts.surname), givens.code(parts.given)] as const;
    known.set(code, codes);
    return codes;
  };
}

/** Kanji and kana of one part as one value; kana written in the kanji's column counts as kana. */
function mergeScripts(written: Column, sounded: Column, lists: JapaneseLists): Column {
  const kanji = mapColumn(written, (value) => (isKana(value) ? "" : foldKanji(value, lists)));
  const misplaced = mapColumn(written, (value) => (isKana(value) ? foldKana(value) : ""));
  const kana = mapColumn(sounded, foldKana);
  const rows = Math.max(written.codes.length, sounded.codes.length);
  const present = [kanji, kana, misplaced].map((column) =>
    column.codes.length === rows ? column : { ...column, codes: new Int32Array(rows).fill(-1) },
  );
  return mergeColumns(present, ([signs = "", sound = "", other = ""]) => {
    const read = sound === "" ? other : sound;
    return signs === "" && read === "" ? "" : signs + SEPARATOR + read;
  });
}

/** Written form of a name part: one width, variants replaced, no spaces. */
export function foldKanji(text: string, lists: JapaneseLists): string {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s・･]+/g, "")
    .replace(/[\u{E0100}-\u{E01EF}\uFE00-\uFE0F]/gu, "");
  return Array.from(plain, (character) => lists.variants.get(character) ?? character).join("");
}

function keysOfPart(names: readonly string[], part: string, merged: Column): BlockingKey[] {
  const rounded = new Map(
    merged.values.map((value) => [value, roundKana(value.slice(value.indexOf(SEPARATOR) + 1))]),
  );
  const kanaOf = (value: string): string =>
    rounded.get(value) ?? roundKana(value.slice(value.indexOf(SEPARATOR) + 1));
  const kanjiOf = (value: string): string => value.slice(0, value.indexOf(SEPARATOR));
  return keysOf(names, part, merged, {
    kana: kanaOf,
    kanji: kanjiOf,
    "kana, first 2": (value) => kanaOf(value).slice(0, 2),
    "kana, first": (value) => kanaOf(value).slice(0, 1),
    "kana, last 2": (value) => (kanaOf(value).length > 2 ? kanaOf(value).slice(-2) : ""),
    "kanji, first": (value) => kanjiOf(value).slice(0, 1),
    "kanji, last": (value) => (kanjiOf(value).length > 1 ? kanjiOf(value).slice(-1) : ""),
  });
}
