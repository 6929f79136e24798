/**
 * Clears what a screen shows when nobody is there: after minutes without a touch, and when the page goes away, so that
 * neither the back button nor a browser's kept page brings it back.
 */
import { useEffect, useRef } from "react";

export const idleMs = 5 * 60_000;
const touches = ["pointerdown", "keydown", "wheel"] as const;

export function useClearing(isShown: boolean, clear: () => void): void {
  const latest = useRef(clear);
  latest.current = clear;
  useEffect(() => {
    if (!isShown) return undefined;
    const clearNow = (): void => latest.current();
    let timer = setTimeout(clearNow, idleMs);
    const touched = (): void => {
      clearTimeout(timer);
      timer = setTimeout(clearNow, idleMs);
    };
    for (const touch of touches) document.addEventListener(touch, touched, { passive: true });
    addEventListener("pagehide", clearNow);
    return () => {
      clearTimeout(timer);
      for (const touch of touches) document.removeEventListener(touch, touched);
      removeEventListener("pagehide", clearNow);
    };
  }, [isShown]);
}
