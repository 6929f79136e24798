import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import {
  createVerifierKey,
  encodeVerifierKey,
  isKeyName,
  keyType,
  parseVerifierKey,
} from "./verifier-key.ts";

const anyName = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).filter(isKeyName);
const anyKey = fc
  .tuple(
    anyName,
    fc.constantFrom(keyType.ed25519, keyType.cosignature),
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
  )
  .map(([name, type, publicKey]) => createVerifierKey(name, type, publicKey));

function isRefused(text: string): boolean {
  try {
    parseVerifierKey(text);
    return false;
  } catch (error) {
    if (!["malformed-key", "unsupported-algorithm"].includes((error as { code?: string }).code ?? ""))
      throw error;
    return true;
  }
}

describe("a verifier key", () => {
  it("and its text are one and the same", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(parseVerifierKey(encodeVerifierKey(key))).toEqual(key);
      }),
    );
  });

  it("has another ID for another type, so that one key pair may serve both", () => {
    const publicKey = new Uint8Array(32).fill(7);
    const plain = createVerifierKey("log.example", keyType.ed25519, publicKey);
    const cosigner = createVerifierKey("log.example", keyType.cosignature, publicKey);
    expect(plain.id).not.toBe(cosigner.id);
  });

  it("is refused under a name with white space, a plus sign or a control character, or without a name", () => {
    for (const name of [
      "",
      "a b",
      "a+b",
      "a\u00a0b",
      "a\u2003b",
      "a\u0085b",
      "a\u3000b",
      "a\tb",
      "a\u0001b",
      "a\ud800",
    ]) {
      expect(isKeyName(name)).toBe(false);
      expect(() => createVerifierKey(name, keyType.ed25519, new Uint8Array(32))).toThrow("name or length");
    }
    expect(isKeyName("蔵.example/記録\u200b")).toBe(true);
  });

  it("is refused with a key of another length or an upper-case ID", () => {
    const text = encodeVerifierKey(
      createVerifierKey("log.example", keyType.ed25519, new Uint8Array(32).fill(1)),
    );
    expect(() => createVerifierKey("log.example", keyType.mlDsa44, new Uint8Array(1311))).toThrow("length");
    const upper = text.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase());
    expect(upper).not.toBe(text);
    expect(isRefused(upper)).toBe(true);
    expect(isRefused(`${text}\n`)).toBe(true);
  });
});

describe.skipIf(!hasVectors)("the verifier keys of other implementations", () => {
  const notes = (
    hasVectors ? readVector("03-signed-note/signed-note.json") : { badVkeys: [], signer: { vkey: "" } }
  ) as {
    badVkeys: string[];
    signer: { vkey: string };
  };
  const others = (
    hasVectors ? readVector("03-signed-note/vkeys-other-types.json") : { accept: [], rejectECDSA: [] }
  ) as {
    accept: { name: string; vkey: string }[];
    rejectECDSA: string[];
  };

  it("are parsed, also those of types that only have a name here", () => {
    for (const { vkey } of others.accept) expect(encodeVerifierKey(parseVerifierKey(vkey))).toBe(vkey);
    expect(others.accept.length).toBeGreaterThan(0);
  });

  it("are refused where they are bad", () => {
    for (const vkey of [...notes.badVkeys, ...others.rejectECDSA]) expect(isRefused(vkey)).toBe(true);
    expect(notes.badVkeys.length).toBeGreaterThan(0);
  });

  it("are refused as any proper substring, and with any one byte incremented", () => {
    const { vkey } = notes.signer;
    const substrings: string[] = [];
    for (let start = 0; start < vkey.length; start++) {
      for (let end = start; end <= vkey.length; end++) substrings.push(vkey.slice(start, end));
    }
    expect(substrings.filter((text) => !isRefused(text))).toEqual([vkey]);
    for (let i = 0; i < vkey.length; i++) {
      const bent = vkey.slice(0, i) + String.fromCharCode(vkey.charCodeAt(i) + 1) + vkey.slice(i + 1);
      expect(isRefused(bent)).toBe(true);
    }
  });
});
