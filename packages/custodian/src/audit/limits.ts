/** Bounds of an audit: what it holds in memory at once, and how much it says of one kind of finding. */
export const auditLimits = {
  /** Persons or keys read together: a few megabytes. */
  pageKeys: 20_000,
  /** Accounts read together, with all their entries: some five hundred entries each at most. */
  pageAccounts: 500,
  /** Keys named with a finding: enough to look into, never a list of persons. */
  examples: 5,
} as const;
