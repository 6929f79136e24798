/** Language and theme, where every screen has them. */
import { useLook } from "../look.ts";
import { languages, useWords } from "../words/words.ts";

const themes = ["auto", "light", "dark"] as const;

export function Preferences() {
  const words = useWords();
  const { language, theme, change } = useLook();
  return (
    <div className="preferences">
      <label>
        <span className="unseen">{words.shell.languageLabel}</span>
        <select
          value={language}
          onChange={(event) => change({ language: event.target.value === "ja" ? "ja" : "en" })}
        >
          {(["ja", "en"] as const).map((one) => (
            <option key={one} value={one} lang={one}>
              {languages[one].language}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="unseen">{words.shell.theme}</span>
        <select
          value={theme}
          onChange={(event) => change({ theme: themes.find((one) => one === event.target.value) ?? "auto" })}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {words.shell.themes[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
