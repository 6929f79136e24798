/**
 * What actors stand for in an incident: closings, proofs of held changes, exchanges of numbers. Two signed orders each.
 *
 * Orders are relayed and never made here; the keeper compares words and actors, and what the journal then says is done.
 * Numbers are exchanged by `kura incident reissue-run`: sealing takes a job's key, and the custodian has none.
 */
import * as v from "valibot";
import { listReissues, countReissued } from "../../incident/resolve/store.ts";
import { listOpenProposals, resolveWords } from "../../incident/resolve/resolve.ts";
import { wordsDigest, wordsSchema } from "../../incident/resolve/words.ts";
import { incidentParts, incidentProblems, wordsProblems } from "./incident-routes.ts";
import { problem } from "../problem.ts";
import { mayAnswerIncidents } from "../rights.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { decimal, hex, integer, orderFrom, signedOrder, time, uuid } from "../schemas.ts";

const oneIncident = v.strictObject({ incident: uuid });

const digest = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/words",
    name: "digestWords",
    summary: "The digest that an order of kind resolve signs for these words. Nothing is said by it.",
    params: oneIncident,
    query: nothing,
    body: wordsSchema,
    answer: v.strictObject({ subject: v.string(), digest: hex }),
    problems: ["purpose-not-held"],
  },
  async ({ params: { incident }, body }, { session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    return { subject: body.subject, digest: wordsDigest(incident, body) };
  },
);

const say = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/resolutions",
    name: "resolveWords",
    summary:
      "Stands for words by a signed order. proposed: another actor has to say the same; done: two have, and it happened.",
    params: oneIncident,
    query: nothing,
    body: v.strictObject({ words: wordsSchema, order: signedOrder }),
    answer: v.strictObject({ outcome: v.picklist(["proposed", "done"]), eventNumber: decimal }),
    problems: [...incidentProblems, ...wordsProblems],
  },
  async ({ params: { incident }, body: { words, order } }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const said = await resolveWords(ready, incident, words, session.actor, orderFrom(order));
    if (said.outcome !== "done" && said.outcome !== "proposed") return problem(said.outcome);
    return { outcome: said.outcome, eventNumber: said.event.toString() };
  },
);

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/proposals",
    name: "listWordsThatWait",
    summary: "Words that wait for a second actor, and exchanges of numbers with how far each is.",
    params: oneIncident,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      proposals: v.array(
        v.strictObject({ digest: hex, words: wordsSchema, proposedBy: v.string(), at: time }),
      ),
      reissues: v.array(
        v.strictObject({
          revision: integer,
          block: v.string(),
          askedBy: v.string(),
          secondedBy: v.string(),
          reissuedPersons: integer,
        }),
      ),
    }),
    problems: incidentProblems,
  },
  async ({ params: { incident } }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const open = await listOpenProposals(ready, incident);
    const reissues = await listReissues(ready.register, incident);
    return {
      proposals: open.map(({ at, ...one }) => ({ ...one, at: at.toISOString() })),
      reissues: await Promise.all(
        reissues.map(async ({ revisionNo, block, askedBy, secondedBy }) => {
          const { persons } = await countReissued(ready.register, incident, revisionNo);
          return { revision: revisionNo, block, askedBy, secondedBy, reissuedPersons: persons };
        }),
      ),
    };
  },
);

export const decisionRoutes: readonly Route[] = [digest, say, list];
