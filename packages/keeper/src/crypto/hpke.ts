/**
 * HPKE (RFC 9180), one suite: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. `node:crypto` only.
 *
 * Base mode, where anybody may be the sender; auth mode (5.1.3), where what opens was sealed with the sender's private key.
 * Both sides: the keeper opens search terms and seals answers, the command line opens answers. Names are the RFC's:
 * `enc` is the encapsulated key, `info` names the use, `aad` binds a ciphertext to its place. A public key is an
 * uncompressed point; one that is not on the curve is refused when it is read.
 *
 * INVARIANT: equals the RFC's test vectors and another implementation (hpke.test.ts).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  createECDH,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { concatBytes, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";

export interface HpkeKeyPair {
  readonly privateKey: KeyObject;
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
}

const pointBytes = 65;
const hashBytes = 32;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** Section 7: KEM 0x0010, KDF 0x0001, AEAD 0x0002. */
const kemSuite = concatBytes(encodeUtf8("KEM"), Uint8Array.of(0x00, 0x10));
const hpkeSuite = concatBytes(encodeUtf8("HPKE"), Uint8Array.of(0x00, 0x10, 0x00, 0x01, 0x00, 0x02));
const version = encodeUtf8("HPKE-v1");
const none = new Uint8Array(0);
/** SubjectPublicKeyInfo of an uncompressed point of P-256 (RFC 5480), before the point. */
const spkiHead = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

export function generateHpkeKeyPair(): HpkeKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, publicKey: pointOf(publicKey) };
}

/** DeriveKeyPair of section 7.1.3: the same secret gives the same pair. */
export function deriveHpkeKeyPair(secret: Uint8Array): HpkeKeyPair {
  const root = labeledExtract(kemSuite, none, "dkp_prk", secret);
  for (let counter = 0; counter < 256; counter++) {
    const scalar = labeledExpand(kemSuite, root, "candidate", Uint8Array.of(counter), keyBytes);
    const pair = pairOf(scalar);
    if (pair !== undefined) return pair;
  }
  throw new Fault("no-key-pair", "no scalar below the order was derived");
}

/**
 * The sending side (section 5.1.1), or with a sender that of auth mode (5.1.3).
 *
 * @param ephemeral is given by the vectors' tests only.
 */
export function sendTo(
  recipient: Uint8Array,
  info: Uint8Array,
  sender?: HpkeKeyPair,
  ephemeral: HpkeKeyPair = generateHpkeKeyPair(),
): { enc: Uint8Array; context: HpkeContext } {
  const publicKey = publicKeyOf(recipient);
  const pairs = sender === undefined ? [ephemeral] : [ephemeral, sender];
  const shared = pairs.map(({ privateKey }) => diffieHellman({ privateKey, publicKey }));
  const enc = ephemeral.publicKey;
  return { enc, context: contextOf(shared, [enc, recipient, ...senderIn(sender?.publicKey)], info) };
}

/**
 * The receiving side.
 *
 * @param sender whose private key sealed it, in auth mode.
 * @throws {Fault} `does-not-open` for an `enc` or a sender that is no point of the curve.
 */
export function receiveFrom(
  enc: Uint8Array,
  { privateKey, publicKey }: HpkeKeyPair,
  info: Uint8Array,
  sender?: Uint8Array,
): HpkeContext {
  const points = [enc, ...senderIn(sender)];
  const shared = points.map((point) => diffieHellman({ privateKey, publicKey: publicKeyOf(point) }));
  return contextOf(shared, [enc, publicKey, ...senderIn(sender)], info);
}

function senderIn(sender: Uint8Array | undefined): Uint8Array[] {
  return sender === undefined ? [] : [sender];
}

/** `enc ‖ ciphertext` of one message (section 6.1). */
export function sealOnce(
  recipient: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const { enc, context } = sendTo(recipient, info);
  return concatBytes(enc, context.seal(aad, plaintext));
}

/** @throws {Fault} `does-not-open` */
export function openOnce(
  recipient: HpkeKeyPair,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const context = receiveFrom(sealed.subarray(0, pointBytes), recipient, info);
  return context.open(aad, sealed.subarray(pointBytes));
}

/** AES-256-GCM with the tag behind the ciphertext, as HPKE and WebCrypto write it. */
export function sealGcm(
  key: KeyObject | Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(aad);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return concatBytes(ciphertext, cipher.getAuthTag());
}

/** @throws {Fault} `does-not-open` */
export function openGcm(
  key: KeyObject | Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  if (sealed.length < tagBytes) throw doesNotOpen();
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    plaintext.fill(0);
    throw doesNotOpen(cause);
  }
  return plaintext;
}

/** Key schedule of section 5.1, without a pre-shared key. Messages of one context are sealed, and opened, in one order. */
export class HpkeContext {
  readonly #key: Uint8Array;
  readonly #baseNonce: Uint8Array;
  readonly #exporterSecret: Uint8Array;
  #sequence = 0n;

  /** @param mode 0 base, 2 auth. */
  constructor(mode: 0 | 2, sharedSecret: Uint8Array, info: Uint8Array) {
    const pskIdHash = labeledExtract(hpkeSuite, none, "psk_id_hash", none);
    const infoHash = labeledExtract(hpkeSuite, none, "info_hash", info);
    const schedule = concatBytes(Uint8Array.of(mode), pskIdHash, infoHash);
    const secret = labeledExtract(hpkeSuite, sharedSecret, "secret", none);
    this.#key = labeledExpand(hpkeSuite, secret, "key", schedule, keyBytes);
    this.#baseNonce = labeledExpand(hpkeSuite, secret, "base_nonce", schedule, nonceBytes);
    this.#exporterSecret = labeledExpand(hpkeSuite, secret, "exp", schedule, hashBytes);
  }

  seal(aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return sealGcm(this.#key, this.#nextNonce(), aad, plaintext);
  }

  /** @throws {Fault} `does-not-open` */
  open(aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    return openGcm(this.#key, this.#nextNonce(), aad, ciphertext);
  }

  /** Section 5.3. */
  export(exporterContext: Uint8Array, length: number): Uint8Array {
    return labeledExpand(hpkeSuite, this.#exporterSecret, "sec", exporterContext, length);
  }

  #nextNonce(): Uint8Array {
    const counter = new WireWriter(nonceBytes).u32(0).u64(this.#sequence).finish();
    this.#sequence += 1n;
    return counter.map((byte, i) => byte ^ (this.#baseNonce[i] ?? 0));
  }
}

/** ExtractAndExpand of section 4.1, then the key schedule. @param shared one secret, or two in auth mode. */
function contextOf(
  shared: readonly Uint8Array[],
  points: readonly Uint8Array[],
  info: Uint8Array,
): HpkeContext {
  const root = labeledExtract(kemSuite, none, "eae_prk", concatBytes(...shared));
  const secret = labeledExpand(kemSuite, root, "shared_secret", concatBytes(...points), hashBytes);
  return new HpkeContext(shared.length === 2 ? 2 : 0, secret, info);
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, secret: Uint8Array): Uint8Array {
  return hmac(salt, concatBytes(version, suite, encodeUtf8(label), secret));
}

/** HKDF-Expand (RFC 5869) for at most 255 hashes. */
function labeledExpand(
  suite: Uint8Array,
  secret: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeled = concatBytes(
    Uint8Array.of(length >> 8, length & 0xff),
    version,
    suite,
    encodeUtf8(label),
    info,
  );
  let expanded: Uint8Array = none;
  let block: Uint8Array = none;
  for (let i = 1; expanded.length < length; i++) {
    block = hmac(secret, concatBytes(block, labeled, Uint8Array.of(i)));
    expanded = concatBytes(expanded, block);
  }
  return expanded.subarray(0, length);
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(message).digest();
}

/** @throws {Fault} `does-not-open` unless it is an uncompressed point of the curve. */
export function publicKeyOf(point: Uint8Array): KeyObject {
  if (point.length !== pointBytes || point[0] !== 4) throw doesNotOpen();
  try {
    return createPublicKey({ key: Buffer.concat([spkiHead, point]), format: "der", type: "spki" });
  } catch (cause) {
    throw doesNotOpen(cause);
  }
}

function pointOf(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(spkiHead.length));
}

/** The pair of a private scalar; `undefined` when it is zero or not below the order. */
export function pairOf(scalar: Uint8Array): HpkeKeyPair | undefined {
  const ecdh = createECDH("prime256v1");
  try {
    ecdh.setPrivateKey(scalar);
  } catch {
    // OpenSSL's only reason here: the scalar is out of range, one in 2^32 draws.
    return undefined;
  }
  const point = new Uint8Array(ecdh.getPublicKey());
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
    Buffer.from(part).toString("base64url"),
  );
  const d = Buffer.from(scalar).toString("base64url");
  const key = { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "", d };
  return { privateKey: createPrivateKey({ key, format: "jwk" }), publicKey: point };
}

function doesNotOpen(cause?: unknown): Fault<"does-not-open"> {
  return new Fault("does-not-open", "it does not open for this key in this place", { cause });
}
