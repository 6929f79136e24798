/** Who could be given a lot: people in the roster who hold the purpose in which its persons are looked at. */
import { worklistKinds, parseWorklistKind } from "@kura/custodian/worklists/worklist.ts";
import { rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { useAnswer } from "../../ui/use-answer.ts";

/** Oneself first. */
export function useColleagues(kindText: string): string[] {
  const { me } = useDesk();
  const roster = useAnswer(rosterShape, "/api/roster");
  const kind = parseWorklistKind(kindText);
  if (kind === undefined) return [me.actor];
  const { caseKind } = worklistKinds[kind];
  const others = Object.entries(roster.value?.actors ?? {})
    .filter(([actor, { isJob, purposes }]) => actor !== me.actor && !isJob && purposes.includes(caseKind))
    .map(([actor]) => actor);
  return [me.actor, ...others.toSorted()];
}
