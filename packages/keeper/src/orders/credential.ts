/**
 * Whether the holder of a credential said yes to a text: a signature by a key file, or an assertion by a passkey.
 *
 * The keeper verifies passkeys itself, because the custodian that relays them may have been taken over. Checked are the
 * points of Web Authentication Level 3, section 7.2 (verifying an assertion), that concern a stored credential: type,
 * challenge, origin, not from another origin's frame, RP id, presence and verification of the user, signature, and a
 * counter that goes up. Registration is the custodian's; what it registered counts once two officers have signed it.
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { concatBytes, equalBytes } from "@kura/kernel/bytes.ts";
import type { Proof } from "../protocol/sign-in.ts";
import type { Credential } from "./roster.ts";

export type ProofOutcome =
  /** `signCount` is the passkey's counter; 0 for a key file and for a passkey without one. */
  { readonly outcome: "verified"; readonly signCount: number } | { readonly outcome: ProofRefusal };

/** In order of precedence. */
export type ProofRefusal =
  | "other-kind"
  | "malformed-assertion"
  | "other-type"
  | "other-challenge"
  | "other-origin"
  | "cross-origin"
  | "other-rp-id"
  | "user-not-present"
  | "user-not-verified"
  | "bad-signature"
  | "counter-went-back";

/** @param lastSignCount of the credential's last use; 0 before the first. */
export function verifyProof(
  credential: Credential,
  message: Uint8Array,
  proof: Proof,
  lastSignCount: number,
): ProofOutcome {
  const key = findPublicKey(Buffer.from(credential.publicKey, "base64"));
  if (key === undefined || credential.kind !== proof.kind) return { outcome: "other-kind" };
  if (credential.kind === "passkey" && proof.kind === "passkey") {
    return verifyAssertion(credential, key, message, proof, lastSignCount);
  }
  const isSigned = verifySignature(key, message, proof.signature);
  return isSigned ? { outcome: "verified", signCount: 0 } : { outcome: "bad-signature" };
}

/** SubjectPublicKeyInfo of P-256 or Ed25519; `undefined` for anything else. */
export function findPublicKey(spki: Uint8Array): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    const isCurve = key.asymmetricKeyDetails?.namedCurve === "prime256v1";
    const isKnown = key.asymmetricKeyType === "ed25519" || (key.asymmetricKeyType === "ec" && isCurve);
    return isKnown ? key : undefined;
  } catch {
    // Whatever OpenSSL says of the bytes: they are not such a key.
    return undefined;
  }
}

/** 64 bytes: `r ‖ s` of P-256 with SHA-256 (as WebCrypto makes it), or Ed25519. */
export function verifySignature(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  if (key.asymmetricKeyType === "ed25519") return verify(null, message, key, signature);
  return verify("sha256", message, key, derOf(signature));
}

/**
 * `r ‖ s` as ECDSA-Sig-Value in DER (RFC 3279, section 2.2.3): two integers without needless zeros in front. Node 24 takes
 * seven tenths of the time for this form and a bare key that it takes for `ieee-p1363`.
 *
 * INVARIANT: verifies what Node verifies of the other form (credential.abuse.test.ts).
 */
function derOf(signature: Uint8Array): Buffer {
  const [r, s] = [integerOf(signature.subarray(0, 32)), integerOf(signature.subarray(32))];
  return Buffer.concat([Buffer.of(0x30, r.length + s.length), r, s]);
}

function integerOf(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(first === -1 ? bytes.length - 1 : first);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, sign.length + digits.length, ...sign, ...digits]);
}

type Passkey = Extract<Credential, { kind: "passkey" }>;
type Assertion = Extract<Proof, { kind: "passkey" }>;

/** `32 SHA-256 of the RP id ‖ u8 flags ‖ u32 counter`, then extensions that nothing here reads. */
const authenticatorDataMinBytes = 37;
const userPresent = 0x01;
const userVerified = 0x04;

function verifyAssertion(
  credential: Passkey,
  key: KeyObject,
  message: Uint8Array,
  { authenticatorData, clientData, signature }: Assertion,
  lastSignCount: number,
): ProofOutcome {
  const client = parseClientData(clientData);
  if (client === undefined || authenticatorData.length < authenticatorDataMinBytes) {
    return { outcome: "malformed-assertion" };
  }
  const data = Buffer.from(authenticatorData);
  const flags = data.readUInt8(32);
  const signCount = data.readUInt32BE(33);
  const signed = concatBytes(authenticatorData, sha256(clientData));
  const refusals: readonly (readonly [ProofRefusal, () => boolean])[] = [
    ["other-type", () => client.type !== "webauthn.get"],
    ["other-challenge", () => client.challenge !== sha256(message).toString("base64url")],
    ["other-origin", () => client.origin !== credential.origin],
    ["cross-origin", () => client.isCrossOrigin],
    ["other-rp-id", () => !equalBytes(data.subarray(0, 32), sha256(credential.rpId))],
    ["user-not-present", () => (flags & userPresent) === 0],
    ["user-not-verified", () => (flags & userVerified) === 0],
    ["bad-signature", () => key.asymmetricKeyType !== "ec" || !verify("sha256", signed, key, signature)],
    ["counter-went-back", () => signCount <= lastSignCount && (signCount > 0 || lastSignCount > 0)],
  ];
  const refusal = refusals.find(([, isMet]) => isMet())?.[0];
  return refusal === undefined ? { outcome: "verified", signCount } : { outcome: refusal };
}

interface ClientData {
  readonly type: unknown;
  readonly challenge: unknown;
  readonly origin: unknown;
  readonly isCrossOrigin: boolean;
}

function parseClientData(bytes: Uint8Array): ClientData | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const members = new Map<string, unknown>(Object.entries(value));
    const crossOrigin = members.get("crossOrigin") ?? false;
    return {
      type: members.get("type"),
      challenge: members.get("challenge"),
      origin: members.get("origin"),
      isCrossOrigin: crossOrigin !== false || members.has("topOrigin"),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sha256(bytes: Uint8Array | string): Buffer {
  return createHash("sha256").update(bytes).digest();
}
