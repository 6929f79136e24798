/** Bounds of a receipt, so that a file from anybody costs its reader no more than seconds. */
export const limits = {
  /** UTF-16 units of the file: ten thousand events of two thousand, and as much again. */
  receiptCharacters: 64 * 1024 * 1024,
  events: 10_000,
  batches: 3_000,
  /** Eighty years of months in six schemes, with corrections. */
  premiums: 20_000,
  records: 10_000,
  fields: 255,
  /** Accounts of one group of a batch. */
  digests: 16,
  /** Hashes of a proof: a tree has at most 64 levels. */
  path: 64,
  u8: 255,
  u32: 0xffff_ffff,
} as const;
