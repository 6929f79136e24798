/** Bounds of worklists. */
export const worklistLimits = {
  /** Persons of one list; more is divided among several. */
  persons: 100_000,
  /** Persons of one lot: those of one case. */
  lotPersons: 50,
  /** UTF-16 units of a title: a line, shown in lists, never personal data. */
  titleLength: 100,
  /** Lists, and lots of one list, in one answer. */
  listed: 200,
  /** Events of one lot: hand-overs, and a result for each person some times over. */
  lotEvents: 1_000,
  /** Attempts at the next event of a lot while others write theirs. */
  attempts: 5,
} as const;
