/**
 * The keys of one session: made in this tab, never leaving it, gone with it.
 *
 * The signing key signs orders (ECDSA P-256, `r ‖ s`), the HPKE key opens what the keeper answers. Both private keys are
 * non-extractable: a script of somebody else's in this page could use them while the page is open, and not take them
 * along. Texts and bindings are those of `keeper/src/client-side.ts`.
 */
import { encodeBase64 } from "@kura/kernel/bytes.ts";
import { type SignIn, signInMessage, signInText } from "@kura/keeper/client-side.ts";

export interface SessionKeys {
  readonly signing: CryptoKeyPair;
  readonly hpke: CryptoKeyPair;
  /** The public halves as a sign-in names them, in base64. */
  readonly signingKey: string;
  readonly hpkeKey: string;
}

export async function makeSessionKeys(): Promise<SessionKeys> {
  const signing = await crypto.subtle.generateKey(ecdsa, false, ["sign", "verify"]);
  const hpke = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const spki = await crypto.subtle.exportKey("spki", signing.publicKey);
  const point = await crypto.subtle.exportKey("raw", hpke.publicKey);
  return {
    signing,
    hpke,
    signingKey: encodeBase64(new Uint8Array(spki)),
    hpkeKey: encodeBase64(new Uint8Array(point)),
  };
}

/** 64 bytes over the message. */
export async function signWith(
  key: CryptoKey,
  message: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = key.algorithm.name === "Ed25519" ? "Ed25519" : { name: "ECDSA", hash: "SHA-256" };
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, message));
}

/** The text that a credential says yes to, and the message under its signature. */
export function bindSignIn(
  keys: SessionKeys,
  who: Pick<SignIn, "nonce" | "actor" | "credential" | "workstation">,
): { readonly text: string; readonly message: Uint8Array<ArrayBuffer> } {
  const text = signInText({ ...who, signingKey: keys.signingKey, hpkeKey: keys.hpkeKey });
  return { text, message: signInMessage(text) };
}

const ecdsa = { name: "ECDSA", namedCurve: "P-256" } as const;
