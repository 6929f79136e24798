/** Bounds of disclosure. The keeper has its own and trusts none of these. */
export const disclosureLimits = {
  /** UTF-8 bytes of an order's text, as the keeper has it; fifty persons' keys are two thousand, sealed terms at most six thousand. */
  orderBytes: 24 * 1024,
  /** UTF-16 units of a name in an order. */
  nameLength: 100,
  /** Persons of one look. */
  persons: 50,
  /** Records of one person that a look takes along: eighty years of monthly changes. */
  records: 1_000,
  /** Persons whom one search hands to the keeper; with more it is too wide to decide anything. */
  candidates: 20,
  /** Decisions of the policy kept for equal questions: a few hundred bytes each; all are dropped when there are more. */
  decisionsKept: 10_000,
  /** Events asked of the keeper at once, and committed together; one of them is the last one copied before. */
  journalPage: 500,
  /** Attempts at one page while another process copies the same. */
  journalAttempts: 20,
  /** Between two looks at the keeper's journal. */
  journalPauseMs: 1_000,
  /** UTF-8 bytes of a roster statement, as the keeper has it. */
  statementBytes: 40_000,
  /** Rows of one answer to who-looked, my looks or alarms. */
  listed: 500,
} as const;
