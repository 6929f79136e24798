/**
 * What an asking side builds: the texts that are signed, and what is bound to what. For browsers, the command line and
 * the custodian alike: no `node:` import, no key, no signature made here.
 *
 * Every signed text is canonical JSON (`@kura/kernel/canonical.ts`), and what is signed is a line that names its use,
 * then the text: a signature for one use is none for another. The keeper builds the text again from what it read and
 * refuses any other writing of it.
 *
 * The key of a session is ECDSA P-256 with SHA-256, the signature `r ‖ s` as WebCrypto makes it, or Ed25519. Sealing is
 * HPKE (RFC 9180): DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; public keys are uncompressed points. What
 * goes to the keeper is in base mode. What comes from it is in auth mode, from the key that search terms are sealed to
 * (`Status.hpkeKey`): who relays an answer can make none. The asking side must know that key from elsewhere than from
 * whoever brings the answer.
 */
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import type { WireReader } from "@kura/kernel/wire.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "./limits.ts";
import type { Term } from "./protocol/protocol.ts";
import type {
  ApproveOrder,
  AttestOrder,
  ExtractOrder,
  PreviewOrder,
  ReleaseOrder,
  RevokeOrder,
} from "./protocol/extracts.ts";
import type { ResolveOrder } from "./protocol/incidents.ts";
import type { AgreeOrder, ScreenOrder } from "./protocol/screens.ts";
import { kindIn, listIn, type OrderHead, personKeyBytes, whole } from "./protocol/parts.ts";

/** Show these fields of these persons. */
export interface LookOrder extends OrderHead {
  readonly kind: "look";
  /** Person keys in hexadecimal, each once, at most `limits.openPersons`. */
  readonly persons: readonly string[];
  /** Field numbers, each once, at least one. */
  readonly fields: readonly number[];
}

/** Find who has all of these terms. */
export interface SearchOrder extends OrderHead {
  readonly kind: "search";
  /** {@link encodeSearchTerms}, sealed to the keeper, `enc ‖ ciphertext` in base64. */
  readonly sealedTerms: string;
}

/** Let the custodian index and seal, up to so much. */
export interface IngestOrder extends OrderHead {
  readonly kind: "ingest";
  /** Where the records come from (a file's digest). Journalled: no personal data. */
  readonly source: string;
  readonly terms: number;
  readonly records: number;
}

/** Let the custodian have wrapped keys wrapped anew, up to so many. */
export interface RewrapOrder extends OrderHead {
  readonly kind: "rewrap";
  readonly keys: number;
}

/** Let the custodian have features of so many persons and unknown owners, for matching them. */
export interface MatchOrder extends OrderHead {
  readonly kind: "match";
  readonly persons: number;
}

/** Begin a new version of the key-encryption key. */
export interface RotateOrder extends OrderHead {
  readonly kind: "rotate";
}

export interface EraseOrder extends OrderHead {
  readonly kind: "erase";
  readonly person: string;
  /** Journalled: no personal data. */
  readonly reason: string;
}

/** Open everything that the log says of this person, for a receipt. */
export interface ReceiptOrder extends OrderHead {
  readonly kind: "receipt";
  readonly person: string;
}

/** These persons do not exist; whoever looks at one is stopped. */
export interface HoneyOrder extends OrderHead {
  readonly kind: "honey";
  /** {@link encodeHoneyPersons}, sealed to the keeper, `enc ‖ ciphertext` in base64. */
  readonly sealedPersons: string;
}

export interface SignOutOrder extends OrderHead {
  readonly kind: "sign-out";
}

export type Order =
  | LookOrder
  | SearchOrder
  | IngestOrder
  | RewrapOrder
  | MatchOrder
  | RotateOrder
  | EraseOrder
  | ReceiptOrder
  | HoneyOrder
  | SignOutOrder
  | ExtractOrder
  | PreviewOrder
  | ApproveOrder
  | ReleaseOrder
  | RevokeOrder
  | AttestOrder
  | ResolveOrder
  | ScreenOrder
  | AgreeOrder;
export type OrderKind = Order["kind"];

/** The text that is sent. @throws {Fault} `not-canonical` */
export function orderText(order: Order): string {
  return encodeCanonical({ ...order });
}

/** The bytes that the session's key signs. */
export function orderMessage(text: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`kura/order/1\n${text}`);
}

/** What a sign-in binds together; all binary in base64. */
export interface SignIn {
  /** From the keeper, once only. */
  readonly nonce: string;
  readonly actor: string;
  readonly credential: string;
  /** The session's fresh signing key: SubjectPublicKeyInfo (RFC 5280), of P-256 or Ed25519. */
  readonly signingKey: string;
  /** The session's fresh HPKE key: an uncompressed point of P-256. */
  readonly hpkeKey: string;
  /** The machine that holds what the session is shown: {@link workstationPattern}, at most `limits.workstationLength`. */
  readonly workstation: string;
}

/** One plain name, so that evidence about a machine is matched by equality and no personal data fit in by accident. */
export const workstationPattern = /^[A-Za-z0-9._-]+$/;

export function signInText(signIn: SignIn): string {
  return encodeCanonical({ ...signIn });
}

/** What a key file signs; a passkey's challenge is the SHA-256 of it. */
export function signInMessage(text: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`kura/sign-in/1\n${text}`);
}

/** What an officer's key file signs under a roster statement; a passkey's challenge is the SHA-256 of it. */
export function statementMessage(text: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`kura/roster/1\n${text}`);
}

// sealed to the keeper

/** HPKE `info` of everything sealed to the keeper's own key (`Status.hpkeKey`). */
export const toKeeperInfo: Uint8Array<ArrayBuffer> = encodeUtf8("kura/to-keeper/1");

/** HPKE `aad` of what is sealed in an order: it opens in that order only. */
export function toKeeperAad(kind: OrderKind, session: string, number: number): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${kind}\n${session}\n${number}`);
}

/** At most `limits.searchTerms`, in their normal forms (`custodian/src/vault/terms.ts`). */
export function encodeSearchTerms(terms: readonly Term[]): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter().u32(terms.length);
  for (const { kind, text } of terms) writer.u8(kind).text(text);
  return writer.finish();
}

export function decodeSearchTerms(bytes: Uint8Array): Term[] {
  return whole(bytes, (reader) => listIn(reader, limits.searchTerms, () => termIn(reader)));
}

function termIn(reader: WireReader): Term {
  return { kind: kindIn(reader), text: reader.text(limits.termBytes) };
}

export function encodeHoneyPersons(personKeys: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter().u32(personKeys.length);
  for (const personKey of personKeys) writer.raw(personKey);
  return writer.finish();
}

export function decodeHoneyPersons(bytes: Uint8Array): Uint8Array[] {
  return whole(bytes, (reader) => listIn(reader, limits.honeyPersons, () => reader.raw(personKeyBytes)));
}

// sealed to the session

/** HPKE `info` of the context, in auth mode, that a session's answers are sealed under; its `enc` comes with each answer. */
export function answerInfo(session: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`kura/answer/2\n${session}`);
}

/** Exporter context (RFC 9180 section 5.3) of the AES-256-GCM key of all answers under one `enc`: 32 bytes. */
export const answerKeyContext: Uint8Array<ArrayBuffer> = encodeUtf8("kura/answer-key/1");

/** The nonce of an answer: the order's number. No order is answered twice, so none is used twice under a key. */
export function answerNonce(orderNumber: number): Uint8Array<ArrayBuffer> {
  return new WireWriter(12).u32(0).u64(BigInt(orderNumber)).finish();
}

/** Associated data of an answer: the whole text of the order, so that it answers that order and no other. */
export function answerAad(text: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(text);
}
