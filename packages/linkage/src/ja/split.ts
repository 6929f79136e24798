// Finds the border between surname and given name where the space was lost, from the names that are written apart in
// the same records and from lists of readings: the split whose halves are most common wins.

import type { RoleColumn } from "../column.ts";
import { foldKana, hasKanji, isKana } from "./kana.ts";
import type { JapaneseLists } from "./lists.ts";

export interface SplitName {
  readonly surname: string;
  readonly given: string;
}

export interface Splitter {
  /** Surname and given name from parts and a full name, whichever are there. */
  split(surname: string, given: string, full: string): SplitName;
}

const SPACE = /[\s・･,、]+/u;

/** Learns which surnames and given names there are. */
export function learnSplitter(columns: readonly RoleColumn[], lists: JapaneseLists): Splitter {
  const [surnames, givens] = [new Map<string, number>(), new Map<string, number>()];
  const add = (counts: Map<string, number>, name: string): void => {
    if (name !== "") counts.set(keyOf(name), (counts.get(keyOf(name)) ?? 0) + 1);
  };
  for (const { role, column } of columns) {
    for (const value of column.values) {
      const text = value.trim().normalize("NFKC");
      const [first = "", second = ""] = text.split(SPACE);
      if (role.startsWith("full") && second !== "") {
        add(surnames, first);
        add(givens, second);
      }
      if (role.startsWith("surname")) add(surnames, text);
      if (role.startsWith("given")) add(givens, text);
    }
  }
  for (const kanji of lists.readings.keys()) add(surnames, kanji);
  return { split: (surname, given, full) => splitParts(surname, given, full, surnames, givens) };
}

const keyOf = (name: string): string => (isKana(name) ? foldKana(name) : name);

function splitParts(
  surname: string,
  given: string,
  full: string,
  surnames: ReadonlyMap<string, number>,
  givens: ReadonlyMap<string, number>,
): SplitName {
  if (surname !== "" && given !== "") return { surname, given };
  const whole = full !== "" ? full : surname !== "" ? surname : "";
  if (whole === "") return { surname, given };
  const text = whole.trim().normalize("NFKC");
  const [first = "", ...rest] = text.split(SPACE);
  if (rest.length > 0 && rest[0] !== "") return { surname: surname || first, given: given || rest.join("") };
  if (full === "" && surnames.has(keyOf(text)) && (surnames.get(keyOf(text)) ?? 0) > 1)
    return { surname, given };
  const found = bestSplit(keyOf(text), surnames, givens, full !== "");
  if (found === undefined) return { surname: surname || text, given };
  return { surname: found.surname, given: given || found.given };
}

function bestSplit(
  text: string,
  surnames: ReadonlyMap<string, number>,
  givens: ReadonlyMap<string, number>,
  isFull: boolean,
): SplitName | undefined {
  let best: SplitName | undefined;
  let bestScore = isFull ? 0 : 0.5;
  for (let at = 1; at < text.length; at++) {
    const [left, right] = [text.slice(0, at), text.slice(at)];
    const [asSurname, asGiven] = [surnames.get(left) ?? 0, givens.get(right) ?? 0];
    const score = (asSurname + 0.01) * (asGiven + 0.01) - (asSurname === 0 || asGiven === 0 ? 0.011 : 0);
    if (score > bestScore && (asSurname > 0 || asGiven > 0))
      [best, bestScore] = [{ surname: left, given: right }, score];
  }
  if (best === undefined && isFull && hasKanji(text) && text.length === 4)
    return { surname: text.slice(0, 2), given: text.slice(2) };
  return best;
}
