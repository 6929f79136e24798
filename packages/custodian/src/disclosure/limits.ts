/** Bounds of disclosure. The keeper has its own and trusts none of these. */
export const disclosureLimits = {
  /** Events asked of the keeper at once, and committed together; one of them is the last one copied before. */
  journalPage: 500,
  /** Attempts at one page while another process copies the same. */
  journalAttempts: 20,
  /** Between two looks at the keeper's journal. */
  journalPauseMs: 1_000,
  /** Rows of one answer to who-looked, my looks or alarms. */
  listed: 500,
} as const;
