/** Bounds of screens on the custodian's side. The keeper has its own and trusts none of these. */
export const screenLimits = {
  /** Candidates of one screen, as the keeper has it. */
  candidates: 5_000_000,
  /** Persons that one actor may have compared alone, for a purpose that looks; and how long an agreement can wait. */
  alone: 50,
  agreedWithinMs: 24 * 60 * 60_000,
  /** UTF-16 units of a reason: a sentence, shown in lists, never personal data. */
  reasonLength: 200,
  /** Parts fetched, screened and committed together: 3,200 persons, about 1.5 MB of sealed records. */
  groupParts: 8,
  /** Parts read at once, for their digests. */
  pageParts: 100,
  /** Screens in one list. */
  listed: 200,
} as const;
