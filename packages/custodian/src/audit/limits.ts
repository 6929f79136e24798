/** Bounds of an audit: what it holds in memory at once, and how much it says of one kind of finding. */
export const auditLimits = {
  /** Persons or keys read together: a few megabytes. */
  pageKeys: 20_000,
  /** Entries read together: a few megabytes. */
  pageEntries: 10_000,
  /** Keys named with a finding: enough to look into, never a list of persons. */
  examples: 5,
} as const;
