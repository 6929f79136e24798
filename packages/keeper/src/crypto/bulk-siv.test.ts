import { createSecretKey } from "node:crypto";
import { decodeHex, equalBytes } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockCipher, BulkCmac, double } from "./bulk-cmac.ts";
import { BulkSiv, sivBytes } from "./bulk-siv.ts";

/** RFC 5297 as it is written, for any number and length of texts: the second opinion, itself held to the RFC's examples. */
function sivByTheBook(key: Uint8Array, texts: readonly Uint8Array[], plaintext: Uint8Array): Buffer {
  const macKey = createSecretKey(key.slice(0, key.length / 2));
  const cmac = new BulkCmac(macKey);
  const macOf = (bytes: Uint8Array) => cmac.macs({ bytes, starts: [0], lengths: [bytes.length] });
  const xor = (a: Uint8Array, b: Uint8Array) => Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));
  let d = macOf(new Uint8Array(16));
  for (const text of texts) d = xor(double(d), macOf(text));
  const head = Buffer.from(plaintext.subarray(0, Math.max(0, plaintext.length - 16)));
  const end =
    plaintext.length >= 16
      ? xor(plaintext.subarray(-16), d)
      : xor(double(d), Buffer.concat([plaintext, Buffer.from([0x80]), Buffer.alloc(16)]));
  const iv = macOf(plaintext.length >= 16 ? Buffer.concat([head, end]) : end);
  const cipher = blockCipher(createSecretKey(key.slice(key.length / 2)));
  const first = BigInt(`0x${iv.toString("hex")}`) & ~(1n << 63n) & ~(1n << 31n);
  const counters = Array.from({ length: Math.ceil(plaintext.length / 16) }, (_, i) =>
    Buffer.from((first + BigInt(i)).toString(16).padStart(32, "0"), "hex"),
  );
  return Buffer.concat([iv, xor(plaintext, cipher.update(Buffer.concat(counters)))]);
}

/** RFC 5297, appendix A: key, texts, plaintext, output. */
const examples = {
  "A.1": [
    "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    ["101112131415161718191a1b1c1d1e1f2021222324252627"],
    "112233445566778899aabbccddee",
    "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c",
  ],
  "A.2": [
    "7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
    [
      "00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100",
      "102030405060708090a0",
      "09f911029d74e35bd84156c5635688c0",
    ],
    "7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553",
    "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d",
  ],
} as const;

const key = fc.uint8Array({ minLength: 64, maxLength: 64 });
const bulkOf = (bytes: Uint8Array): BulkSiv =>
  new BulkSiv(createSecretKey(bytes.slice(0, 32)), createSecretKey(bytes.slice(32)));

describe("SIV in bulk", () => {
  it.each(Object.entries(examples))("is held to a second opinion that gives RFC 5297's %s", (_, example) => {
    const [keyHex, texts, plaintext, output] = example;
    expect(sivByTheBook(decodeHex(keyHex), texts.map(decodeHex), decodeHex(plaintext)).toString("hex")).toBe(
      output,
    );
  });

  it("gives every key of a call what the standard gives it alone, and opens it", () => {
    const lines = fc.array(
      fc.tuple(
        fc.uint8Array({ minLength: 30, maxLength: 30 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
      ),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(key, lines, (keyBytes, pairs) => {
        const siv = bulkOf(keyBytes);
        const texts = Buffer.concat(pairs.map(([text]) => text));
        const sealed = siv.seal(texts, 30, Buffer.concat(pairs.map(([, secret]) => secret)));
        for (const [i, [text, secret]] of pairs.entries()) {
          const one = sealed.subarray(i * sivBytes, (i + 1) * sivBytes);
          expect(one).toEqual(sivByTheBook(keyBytes, [text], secret));
          expect(equalBytes(siv.open(text, one) ?? new Uint8Array(), secret)).toBe(true);
        }
        // All at once; one that was changed opens to zeros, and the others to what they are.
        const changed = Buffer.from(sealed);
        changed[0] = (changed[0] ?? 0) ^ 1;
        const secrets = pairs.map(([, secret], i) => (i === 0 ? new Uint8Array(32) : secret));
        expect(siv.openAll(texts, 30, sealed)).toEqual(Buffer.concat(pairs.map(([, secret]) => secret)));
        expect(siv.openAll(texts, 30, changed)).toEqual(Buffer.concat(secrets));
      }),
    );
  });

  it("opens nothing beside another text, with any bit of it turned, or under another key", () => {
    const siv = bulkOf(new Uint8Array(64).fill(1));
    const text = new Uint8Array(30).fill(2);
    const sealed = siv.seal(text, 30, new Uint8Array(32).fill(3));
    for (let bit = 0; bit < 8 * (sivBytes + 30); bit++) {
      const both = Buffer.concat([sealed, text]);
      both[bit >> 3] = (both[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(siv.open(both.subarray(sivBytes), both.subarray(0, sivBytes))).toBeUndefined();
    }
    expect(bulkOf(new Uint8Array(64).fill(4)).open(text, sealed)).toBeUndefined();
  });
});
