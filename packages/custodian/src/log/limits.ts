/** Bounds of the log's tiles and witnesses. */
export const logLimits = {
  /** Entries asked of the keeper at once, of 32 bytes each; written as tiles before the next are asked for. */
  entriesPage: 8_192,
  /** Files written side by side: as many as Node has threads for them. */
  tilesAtOnce: 4,
  /** Between two looks at the keeper's checkpoint: its own beat. */
  beatMs: 1_000,
  /** Between two rounds of asking the witnesses. Theirs are machines of others: not every second. */
  witnessPauseMs: 5_000,
  /** How long one witness may take. */
  witnessTimeoutMs: 5_000,
  /** Bytes of a checkpoint with its cosignatures, as a witness or a log serves it. */
  noteBytes: 64 * 1024,
} as const;
