import { createHmac } from "node:crypto";
import { decodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PaddedHmac } from "./padded-hmac.ts";

/** RFC 4231, sections 4.2 to 4.8 (4.6, truncated to 128 bits, by its beginning): key, message, HMAC-SHA-256. */
const vectors: readonly (readonly [Uint8Array, Uint8Array, string])[] = [
  [
    new Uint8Array(20).fill(0x0b),
    encodeUtf8("Hi There"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    encodeUtf8("Jefe"),
    encodeUtf8("what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    new Uint8Array(20).fill(0xaa),
    new Uint8Array(50).fill(0xdd),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    decodeHex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
    new Uint8Array(50).fill(0xcd),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  [new Uint8Array(20).fill(0x0c), encodeUtf8("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"],
  [
    new Uint8Array(131).fill(0xaa),
    encodeUtf8("Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    new Uint8Array(131).fill(0xaa),
    encodeUtf8(
      "This is a test using a larger than block-size key and a larger than block-size data. " +
        "The key needs to be hashed before being used by the HMAC algorithm.",
    ),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
];

describe("HMAC-SHA256 over padded blocks", () => {
  it.each(vectors.map((vector, i) => [i + 1, ...vector] as const))(
    "gives RFC 4231 case %i",
    (_, key, message, mac) => {
      expect(new PaddedHmac(key, 200).hex(message).startsWith(mac)).toBe(true);
    },
  );

  it("agrees with the platform's for every key and message, also when used again", () => {
    const property = fc.property(
      fc.uint8Array({ maxLength: 150 }),
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
      (key, messages) => {
        const hmac = new PaddedHmac(key, 300);
        for (const message of messages) {
          expect(hmac.hex(message)).toBe(createHmac("sha256", key).update(message).digest("hex"));
        }
        hmac.wipe();
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it("refuses a message above its bound", () => {
    expect(() => new PaddedHmac(new Uint8Array(32), 10).hex(new Uint8Array(11))).toThrow("within its bound");
  });
});
