/** Bounds of letters to exposed persons. */
export const letterLimits = {
  /** Keys in one stored array: 1.6 MB. */
  partPersons: 100_000,
  /** Lists of one incident that are read: each keeps its persons from a second letter, so that none may be left out. */
  lists: 1_000,
  /** For so long a print run that nobody has signed yet keeps its persons: two who plan at once do not write to the same. */
  planHoldMs: 3_600_000,
  /** One list at a time on one register: two would choose the same persons. */
  lock: 7_503_201_521n,
} as const;
