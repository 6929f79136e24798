/** How the console looks to this user: language and theme, and how to change them. */
import { createContext, useContext } from "react";
import type { Prefs } from "./prefs.ts";
import type { Language } from "./words/words.ts";

export type Theme = "auto" | "light" | "dark";

export interface Look {
  readonly language: Language;
  readonly theme: Theme;
  readonly change: (change: Pick<Prefs, "language" | "theme">) => void;
}

export const LookContext = createContext<Look>({
  language: "ja",
  theme: "auto",
  change: () => undefined,
});

export function useLook(): Look {
  return useContext(LookContext);
}
