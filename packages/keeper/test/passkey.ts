/** An authenticator in software for tests: makes assertions as WebAuthn describes them, or wrong in one place. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { concatBytes } from "@kura/kernel/bytes.ts";
import type { Proof } from "../src/protocol/sign-in.ts";
import type { Credential } from "../src/orders/roster.ts";

export interface AssertionChange {
  readonly type?: string;
  readonly challenge?: string;
  readonly origin?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly signCount?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

const rpId = "kura.example";
const origin = "https://kura.example";
const presentAndVerified = 0x05;

export class Passkey {
  readonly credential: Credential;
  readonly #privateKey = generateKeyPairSync("ec", { namedCurve: "P-256" });
  #signCount = 0;

  constructor(actor: string) {
    const publicKey = this.#privateKey.publicKey.export({ format: "der", type: "spki" }).toString("base64");
    this.credential = { kind: "passkey", actor, publicKey, rpId, origin };
  }

  assert(message: Uint8Array, change: AssertionChange = {}): Proof {
    this.#signCount += 1;
    const clientData = Buffer.from(
      JSON.stringify({
        type: change.type ?? "webauthn.get",
        challenge: change.challenge ?? sha256(message).toString("base64url"),
        origin: change.origin ?? origin,
        crossOrigin: false,
        ...change.more,
      }),
    );
    const head = Buffer.alloc(5);
    head.writeUInt8(change.flags ?? presentAndVerified, 0);
    head.writeUInt32BE(change.signCount ?? this.#signCount, 1);
    const authenticatorData = concatBytes(sha256(change.rpId ?? rpId), head);
    const signed = concatBytes(authenticatorData, sha256(clientData));
    const signature = sign("sha256", signed, this.#privateKey.privateKey);
    return { kind: "passkey", authenticatorData, clientData, signature };
  }
}

function sha256(bytes: Uint8Array | string): Buffer {
  return createHash("sha256").update(bytes).digest();
}
