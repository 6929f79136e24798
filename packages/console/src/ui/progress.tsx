/** How far something is, in persons: a bar that says itself in words. */
import { numberText, useLanguage, useWords } from "../words/words.ts";

export function Progress({ done, of }: { readonly done: number; readonly of: number }) {
  const words = useWords();
  const language = useLanguage();
  const text = words.worklists.progress(numberText(language, done), numberText(language, of));
  return (
    <div className="progress">
      <progress max={of} value={done} aria-label={text} />
      <span className="hint nowrap">{text}</span>
    </div>
  );
}
