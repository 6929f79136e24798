/** Bounds of cases. */
export const caseLimits = {
  /** UTF-16 units of a reason: a sentence. It is shown in lists and holds no personal data. */
  reasonLength: 200,
  /** Persons of one case: a family, an employer's few. More is a bulk matter. */
  persons: 50,
  /** Events of one case: opened, fifty times a person, closed, with room. */
  events: 100,
  /** Cases in one list. */
  listed: 200,
  /** Attempts to write the next event of a case while others write theirs. */
  attempts: 5,
} as const;
