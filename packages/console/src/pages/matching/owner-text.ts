/** An unknown owner in one line: months, entries, yen. */
import type { MatchOwner } from "../../api/shapes.ts";
import { numberText, type Words } from "../../words/words.ts";

export function ownerText(
  words: Words,
  language: "ja" | "en",
  { firstMonth, lastMonth, entries, yen }: MatchOwner,
): string {
  const period = firstMonth === lastMonth ? firstMonth : `${firstMonth} – ${lastMonth}`;
  return `${period} · ${words.matching.months(entries)} · ${words.premiums.yen(numberText(language, BigInt(yen)))}`;
}
