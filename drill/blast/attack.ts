/** One row of the blast-radius table: what an attacker had, did and got. */
import type { Attacker } from "./attackers.ts";

export interface Attack extends Attacker {
  /** Persons whose facts the attack may expose, at most. */
  readonly bound: number;
  readonly exposedPersons: number;
  /** What was tried and counted, in a sentence. */
  readonly tried: string;
  /** The tests that play the same attacker. */
  readonly tests: readonly string[];
  /** What else had to hold and did not. */
  readonly broken?: readonly string[];
}

/** Who may be attacked no further than the bound. */
export function isHeld({ exposedPersons, bound, broken = [] }: Attack): boolean {
  return exposedPersons <= bound && broken.length === 0;
}

export function renderTable(attacks: readonly Attack[], persons: number): string {
  const rows = attacks.map((attack) => [
    attack.attacker,
    attack.in2015,
    attack.bound === persons ? "all: said openly" : String(attack.bound),
    `${attack.exposedPersons}${isHeld(attack) ? "" : "  NOT HELD"}`,
    attack.tried,
  ]);
  const table = [["the attacker has", "2015", "at most", "exposed", "tried"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  const lines = table.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  return [`Blast radius, of ${persons} persons:`, ...lines].join("\n");
}
