/**
 * How sure it is that an attacker has what a holder was given. Words and order of DESIGN section 5.
 *
 * `disclosed`: the journal shows that it was served to the compromised holder while it was compromised.
 * `reachable`: a copy, a live screen or an open door that the holder had then.
 * `cannot-rule-out`: the evidence has a hole there: no start, a doubtful clock, a missing part of the journal.
 */
export const grades = ["disclosed", "reachable", "cannot-rule-out"] as const;
export type Grade = (typeof grades)[number];

/** 0 is the strongest. */
export function rankOf(grade: Grade): number {
  return grades.indexOf(grade);
}

/** The surer of the two; nothing is the weakest. */
export function stronger(a: Grade | undefined, b: Grade | undefined): Grade | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return rankOf(a) <= rankOf(b) ? a : b;
}
