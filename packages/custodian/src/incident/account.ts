/**
 * One account, compromised in a window: the fastest question, asked before there is an incident. What `kura exposure` and
 * the console show of each account, and the first figure of a night.
 */
import type { Window } from "./evidence.ts";
import type { Exposure } from "./expose.ts";
import type { HolderFacts } from "./holder-facts.ts";
import { partition } from "./partition.ts";
import { gradeWindow } from "./timeline.ts";

/** Its looks alone; extracts that it could open come with evidence in an incident. The office is not told. */
export async function exposeAccount(actor: string, window: Window, facts: HolderFacts): Promise<Exposure> {
  const stretches = gradeWindow(window);
  const found = await facts.listSlices(
    stretches.map(({ fromMs, untilMs }) => ({ by: "actor", id: actor, fromMs, untilMs })),
  );
  const slices = stretches.flatMap(({ grade }, i) =>
    (found[i] ?? []).map((slice) => ({ ...slice, grade, office: "" })),
  );
  return { classes: partition(slices), slices };
}
