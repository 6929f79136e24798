/** Bounds of extracts on the custodian's side. The keeper has its own and trusts none of these. */
export const extractLimits = {
  /** Rows of one extract, as the keeper has it. */
  rows: 5_000_000,
  /** UTF-16 units of a reason: a sentence, shown in lists, never personal data. */
  reasonLength: 200,
  /** Persons that a selection may name one by one; more are selected by what they have in common. */
  namedPersons: 10_000,
  /** Pension numbers of one selection's file. */
  numbers: 2_000_000,
  /** Up to so many rows each row has a key of its own; above, `largeChunkRows` share one, which is what a release shows at least. */
  smallRows: 10_000,
  largeChunkRows: 16,
  /** Honey rows of one extract. */
  honeyRows: 5,
  /** Persons whom an approver is shown, masked. */
  previewPersons: 5,
  /** Parts fetched, sealed and committed together: 3,200 persons, about 1.5 MB of sealed records. */
  groupParts: 8,
  /** Persons who stay together in the order of the rows: some ten parts, 1.5 MB of records that are read while they are at hand. */
  orderBlockPersons: 4_096,
  /** Parts of a selection read at once, for its digest and for files. */
  pageParts: 100,
  /** Extracts in one list. */
  listed: 200,
} as const;
