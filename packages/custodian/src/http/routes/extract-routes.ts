/**
 * Sealed extracts: planned, asked for, seen masked, approved, sealed, fetched, released, ended. Orders are relayed, never read.
 *
 * Who may order is the keeper's to say. What is answered without an order (plans, samples, the file) is for those whose
 * purposes allow the order that it leads to; a holder, who is outside, sees what was made for them and nothing else.
 */
import * as v from "valibot";
import type { SealedAnswer } from "@kura/keeper/protocol/orders.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import { encodeBase64 } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { criteriaSchema } from "../../extracts/criteria.ts";
import {
  approveExtract,
  endExtract,
  previewExtract,
  releaseExtract,
  requestExtract,
} from "../../extracts/extracts.ts";
import { extractLimits } from "../../extracts/limits.ts";
import { planExtract } from "../../extracts/plan-extract.ts";
import { sealKind } from "../../extracts/seal-work.ts";
import { findExtract, findRequest, listAt, listStates } from "../../extracts/store.ts";
import { streamFile } from "../../extracts/write-file.ts";
import { queueJob } from "../../queue/queue.ts";
import { fieldOfNumber } from "../../register/field.ts";
import { jobShape, renderJob } from "./job-routes.ts";
import { type Problem, problem, type ProblemName } from "../problem.ts";
import { isStaff, mayOrder, maySeal } from "../rights.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { decimal, hex, integer, orderFrom, reason, signedOrder, time, uuid } from "../schemas.ts";
import { denyScreen } from "./screen-routes.ts";

const oneExtract = v.strictObject({ extract: uuid });
const eventShape = v.strictObject({ eventNumber: decimal });
/** Only the session that ordered can read `sealed`. */
const sealedShape = v.strictObject({
  eventNumber: decimal,
  isNearBudget: v.boolean(),
  enc: v.string(),
  sealed: v.string(),
});
const extractShape = v.strictObject({
  extract: uuid,
  requestedBy: v.string(),
  office: v.string(),
  requestedAt: time,
  holder: v.string(),
  workstation: v.string(),
  columns: v.array(v.string()),
  rows: integer,
  expiresAt: time,
  approvedBy: v.optional(v.string()),
  sealedAt: v.optional(time),
  revokedAt: v.optional(time),
  destroyedAt: v.optional(time),
  releases: integer,
});
const orderProblems: readonly ProblemName[] = [
  "malformed-order",
  "extract-refused",
  "unknown-session",
  "session-ended",
  "bad-signature",
  "stale",
  "replayed",
  "purpose-not-held",
  "field-not-allowed",
  "person-not-in-order",
  "budget-exhausted",
  "does-not-open",
  "journal-unwritable",
];

const list = staffRoute(
  "session",
  {
    method: "get",
    path: "/api/extracts",
    name: "listExtracts",
    summary:
      "Extracts with what happened to each, newest first, as far as the journal is copied; to a holder, those made for them.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ extracts: v.array(extractShape) }),
    problems: [],
  },
  async (_given, { parts, session }) => {
    const states = await listStates(parts.databases.register, extractLimits.listed);
    const shown = isStaff(session)
      ? states
      : states.filter(({ holder }) => session.credentials.includes(holder));
    return {
      extracts: shown.map(({ extractId, fields, requestedAt, expiresAt, ...state }) => ({
        extract: extractId,
        requestedBy: state.requestedBy,
        office: state.office,
        requestedAt: requestedAt.toISOString(),
        holder: state.holder,
        workstation: state.workstation,
        columns: fields.map((field) => fieldOfNumber(field) ?? String(field)),
        rows: state.rows,
        expiresAt: expiresAt.toISOString(),
        ...(state.approvedBy !== undefined && { approvedBy: state.approvedBy }),
        ...(state.sealedAt !== undefined && { sealedAt: state.sealedAt.toISOString() }),
        ...(state.revokedAt !== undefined && { revokedAt: state.revokedAt.toISOString() }),
        ...(state.destroyedAt !== undefined && { destroyedAt: state.destroyedAt.toISOString() }),
        releases: state.releases,
      })),
    };
  },
);

const plan = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/extracts/plans",
    name: "planExtract",
    summary: "Fixes who is selected, in which rows; the answer is what an order of kind extract signs.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ criteria: criteriaSchema, reason }),
    answer: v.strictObject({
      extract: uuid,
      rows: integer,
      chunkRows: integer,
      honeyAt: v.array(integer),
      selection: hex,
    }),
    problems: ["nobody-selected", "too-many-rows", "malformed-request"],
  },
  async ({ body }, { parts, session }) => {
    if (!mayOrder(session, "extract")) return problem("purpose-not-held");
    // A file of numbers has tokens only the command line's ticket gets.
    if (body.criteria.numbers !== undefined) return problem("malformed-request");
    const denied = await denyScreen(parts, session, body.criteria);
    if (denied !== undefined) return denied;
    try {
      const asked = { criteria: body.criteria, tokens: [], reason: body.reason };
      const { extractId, honeyAt, ...planned } = await planExtract(
        { ...parts, register: parts.databases.register },
        asked,
      );
      return { extract: extractId, honeyAt: [...honeyAt], ...planned };
    } catch (fault) {
      const code = codeOf(fault);
      if (code === "nobody-selected" || code === "too-many-rows") return problem(code);
      throw fault;
    }
  },
);

const request = orderRoute("request", "requestExtract", "Asks for a planned extract.", requestExtract);
const approve = orderRoute("approve", "approveExtract", "A second actor's yes.", approveExtract);
const end = orderRoute(
  "end",
  "endExtract",
  "Revokes it (revoke), or says as its holder that nothing is left of it (attest-destroyed).",
  endExtract,
);

const some = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/extracts/{extract}/sample",
    name: "sampleExtract",
    summary:
      "What an approval signs, and who stands in these rows (parted by commas). The approver's own program draws them, not in honeyAt: five, or all there are.",
    params: oneExtract,
    query: v.strictObject({ rows: v.optional(v.pipe(v.string(), v.regex(/^\d{1,7}(?:,\d{1,7}){0,4}$/))) }),
    body: nothing,
    answer: v.strictObject({
      request: hex,
      rows: integer,
      honeyAt: v.array(integer),
      persons: v.array(uuid),
    }),
    problems: ["extract-refused"],
  },
  async ({ params, query }, { parts, session }) => {
    if (!mayOrder(session, "preview")) return problem("purpose-not-held");
    const { register } = parts.databases;
    const asked = await findRequest(register, params.extract);
    if (asked === undefined) return problem("extract-refused", ["unknown-extract"]);
    const { order: request, rows, honeyAt } = asked;
    const persons = await listAt(register, params.extract, query.rows?.split(",").map(Number) ?? []);
    return { request, rows, honeyAt: [...honeyAt], persons };
  },
);

const preview = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/extracts/{extract}/preview",
    name: "previewExtract",
    summary: "Shows these persons of it, masked, to whoever may approve it.",
    params: oneExtract,
    query: nothing,
    body: v.strictObject({
      order: signedOrder,
      persons: v.pipe(v.array(uuid), v.maxLength(extractLimits.previewPersons)),
    }),
    answer: sealedShape,
    problems: [...orderProblems, "journal-breach"],
  },
  async ({ body }, { parts }) => {
    if (!parts.isJournalSound()) return problem("journal-breach");
    return renderSealed(await previewExtract(parts, orderFrom(body.order), body.persons));
  },
);

const release = staffRoute(
  "session",
  {
    method: "post",
    path: "/api/extracts/{extract}/releases",
    name: "releaseExtract",
    summary: "Keys of some chunks for its holder, sealed to the session and journalled before they exist.",
    params: oneExtract,
    query: nothing,
    body: signedOrder,
    answer: sealedShape,
    problems: [...orderProblems, "journal-breach"],
  },
  async ({ body }, { parts }) => {
    if (!parts.isJournalSound()) return problem("journal-breach");
    return renderSealed(await releaseExtract(parts, orderFrom(body)));
  },
);

const seal = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/extracts/{extract}/seal",
    name: "sealExtract",
    summary:
      "Queues the sealing of an approved extract; asked twice, it is one job. It goes on where a stopped one ended.",
    params: oneExtract,
    query: nothing,
    body: nothing,
    answer: jobShape,
    problems: ["extract-refused", "journal-breach"],
  },
  async ({ params }, { parts, session }) => {
    if (!maySeal(session)) return problem("purpose-not-held");
    if (!parts.isJournalSound()) return problem("journal-breach");
    const { register } = parts.databases;
    if ((await findExtract(register, params.extract)) === undefined) {
      return problem("extract-refused", ["unknown-extract"]);
    }
    const { actor, office } = session;
    const asked = { kind: sealKind, subject: params.extract, actor, office };
    return renderJob(register, await queueJob({ ...parts, register }, asked));
  },
);

const file = staffRoute(
  "session",
  {
    method: "get",
    path: "/api/extracts/{extract}/file",
    name: "fetchExtract",
    summary: "Its file (age v1, application/octet-stream): ciphertext that must be released each time.",
    params: oneExtract,
    query: nothing,
    body: nothing,
    answer: v.unknown(),
    problems: ["extract-refused"],
  },
  async ({ params }, { parts, session }) => {
    if (!isStaff(session)) {
      const [state] = await listStates(parts.databases.register, 1, params.extract);
      if (state === undefined || !session.credentials.includes(state.holder)) {
        return problem("extract-refused", ["unknown-extract"]);
      }
    }
    try {
      const headers = { "Content-Type": "application/octet-stream" };
      return new Response(await streamFile(parts, params.extract), { headers });
    } catch (fault) {
      const code = codeOf(fault);
      if (code === "unknown-extract" || code === "not-sealed") return problem("extract-refused", [code]);
      throw fault;
    }
  },
);

export const extractRoutes: readonly Route[] = [
  list,
  plan,
  request,
  some,
  preview,
  approve,
  seal,
  file,
  release,
  end,
];

/** A route that relays an order and answers with the number of its event. */
function orderRoute(word: string, name: string, summary: string, relay: typeof approveExtract): Route {
  return staffRoute(
    "session",
    {
      method: "post",
      path: `/api/extracts/{extract}/${word}`,
      name,
      summary,
      params: oneExtract,
      query: nothing,
      body: signedOrder,
      answer: eventShape,
      problems: orderProblems,
    },
    async ({ body }, { parts }) => {
      const answer = await relay(parts, orderFrom(body));
      return answer.outcome === "ok" ? { eventNumber: answer.value.toString() } : refusalOf(answer);
    },
  );
}

function renderSealed(answer: Answer<SealedAnswer>): v.InferInput<typeof sealedShape> | Problem {
  if (answer.outcome !== "ok") return refusalOf(answer);
  const { eventNumber, isNearBudget, enc, sealed } = answer.value;
  return {
    eventNumber: eventNumber.toString(),
    isNearBudget,
    enc: encodeBase64(enc),
    sealed: encodeBase64(sealed),
  };
}

/** The keeper's reason for an extract is a constant; of anything else it may be more. */
function refusalOf({ outcome, reason: why }: Exclude<Answer<unknown>, { outcome: "ok" }>): Problem {
  return problem(outcome, outcome === "extract-refused" ? [why] : []);
}
