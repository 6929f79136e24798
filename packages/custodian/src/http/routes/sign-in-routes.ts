/** Signing in and out, and enrolling passkeys. The keeper decides who is signed in; here it is relayed and remembered. */
import * as v from "valibot";
import { encodeBase64, encodeHex } from "@kura/kernel/bytes.ts";
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import { proposeChanges } from "../../disclosure/roster-proposals.ts";
import { readRoster } from "../../disclosure/roster-view.ts";
import { askChallenge, askSignIn, askSignOut } from "../../vault/orders.ts";
import { problem } from "../problem.ts";
import { nothing, publicRoute, type Route, staffRoute } from "../route.ts";
import {
  base64,
  decimal,
  hex,
  integer,
  name,
  orderFrom,
  proof,
  proofFrom,
  signedOrder,
  signedText,
  uuid,
} from "../schemas.ts";
import type { StaffSession } from "../staff-sessions.ts";

const me = v.strictObject({
  session: hex,
  actor: name,
  office: v.string(),
  /** As the signed text of the sign-in names it. */
  workstation: v.string(),
  isOfficer: v.boolean(),
  purposes: v.array(v.string()),
  expiresMs: integer,
  /** Search terms are sealed to this point (`Status.hpkeKey` of the keeper). */
  keeperKey: base64(200),
});

const challenge = publicRoute(
  {
    method: "post",
    path: "/api/sign-in/challenge",
    name: "askChallenge",
    summary: "A nonce of the keeper, which a sign-in must name, once and soon.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({ nonce: base64(100), expiresMs: integer }),
    problems: ["journal-unwritable"],
  },
  async (_given, { parts }) => {
    const answer = await askChallenge(parts.keeper);
    if (answer.outcome !== "ok") return problem(answer.outcome);
    return { nonce: encodeBase64(answer.value.nonce), expiresMs: answer.value.expiresMs };
  },
);

const signIn = publicRoute(
  {
    method: "post",
    path: "/api/sign-in",
    name: "signIn",
    summary:
      "Begins a session: the signed text binds the browser's fresh keys and its workstation, and the keeper verifies it.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ text: signedText, proof }),
    answer: me,
    problems: ["malformed-order", "sign-in-refused", "journal-unwritable"],
  },
  async ({ body }, { parts, setCookie }) => {
    const answer = await askSignIn(parts.keeper, { text: body.text, proof: proofFrom(body.proof) });
    if (answer.outcome !== "ok") return problem(answer.outcome, reasonOf(answer));
    // The keeper has read the text as canonical JSON with exactly these members.
    const { actor, workstation } = v.parse(
      v.looseObject({ actor: name, workstation: name }),
      JSON.parse(body.text),
    );
    const roster = await readRoster(parts.keeper);
    const known = roster.actors[actor];
    if (known === undefined) return problem("sign-in-refused");
    const { office, isOfficer, purposes } = known;
    const orderKinds = purposes.flatMap((id) => roster.purposes[id]?.kinds ?? []);
    const credentials = Object.keys(roster.credentials).filter(
      (id) => roster.credentials[id]?.actor === actor,
    );
    const { expiresMs } = answer.value;
    const session = {
      session: encodeHex(answer.value.session),
      actor,
      office,
      workstation,
      isOfficer,
      purposes,
      orderKinds,
      credentials,
      expiresMs,
    };
    setCookie(parts.sessions.begin(session), expiresMs);
    return renderMe(session, (await parts.keeper.status()).hpkeKey);
  },
);

const whoAmI = staffRoute(
  "session",
  {
    method: "get",
    path: "/api/me",
    name: "whoAmI",
    summary: "Who is signed in here.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: me,
    problems: [],
  },
  async (_given, { parts, session }) => renderMe(session, (await parts.keeper.status()).hpkeKey),
);

const signOut = staffRoute(
  "session",
  {
    method: "post",
    path: "/api/sign-out",
    name: "signOut",
    summary: "Ends the session, by an order like any other; the cookie ends in any case.",
    params: nothing,
    query: nothing,
    body: signedOrder,
    answer: v.strictObject({ eventNumber: decimal }),
    problems: ["malformed-order", "bad-signature", "stale", "replayed", "session-ended"],
  },
  async ({ body }, { parts, session, clearCookie }) => {
    parts.sessions.end(session.session);
    clearCookie();
    const answer = await askSignOut(parts.keeper, orderFrom(body));
    if (answer.outcome !== "ok") return problem(answer.outcome);
    return { eventNumber: answer.value.toString() };
  },
);

const code = v.pipe(v.string(), v.minLength(10), v.maxLength(100));

const invite = staffRoute(
  "officer",
  {
    method: "post",
    path: "/api/enrolments",
    name: "invite",
    summary: "A code with which an actor registers a passkey; it is handed over in person.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ actor: name }),
    answer: v.strictObject({ code, expiresMs: integer }),
    problems: [],
  },
  async ({ body }, { parts }) => parts.enrolments.invite(body.actor),
);

const beginEnrolment = publicRoute(
  {
    method: "post",
    path: "/api/enrolments/begin",
    name: "beginEnrolment",
    summary: "What navigator.credentials.create is called with (PublicKeyCredentialCreationOptionsJSON).",
    params: nothing,
    query: nothing,
    body: v.strictObject({ code }),
    answer: v.looseObject({}),
    problems: ["unknown-enrolment"],
  },
  async ({ body }, { parts }) =>
    (await parts.enrolments.begin(body.code, parts.origins[0])) ?? problem("unknown-enrolment"),
);

const text = v.pipe(v.string(), v.maxLength(20_000));
const registration = v.looseObject({
  id: text,
  rawId: text,
  type: v.literal("public-key"),
  response: v.looseObject({ clientDataJSON: text, attestationObject: text }),
  clientExtensionResults: v.optional(v.looseObject({}), {}),
});

const finishEnrolment = publicRoute(
  {
    method: "post",
    path: "/api/enrolments/finish",
    name: "finishEnrolment",
    summary:
      "The passkey that was made (RegistrationResponseJSON); becomes a proposal that two officers must sign.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ code, response: registration }),
    answer: v.strictObject({ credential: v.string(), proposal: uuid }),
    problems: ["unknown-enrolment", "registration-refused", "malformed-changes"],
  },
  async ({ body }, { parts }) => {
    const response: RegistrationResponseJSON = body.response;
    const made = await parts.enrolments.finish(body.code, response, parts.origins[0]);
    if (typeof made === "string") return problem(made);
    const changes = [{ part: "credential", id: made.credential, value: made.value }];
    const proposed = await proposeChanges(
      { ...parts, register: parts.databases.register },
      made.actor,
      changes,
    );
    if (proposed.outcome !== "proposed") return problem(proposed.outcome);
    return { credential: made.credential, proposal: proposed.proposal.proposalId };
  },
);

export const signInRoutes: readonly Route[] = [
  challenge,
  signIn,
  whoAmI,
  signOut,
  invite,
  beginEnrolment,
  finishEnrolment,
];

/** The keeper's reason for a sign-in is a constant; of anything else it may be more. */
function reasonOf({ outcome, reason }: { readonly outcome: string; readonly reason: string }): string[] {
  return outcome === "sign-in-refused" ? [reason] : [];
}

function renderMe(session: StaffSession, keeperKey: Uint8Array): v.InferInput<typeof me> {
  const { actor, office, workstation, isOfficer, purposes, expiresMs } = session;
  const rest = { session: session.session, actor, office, workstation, isOfficer, expiresMs };
  return { ...rest, purposes: [...purposes], keeperKey: encodeBase64(keeperKey) };
}
