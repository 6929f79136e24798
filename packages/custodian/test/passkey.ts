/**
 * A software passkey for tests: what an authenticator makes on registration and on sign-in, byte by byte.
 *
 * Web Authentication Level 3 section 6.1 (authenticator data), RFC 9052 and 9053 (COSE key), RFC 8949 (CBOR).
 */
import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import type { Proof } from "@kura/keeper/protocol/sign-in.ts";

const userPresentAndVerified = 0x05;
const attestedData = 0x40;

export class SoftPasskey {
  readonly #key: KeyObject;
  readonly #rpId: string;
  readonly #origin: string;
  readonly #id = randomBytes(16);
  readonly #cose: Buffer;
  #counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
    this.#rpId = new URL(origin).hostname;
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    this.#cose = Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y, "base64url"),
    ]);
  }

  /** RegistrationResponseJSON, with attestation `none`. */
  register(challenge: string, origin = this.#origin): object {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.#id, this.#cose]);
    const authData = Buffer.concat([this.#data(userPresentAndVerified | attestedData), credential]);
    // {"fmt": "none", "attStmt": {}, "authData": bytes}
    const head = Buffer.concat([
      Buffer.from("a363666d74646e6f6e656761747453746d74a068", "hex"),
      Buffer.from("authData"),
      Buffer.from([0x58, authData.length]),
    ]);
    const id = this.#id.toString("base64url");
    return {
      id,
      rawId: id,
      type: "public-key",
      response: {
        clientDataJSON: clientData("webauthn.create", challenge, origin).toString("base64url"),
        attestationObject: Buffer.concat([head, authData]).toString("base64url"),
      },
      clientExtensionResults: {},
    };
  }

  /** A proof over a message, as the keeper takes it. */
  prove(message: Uint8Array): Proof {
    const challenge = createHash("sha256").update(message).digest("base64url");
    const client = clientData("webauthn.get", challenge, this.#origin);
    const authenticatorData = this.#data(userPresentAndVerified);
    const signed = createSign("sha256").update(authenticatorData);
    const signature = signed.update(createHash("sha256").update(client).digest()).sign(this.#key);
    return { kind: "passkey", authenticatorData, clientData: client, signature };
  }

  #data(flags: number): Buffer {
    this.#counter += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    return Buffer.concat([createHash("sha256").update(this.#rpId).digest(), Buffer.from([flags]), counter]);
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}
