/** One thing that a button does: whether it runs, and what was refused. A second press while it runs does nothing. */
import { useCallback, useRef, useState } from "react";
import { isRefused, type Refused } from "../api/ask.ts";
import { refusalOf } from "../desk.ts";

export interface Action<Given extends readonly unknown[]> {
  readonly isRunning: boolean;
  readonly refused: Refused | undefined;
  readonly run: (...given: Given) => void;
  readonly forget: () => void;
}

/** @param act what came of it, a refusal, or nothing; what it throws becomes a refusal. */
export function useAction<Given extends readonly unknown[]>(
  act: (...given: Given) => Promise<{ readonly outcome: string } | undefined>,
): Action<Given> {
  const [isRunning, setRunning] = useState(false);
  const [refused, setRefused] = useState<Refused>();
  const latest = useRef(act);
  latest.current = act;
  const busy = useRef(false);
  const run = useCallback((...given: Given) => {
    if (busy.current) return;
    busy.current = true;
    setRunning(true);
    setRefused(undefined);
    latest
      .current(...given)
      .then(
        (outcome) => setRefused(outcome !== undefined && isRefused(outcome) ? outcome : undefined),
        (thrown: unknown) => setRefused(refusalOf(thrown)),
      )
      .finally(() => {
        busy.current = false;
        setRunning(false);
      })
      .catch(() => undefined);
  }, []);
  return { isRunning, refused, run, forget: () => setRefused(undefined) };
}
