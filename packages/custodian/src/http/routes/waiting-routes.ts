/**
 * What waits for a second actor, in one list: revisions, words about incidents, extracts, changes of the roster.
 *
 * Each kind is for those who may stand for it, and the list says whether whoever asks is not the first. Nothing is decided
 * here: each is signed where it belongs, and the keeper compares words and actors.
 */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { listProposals } from "../../disclosure/roster-proposals.ts";
import { readRoster } from "../../disclosure/roster-view.ts";
import { listStates } from "../../extracts/store.ts";
import { extractLimits } from "../../extracts/limits.ts";
import { listOpenProposals, type ResolveParts } from "../../incident/resolve/resolve.ts";
import { revisionWords, wordsSchema } from "../../incident/resolve/words.ts";
import { parseCounts } from "../../incident/revision.ts";
import { listIncidents, listRevisions } from "../../incident/store.ts";
import { incidentParts } from "./incident-routes.ts";
import { httpLimits } from "../limits.ts";
import { screenLimits } from "../../screens/limits.ts";
import * as screenStore from "../../screens/store.ts";
import { problem } from "../problem.ts";
import { mayAnswerIncidents, mayApproveExtracts, mayOrder } from "../rights.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { hex, integer, time, uuid } from "../schemas.ts";
import type { StaffSession } from "../staff-sessions.ts";

const head = { id: uuid, by: v.string(), at: time, isOwn: v.boolean() };
const waitingShape = v.variant("kind", [
  v.strictObject({
    kind: v.literal("words"),
    ...head,
    /** Of the incident. */
    title: v.string(),
    words: wordsSchema,
    persons: v.optional(integer),
  }),
  v.strictObject({ kind: v.literal("extract"), ...head, rows: integer, holder: v.string() }),
  v.strictObject({ kind: v.literal("roster"), ...head, sequence: integer }),
  v.strictObject({
    kind: v.literal("screen"),
    ...head,
    purpose: v.string(),
    reason: v.string(),
    persons: integer,
    /** What an order of kind agree names. */
    request: hex,
  }),
]);
type Waiting = v.InferInput<typeof waitingShape>;

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/waiting",
    name: "listWaiting",
    summary:
      "What waits for a second actor, oldest first: of the newest incidents, the extracts and the roster, as far as the session may.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ waiting: v.array(waitingShape) }),
    problems: ["purpose-not-held", "journal-breach"],
  },
  async (_given, { parts, session }) => {
    if (!mayAnswerIncidents(session) && !mayApproveExtracts(session)) return problem("purpose-not-held");
    const lists = await Promise.all([
      mayAnswerIncidents(session) ? listOfIncidents(parts, session) : [],
      mayApproveExtracts(session) ? listOfExtracts(parts, session) : [],
      session.isOfficer ? listOfRoster(parts, session) : [],
      mayOrder(session, "agree") ? listOfScreens(parts, session) : [],
    ]);
    return { waiting: lists.flat().toSorted((a, b) => (a.at < b.at ? -1 : 1)) };
  },
);

export const waitingRoutes: readonly Route[] = [list];

async function listOfIncidents(parts: ApiParts, { actor }: StaffSession): Promise<Waiting[]> {
  const ready = await incidentParts(parts);
  const incidents = await listIncidents(ready.register, httpLimits.waitingIncidents);
  const lists = await Promise.all(incidents.map(({ incidentId, title }) => listOf(ready, incidentId, title)));
  return lists.flat().map((one) => ({ ...one, isOwn: one.by === actor }));
}

async function listOf(ready: ResolveParts, id: string, title: string): Promise<Waiting[]> {
  const [newest] = await listRevisions(ready.register, id, 1);
  const proposals = await listOpenProposals(ready, id);
  const shared = { kind: "words", id, title, isOwn: false } as const;
  const words = proposals.map(({ proposedBy: by, at, words: said }) => ({
    ...shared,
    by,
    at: at.toISOString(),
    words: said,
    ...(said.subject === "reissue" && { persons: said.persons }),
  }));
  if (newest === undefined || newest.approvedBy !== undefined) return words;
  const { exposedPersons: persons } = parseCounts(newest.counts);
  const revision = revisionWords(newest.revisionNo, newest.digest);
  return [
    { ...shared, by: newest.madeBy, at: newest.asOf.toISOString(), words: revision, persons },
    ...words,
  ];
}

async function listOfExtracts(
  { databases: { register }, now }: ApiParts,
  { actor }: StaffSession,
): Promise<Waiting[]> {
  const states = await listStates(register, extractLimits.listed);
  return states
    .filter(
      ({ approvedBy, revokedAt, destroyedAt, expiresAt }) =>
        (approvedBy ?? revokedAt ?? destroyedAt) === undefined && expiresAt > now(),
    )
    .map(({ extractId: id, requestedBy: by, requestedAt, rows, holder }) => ({
      kind: "extract",
      id,
      by,
      at: requestedAt.toISOString(),
      isOwn: by === actor,
      rows,
      holder,
    }));
}

/** Up to fifty persons may be compared alone, for a purpose that looks (`keeper/src/orders/screens.ts`); a day later none is. */
async function listOfScreens(
  { databases: { register }, keeper, now }: ApiParts,
  { actor }: StaffSession,
): Promise<Waiting[]> {
  const states = await screenStore.listStates(register, screenLimits.listed);
  const { purposes } = await readRoster(keeper);
  return states.flatMap(({ screenId: id, order, agreedBy, candidates: persons, reason }): Waiting[] => {
    if (order === undefined || agreedBy !== undefined) return [];
    const { purpose, actor: by, orderedAt } = order;
    const isAlone = persons <= screenLimits.alone && purposes[purpose]?.kinds.includes("look") === true;
    if (isAlone || orderedAt.getTime() + screenLimits.agreedWithinMs <= now().getTime()) return [];
    const request = createHash("sha256").update(order.text).digest("hex");
    const head = { kind: "screen", id, by, at: orderedAt.toISOString(), isOwn: by === actor } as const;
    return [{ ...head, purpose, reason, persons, request }];
  });
}

/** Only what follows the roster as it is now can still be signed. */
async function listOfRoster(
  { databases: { register }, keeper }: ApiParts,
  { actor }: StaffSession,
): Promise<Waiting[]> {
  const next = (await readRoster(keeper)).sequence + 1;
  const proposals = await listProposals(register);
  return proposals
    .filter(({ sequence }) => sequence === next)
    .map(({ proposalId: id, proposedBy: by, proposedAt, signedBy, sequence }) => ({
      kind: "roster",
      id,
      by,
      at: proposedAt.toISOString(),
      // Officers sign: who drew it up without signing may still be one of the two.
      isOwn: signedBy.includes(actor),
      sequence,
    }));
}
