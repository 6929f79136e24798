/** The roster: who may do what; and changes of it, which two officers sign and the keeper accepts or does not. */
import * as v from "valibot";
import {
  listProposals,
  type Proposal,
  proposeChanges,
  type ProposalParts,
  signProposal,
} from "../../disclosure/roster-proposals.ts";
import { readRoster } from "../../disclosure/roster-view.ts";
import { problem } from "../problem.ts";
import { type ApiParts, nothing, type Route, staffRoute } from "../route.ts";
import { credentialId, decimal, integer, proof, proofFrom, time, uuid } from "../schemas.ts";

const proposalShape = v.strictObject({
  proposal: uuid,
  sequence: integer,
  /** What officers sign. */
  text: v.string(),
  proposedBy: v.string(),
  proposedAt: time,
  signedBy: v.array(v.string()),
});

const show = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/roster",
    name: "showRoster",
    summary: "The keeper's roster: actors, offices, purposes, budgets, credentials.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.looseObject({ sequence: integer, digest: v.string() }),
    problems: [],
  },
  async (_given, { parts }) => readRoster(parts.keeper),
);

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/roster/proposals",
    name: "listProposals",
    summary: "Proposed changes of the roster, newest first.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ proposals: v.array(proposalShape) }),
    problems: [],
  },
  async (_given, { parts }) => ({ proposals: (await listProposals(parts.databases.register)).map(render) }),
);

const propose = staffRoute(
  "officer",
  {
    method: "post",
    path: "/api/roster/proposals",
    name: "proposeChanges",
    summary: "Draws up the statement that follows the roster as it is now.",
    params: nothing,
    query: nothing,
    body: v.strictObject({
      changes: v.array(
        v.strictObject({ part: v.string(), id: v.string(), value: v.nullable(v.looseObject({})) }),
      ),
    }),
    answer: proposalShape,
    problems: ["malformed-changes"],
  },
  async ({ body }, { parts, session }) => {
    const outcome = await proposeChanges(partsOf(parts), session.actor, body.changes);
    return outcome.outcome === "proposed" ? render(outcome.proposal) : problem(outcome.outcome);
  },
);

const sign = staffRoute(
  "officer",
  {
    method: "post",
    path: "/api/roster/proposals/{proposal}/signatures",
    name: "signProposal",
    summary: "An officer's signature; with the second one the keeper is asked to put the statement in force.",
    params: v.strictObject({ proposal: uuid }),
    query: nothing,
    body: v.strictObject({ credential: credentialId, proof }),
    answer: v.strictObject({ isInForce: v.boolean(), eventNumber: v.optional(decimal) }),
    problems: ["unknown-proposal", "signed-before", "statement-refused"],
  },
  async ({ params, body }, { parts, session }) => {
    const signature = { actor: session.actor, credential: body.credential, proof: proofFrom(body.proof) };
    const outcome = await signProposal(partsOf(parts), params.proposal, signature);
    switch (outcome.outcome) {
      case "signed":
        return { isInForce: false };
      case "accepted":
        return { isInForce: true, eventNumber: outcome.eventNumber.toString() };
      case "statement-refused":
        return problem(outcome.outcome, [outcome.reason]);
      default:
        return problem(outcome.outcome);
    }
  },
);

export const rosterRoutes: readonly Route[] = [show, list, propose, sign];

function partsOf({ databases, keeper, now, makeId }: ApiParts): ProposalParts {
  return { register: databases.register, keeper, now, makeId };
}

function render(proposal: Proposal): v.InferInput<typeof proposalShape> {
  const { proposalId, sequence, text, proposedBy, proposedAt, signedBy } = proposal;
  const rest = { sequence, text, proposedBy, proposedAt: proposedAt.toISOString(), signedBy: [...signedBy] };
  return { proposal: proposalId, ...rest };
}
