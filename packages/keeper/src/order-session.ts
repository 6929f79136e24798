/**
 * The asking side of orders for programs on Node: the command line, jobs, tests. A browser does the same with WebCrypto.
 *
 * Holds the key file of an actor and the fresh keys of one session; of the keeper its public key, and nothing of the keeper but
 * its protocol. The keeper itself never imports this.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { decodeUtf8, encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import {
  answerAad,
  answerInfo,
  answerKeyContext,
  answerNonce,
  type Order,
  type OrderKind,
  orderMessage,
  orderText,
  signInMessage,
  signInText,
  toKeeperAad,
  toKeeperInfo,
} from "./client-side.ts";
import { generateHpkeKeyPair, type HpkeKeyPair, openGcm, receiveFrom, sealOnce } from "./crypto/hpke.ts";
import { limits } from "./limits.ts";
import { fileKeyAad, fileKeyInfo } from "./protocol/extracts.ts";
import type { SealedAnswer, SignedOrder } from "./protocol/orders.ts";
import type { OrderHead } from "./protocol/parts.ts";
import type { Challenge, SignedIn, SignInRequest } from "./protocol/sign-in.ts";

/** What an enrolled key file holds. */
export interface ActorKey {
  readonly actor: string;
  /** The id of its credential in the roster. */
  readonly credential: string;
  /** Ed25519 or P-256. */
  readonly privateKey: KeyObject;
}

/** A new Ed25519 key for an actor, and its public half for a roster statement: SubjectPublicKeyInfo in base64. */
export function generateActorKey(actor: string, credential: string): { key: ActorKey; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  return { key: { actor, credential, privateKey }, publicKey: spki };
}

/** One line of JSON: actor, credential, private key as PKCS #8 in base64. */
export function encodeActorKey({ actor, credential, privateKey }: ActorKey): Uint8Array {
  const pkcs8 = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  return encodeUtf8(`${JSON.stringify({ kura: "actor-key/1", actor, credential, pkcs8 })}\n`);
}

/** @throws {Fault} `bad-actor-key` */
export function parseActorKey(bytes: Uint8Array): ActorKey {
  try {
    const { kura, actor, credential, pkcs8 } = JSON.parse(decodeUtf8(bytes)) as Record<string, unknown>;
    if (kura === "actor-key/1" && typeof actor === "string" && typeof credential === "string") {
      const key = Buffer.from(String(pkcs8), "base64");
      return { actor, credential, privateKey: createPrivateKey({ key, format: "der", type: "pkcs8" }) };
    }
  } catch (cause) {
    throw new Fault("bad-actor-key", "this is not the key file of an actor", { cause });
  }
  throw new Fault("bad-actor-key", "this is not the key file of an actor");
}

/** What a machine is called in a sign-in: its host name, within the bounds of a workstation's name. */
export function workstationOf(host: string): string {
  const name = host.replaceAll(/[^A-Za-z0-9._-]/gu, "-").slice(0, limits.workstationLength);
  return name === "" ? "unnamed" : name;
}

/** 64 bytes: Ed25519, or `r ‖ s` of P-256 with SHA-256. */
export function signMessage(key: KeyObject, message: Uint8Array): Uint8Array {
  if (key.asymmetricKeyType === "ed25519") return sign(null, message, key);
  return sign("sha256", message, { key, dsaEncoding: "ieee-p1363" });
}

/** The part of an order that is its own; the session adds the rest. */
export type OrderContent = Order extends infer One
  ? One extends Order
    ? Omit<One, "v" | "session" | "number" | "atMs">
    : never
  : never;

/** Fresh keys; ask for a challenge, send {@link SessionKeys.signIn}, then {@link SessionKeys.begin}. */
export class SessionKeys {
  readonly #signing: KeyObject;
  readonly #hpke: HpkeKeyPair;

  constructor() {
    this.#signing = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    this.#hpke = generateHpkeKeyPair();
  }

  signIn(key: ActorKey, { nonce }: Challenge, workstation: string): SignInRequest {
    const publicKey = createPublicKey(this.#signing).export({ format: "der", type: "spki" });
    const text = signInText({
      nonce: Buffer.from(nonce).toString("base64"),
      actor: key.actor,
      credential: key.credential,
      signingKey: publicKey.toString("base64"),
      hpkeKey: Buffer.from(this.#hpke.publicKey).toString("base64"),
      workstation,
    });
    const signature = signMessage(key.privateKey, signInMessage(text));
    return { text, proof: { kind: "key-file", signature } };
  }

  /** @param keeperKey `Status.hpkeKey`, from where whoever relays answers cannot put their own in its place. */
  begin(
    { session, expiresMs }: Pick<SignedIn, "session" | "expiresMs">,
    keeperKey: Uint8Array,
  ): OrderSession {
    return new OrderSession(encodeHex(session), expiresMs, this.#signing, this.#hpke, keeperKey);
  }
}

export class OrderSession {
  readonly session: string;
  readonly expiresMs: number;
  readonly #signing: KeyObject;
  readonly #hpke: HpkeKeyPair;
  readonly #keeperKey: Uint8Array;
  #number = 0;
  #answers: { readonly enc: string; readonly key: Uint8Array } | undefined;

  constructor(
    session: string,
    expiresMs: number,
    signing: KeyObject,
    hpke: HpkeKeyPair,
    keeperKey: Uint8Array,
  ) {
    this.session = session;
    this.expiresMs = expiresMs;
    this.#signing = signing;
    this.#hpke = hpke;
    this.#keeperKey = keeperKey;
  }

  /** The number of the next order: for what is sealed in it. */
  get nextNumber(): number {
    return this.#number + 1;
  }

  /** Signs the next order. Orders reach the keeper in the order in which they were signed, or are refused. */
  order(content: OrderContent, atMs: number = Date.now()): SignedOrder {
    this.#number += 1;
    const head: Pick<OrderHead, "v" | "session" | "number" | "atMs"> = {
      v: 1,
      session: this.session,
      number: this.#number,
      atMs,
    };
    return this.sign({ ...content, ...head });
  }

  sign(order: Order): SignedOrder {
    const text = orderText(order);
    return { text, signature: signMessage(this.#signing, orderMessage(text)) };
  }

  /** Seals what goes into the next order, in base64. @param keeperKey `Status.hpkeKey` */
  sealForNext(kind: OrderKind, keeperKey: Uint8Array, plaintext: Uint8Array): string {
    const aad = toKeeperAad(kind, this.session, this.nextNumber);
    return Buffer.from(sealOnce(keeperKey, toKeeperInfo, aad, plaintext)).toString("base64");
  }

  /** @throws {Fault} `does-not-open` unless the keeper, and nobody else, sealed it in answer to that very order. */
  open({ text }: SignedOrder, { enc, sealed }: SealedAnswer): Uint8Array {
    const { number } = JSON.parse(text) as OrderHead;
    const id = encodeHex(enc);
    if (this.#answers?.enc !== id) {
      const context = receiveFrom(enc, this.#hpke, answerInfo(this.session), this.#keeperKey);
      this.#answers = { enc: id, key: context.export(answerKeyContext, 32) };
    }
    return openGcm(this.#answers.key, answerNonce(number), answerAad(text), sealed);
  }
}

/** SHA-256 of an order's text in hexadecimal, by which the journal names it. */
export function orderDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The body of a sealed extract's stanza: the file key, which a release alone gives back (docs/formats/extract.md). */
export function sealFileKey(keeperKey: Uint8Array, extractId: string, fileKey: Uint8Array): Uint8Array {
  return sealOnce(keeperKey, fileKeyInfo, fileKeyAad(extractId), fileKey);
}

/** The rows' bytes of a chunk, `12 nonce ‖ ciphertext ‖ 16 tag`. @throws {Fault} `does-not-open` for another chunk's key. */
export function openChunk(key: Uint8Array, chunk: Uint8Array): Uint8Array {
  return openGcm(key, chunk.subarray(0, 12), new Uint8Array(0), chunk.subarray(12));
}
