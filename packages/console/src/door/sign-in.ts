/** From a credential to a session: fresh keys, the keeper's nonce, the credential's yes, and the session that came of it. */
import { type Answered, type Ask, isRefused, type Refused } from "../api/ask.ts";
import { challengeShape, type Me, meShape } from "../api/shapes.ts";
import type { Credential } from "./credentials.ts";
import { OrderSession } from "./order-session.ts";
import { bindSignIn, makeSessionKeys } from "./session-keys.ts";

export interface SignedIn {
  readonly outcome: "signed-in";
  readonly me: Me;
  readonly orders: OrderSession;
}

/** @throws {Fault} `passkey-refused` */
export async function signIn(
  ask: Ask,
  credential: Credential,
  workstation: string,
  now: () => number,
): Promise<SignedIn | Refused> {
  const keys = await makeSessionKeys();
  const challenge = await ask(challengeShape, { method: "POST", path: "/api/sign-in/challenge" });
  if (isRefused(challenge)) return challenge;
  const { actor, credential: id } = credential;
  const { text, message } = bindSignIn(keys, {
    nonce: challenge.value.nonce,
    actor,
    credential: id,
    workstation,
  });
  const proof = await credential.prove(message);
  const me: Answered<Me> = await ask(meShape, {
    method: "POST",
    path: "/api/sign-in",
    body: { text, proof },
  });
  if (isRefused(me)) return me;
  const { session, keeperKey } = me.value;
  return { outcome: "signed-in", me: me.value, orders: new OrderSession(session, keys, keeperKey, now) };
}
