/** Bounds of the custodian's side of the keeper's socket. The keeper has its own and trusts none of these. */
export const vaultLimits = {
  /** Bytes of one answer: a batch of sealed records, with room. */
  answerBytes: 64 * 1024 * 1024,
  /** Persons in one call of `rewrap`: a second's work for the keeper, little lost when it stops. */
  rewrapPersons: 10_000,
  /** Terms and records, or keys, that one ticket is ordered for: an import of a million lines needs a few. */
  ticketTerms: 4_000_000,
  ticketRecords: 400_000,
} as const;
