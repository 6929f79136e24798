/**
 * What an actor says yes with: a passkey, or a key file (of programs, of agencies without passkeys, of demo actors).
 *
 * The same yes is given to a sign-in and to a roster statement; each message names its use (`client-side.ts`). A key
 * file's private key is imported non-extractable; its text is not kept.
 */
import * as v from "valibot";
import { decodeBase64, encodeBase64 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { signWith } from "./session-keys.ts";

/** As the API takes it; all binary in base64. */
export type Proof =
  | { readonly kind: "key-file"; readonly signature: string }
  | {
      readonly kind: "passkey";
      readonly authenticatorData: string;
      readonly clientData: string;
      readonly signature: string;
    };

export interface Credential {
  readonly actor: string;
  /** Its id in the roster. */
  readonly credential: string;
  /** @throws {Fault} `passkey-refused` when the user or the authenticator does not. */
  readonly prove: (message: Uint8Array<ArrayBuffer>) => Promise<Proof>;
}

const keyFileShape = v.object({
  kura: v.literal("actor-key/1"),
  actor: v.string(),
  credential: v.string(),
  pkcs8: v.string(),
});

/** @throws {Fault} `bad-actor-key` */
export async function parseKeyFile(text: string): Promise<Credential> {
  try {
    const { actor, credential, pkcs8 } = v.parse(keyFileShape, JSON.parse(text));
    const key = await importKey(decodeBase64(pkcs8));
    const prove = async (message: Uint8Array<ArrayBuffer>): Promise<Proof> => ({
      kind: "key-file",
      signature: encodeBase64(await signWith(key, message)),
    });
    return { actor, credential, prove };
  } catch (cause) {
    throw new Fault("bad-actor-key", "this is not the key file of an actor", { cause });
  }
}

/** @param credential the passkey's id in base64url, as the roster names it. */
export function passkeyOf(actor: string, credential: string, rpId: string): Credential {
  return { actor, credential, prove: (message) => provePasskey(credential, rpId, message) };
}

/** Makes a passkey from the API's options, and gives the RegistrationResponseJSON. @throws {Fault} `passkey-refused` */
export async function createPasskey(options: unknown): Promise<unknown> {
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    );
    const made = await navigator.credentials.create({ publicKey });
    if (made instanceof PublicKeyCredential) return made.toJSON();
  } catch (cause) {
    throw new Fault("passkey-refused", "no passkey was made", { cause });
  }
  throw new Fault("passkey-refused", "no passkey was made");
}

async function provePasskey(
  credential: string,
  rpId: string,
  message: Uint8Array<ArrayBuffer>,
): Promise<Proof> {
  const challenge = await crypto.subtle.digest("SHA-256", message);
  const id = decodeBase64(toBase64(credential));
  const publicKey = {
    challenge,
    rpId,
    userVerification: "required" as const,
    allowCredentials: [{ type: "public-key" as const, id }],
  };
  const given = await navigator.credentials.get({ publicKey }).catch((cause: unknown) => {
    throw new Fault("passkey-refused", "the passkey said no", { cause });
  });
  if (given instanceof PublicKeyCredential && given.response instanceof AuthenticatorAssertionResponse) {
    const { authenticatorData, clientDataJSON, signature } = given.response;
    return {
      kind: "passkey",
      authenticatorData: textOf(authenticatorData),
      clientData: textOf(clientDataJSON),
      signature: textOf(signature),
    };
  }
  throw new Fault("passkey-refused", "the passkey said no");
}

/** Ed25519 as Kura makes them, or P-256. */
async function importKey(pkcs8: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  } catch {
    // Not of that kind: the other is tried, and its failure is the answer.
    const p256 = { name: "ECDSA", namedCurve: "P-256" };
    return crypto.subtle.importKey("pkcs8", pkcs8, p256, false, ["sign"]);
  }
}

function toBase64(base64url: string): string {
  const text = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

function textOf(bytes: ArrayBuffer): string {
  return encodeBase64(new Uint8Array(bytes));
}
