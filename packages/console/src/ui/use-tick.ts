/** The time, again and again while a screen is shown: for what runs out. */
import { useEffect, useState } from "react";

/** Milliseconds since 1970, at most `everyMs` old. */
export function useTick(everyMs: number): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
