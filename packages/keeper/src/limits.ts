/**
 * Every bound of the keeper, with its unit and its reason. Both sides of the socket keep to them.
 *
 * A bound is part of the protocol: what is above it is refused before any work is done, so that a caller that was
 * taken over can ask for much but not for everything, and can neither fill the memory nor hold the thread.
 */
export const limits = {
  /** Largest `length` of a frame to the keeper: 20,000 records of the usual 300 bytes are a tenth of it. */
  requestBytes: 64 * 1024 * 1024,
  /** Largest `length` of a frame from the keeper: a full request of sealed records grows by at most 94 bytes an item. */
  answerBytes: 68 * 1024 * 1024,
  /** Connections at once: one custodian with a pool, and an operator. */
  connections: 64,
  /** Calls of one connection under way at once; further frames wait unread in the kernel. */
  callsInFlight: 64,
  /** Request bytes of one connection under way at once, until their answers are flushed: bounds memory, not rate. */
  bytesInFlight: 128 * 1024 * 1024,
  /** A half-sent frame or a half-read answer that does not move for this long ends its connection. */
  stalledMs: 30_000,
  /** On SIGTERM, how long calls under way may still take before they are cut off. */
  stoppingMs: 5_000,

  /** Terms in one `index` call: about a thirtieth of a second of one core. */
  terms: 100_000,
  /** Terms that go through the cipher together: enough that its calls cost nothing, half a millisecond's work. */
  termsInRun: 1_000,
  /** UTF-8 bytes of one term: the longest normalised address with room to spare. */
  termBytes: 1_024,
  /** Records in one `seal` call, and keys in one `rewrap` call: a lost answer repeats no more than this. */
  items: 20_000,
  /** Bytes of facts recorded together: one intake line of a person is about 300. */
  factsBytes: 64 * 1024,
  /** Distinct persons in one `open` call. More is a bulk matter, and bulk leaves the walls only as a sealed extract. */
  openPersons: 50,
  /** Records of one person in one `open` call: eighty years of monthly changes. */
  openRecords: 1_000,
  /** UTF-8 bytes of an order: fifty persons' keys are two thousand, sealed terms at most six thousand. */
  orderBytes: 24 * 1024,
  /** Bytes read of an order's signature. One that is not of 64 is bad, but no reason to hang up on everybody else. */
  signatureBytes: 1_024,
  /** Bytes of each part of a proof: authenticator data, client data, a signature. WebAuthn's own are below a thousand. */
  proofPartBytes: 4 * 1024,
  /** An order's time and the keeper's may differ by this much: a clock that is wrong, a slow line. */
  orderAgeMs: 2 * 60_000,
  /** Largest time accepted anywhere, in milliseconds since 1970: the year 9999. */
  timeMs: 253_402_300_799_999,
  /** Terms of one search: a number, a name with its birth date, a telephone, a mail address. */
  searchTerms: 4,
  /** Persons that one search may show, masked: with more the search is too wide to decide anything. */
  candidates: 20,
  /** Bytes of sealed terms: `enc ‖ ciphertext` of four terms of the longest. */
  sealedTermsBytes: 65 + 4 + 4 * (1_024 + 5) + 16,
  /** Honey persons in one order, and bytes of them sealed. */
  honeyPersons: 500,
  sealedHoneyBytes: 65 + 4 + 500 * 16 + 16,
  /** Orders announced that have not come with their material: several crowds of callers, each waiting for its databases. */
  ordersAnnounced: 256,
  /** Searches that wait for their candidates. */
  searchesWaiting: 1_000,
  /** How long a search waits for its candidates. */
  searchMs: 60_000,

  /** Rows of one extract: every person of the largest agency, twice. */
  extractRows: 5_000_000,
  /** Rows of one part, and persons of one `extracted` event: 400 of them with their links fill three quarters of it. */
  extractPartRows: 400,
  /** An extract can be opened for so long at most: a quarter of a year. */
  extractMs: 93 * 24 * 60 * 60_000,
  /** A criterion, filled up: every sealed one is equally long. An address of sixty characters is a third of it. */
  criterionBytes: 512,
  sealedCriterionBytes: 65 + 512 + 16,
  /** So many may be screened without a second actor: as many as a look may open, and paid for as looks are. */
  screenAlonePersons: 50,
  /** A screen is worked off within this time, or asked for anew: a night and a day. */
  screenMs: 24 * 60 * 60_000,
  /** Words about an incident wait so long for a second actor: longer than the longest clock before a final report. */
  resolveMs: 93 * 24 * 60 * 60_000,
  /** Persons of an extract whom an approver is shown: of a selection that is wrong for half of them, all five are right once in 32. */
  previewPersons: 5,
  /** A part is sealed, or screened, so often at most: once, and again for each stop of a job whose answers were lost; twice the queue's attempts. */
  partSealings: 24,
  /** Honey rows of one extract, and bytes of them sealed. */
  honeyRows: 16,
  sealedHoneyRowsBytes: 65 + 4 + 8 * 1024 + 16,
  /** Bytes of a file key, sealed. */
  sealedFileKeyBytes: 65 + 16 + 16,
  /** Chunks in one release: 128 KiB of keys. */
  releaseChunks: 4_096,

  /** Nonces given out and not yet used; the oldest gives way, so that nobody can lock the sign-in by asking. */
  challenges: 10_000,
  challengeMs: 2 * 60_000,
  /** A session ends by itself: a long working day. */
  sessionMs: 12 * 60 * 60_000,
  /** Sessions of one actor at once: desks, tabs, commands that were killed. The oldest ends when one more begins. */
  actorSessions: 32,
  /** Sessions of one actor remembered, ended or not, until they would have expired. */
  actorSessionsKept: 256,
  /** Bytes of a public key as SubjectPublicKeyInfo: P-256 has 91, Ed25519 44. */
  publicKeyBytes: 200,
  /** UTF-8 bytes of a credential's id: WebAuthn allows 1,023 bytes, authenticators use 16 to 80. */
  credentialBytes: 400,

  /** Terms and records of one ticket: twenty terms and two records for each of two million persons. */
  ticketTerms: 40_000_000,
  ticketRecords: 4_000_000,
  /** Batches of premium entries that the custodian may note in a day without anybody's ticket: one a second. */
  ownNotesPerDay: 86_400,
  /** An import may take the night. */
  ticketMs: 12 * 60 * 60_000,
  /** Persons in one `features` call: about a twentieth of a second of one core. */
  featurePersons: 2_000,
  /** Runs of matching whose keys are held at once; the oldest gives way. */
  matchRuns: 2,
  /** Pairs of a kanji name part and its reading that one run learns; a nation's names saturate below this. */
  readings: 500_000,
  /** Other readings that are tried for one name part. */
  otherReadings: 12,
  /** Names that one person is compared under. */
  featureNames: 24,
  /** Tickets at once. */
  tickets: 1_000,

  /** UTF-8 bytes of a roster statement: with its signatures it must fit in one event. */
  statementBytes: 40_000,
  statementSignatures: 4,
  /** Changes in one statement. */
  statementChanges: 200,
  /** Names in a list of the roster: purposes of an actor. */
  rosterNames: 50,
  /** Largest budget: persons, or terms and records a day. */
  budgetMax: 2_000_000_000,

  /** Events in one answer, and bytes of them after which no more are added. */
  eventsInAnswer: 1_000,
  eventsBytes: 1024 * 1024,
  /** Entries of the log in one answer, of 32 bytes each; the events they stand for are read in answers' worths. */
  entriesInAnswer: 8_192,
  /** Entries of the log kept in memory, of 32 bytes each: what many writers make between two beats. */
  entriesKept: 131_072,
  /** Events of one person in a receipt: a look a week for eighty years, and as much again. */
  receiptEvents: 10_000,
  /** Batches of premium entries in a receipt: one a month for eighty years, thrice. */
  receiptBatches: 3_000,

  /** UTF-8 bytes of an actor's, a purpose's or a case's name. */
  nameBytes: 100,
  /** Characters of a workstation's name, each of `A–Z a–z 0–9 . _ -`: longer than any host's own label (RFC 1035). */
  workstationLength: 64,
  /** UTF-8 bytes of a source or a reason. Journalled, therefore never personal. */
  noteBytes: 200,

  /** Bytes of one journal event: what one entry of a C2SP tile can hold. */
  eventBytes: 65_535,
  /** Bytes of one write to the journal, at most: what a stop can tear. Hundreds of looks, eight of the largest events. */
  writeBytes: 512 * 1024,
  /** The first segment, which grows as it is written: a keeper that is tried out takes no more room than its events. */
  firstSegmentBytes: 256 * 1024,
  /** A segment is four times as large as the last, up to this: read whole at start-up, so it must fit in memory. */
  segmentBytes: 64 * 1024 * 1024,
  /** Zeros written ahead at once: a tenth of a millisecond that a write to the same disk may wait. */
  fillBytes: 256 * 1024,
  /** Writes that take longer than this on average are left to another thread: a quarter of a slice (`sliceBytes`). */
  blockingWriteMs: 0.5,
  /** Events from which on a write is left to another thread too: hashing them for the log, 4 µs each, takes as long as that costs. */
  asideEvents: 12,
  /** The beat of checkpoints: longest time that durable events stay unknown to the head file, where a roll-back is not noticed. */
  checkpointMs: 1_000,
  /** UTF-8 bytes of the log's name: half of what a cosignature's message has room for. */
  originBytes: 120,
  /** UTF-8 bytes of a checkpoint with this log's own signature. */
  checkpointBytes: 1_024,

  /** Versions of the key-encryption key kept for unwrapping: one a month for eighty years. */
  kekVersions: 1_000,
  /** Bytes of a passphrase: at least a short sentence at `init`, at most what a human types. */
  passphraseMinBytes: 12,
  passphraseMaxBytes: 1_024,
  /** Bytes of a socket's path: `sun_path` of unix(7) without its final zero; macOS has 104. */
  socketPathBytes: 103,

  /** Work between two looks at the sockets, in bytes processed: about two milliseconds of one core. */
  sliceBytes: 256 * 1024,
  /** What one opened record or rewrapped key costs before its bytes, in the same unit. */
  recordCostBytes: 2_048,
  /** What sealing one record with a new key costs before its bytes, in the same unit. */
  sealCostBytes: 512,
  /** What one token costs before its bytes, in the same unit. */
  termCostBytes: 32,
} as const;
