/**
 * Text forms shared by the line formats: canonical decimals and base64 hashes. Internal to this package.
 *
 * One text per value: no sign, no leading zero, no white space, padded base64 with zero unused bits.
 */
import { decodeBase64, encodeBase64 } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import type { MalformedCode } from "./fault.ts";
import { TlogFault } from "./fault.ts";
import { sizeLimit } from "./limits.ts";
import type { Hash } from "./tree.ts";
import { hashBytes } from "./tree.ts";

/** A size or index below 2^64 in ASCII digits. */
export function parseDecimal(text: string, code: MalformedCode): bigint {
  // Twenty digits hold 2^64 - 1; the length is checked first so that a long line costs nothing.
  if (text.length > 20 || !/^(?:0|[1-9][0-9]*)$/.test(text)) {
    throw new TlogFault(code, "a number is not a canonical decimal");
  }
  const value = BigInt(text);
  if (value >= sizeLimit) throw new TlogFault(code, "a number does not fit 64 bits");
  return value;
}

/** Canonical base64, or the refusal of the format it stands in. */
export function parseBase64(text: string, code: MalformedCode): Uint8Array<ArrayBuffer> {
  try {
    return decodeBase64(text);
  } catch (cause) {
    if (codeOf(cause) !== "malformed-base64") throw cause;
    throw new TlogFault(code, "base64 is not canonical", {}, { cause });
  }
}

/** A SHA-256 hash in base64: 44 characters, the last one `=`. */
export function parseHashLine(text: string, code: MalformedCode): Hash {
  const hash = text.length === 44 ? parseBase64(text, code) : undefined;
  if (hash?.length !== hashBytes) throw new TlogFault(code, "a hash line is not 32 bytes of base64");
  return hash;
}

/** The inverse of {@link parseHashLine}, without the newline. */
export function encodeHashLine(hash: Hash): string {
  return encodeBase64(hash);
}

/** Whether `text` may stand in one line of a note: no control character below U+0020, no lone surrogate. */
export function isPlainLine(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return false;
  return text.isWellFormed();
}
