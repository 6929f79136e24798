/** Bounds of incidents and of the sets kept for them. */
export const incidentLimits = {
  /** Looks (one person each) of a segment of level 0: what is behind the last one is read from the looks themselves. */
  segmentRecords: 2_000,
  /** Segments of one level that are folded into one of the next. */
  segmentsOfNext: 8,
  /** Levels above 0: the highest holds 2,000 × 8⁶ = 524 million looks. */
  levels: 6,
  /** Between two looks at whether there is a segment's worth to fold. */
  foldPauseMs: 5_000,
  /** Persons in the sets that a process remembers, each set counted: 100 MB at most. */
  rememberedPersons: 50_000_000,
  /** Between two counts of everybody while persons are answered: whom a compromise that goes on has reached is flagged by then. */
  recountMs: 60_000,
  /** Releases of extracts that are folded in one transaction. */
  foldedReleases: 50,
  /** Holders at risk that are shown. */
  worst: 10,
  /** How long a compromise is thought to go on unseen, and days of the trend. */
  unseenDays: 30,
  trendDays: 14,
  /** Incidents of one list. */
  listed: 200,
  /** Changes looked through for those of exposed persons. */
  changesListed: 1_000_000,
  /** UTF-16 units of a title, a source or a reason. */
  noteLength: 400,
  /** Words that wait for a second actor, of one incident, that are looked through. */
  proposalsListed: 10_000,
  /** Persons whose numbers are exchanged and committed together: those of one event of the keeper (`extractPartRows`). */
  reissuedAtOnce: 400,
  /** Numbers of a block for each that is drawn from it: with fewer, drawing takes long and a new number can be guessed. */
  blockRoom: 2,
  /** Persons looked through for those of a revision in one statement. */
  personsRead: 20_000,
  /** Sessions asked about in one statement. */
  sessionsAsked: 2_000,
} as const;
