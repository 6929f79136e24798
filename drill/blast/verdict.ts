/** What the attacks come to: the table, and which invariants did not hold. */
import type { DrillReport } from "../part.ts";
import { type Attack, isHeld, renderTable } from "./attack.ts";

export function reportOf(attacks: readonly Attack[], persons: number): DrillReport {
  const broken = attacks
    .filter((attack) => !isHeld(attack))
    .flatMap(({ attacker, exposedPersons, bound, broken: more = [] }) => [
      ...(exposedPersons <= bound ? [] : [`${attacker}: ${exposedPersons} persons, at most ${bound}`]),
      ...more.map((what) => `${attacker}: ${what}`),
    ]);
  return { figures: { persons, attacks, broken }, text: renderTable(attacks, persons), broken };
}
