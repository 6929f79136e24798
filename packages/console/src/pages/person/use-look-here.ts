/** A look for the screen that orders it: what comes back when that screen is gone is shown nobody any more, and kept nowhere. */
import { useEffect, useRef } from "react";
import { useDesk } from "../../desk.ts";
import { lookAt, type Looked, type LookWish } from "../../door/looks.ts";
import type { Refused } from "../../api/ask.ts";

export type LookHere = (wish: LookWish, onLooked: (looked: Looked) => void) => Promise<Looked | Refused>;

/** What is left of the budget follows by itself (`ui/use-live.ts`): the journal says that there was a look. */
export function useLookHere(): LookHere {
  const desk = useDesk();
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return async (wish, onLooked) => {
    const outcome = await lookAt(desk, wish);
    if (outcome.outcome === "looked" && isHere.current) onLooked(outcome);
    return outcome;
  };
}
