/**
 * The payload of an age file (age-encryption.org/v1, "Payload"): `16 nonce`, then chunks of 64 KiB under ChaCha20-Poly1305.
 *
 * The header is the age library's; the payload is written and read by OpenSSL, which takes a tenth of the processor's time,
 * and an extract has gigabytes. A file of this module is one that the library opens, and the other way round
 * (age-payload.test.ts).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";

const algorithm = "chacha20-poly1305";
const tagBytes = 16;
const tagLength = { authTagLength: tagBytes };
const saltBytes = 16;
const keyBytes = 32;
const chunkBytes = 64 * 1024;

/** @param fileKey of the header. @param plain of any lengths. */
export async function* encryptPayload(
  fileKey: Uint8Array,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(saltBytes);
  const key = payloadKey(fileKey, salt);
  yield salt;
  let number = 0;
  for await (const { bytes, isLast } of chunksOf(plain, chunkBytes)) {
    const cipher = createCipheriv(algorithm, key, nonceOf(number, isLast), tagLength);
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/** @param sealed what follows the header. @throws when a chunk was changed, moved or left out, or the end is not the end. */
export async function* decryptPayload(
  fileKey: Uint8Array,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let key: Buffer | undefined;
  let number = 0;
  for await (const { bytes, isLast } of chunksOf(sealed, chunkBytes + tagBytes, saltBytes)) {
    if (key === undefined) {
      if (isLast) throw new Fault("bad-extract-file", "the file ends too early");
      key = payloadKey(fileKey, bytes);
      continue;
    }
    const end = bytes.length - tagBytes;
    // Only the payload of nothing at all has a chunk of nothing.
    if (end < 0 || (end === 0 && number > 0)) throw new Fault("bad-extract-file", "the file ends too early");
    const decipher = createDecipheriv(algorithm, key, nonceOf(number, isLast), tagLength);
    decipher.setAuthTag(bytes.subarray(end));
    const plain = decipher.update(bytes.subarray(0, end));
    decipher.final();
    yield plain;
    number += 1;
  }
}

function payloadKey(fileKey: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", fileKey, salt, "payload", keyBytes));
}

/** `11 bytes of the chunk's number ‖ 1 for the last, else 0`. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** The stream in pieces of `size` bytes, the first of `firstSize`; the last may be shorter, and is empty for no bytes at all. */
async function* chunksOf(
  stream: AsyncIterable<Uint8Array>,
  size: number,
  firstSize: number = size,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let wanted = firstSize;
  for await (const bytes of stream) {
    held.push(bytes);
    heldBytes += bytes.length;
    // One byte more than a piece: only then it is known not to be the last.
    if (heldBytes <= wanted) continue;
    const joined = Buffer.concat(held);
    let start = 0;
    for (; joined.length - start > wanted; start += wanted, wanted = size) {
      yield { bytes: joined.subarray(start, start + wanted), isLast: false };
    }
    held = [joined.subarray(start)];
    heldBytes = joined.length - start;
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}
