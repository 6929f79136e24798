/** Bounds of incidents and of the sets kept for them. */
export const incidentLimits = {
  /** Looks (one person each) of a segment of level 0: what is behind the last one is read from the looks themselves. */
  segmentRecords: 4_000,
  /** Segments of one level that are folded into one of the next. */
  segmentsOfNext: 16,
  /** Levels above 0: the highest holds 4,000 × 16⁴ = 262 million looks. */
  levels: 4,
  /** Between two looks at whether there is a segment's worth to fold. */
  foldPauseMs: 5_000,
  /** Releases of extracts that are folded in one transaction. */
  foldedReleases: 50,
  /** UTF-16 units of a title, a source or a reason. */
  noteLength: 400,
  /** Sessions asked about in one statement. */
  sessionsAsked: 2_000,
} as const;
