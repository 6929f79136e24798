/**
 * Registration of passkeys: an officer invites an actor, the actor's browser makes a passkey, and what comes of it is a
 * proposal for the roster. Until two officers have signed that, the passkey opens nothing.
 *
 * Registration follows Web Authentication Level 3 section 7.1 by `@simplewebauthn/server`: ES256 only, the user verified,
 * no attestation asked for. Invitations are kept in memory, by the digest of their code; a restart forgets them.
 */
import { createHash, randomBytes } from "node:crypto";
import { generateRegistrationOptions, verifyRegistrationResponse } from "@simplewebauthn/server";
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import { convertCOSEtoPKCS } from "@simplewebauthn/server/helpers";
import { httpLimits } from "./limits.ts";

/** A credential as the roster takes it. */
export interface PasskeyCredential {
  readonly actor: string;
  readonly credential: string;
  readonly value: {
    readonly kind: "passkey";
    readonly actor: string;
    readonly publicKey: string;
    readonly rpId: string;
    readonly origin: string;
  };
}

interface Invitation {
  readonly actor: string;
  readonly expiresMs: number;
  challenge?: string;
}

/** COSE algorithm −7, ES256: what the keeper verifies. */
const es256 = -7;
/** SubjectPublicKeyInfo of an uncompressed point of P-256 (RFC 5480), before the point. */
const spkiHead = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
const pointBytes = 65;

export class Enrolments {
  readonly #invitations: Map<string, Invitation> = new Map();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** A code that is handed to the actor in person. */
  invite(actor: string): { readonly code: string; readonly expiresMs: number } {
    const code = randomBytes(16).toString("base64url");
    const expiresMs = this.#now().getTime() + httpLimits.enrolmentMs;
    this.#invitations.set(digestOf(code), { actor, expiresMs });
    if (this.#invitations.size > httpLimits.enrolments) {
      const [oldest] = this.#invitations.keys();
      if (oldest !== undefined) this.#invitations.delete(oldest);
    }
    return { code, expiresMs };
  }

  /** What `navigator.credentials.create` is called with; `undefined` for a code that holds no more. */
  async begin(code: string, origin: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const invitation = this.#find(code);
    if (invitation === undefined) return undefined;
    const options = await generateRegistrationOptions({
      rpName: "Kura",
      rpID: new URL(origin).hostname,
      userName: invitation.actor,
      attestationType: "none",
      supportedAlgorithmIDs: [es256],
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    });
    invitation.challenge = options.challenge;
    return { ...options };
  }

  /** Uses the code up, whatever the outcome. */
  async finish(
    code: string,
    response: RegistrationResponseJSON,
    origin: string,
  ): Promise<PasskeyCredential | "unknown-enrolment" | "registration-refused"> {
    const invitation = this.#find(code);
    if (invitation?.challenge === undefined) return "unknown-enrolment";
    this.#invitations.delete(digestOf(code));
    const rpId = new URL(origin).hostname;
    // It throws for whatever is wrong with a response, and its words quote it.
    const verified = await verifyRegistrationResponse({
      response,
      expectedChallenge: invitation.challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: [es256],
    }).catch(() => undefined);
    if (verified?.verified !== true) return "registration-refused";
    const { id, publicKey: cose } = verified.registrationInfo.credential;
    const point = convertCOSEtoPKCS(cose);
    if (point.length !== pointBytes) return "registration-refused";
    const publicKey = Buffer.concat([spkiHead, point]).toString("base64");
    const { actor } = invitation;
    return { actor, credential: id, value: { kind: "passkey", actor, publicKey, rpId, origin } };
  }

  #find(code: string): Invitation | undefined {
    const invitation = this.#invitations.get(digestOf(code));
    return invitation !== undefined && invitation.expiresMs > this.#now().getTime() ? invitation : undefined;
  }
}

function digestOf(code: string): string {
  return createHash("sha256").update(code).digest("base64");
}
