/**
 * Lists follow what happens elsewhere: the server says which topic changed, and the lists of that topic on this screen are
 * asked for again. The browser comes back by itself, behind the last event it had.
 */
import type { QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** Beginnings of the paths of a topic's lists. */
const listsOf: Readonly<Record<string, readonly string[]>> = {
  alarms: ["/api/alarms"],
  budget: ["/api/budget", "/api/looks"],
  cases: ["/api/cases"],
  extracts: ["/api/extracts", "/api/exposure", "/api/waiting"],
  incidents: ["/api/incidents", "/api/held-changes", "/api/waiting"],
  matching: ["/api/matching"],
  roster: ["/api/roster", "/api/waiting"],
  works: ["/api/works", "/api/screens"],
  worklists: ["/api/worklists"],
  all: ["/api/"],
};

/** Happenings are gathered for so long: a busy office makes many a second, and no press is to wait behind lists. */
const gatherMs = 200;

export function useLive(client: QueryClient): void {
  useEffect(() => {
    const source = new EventSource("/api/events");
    const told = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askAgain = (): void => {
      timer = undefined;
      const lists = [...told].flatMap((topic) => listsOf[topic] ?? []);
      told.clear();
      const isOf = (path: unknown): boolean =>
        typeof path === "string" && lists.some((start) => path.startsWith(start));
      void client.invalidateQueries({ predicate: ({ queryKey }) => isOf(queryKey[1]) });
    };
    const refresh = (topic: string): void => {
      told.add(topic);
      timer ??= setTimeout(askAgain, gatherMs);
    };
    source.addEventListener("message", ({ data }: MessageEvent<unknown>) => refresh(String(data)));
    // Refused: whoever is not signed in any more learns it from the next list.
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) refresh("all");
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client]);
}
