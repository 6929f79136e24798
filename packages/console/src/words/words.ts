/** The words of the chosen language, for every screen; and how numbers, dates and refusals are said in it. */
import { createContext, useContext } from "react";
import { type CivilDate, parseCivilDate } from "@kura/kernel/civil-date.ts";
import { renderEraDate } from "@kura/kernel/era.ts";
import type { Refused } from "../api/ask.ts";
import { en } from "./en.ts";
import { ja, type Words } from "./ja.ts";

export const languages = { ja, en } as const;
export type Language = keyof typeof languages;

export const LanguageContext = createContext<Language>("ja");

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

export function useWords(): Words {
  return languages[useLanguage()];
}

/** The words under a key that came from the server; the key itself where there are none. */
export function wordOf(words: Readonly<Record<string, string>>, key: string): string {
  return words[key] ?? key;
}

/** The keeper's own reason, where there are words for it, says more than that it refused. */
export function problemText(
  words: Words,
  { problem, because = [] }: Pick<Refused, "problem"> & Partial<Pick<Refused, "because">>,
): string {
  const known: Readonly<Record<string, string>> = words.problems;
  return known[because[0] ?? ""] ?? known[problem] ?? words.problemOther(problem);
}

export function numberText(language: Language, value: number | bigint): string {
  return new Intl.NumberFormat(language).format(value);
}

export function timeText(language: Language, iso: string): string {
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", style).format(new Date(iso));
}

/** The hour of a day, by the clock of this machine. */
export function hourText(language: Language, ms: number): string {
  return new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", { timeStyle: "short" }).format(ms);
}

/** A day of the calendar, YYYY-MM-DD, as people write it. */
export function dayText(language: Language, day: string): string {
  const date = new Date(`${day}T00:00`);
  return new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", { dateStyle: "medium" }).format(date);
}

/** 昭和34年5月6日(1959-05-06); in English by its number alone. */
export function dateText(language: Language, text: string): string {
  const date = parseCivilDate(text);
  return date !== undefined && language === "ja" ? `${renderEraDate(date)}(${date})` : text;
}

export type { CivilDate, Words };
