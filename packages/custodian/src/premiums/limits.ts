/** Bounds of operations on the ledger. */
export const premiumLimits = {
  /** Times an operation is tried when another on the same account was quicker: a clerk's work never meets more. */
  attempts: 8,
  /** Characters of a reason: a sentence. */
  reasonLength: 200,
  /** Operations noted in the journal from one look at the database. */
  operationsPage: 500,
  /** Between two looks for operations that are not noted, in milliseconds: nobody waits for it. */
  notePauseMs: 3_000,
} as const;
