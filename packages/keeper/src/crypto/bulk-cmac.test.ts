import { createSecretKey } from "node:crypto";
import { decodeHex } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BulkCmac } from "./bulk-cmac.ts";

const keyOf = (hex: string) => createSecretKey(decodeHex(hex));
const message = decodeHex(
  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
);

/** Key, then the macs of the message's first 0, 16, 40 and 64 bytes. */
const vectors = {
  "RFC 4493, section 4 (AES-128)": [
    "2b7e151628aed2a6abf7158809cf4f3c",
    "bb1d6929e95937287fa37d129b756746",
    "070a16b46b4d4144f79bdd9dd04a287c",
    "dfa66747de9ae63030ca32611497c827",
    "51f0bebf7e3b9d92fc49741779363cfe",
  ],
  "SP 800-38B, appendix D.3 (AES-256)": [
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
    "028962f61b7bf89efc6b551f4667d983",
    "28a7023f452e8f82bd4bf28d8c37c35c",
    "aaf3d8f1de5640c232f5b169b9c911e6",
    "e1992190549f6ed5696a2c056c315410",
  ],
} as const;

describe("CMAC in bulk", () => {
  it.each(Object.entries(vectors))("gives the macs of %s, all in one call", (_, [key, ...macs]) => {
    const lengths = [0, 16, 40, 64];
    const bulk = new BulkCmac(keyOf(key)).macs({ bytes: message, starts: [0, 0, 0, 0], lengths });
    expect(bulk.toString("hex")).toBe(macs.join(""));
  });

  it("gives each message the mac that it has alone, whatever stands beside it", () => {
    const cmac = new BulkCmac(keyOf(vectors["SP 800-38B, appendix D.3 (AES-256)"][0]));
    const span = fc.tuple(fc.nat(200), fc.nat(300));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 500, maxLength: 500 }),
        fc.array(span, { maxLength: 20 }),
        (bytes, spans) => {
          const starts = spans.map(([start]) => start);
          const lengths = spans.map(([, length]) => length);
          const alone = spans.map(([start, length]) =>
            cmac.macs({ bytes, starts: [start], lengths: [length] }),
          );
          expect(cmac.macs({ bytes, starts, lengths })).toEqual(Buffer.concat(alone));
        },
      ),
    );
  });

  it("gives messages of one length the macs that they have alone", () => {
    const cmac = new BulkCmac(keyOf(vectors["SP 800-38B, appendix D.3 (AES-256)"][0]));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 480, maxLength: 480 }),
        fc.constantFrom(1, 15, 16, 30, 48, 96),
        (bytes, length) => {
          const alone = Array.from({ length: bytes.length / length }, (_, i) =>
            cmac.macs({ bytes, starts: [i * length], lengths: [length] }),
          );
          expect(cmac.equalMacs(bytes, length)).toEqual(Buffer.concat(alone));
        },
      ),
    );
  });
});
