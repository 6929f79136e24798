/** What concerns one person, fetched for one screen: in its state alone, never in a cache, gone with it. */
import { useEffect, useState } from "react";
import type * as v from "valibot";
import { isRefused, type Refused } from "../api/ask.ts";
import { useDesk } from "../desk.ts";

export interface Once<T> {
  readonly value: T | undefined;
  readonly refused: Refused | undefined;
}

export function useOnce<T>(shape: v.GenericSchema<unknown, T>, path: string): Once<T> {
  const { ask } = useDesk();
  const [once, setOnce] = useState<Once<T>>({ value: undefined, refused: undefined });
  useEffect(() => {
    let isHere = true;
    const fetchIt = async (): Promise<void> => {
      const answer = await ask(shape, { path });
      if (!isHere) return;
      const isNo = isRefused(answer);
      setOnce({ value: isNo ? undefined : answer.value, refused: isNo ? answer : undefined });
    };
    void fetchIt();
    return () => {
      isHere = false;
      setOnce({ value: undefined, refused: undefined });
    };
  }, [ask, shape, path]);
  return once;
}
