/**
 * The names and numbers of what the keeper can be asked and of how it answers. A number is for ever.
 */

export const operations = {
  status: 1,
  index: 2,
  seal: 3,
  open: 4,
  rotate: 5,
  rewrap: 6,
  erase: 7,
  challenge: 8,
  "sign-in": 9,
  "sign-out": 10,
  /** A ticket to `index` and `seal`, or to `rewrap`. */
  ticket: 11,
  search: 12,
  reveal: 13,
  honey: 14,
  roster: 15,
  amend: 16,
  events: 17,
  /** The signed checkpoint of the log, and its entries. */
  entries: 18,
  /** One event for a batch of premium entries, under an ingest ticket. */
  premiums: 19,
  /** What opens the log for one person (`protocol/receipt.ts`). */
  receipt: 20,
  /** Keyed features of persons and of unknown owners, for matching them. */
  features: 30,
  /** Sealed extracts (`protocol/extracts.ts`). */
  extract: 40,
  preview: 41,
  approve: 42,
  "seal-part": 43,
  release: 44,
  "end-extract": 45,
  /** About incidents (`protocol/incidents.ts`). */
  resolve: 50,
  reissue: 51,
  /** Criteria that need plaintext (`protocol/screens.ts`). */
  screen: 70,
  agree: 71,
  "screen-part": 72,
} as const;
export type Operation = keyof typeof operations;

/** What is told without being a question: it has no answer. Numbered among the operations. */
export const tellings = {
  /** An order that is about to come with what it needs (`operations/announce.ts`). */
  announce: 60,
} as const;
export type Telling = keyof typeof tellings;

/** `ok` first; every other answer is a {@link Refusal}. A number is for ever. */
export const answers = {
  ok: 0,
  /** Not a frame, or a frame whose content is above a limit. The connection is closed behind it. */
  malformed: 1,
  "unknown-operation": 2,
  /** The person was erased. */
  erased: 3,
  /** A key or a record does not open in the place it was given for. */
  "does-not-open": 4,
  /** No event can be made durable, so nothing is opened or sealed until an operator has seen to the disk. */
  "journal-unwritable": 5,
  stopping: 6,
  "too-many-connections": 7,
  /** A defect of the keeper; its own log has the kind of error. */
  failed: 8,
  "unknown-session": 9,
  /** Signed out, expired, stopped by an alarm, or its credential or actor is no longer in the roster. */
  "session-ended": 10,
  "bad-signature": 11,
  /** The order's time is too far from the keeper's. */
  stale: 12,
  /** The order's number is not above that of every earlier order of its session. */
  replayed: 13,
  /** The actor does not hold the purpose, or it does not serve this kind of order. */
  "purpose-not-held": 14,
  "field-not-allowed": 15,
  "person-not-in-order": 16,
  "budget-exhausted": 17,
  /** The session met a honey person and is at its end. */
  stopped: 18,
  "unknown-ticket": 19,
  /** More terms, records or keys than the ticket's order allowed. */
  "ticket-overdrawn": 20,
  "unknown-search": 21,
  /** The credential, its proof or the nonce does not convince; `reason` says which, as a constant. */
  "sign-in-refused": 22,
  /** The roster statement is not accepted; `reason` says why, as a constant. */
  "statement-refused": 23,
  /** A signed text is not canonical or above a limit. Comes before every other refusal of an order; the connection stays. */
  "malformed-order": 24,
  /** The order is the actor's and fits the roster, but not the extract; `reason` says why, as a constant. */
  "extract-refused": 25,
  /** Nobody but the first actor stands for it. */
  "not-seconded": 26,
  /** The events given are not all of the person's, from the first to the last, or not theirs. */
  "events-incomplete": 60,
  /** The order is the actor's and fits the roster, but not the screen; `reason` says why, as a constant. */
  "screen-refused": 70,
} as const;
export type AnswerName = keyof typeof answers;
