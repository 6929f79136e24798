import { createCipheriv } from "node:crypto";
import { decodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChaCha20Poly1305, tagBytes, writeTag } from "./chacha20-poly1305.ts";

const maxBytes = 70_000;
const cipher = new ChaCha20Poly1305(maxBytes);

interface Sealing {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly text: Uint8Array;
}

function sealed(sealing: Sealing, message: Uint8Array): string {
  const target = Buffer.alloc(message.length + tagBytes + 2);
  cipher.sealInto(target, 1, sealing, message);
  return target.toString("hex", 1, target.length - 1);
}

function sealedByOpenSsl({ key, nonce, text }: Sealing, message: Uint8Array): string {
  const theirs = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  theirs.setAAD(text, { plaintextLength: message.length });
  return Buffer.concat([theirs.update(message), theirs.final(), theirs.getAuthTag()]).toString("hex");
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const sealings = fc.record({ key: bytes(32), nonce: bytes(12), text: fc.uint8Array({ maxLength: 80 }) });

describe("ChaCha20-Poly1305", () => {
  it("gives the example of RFC 8439, section 2.8.2", () => {
    const message = encodeUtf8(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    );
    const sealing = {
      key: decodeHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
      nonce: decodeHex("070000004041424344454647"),
      text: decodeHex("50515253c0c1c2c3c4c5c6c7"),
    };
    expect(sealed(sealing, message)).toBe(
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
    );
  });

  it("seals what OpenSSL seals, whatever the key, the text and the length", () => {
    const messages = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ minLength: 1000, maxLength: 3000 }),
    );
    fc.assert(
      fc.property(sealings, messages, (sealing, message) => {
        expect(sealed(sealing, message)).toBe(sealedByOpenSsl(sealing, message));
        const theirs = Buffer.from(sealedByOpenSsl(sealing, message), "hex");
        expect(cipher.open(sealing, theirs)).toEqual(new Uint8Array(message));
      }),
      { numRuns: 1_000 },
    );
  });

  it("opens nothing with any bit of it turned, of the text, the nonce or the key, nor what is cut", () => {
    const sealing = {
      key: new Uint8Array(32).fill(1),
      nonce: new Uint8Array(12).fill(2),
      text: new Uint8Array(30).fill(3),
    };
    const good = Buffer.from(sealedByOpenSsl(sealing, new Uint8Array(70).fill(4)), "hex");
    expect(cipher.open(sealing, good)).toEqual(new Uint8Array(70).fill(4));
    const turned = (bytes: Uint8Array, bit: number): Uint8Array =>
      bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    for (let bit = 0; bit < 8 * good.length; bit++) {
      expect(cipher.open(sealing, turned(good, bit))).toBeUndefined();
    }
    for (const part of ["key", "nonce", "text"] as const) {
      for (let bit = 0; bit < 8 * sealing[part].length; bit++) {
        const other = { ...sealing, [part]: turned(sealing[part], bit) };
        expect(cipher.open(other, good)).toBeUndefined();
      }
    }
    for (let length = 0; length < good.length; length++) {
      expect(cipher.open(sealing, good.subarray(0, length))).toBeUndefined();
    }
    expect(cipher.open(sealing, good)).toEqual(new Uint8Array(70).fill(4));
  });

  it("seals what OpenSSL seals at every length around the blocks, and of bytes that are all ones", () => {
    const sealing = {
      key: new Uint8Array(32).fill(255),
      nonce: new Uint8Array(12).fill(255),
      text: new Uint8Array(16).fill(255),
    };
    for (let length = 0; length <= 200; length++) {
      const message = new Uint8Array(length).fill(255);
      expect(sealed(sealing, message)).toBe(sealedByOpenSsl(sealing, message));
    }
    const longest = new Uint8Array(maxBytes - 16).fill(255);
    expect(sealed(sealing, longest)).toBe(sealedByOpenSsl(sealing, longest));
  });

  it("refuses a message above its bound, and keeps nothing of the one before", () => {
    const sealing = { key: new Uint8Array(32), nonce: new Uint8Array(12), text: new Uint8Array() };
    expect(() => sealed(sealing, new Uint8Array(maxBytes + 1))).toThrow("within its bound");
    const once = sealed(sealing, Uint8Array.of(1));
    sealed(sealing, new Uint8Array(5_000).fill(7));
    expect(sealed(sealing, Uint8Array.of(1))).toBe(once);
  });
});

/** Poly1305 as RFC 8439, section 2.5.1, writes it, of whole blocks. */
function tagByTheBook(r: Uint8Array, s: Uint8Array, blocks: Uint8Array): string {
  const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  const multiplier = number(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < blocks.length; at += 16) {
    sum = ((sum + number(blocks.subarray(at, at + 16)) + 2n ** 128n) * multiplier) % (2n ** 130n - 5n);
  }
  const tag = (sum + number(s)) % 2n ** 128n;
  return Buffer.from(tag.toString(16).padStart(32, "0"), "hex").reverse().toString("hex");
}

function tagOf(r: Uint8Array, s: Uint8Array, blocks: Uint8Array): string {
  const memory = Buffer.alloc(128 + blocks.length);
  memory.set(r, 64);
  memory.set(s, 80);
  memory.set(blocks, 128);
  writeTag(new DataView(memory.buffer, memory.byteOffset, memory.length), 128, memory.length);
  return memory.toString("hex", 0, 16);
}

/** RFC 8439, appendix A.3, cases 7 to 11, where sums pass 2^128, 2^130 and the prime: r, s, blocks, tag. */
const hardCases = [
  ["02", "", "ffffffffffffffffffffffffffffffff", "03"],
  ["02", "ffffffffffffffffffffffffffffffff", "02000000000000000000000000000000", "03"],
  ["01", "", `${"ff".repeat(16)}f0${"ff".repeat(15)}11${"00".repeat(15)}`, "05"],
  ["01", "", `${"ff".repeat(16)}fb${"fe".repeat(15)}${"01".repeat(16)}`, ""],
  ["02", "", `fd${"ff".repeat(15)}`, `fa${"ff".repeat(15)}`],
] as const;

describe("Poly1305", () => {
  const wide = (hex: string) => decodeHex(hex.padEnd(32, "0"));

  it.each(hardCases)("gives the tag of the hard case with r = %s and s = %s", (r, s, blocks, tag) => {
    expect(tagByTheBook(wide(r), wide(s), decodeHex(blocks))).toBe(tag.padEnd(32, "0"));
    expect(tagOf(wide(r), wide(s), decodeHex(blocks))).toBe(tag.padEnd(32, "0"));
  });

  it("agrees with the book for keys and blocks made of extremes", () => {
    const extreme = fc.array(fc.constantFrom(0, 1, 4, 0xf0, 0xfb, 0xfc, 0xfe, 0xff), {
      minLength: 16,
      maxLength: 16,
    });
    fc.assert(
      fc.property(extreme, extreme, fc.array(extreme, { maxLength: 12 }), (r, s, blocks) => {
        const parts = [Uint8Array.from(r), Uint8Array.from(s), Uint8Array.from(blocks.flat())] as const;
        expect(tagOf(...parts)).toBe(tagByTheBook(...parts));
      }),
      { numRuns: 3_000 },
    );
  });
});
