/**
 * What is said on the keeper's socket about who somebody is: challenges, proofs, sign-ins, roster statements.
 *
 * A part of `protocol/protocol.ts`, under the same rules; imported by both sides, runs in browsers, holds no key code.
 */
import { Fault } from "@kura/kernel/fault.ts";
import { type WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import { listIn, whole } from "./parts.ts";

export const sessionBytes = 16;
export const nonceBytes = 32;

// challenge, sign-in, sign-out

export interface Challenge {
  readonly nonce: Uint8Array;
  readonly expiresMs: number;
}

export function encodeChallenge({ nonce, expiresMs }: Challenge): Uint8Array {
  return new WireWriter(nonceBytes + 8).raw(nonce).u64(BigInt(expiresMs)).finish();
}

export function decodeChallenge(payload: Uint8Array): Challenge {
  return whole(payload, (reader) => ({ nonce: reader.raw(nonceBytes), expiresMs: Number(reader.u64()) }));
}

/** How the holder of a credential says yes to a text. */
export type Proof =
  /** Over the message itself: `r ‖ s` of P-256 with SHA-256, or Ed25519. */
  | { readonly kind: "key-file"; readonly signature: Uint8Array }
  /** A WebAuthn assertion whose challenge is the SHA-256 of the message; the signature in DER as authenticators make it. */
  | {
      readonly kind: "passkey";
      readonly authenticatorData: Uint8Array;
      readonly clientData: Uint8Array;
      readonly signature: Uint8Array;
    };

export interface SignInRequest {
  /** `signInText` */
  readonly text: string;
  readonly proof: Proof;
}

export interface SignedIn {
  readonly eventNumber: bigint;
  readonly session: Uint8Array;
  readonly expiresMs: number;
}

export function encodeSignInRequest({ text, proof }: SignInRequest): Uint8Array {
  return putProof(new WireWriter(1024).text(text), proof).finish();
}

export function decodeSignInRequest(payload: Uint8Array): SignInRequest {
  return whole(payload, (reader) => ({ text: reader.text(limits.orderBytes), proof: proofIn(reader) }));
}

export function encodeSignedIn({ eventNumber, session, expiresMs }: SignedIn): Uint8Array {
  return new WireWriter(64).u64(eventNumber).raw(session).u64(BigInt(expiresMs)).finish();
}

export function decodeSignedIn(payload: Uint8Array): SignedIn {
  return whole(payload, (reader) => ({
    eventNumber: reader.u64(),
    session: reader.raw(sessionBytes),
    expiresMs: Number(reader.u64()),
  }));
}

function putProof(writer: WireWriter, proof: Proof): WireWriter {
  if (proof.kind === "key-file") return writer.u8(1).bytes(proof.signature);
  const { authenticatorData, clientData, signature } = proof;
  return writer.u8(2).bytes(authenticatorData).bytes(clientData).bytes(signature);
}

function proofIn(reader: WireReader): Proof {
  const kind = reader.u8();
  if (kind === 1) return { kind: "key-file", signature: reader.bytes(limits.proofPartBytes) };
  if (kind !== 2) throw new Fault("malformed-frame", "no such kind of proof");
  return {
    kind: "passkey",
    authenticatorData: reader.bytes(limits.proofPartBytes),
    clientData: reader.bytes(limits.proofPartBytes),
    signature: reader.bytes(limits.proofPartBytes),
  };
}

// roster (its question is empty, its answer a text), amend

/** A change of the roster with the officers' yes to it; also the content of a genesis file, as JSON in base64. */
export interface SignedStatement {
  /** `statementText` */
  readonly text: string;
  readonly signatures: readonly StatementSignature[];
}

export interface StatementSignature {
  readonly actor: string;
  readonly credential: string;
  readonly proof: Proof;
}

export function encodeAmendRequest({ text, signatures }: SignedStatement): Uint8Array {
  const writer = new WireWriter(1024).text(text).u32(signatures.length);
  for (const { actor, credential, proof } of signatures) putProof(writer.text(actor).text(credential), proof);
  return writer.finish();
}

export function decodeAmendRequest(payload: Uint8Array): SignedStatement {
  return whole(payload, (reader) => ({
    text: reader.text(limits.statementBytes),
    signatures: listIn(reader, limits.statementSignatures, () => ({
      actor: reader.text(limits.nameBytes),
      credential: reader.text(limits.credentialBytes),
      proof: proofIn(reader),
    })),
  }));
}
