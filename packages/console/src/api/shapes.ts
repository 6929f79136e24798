/** The API's answers as the console reads them; what a screen does not need is not read. The API's own are in `custodian/src/http`. */
import * as v from "valibot";

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const time = v.pipe(v.string(), v.isoTimestamp());

export const meShape = v.object({
  session: v.string(),
  actor: v.string(),
  office: v.string(),
  isOfficer: v.boolean(),
  purposes: v.array(v.string()),
  expiresMs: v.number(),
  keeperKey: v.string(),
});
export type Me = v.InferOutput<typeof meShape>;

export const challengeShape = v.object({ nonce: v.string() });

export const credentialsShape = v.object({
  credentials: v.array(v.object({ credential: v.string(), rpId: v.string() })),
});

export const demoShape = v.object({
  isDemo: v.boolean(),
  actors: v.array(
    v.object({
      actor: v.string(),
      office: v.string(),
      isOfficer: v.boolean(),
      purposes: v.array(v.string()),
    }),
  ),
});
export type Demo = v.InferOutput<typeof demoShape>;
export const demoKeyShape = v.object({ keyFile: v.string() });

export const caseShape = v.object({
  caseId: v.string(),
  kind: v.string(),
  isOpen: v.boolean(),
  openedBy: v.string(),
  office: v.string(),
  reason: v.string(),
  openedAt: time,
  closedAt: v.optional(time),
  persons: v.array(v.string()),
});
export type Case = v.InferOutput<typeof caseShape>;
export const casesShape = v.object({ cases: v.array(caseShape) });

export const sealedShape = v.object({
  eventNumber: v.string(),
  enc: v.string(),
  sealed: v.string(),
});

export const disclosureShape = v.object({
  person: v.string(),
  personEventNo: count,
  eventNumber: v.string(),
  kind: v.string(),
  at: time,
  actor: v.string(),
  office: v.string(),
  purpose: v.string(),
  case: v.string(),
  caseKind: v.string(),
  fields: v.array(v.string()),
});
export type Disclosure = v.InferOutput<typeof disclosureShape>;
export const looksShape = v.object({ looks: v.array(disclosureShape) });

export const alarmShape = v.object({
  /** None of what the custodian refused before the keeper was asked. */
  eventNumber: v.optional(v.string()),
  kind: v.string(),
  outcome: v.string(),
  at: time,
  actor: v.string(),
  office: v.string(),
  purpose: v.string(),
  case: v.string(),
});
export type Alarm = v.InferOutput<typeof alarmShape>;
export const alarmsShape = v.object({ alarms: v.array(alarmShape) });

export const budgetShape = v.object({ hour: count, day: count, days30: count, softPercent: count });
export const spentShape = v.object({
  used: v.object({ hour: count, day: count, days30: count }),
  budget: budgetShape,
});
export type Spent = v.InferOutput<typeof spentShape>;

export const rosterShape = v.object({
  sequence: count,
  digest: v.string(),
  purposes: v.record(v.string(), v.object({ kinds: v.array(v.string()), fields: v.array(v.number()) })),
  actors: v.record(
    v.string(),
    v.object({
      office: v.string(),
      isOfficer: v.boolean(),
      isJob: v.boolean(),
      purposes: v.array(v.string()),
    }),
  ),
  credentials: v.record(v.string(), v.object({ kind: v.string(), actor: v.string() })),
});
export type Roster = v.InferOutput<typeof rosterShape>;

export const proposalShape = v.object({
  proposal: v.string(),
  sequence: count,
  text: v.string(),
  proposedBy: v.string(),
  proposedAt: time,
  signedBy: v.array(v.string()),
});
export type Proposal = v.InferOutput<typeof proposalShape>;
export const proposalsShape = v.object({ proposals: v.array(proposalShape) });
export const signedShape = v.object({ isInForce: v.boolean() });

export const matchOwnerShape = v.object({
  owner: v.string(),
  entries: count,
  yen: v.string(),
  firstMonth: v.string(),
  lastMonth: v.string(),
  since: time,
});
export type MatchOwner = v.InferOutput<typeof matchOwnerShape>;
export const matchOwnersShape = v.object({ owners: v.array(matchOwnerShape) });
export const matchShape = v.object({
  state: v.string(),
  person: v.optional(v.string()),
  acceptedBy: v.optional(v.string()),
});
export const matchCandidateShape = v.object({
  person: v.string(),
  stage: v.string(),
  probability: v.number(),
  evidence: v.array(v.string()),
  overlapMonths: count,
  isClose: v.boolean(),
});
export type MatchCandidate = v.InferOutput<typeof matchCandidateShape>;
export const matchReviewShape = v.object({
  owner: matchOwnerShape,
  match: matchShape,
  candidates: v.array(matchCandidateShape),
});
export type MatchReview = v.InferOutput<typeof matchReviewShape>;
export const undoneShape = v.object({ match: matchShape, movedBack: count });

export const extractShape = v.object({
  extract: v.string(),
  requestedBy: v.string(),
  holder: v.string(),
  workstation: v.string(),
  columns: v.array(v.string()),
  rows: count,
  expiresAt: time,
  approvedBy: v.optional(v.string()),
  sealedAt: v.optional(time),
  revokedAt: v.optional(time),
  destroyedAt: v.optional(time),
  releases: count,
});
export type Extract = v.InferOutput<typeof extractShape>;
export const extractsShape = v.object({ extracts: v.array(extractShape) });
export const eventShape = v.object({ eventNumber: v.string() });

const exposed = { exposedPersons: count, exposedRecords: count };
export const incidentShape = v.object({
  incident: v.string(),
  title: v.string(),
  openedBy: v.string(),
  openedAt: time,
  knownAt: time,
  isOpen: v.boolean(),
});
export type Incident = v.InferOutput<typeof incidentShape>;
export const incidentsShape = v.object({ incidents: v.array(incidentShape) });
export const evidenceShape = v.object({
  evidence: count,
  kind: v.string(),
  subject: v.string(),
  from: v.optional(time),
  until: v.optional(time),
  source: v.string(),
  addedBy: v.string(),
  addedAt: time,
  withdrawal: v.optional(v.string()),
});
export type Evidence = v.InferOutput<typeof evidenceShape>;
export const revisionShape = v.object({
  revision: count,
  asOf: time,
  madeBy: v.string(),
  approvedBy: v.optional(v.string()),
  evidence: v.array(count),
  digest: v.string(),
  ...exposed,
});
export type Revision = v.InferOutput<typeof revisionShape>;
export const roomShape = v.object({
  incident: incidentShape,
  evidence: v.array(evidenceShape),
  revisions: v.array(revisionShape),
  counts: v.optional(
    v.object({
      byGrade: v.array(v.object({ grade: v.string(), ...exposed })),
      byFields: v.array(v.object({ grade: v.string(), fields: v.array(v.string()), ...exposed })),
      byOffice: v.array(v.object({ grade: v.string(), office: v.string(), ...exposed })),
    }),
  ),
  deadlines: v.array(
    v.object({ duty: v.string(), regime: v.string(), title: v.string(), dueAt: time, source: v.string() }),
  ),
});
export type Room = v.InferOutput<typeof roomShape>;
export const answerShape = v.object({
  incident: v.string(),
  revision: count,
  asOf: time,
  answer: v.picklist(["exposed", "cannot-rule-out", "nothing-found"]),
  fields: v.array(v.string()),
  doubtful: v.array(v.string()),
});
export const answersShape = v.object({ answers: v.array(answerShape) });
export type Answers = v.InferOutput<typeof answersShape>["answers"];

export const trustShape = v.object({
  journalEvents: v.string(),
  headHash: v.string(),
  keeperKey: v.string(),
  rosterSequence: count,
  rosterDigest: v.string(),
  openSessions: count,
  isJournalSound: v.boolean(),
  copiedEvents: v.string(),
  logKey: v.string(),
});
export type Trust = v.InferOutput<typeof trustShape>;

export const invitationShape = v.object({ code: v.string(), expiresMs: v.number() });
export const enrolledShape = v.object({ credential: v.string(), proposal: v.string() });
export const anyShape = v.looseObject({});

export const atRiskShape = v.object({
  asOf: time,
  /** The worst first. */
  worst: v.array(
    v.object({ kind: v.string(), name: v.string(), persons: count, fields: v.array(v.string()) }),
  ),
  trend: v.array(v.object({ day: v.string(), persons: count })),
});
export type AtRisk = v.InferOutput<typeof atRiskShape>;

export const changedShape = v.object({ outcome: v.picklist(["registered", "held"]), change: v.string() });
export const heldChangesShape = v.object({
  held: v.array(
    v.object({
      change: v.string(),
      person: v.string(),
      case: v.string(),
      fields: v.array(v.string()),
      actor: v.string(),
      office: v.string(),
      askedAt: time,
      isHeld: v.boolean(),
    }),
  ),
});
