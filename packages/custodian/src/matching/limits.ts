/** Bounds of matching, with their reasons. */
export const matchingLimits = {
  /** Persons whose features are asked for in one call: what the keeper takes. */
  batchPersons: 2_000,
  /** Calls of features under way at once: one is computed while the next is fetched and the last is written. */
  batchesAhead: 3,
  /** Memory of the server for each hash of the great join. */
  joinMemory: "256MB",
  /** Candidates kept of an owner: who has more says too little to be asked about. */
  candidates: 5,
  /** A candidate less likely than this is not shown: one question in fifty would be right. */
  shownProbability: 0.02,
  /** Below this a second person's opinion is needed: one in a hundred would be wrong. */
  sureProbability: 0.99,
  /** What is added to a count, so that what was never seen is rare and not impossible. */
  unseen: 0.5,
  /** Patterns with fewer pairs borrow from all patterns of the same names. */
  patternPairs: 50,
  /** Owners in one list. */
  listed: 200,
  /** Characters of a reason and of the mark of a signed reply. */
  reasonLength: 200,
  referenceLength: 80,
  /** Events of one owner: matched and undone again a hundred times is a defect. */
  events: 500,
  /** Times a decision is tried when another on the same owner was quicker. */
  attempts: 8,
} as const;

/** One run at a time: the scratch tables are its own. */
export const matchingLock = 7_503_201_530n;
