import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256, sha256Portable } from "./sha256.ts";

describe("sha256", () => {
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
  ])("digests the FIPS 180 example %j", (message, digest) => {
    expect(encodeHex(sha256(encodeUtf8(message)))).toBe(digest);
    expect(encodeHex(sha256Portable(encodeUtf8(message)))).toBe(digest);
  });

  it("is the same function with and without the platform, around every block boundary", () => {
    for (let length = 0; length <= 260; length++) {
      const message = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);
      expect(encodeHex(sha256Portable(message))).toBe(encodeHex(sha256(message)));
    }
  });

  it("is the same function with and without the platform, for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (message) => {
        expect(sha256Portable(message)).toEqual(sha256(message));
      }),
    );
  });

  it("returns a plain array of 32 bytes and leaves its argument alone", () => {
    const message = Uint8Array.of(1, 2, 3);
    const digest = sha256(message);
    expect(digest.constructor).toBe(Uint8Array);
    expect(digest).toHaveLength(32);
    expect(message).toEqual(Uint8Array.of(1, 2, 3));
  });
});
