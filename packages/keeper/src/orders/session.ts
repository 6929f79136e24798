/**
 * Sessions: who signed in with which fresh keys, until when, and how far their orders' numbers have come.
 *
 * Changed by events only (`state.ts`), so that a restart knows what the process before it knew. A session that ended
 * stays known as ended until it would have expired; then it is forgotten, and an order of it is of an unknown session.
 *
 * Answers: one HPKE context in auth mode for each session and process, and from it one AES-256-GCM key (`client-side.ts`),
 * so that an answer costs no curve arithmetic and is still the keeper's: nobody else can make that key but who has the
 * session's own private key. The nonce is the order's number.
 * INVARIANT: no order number is answered twice, also across restarts (operations/orders.abuse.test.ts); a restart
 * makes a new context besides.
 */
import { createSecretKey, type KeyObject } from "node:crypto";
import { answerAad, answerInfo, answerKeyContext, answerNonce } from "../client-side.ts";
import { findPublicKey } from "./credential.ts";
import { type HpkeKeyPair, sealGcm, sendTo } from "../crypto/hpke.ts";
import { limits } from "../limits.ts";

/** What a `signed-in` event says of a session. */
export interface SessionStart {
  readonly session: string;
  readonly actor: string;
  readonly credential: string;
  /** SubjectPublicKeyInfo in base64. */
  readonly signingKey: string;
  /** Uncompressed point in base64. */
  readonly hpkeKey: string;
  readonly workstation: string;
  readonly expiresMs: number;
}

export class Session {
  readonly start: SessionStart;
  /** Public key of the credential that it began with: one that is replaced under the same id takes its sessions along. */
  readonly credentialKey: string;
  isEnded = false;
  /** Number of the last order that was answered or refused with an event. */
  lastNumber = 0;
  #signingKey: KeyObject | undefined;
  #answers: { readonly enc: Uint8Array; readonly key: KeyObject } | undefined;

  constructor(start: SessionStart, credentialKey: string) {
    this.start = start;
    this.credentialKey = credentialKey;
  }

  /** Made on first use: most sessions of an old journal are never used again. */
  get signingKey(): KeyObject | undefined {
    this.#signingKey ??= findPublicKey(Buffer.from(this.start.signingKey, "base64"));
    return this.#signingKey;
  }

  /** Seals the keeper's answer to an order of this session. Once for each order number. */
  sealAnswer(
    keeper: HpkeKeyPair,
    orderNumber: number,
    orderText: string,
    plaintext: Uint8Array,
  ): { enc: Uint8Array; sealed: Uint8Array } {
    this.#answers ??= answersOf(keeper, this.start);
    const { enc, key } = this.#answers;
    return { enc, sealed: sealGcm(key, answerNonce(orderNumber), answerAad(orderText), plaintext) };
  }
}

export class Sessions {
  readonly #byId = new Map<string, Session>();

  find(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  /** Sessions that may still order, if their actor may. */
  countOpen(nowMs: number): number {
    return this.#byId
      .values()
      .filter((one) => !one.isEnded && one.start.expiresMs > nowMs)
      .toArray().length;
  }

  /** The actor's oldest session ends when there are too many; what has expired is forgotten. */
  begin(start: SessionStart, credentialKey: string, nowMs: number): void {
    for (const [id, session] of this.#byId) if (session.start.expiresMs <= nowMs) this.#byId.delete(id);
    const ofActor = this.#byId
      .values()
      .filter((one) => one.start.actor === start.actor)
      .toArray();
    const open = ofActor.filter((one) => !one.isEnded);
    for (const one of open.slice(0, Math.max(0, open.length + 1 - limits.actorSessions))) one.isEnded = true;
    for (const one of ofActor.slice(0, Math.max(0, ofActor.length + 1 - limits.actorSessionsKept))) {
      this.#byId.delete(one.start.session);
    }
    this.#byId.set(start.session, new Session(start, credentialKey));
  }

  end(id: string): void {
    const session = this.#byId.get(id);
    if (session !== undefined) session.isEnded = true;
  }

  note(id: string, orderNumber: number): void {
    const session = this.#byId.get(id);
    if (session !== undefined) session.lastNumber = Math.max(session.lastNumber, orderNumber);
  }
}

function answersOf(
  keeper: HpkeKeyPair,
  { session, hpkeKey }: SessionStart,
): { enc: Uint8Array; key: KeyObject } {
  const { enc, context } = sendTo(Buffer.from(hpkeKey, "base64"), answerInfo(session), keeper);
  const bytes = context.export(answerKeyContext, 32);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { enc, key };
}
