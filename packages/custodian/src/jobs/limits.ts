/** Bounds of the custodian's jobs. */
export const jobLimits = {
  /** Rows worked off and committed together: enough to write the blind index in runs, few enough to repeat after a stop. */
  batchRows: 4_000,
  /**
   * The same for a file of persons, whose index grows by three rows a line: with three times as many, the server spends a sixth
   * less on them. Their terms and facts must fit in what the keeper takes at once: see `batchTerms`.
   */
  personBatchRows: 12_000,
  /** Terms, and bytes of facts, at which a batch is full whatever its rows: `limits.terms` and `limits.requestBytes` of the keeper less a line. */
  batchTerms: 90_000,
  batchFactBytes: 32 * 1024 * 1024,
  /** Lines read or blinded between two looks at the sockets: some five milliseconds. */
  turnRows: 250,
  /** Batches read and blinded while the one before is sealed and written: keeps all three processes busy. */
  batchesAhead: 2,
  /** Batches decided but not committed: those that a work remembers. */
  batchesInFlight: 2,
  /** Times that an import begins a batch again because an operation on the ledger came before it: more is no coincidence. */
  collisions: 20,
} as const;

/** Locks of the register database, one number for each job that must run alone. */
export const jobLocks = {
  /** One import at a time: two would not see each other's new persons. */
  import: 7_503_201_516n,
  /** One rotation at a time, on the database of keys: two would rewrap the same keys for nothing. */
  rotation: 7_503_201_517n,
} as const;
