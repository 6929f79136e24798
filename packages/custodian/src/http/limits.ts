/** Bounds of the custodian's HTTP. */
export const httpLimits = {
  /** Bytes of a request's body: an order is at most 24 KB, a roster statement 40 KB. */
  bodyBytes: 96 * 1024,
  /** Requests of one session a minute: a person clicks a few a second at most, a page asks for several at once. */
  sessionRequestsPerMinute: 600,
  /** Requests of everybody who is not signed in, together: a whole agency signs in within some minutes of the morning. */
  publicRequestsPerMinute: 1_200,
  /** Sessions remembered at once. */
  sessions: 20_000,
  /** How long an officer's invitation to enrol a passkey holds, and how many hold at once. */
  enrolmentMs: 60 * 60_000,
  enrolments: 1_000,
  /** Browsers listening at once, together and of one session (a tab each). */
  listeners: 20_000,
  listenersOfSession: 4,
  /** Happenings kept for who comes back, and read from the journal at once. */
  liveKept: 1_000,
  /** Events that a listener may leave unread before it is let go of. */
  liveUnread: 64,
  /** Between two looks at the journal's copy; how long an idle connection is silent; when a browser comes back. */
  livePauseMs: 1_000,
  liveBeatMs: 20_000,
  liveRetryMs: 3_000,
  /** Incidents, the newest, that the list of what waits for a second actor looks through. */
  waitingIncidents: 20,
  /** Between two looks at how far long work is, while any browser listens. */
  workPauseMs: 2_000,
  /** Held changes of one list. */
  heldChanges: 200,
} as const;
