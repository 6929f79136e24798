/** The keys that work everywhere, in a dialog of the browser's own. */
import { useEffect, useRef } from "react";
import { useWords } from "../words/words.ts";
import { Button } from "./controls.tsx";

const keys = [
  [["/"], "search"],
  [["g", "c"], "cases"],
  [["g", "l"], "looks"],
  [["1", "…", "9"], "choose"],
  [["←", "↑", "→", "↓"], "months"],
  [["Esc"], "leave"],
  [["?"], "help"],
] as const;

export function ShortcutList({ onClose }: { readonly onClose: () => void }) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">{words.shortcuts.heading}</h2>
      <dl className="shortcuts">
        {keys.map(([pressed, what]) => (
          <div key={what}>
            <dt>
              {pressed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words.shortcuts[what]}</dd>
          </div>
        ))}
      </dl>
      <Button onClick={() => dialog.current?.close()}>{words.close}</Button>
    </dialog>
  );
}
