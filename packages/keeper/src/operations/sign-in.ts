/**
 * `challenge`, `sign-in`, `sign-out`: how a fresh key of a browser or a program becomes a session.
 *
 * The credential's proof is over everything that makes the session: the keeper's own nonce, the actor, the credential,
 * both fresh keys and the workstation. So a custodian that relays it can put nothing of its own in its place.
 */
import { decodeBase64 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { WireReader } from "@kura/kernel/wire.ts";
import { type SignIn, signInMessage, workstationPattern } from "../client-side.ts";
import { findPublicKey, type ProofRefusal, verifyProof } from "../orders/credential.ts";
import { publicKeyOf } from "../crypto/hpke.ts";
import { findOpened, hexOf, type Keeper, record, type Result } from "../keeper.ts";
import { limits } from "../limits.ts";
import { encodeEventNumber, type Refusal } from "../protocol/protocol.ts";
import { decodeSignedOrder, pointBytes } from "../protocol/orders.ts";
import {
  decodeSignInRequest,
  encodeChallenge,
  encodeSignedIn,
  nonceBytes,
  sessionBytes,
  type SignInRequest,
} from "../protocol/sign-in.ts";
import type { Actor } from "../orders/roster.ts";
import { parseSignedText } from "../orders/signed-text.ts";
import { admit } from "./admit.ts";

export function challenge(keeper: Keeper, payload: Uint8Array): Result {
  new WireReader(payload).end();
  const nonce = new Uint8Array(nonceBytes);
  keeper.fillRandom(nonce);
  const expiresMs = keeper.journal.nowMs() + limits.challengeMs;
  keeper.waiting.challenges.put(hexOf(nonce), { expiresMs });
  return encodeChallenge({ nonce, expiresMs });
}

/**
 * 1. Decide; the nonce is used up, whatever the outcome.  CRASH: nothing happened.
 * 2. Journal the session with its keys, wait until it is durable.  CRASH: a session that nobody uses.
 * 3. Answer.
 */
export async function signIn(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const request = decodeSignInRequest(payload);
  const signIn = parseSignIn(request.text);
  const decision = decide(keeper, signIn, request);
  if (typeof decision === "string") return refusal(decision);
  const session = new Uint8Array(sessionBytes);
  keeper.fillRandom(session);
  const expiresMs = keeper.journal.nowMs() + limits.sessionMs;
  const { nonce: _, ...rest } = signIn;
  const event = { ...rest, session: hexOf(session), expiresMs, ...decision };
  const eventNumber = BigInt(await record(keeper, { kind: "signed-in", ...event }));
  return encodeSignedIn({ eventNumber, session, expiresMs });
}

export async function signOut(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["sign-out"]);
  if ("refusal" in admission) return admission.refusal;
  return encodeEventNumber(BigInt(await record(keeper, { kind: "signed-out", ...admission.ordered })));
}

type SignInRefusal = ProofRefusal | "unknown-nonce" | "unknown-credential" | "unusable-key";

/** In order of precedence. */
function decide(
  { waiting, journal, state }: Keeper,
  signIn: SignIn,
  { text, proof }: SignInRequest,
): { readonly office: string; readonly signCount: number } | SignInRefusal {
  const nonce = hexOf(decodeBase64(signIn.nonce));
  if (waiting.challenges.take(nonce, journal.nowMs()) === undefined) return "unknown-nonce";
  const credential = state.roster.credentials.get(signIn.credential);
  const actor: Actor | undefined = state.roster.actors.get(signIn.actor);
  if (actor === undefined || credential?.actor !== signIn.actor) return "unknown-credential";
  const hpkeKey = findOpened(() => publicKeyOf(decodeBase64(signIn.hpkeKey)));
  if (hpkeKey === undefined || findPublicKey(decodeBase64(signIn.signingKey)) === undefined)
    return "unusable-key";
  const lastSignCount = state.signCounts.get(signIn.credential) ?? 0;
  const verified = verifyProof(credential, signInMessage(text), proof, lastSignCount);
  if (verified.outcome !== "verified") return verified.outcome;
  return { office: actor.office, signCount: verified.signCount };
}

function refusal(why: SignInRefusal): Refusal {
  return { outcome: "sign-in-refused", reason: why };
}

/** @throws {Fault} `malformed-order` */
function parseSignIn(text: string): SignIn {
  const members = parseSignedText(text);
  const signIn: SignIn = {
    nonce: base64(members.base64("nonce", nonceBytes), nonceBytes),
    actor: members.text("actor", limits.nameBytes),
    credential: members.text("credential", limits.credentialBytes),
    signingKey: base64(members.base64("signingKey", limits.publicKeyBytes)),
    hpkeKey: base64(members.base64("hpkeKey", pointBytes), pointBytes),
    workstation: members.text("workstation", limits.workstationLength),
  };
  members.end();
  if (!workstationPattern.test(signIn.workstation)) {
    throw new Fault("malformed-order", "malformed order: workstation is not a name");
  }
  return signIn;
}

function base64(bytes: Uint8Array, length: number = bytes.length): string {
  if (bytes.length !== length)
    throw new Fault("malformed-order", "malformed order: a part has another length");
  return Buffer.from(bytes).toString("base64");
}
