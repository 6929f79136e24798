// Loads reference lists for Japanese names that have licences of their own and therefore stay outside this package:
// the MJ shrink map (IPA, CC BY-SA 2.1 JP) and lists of readings (CSV "kanji,count,kana,…" or "kana,romaji,kanji,…",
// or lines with quoted kanji and kana). Unknown lines are skipped; an unreadable file is refused.

import { readFileSync } from "node:fs";
import { LinkageFault } from "../fault.ts";
import { foldKana, hasKanji, isKana } from "./kana.ts";
import type { JapaneseLists } from "./lists.ts";
import { NAME_VARIANTS } from "./variants.ts";

/** The package's own variants with what the files add; the package's own list wins. */
export function loadJapaneseLists(mjMap: string | undefined, readings: readonly string[]): JapaneseLists {
  const variants = new Map([...(mjMap === undefined ? [] : parseMjMap(readList(mjMap))), ...NAME_VARIANTS]);
  const known = new Map<string, string[]>();
  for (const path of readings) {
    for (const [kanji, kana] of parseReadings(readList(path))) {
      const list = known.get(kanji);
      if (list === undefined) known.set(kanji, [kana]);
      else if (!list.includes(kana)) list.push(kana);
    }
  }
  return { variants, readings: known };
}

function readList(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new LinkageFault("missing-file", `The list ${path} cannot be read.`, cause);
  }
}

/** Character pairs of an MJ shrink map by code point: each character with its best-ranked target. */
export function parseMjMap(text: string): Map<string, string> {
  const content: unknown = JSON.parse(text);
  const table =
    typeof content === "object" && content !== null ? Reflect.get(content, "REDUCE_BY_UCS") : undefined;
  if (typeof table !== "object" || table === null)
    throw new LinkageFault("unreadable-input", "The MJ map has no table by code point.");
  const variants = new Map<string, string>();
  for (const [from, targets] of Object.entries(table)) {
    const best: unknown = Array.isArray(targets) && Array.isArray(targets[0]) ? targets[0][0] : undefined;
    if (typeof best !== "string" || best === from) continue;
    variants.set(
      String.fromCodePoint(Number.parseInt(from, 16)),
      String.fromCodePoint(Number.parseInt(best, 16)),
    );
  }
  return variants;
}

/** Pairs of kanji and folded kana from a list of names. */
export function parseReadings(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (const line of text.split("\n")) {
    const cells = line.split(",").map((cell) => cell.replace(/^\s*-\s*/, "").replace(/[[\]'"\s]/g, ""));
    const kanji = cells.filter((cell) => hasKanji(cell));
    const kana = cells.find((cell) => cell !== "" && isKana(cell));
    if (kana === undefined) continue;
    for (const written of kanji) pairs.push([written, foldKana(kana)]);
  }
  return pairs;
}
