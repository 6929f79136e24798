/**
 * What each kind of key signs: the note's text itself, or a timestamped statement about a checkpoint
 * (c2sp.org/tlog-cosignature v1.0.1, and the ML-DSA-44 form of v1.1).
 *
 *     0x01   signature = Ed25519(text)
 *     0x04   signature = uint64 timestamp || Ed25519("cosignature/v1\ntime " || timestamp in decimal || "\n" || text)
 *     0x06   signature = uint64 timestamp || ML-DSA-44(cosigned_message)
 *
 *     cosigned_message = "subtree/v1\n\0" || uint8-prefixed cosigner name || uint64 timestamp ||
 *                        uint8-prefixed log origin || uint64 start || uint64 end || 32-byte hash
 *
 * A cosignature says: I saw this log be consistent up to here, and at this time this was the largest tree I had seen.
 * 0x04 covers extension lines and not the cosigner's name; 0x06 covers the name and not the extension lines, and may speak
 * of a subtree [start, end), then without a time. All integers are big-endian; a timestamp is seconds since 1970, below 2^63.
 */
import { concatBytes, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { TlogFault, verdictOf } from "./fault.ts";
import { sizeLimit, subtreeNameBytesMax, timestampMax } from "./limits.ts";
import type { Range } from "./proof.ts";
import { isSubtree } from "./proof.ts";
import type { SignatureVerdict, Subtle } from "./subtle.ts";
import { platformSubtle, verifyRaw } from "./subtle.ts";
import type { Hash } from "./tree.ts";
import { hashBytes } from "./tree.ts";
import type { VerifierKey } from "./verifier-key.ts";
import { keyType } from "./verifier-key.ts";

/** A subtree of a log, as a cosigner speaks of it. */
export interface SubtreeStatement {
  readonly cosigner: string;
  /** 0 when the cosigner says nothing of the tree being its largest; then always, if `start` is not 0. */
  readonly timestamp: bigint;
  readonly origin: string;
  readonly range: Range;
  readonly root: Hash;
}

export interface CheckedSignature {
  readonly verdict: SignatureVerdict;
  /** Of a cosignature; `undefined` for a plain signature and for what is not valid. */
  readonly timestamp: bigint | undefined;
}

/** Checks what follows the key ID in a signature line. Never throws for bad input: what cannot be parsed is `invalid`. */
export async function checkSignature(
  key: VerifierKey,
  text: string,
  signature: Uint8Array,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<CheckedSignature> {
  if (key.type === keyType.ed25519) {
    const verdict = await verifyRaw(key.type, key.publicKey, signature, encodeUtf8(text), subtle);
    return { verdict, timestamp: undefined };
  }
  if (key.type !== keyType.cosignature && key.type !== keyType.mlDsa44) {
    return { verdict: "unsupported", timestamp: undefined };
  }
  let message: Uint8Array;
  let parts: TimestampedSignature;
  try {
    parts = parseTimestamped(signature);
    message = cosignedMessage(key, text, parts.timestamp);
  } catch (error) {
    // A known cosigner's line on something that is no checkpoint, or without room for its parts, is a broken signature.
    if (verdictOf(error) !== "malformed") throw error;
    return { verdict: "invalid", timestamp: undefined };
  }
  const verdict = await verifyRaw(key.type, key.publicKey, parts.signature, message, subtle);
  return { verdict, timestamp: verdict === "valid" ? parts.timestamp : undefined };
}

/**
 * Checks an ML-DSA-44 cosignature of a subtree: what follows the key ID in its signature line.
 *
 * @throws {TlogFault} `malformed-cosignature`, `bad-signature`, `unsupported-algorithm`
 */
export async function verifySubtreeCosignature(
  key: VerifierKey,
  subtree: { readonly origin: string; readonly range: Range; readonly root: Hash },
  signature: Uint8Array,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<{ readonly timestamp: bigint }> {
  if (key.type !== keyType.mlDsa44) {
    throw new TlogFault("unsupported-algorithm", "only ML-DSA-44 keys cosign subtrees", { type: key.type });
  }
  const parts = parseTimestamped(signature);
  const message = encodeSubtreeMessage({ cosigner: key.name, timestamp: parts.timestamp, ...subtree });
  const verdict = await verifyRaw(key.type, key.publicKey, parts.signature, message, subtle);
  if (verdict === "unsupported") {
    throw new TlogFault("unsupported-algorithm", "the platform lacks ML-DSA-44", { type: key.type });
  }
  if (verdict === "invalid") {
    throw new TlogFault("bad-signature", "a subtree cosignature does not verify", { key: key.name });
  }
  return { timestamp: parts.timestamp };
}

/** The bytes that a key of this type signs for a checkpoint's `text` at `timestamp`. @throws {TlogFault} `malformed-*` */
export function cosignedMessage(key: VerifierKey, text: string, timestamp: bigint): Uint8Array {
  const checkpoint: Checkpoint = parseCheckpoint(text);
  if (key.type === keyType.cosignature) return encodeUtf8(`cosignature/v1\ntime ${timestamp}\n${text}`);
  const { origin, size, root } = checkpoint;
  return encodeSubtreeMessage({
    cosigner: key.name,
    timestamp,
    origin,
    range: { start: 0n, end: size },
    root,
  });
}

/** The `cosigned_message` of an ML-DSA-44 cosignature. @throws {TlogFault} `malformed-cosignature` */
export function encodeSubtreeMessage({
  cosigner,
  timestamp,
  origin,
  range,
  root,
}: SubtreeStatement): Uint8Array {
  const names = [encodeUtf8(cosigner), encodeUtf8(origin)] as const;
  const isNamed = names.every((name) => name.length > 0 && name.length <= subtreeNameBytesMax);
  const isTimed = timestamp >= 0n && timestamp <= timestampMax && (timestamp === 0n || range.start === 0n);
  if (!isNamed || !isTimed || !isSubtree(range) || range.end >= sizeLimit || root.length !== hashBytes) {
    throw new TlogFault(
      "malformed-cosignature",
      "a name, time, range or root does not fit a cosigned message",
    );
  }
  const [cosignerBytes, originBytes] = names;
  return new WireWriter()
    .raw(encodeUtf8("subtree/v1\n\0"))
    .u8(cosignerBytes.length)
    .raw(cosignerBytes)
    .u64(timestamp)
    .u8(originBytes.length)
    .raw(originBytes)
    .u64(range.start)
    .u64(range.end)
    .raw(root)
    .finish();
}

/** The timestamp and raw signature of a cosignature: `timestamped_signature`. @throws {TlogFault} `malformed-cosignature` */
export function parseTimestamped(bytes: Uint8Array): TimestampedSignature {
  if (bytes.length <= 8)
    throw new TlogFault("malformed-cosignature", "a cosignature has no room for its timestamp");
  const timestamp = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  if (timestamp > timestampMax) throw new TlogFault("malformed-cosignature", "a timestamp exceeds 2^63 - 1");
  return { timestamp, signature: bytes.slice(8) };
}

/** The inverse of {@link parseTimestamped}. */
export function encodeTimestamped({ timestamp, signature }: TimestampedSignature): Uint8Array {
  if (timestamp < 0n || timestamp > timestampMax)
    throw new Breach("a timestamp is out of range", { timestamp });
  return concatBytes(new WireWriter(8).u64(timestamp).finish(), signature);
}

export interface TimestampedSignature {
  readonly timestamp: bigint;
  readonly signature: Uint8Array;
}
