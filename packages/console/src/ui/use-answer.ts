/**
 * Lists from the API for a screen. Only what names nobody of the register may be kept this way: it stays in memory while
 * the screen is shown and a little longer. What a look opened never passes through here.
 */
import { useQuery } from "@tanstack/react-query";
import type * as v from "valibot";
import { isRefused, type Refused } from "../api/ask.ts";
import { useDesk } from "../desk.ts";

export interface Answer<T> {
  readonly value: T | undefined;
  readonly refused: Refused | undefined;
  readonly isLoading: boolean;
  readonly refresh: () => void;
}

/**
 * An answer that the screen before had just been given, and that nothing has changed since, as `use-live.ts` hears of it: two
 * screens behind each other ask for it once.
 */
export const handedOnMs = 10_000;

/**
 * @param everyMs asks again so often while the screen is shown; 0 for once.
 * @param freshMs an answer that is not older is shown without asking again.
 */
export function useAnswer<T>(
  shape: v.GenericSchema<unknown, T>,
  path: string,
  everyMs = 0,
  freshMs = 0,
): Answer<T> {
  const { ask, me } = useDesk();
  const query = useQuery({
    queryKey: [me.session, path],
    queryFn: async () => ask(shape, { path }),
    staleTime: freshMs,
    refetchInterval: everyMs === 0 ? false : everyMs,
  });
  const answer = query.data;
  return {
    value: answer !== undefined && !isRefused(answer) ? answer.value : undefined,
    refused: answer !== undefined && isRefused(answer) ? answer : undefined,
    isLoading: query.isPending,
    refresh: () => void query.refetch(),
  };
}
