import { generateKeyPairSync, sign } from "node:crypto";
import { decodeBase64, encodeUtf8 } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import { signerOf } from "../test/signers.ts";
import { addSignatures, encodeNote, openNote, parseNote } from "./note.ts";
import type { Note } from "./note.ts";
import { encodeSignerKey, parseSignerKey, signNote } from "./signer.ts";
import {
  createVerifierKey,
  encodeVerifierKey,
  isKeyName,
  keyType,
  parseVerifierKey,
} from "./verifier-key.ts";

interface Vectors {
  readonly badUtf8Base64: string;
  readonly signer: {
    readonly skey: string;
    readonly vkey: string;
    readonly text: string;
    readonly wantNote: string;
  };
  readonly cases: readonly NoteCase[];
}

interface NoteCase {
  readonly name: string;
  readonly note: string;
  readonly vkeys: readonly string[];
  readonly ok: boolean;
  readonly verified?: readonly string[];
  readonly unverified?: readonly string[];
}

const malformed = expect.objectContaining({ code: "malformed-note" });

describe.skipIf(!hasVectors)("the vectors of golang.org/x/mod/sumdb/note", () => {
  const vectors = (hasVectors ? readVector("03-signed-note/signed-note.json") : { cases: [] }) as Vectors;

  it.each(vectors.cases.filter(({ ok }) => ok))(
    "opens: $name",
    async ({ note, vkeys, verified, unverified }) => {
      const opened = await openNote(note, vkeys.map(parseVerifierKey));
      expect(opened.verified.map(({ key }) => key.name)).toEqual(verified);
      const names = opened.unverified.map(({ name }) => name);
      expect(names).toEqual(unverified ?? names);
    },
  );

  it.each(vectors.cases.filter(({ ok }) => !ok))("refuses: $name", async ({ note, vkeys }) => {
    const code = expect.stringMatching(/^(malformed-note|bad-signature|unknown-signer)$/);
    await expect(openNote(note, vkeys.map(parseVerifierKey))).rejects.toThrow(
      expect.objectContaining({ code }),
    );
  });

  it("signs the same text to the same bytes with the published key", async () => {
    const { skey, vkey, text, wantNote } = vectors.signer;
    const signer = await parseSignerKey(skey);
    expect(encodeVerifierKey(signer.key)).toBe(vkey);
    expect(await signNote(text, [signer], 0n)).toBe(wantNote);
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => parseNote(decodeBase64(vectors.badUtf8Base64))).toThrow(malformed);
  });

  it("opens the specification's example", async () => {
    const { signedNote } = readVector("02-c2sp-examples/c2sp-examples.json") as {
      signedNote: { vkey: string; note: string };
    };
    const opened = await openNote(signedNote.note, [parseVerifierKey(signedNote.vkey)]);
    expect(opened.text).toBe("This is an example message.\n");
  });
});

describe("a note", () => {
  const anyLine = fc
    .string({ unit: "grapheme", maxLength: 40 })
    .map((line) => line.replaceAll(/[\p{Cc}\p{Cs}]/gu, "x"));
  const anyNote: fc.Arbitrary<Note> = fc.record({
    text: fc.array(anyLine, { minLength: 1, maxLength: 6 }).map((lines) => `${lines.join("\n")}\n`),
    signatures: fc.array(
      fc.record({
        name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter(isKeyName),
        id: fc.nat({ max: 0xffff_ffff }),
        signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
      }),
      { minLength: 1, maxLength: 100 },
    ),
  });

  it("and its text form are one and the same", () => {
    fc.assert(
      fc.property(anyNote, (note) => {
        const encoded = encodeNote(note);
        expect(parseNote(encoded)).toEqual(note);
        expect(parseNote(encodeUtf8(encoded))).toEqual(note);
      }),
    );
  });

  it("may have empty lines in its text: the last one separates", () => {
    const note = {
      text: "a\n\n\u2014 b AAAAAAA=\n",
      signatures: [{ name: "c", id: 1, signature: Uint8Array.of(2) }],
    };
    expect(parseNote(encodeNote(note))).toEqual(note);
  });

  it.each([
    ["no signature", "text\n\n"],
    ["no empty line", "text\n\u2014 a AAAAAAA=\n"],
    ["a carriage return", "text\r\n\n\u2014 a AAAAAAA=\n"],
    ["a tab", "te\txt\n\n\u2014 a AAAAAAA=\n"],
    ["a hyphen for the dash", "text\n\n- a AAAAAAA=\n"],
    ["two spaces", "text\n\n\u2014  a AAAAAAA=\n"],
    ["a trailing space", "text\n\n\u2014 a AAAAAAA= \n"],
    ["a plus in the name", "text\n\n\u2014 a+b AAAAAAA=\n"],
    ["a wide space in the name", "text\n\n\u2014 a\u3000b AAAAAAA=\n"],
    ["base64 without padding", "text\n\n\u2014 a AAAAAAA\n"],
    ["base64 with unused bits", "text\n\n\u2014 a AAAAAAB=\n"],
    ["a key ID without a signature", "text\n\n\u2014 a AAAAAA==\n"],
    ["no last newline", "text\n\n\u2014 a AAAAAAA="],
    ["a byte order mark before the dash", "text\n\n\ufeff\u2014 a AAAAAAA=\n"],
    ["a lone surrogate", "te\ud800xt\n\n\u2014 a AAAAAAA=\n"],
  ])("is refused with %s", (_, note) => {
    expect(() => parseNote(note)).toThrow(malformed);
  });

  it("may have 16 signatures and more, and not more than 100", () => {
    const line = "\u2014 a AAAAAAA=\n";
    expect(parseNote(`text\n\n${line.repeat(100)}`).signatures).toHaveLength(100);
    expect(() => parseNote(`text\n\n${line.repeat(101)}`)).toThrow(malformed);
    expect(() => parseNote(`${"x".repeat(1_000_000)}\n\n${line}`)).toThrow(malformed);
  });
});

describe("opening a note", () => {
  it("believes every known key and lists the others", async () => {
    const [a, b, c] = await Promise.all([
      signerOf("a.example"),
      signerOf("b.example"),
      signerOf("c.example"),
    ]);
    const note = await signNote("hello\n", [a, b, c], 0n);
    const opened = await openNote(note, [a.key, c.key]);
    expect(opened.verified.map(({ key }) => key.name)).toEqual(["a.example", "c.example"]);
    expect(opened.unverified.map(({ name }) => name)).toEqual(["b.example"]);
  });

  it("refuses it whole when one known key's signature is broken, whatever else verifies", async () => {
    const [a, b] = await Promise.all([signerOf("a.example"), signerOf("b.example")]);
    const { text, signatures } = parseNote(await signNote("hello\n", [a, b], 0n));
    const [first, second] = signatures;
    if (first === undefined || second === undefined) throw new Error("two were signed");
    const bent = { ...second, signature: second.signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) };
    const note = encodeNote({ text, signatures: [first, second, bent] });
    await expect(openNote(note, [a.key, b.key])).rejects.toThrow(
      expect.objectContaining({ code: "bad-signature" }),
    );
    expect((await openNote(note, [a.key])).verified).toHaveLength(1);
  });

  it("does not take a key for known that shares only its name or only its ID", async () => {
    const a = await signerOf("a.example");
    const note = await signNote("hello\n", [a], 0n);
    const otherName = { ...a.key, name: "b.example" };
    const otherId = { ...a.key, id: a.key.id ^ 1 };
    for (const key of [otherName, otherId]) {
      await expect(openNote(note, [key])).rejects.toThrow(
        expect.objectContaining({ code: "unknown-signer" }),
      );
    }
  });

  it("does not verify after any change of the text", async () => {
    const a = await signerOf("a.example");
    const { signatures } = parseNote(await signNote("hello\n", [a], 0n));
    for (const text of ["hello \n", "Hello\n", "hello\n\n", "hell\n"]) {
      const refused = expect.objectContaining({ code: "bad-signature" });
      await expect(openNote(encodeNote({ text, signatures }), [a.key])).rejects.toThrow(refused);
    }
  });

  it("refuses two known keys that share name and ID, and takes the same key twice", async () => {
    const a = await signerOf("a.example");
    const twin = { ...a.key, publicKey: a.key.publicKey.map((byte) => byte ^ 1) };
    const note = await signNote("hello\n", [a], 0n);
    await expect(openNote(note, [a.key, twin])).rejects.toThrow(
      expect.objectContaining({ code: "ambiguous-key" }),
    );
    expect((await openNote(note, [a.key, a.key])).verified).toHaveLength(1);
  });

  it("names an algorithm that cannot be verified here, and does not count it", async () => {
    const a = await signerOf("a.example");
    const ecdsa = createVerifierKey("ecdsa.example", keyType.ecdsa, Uint8Array.of(1, 2, 3));
    const line = { name: ecdsa.name, id: ecdsa.id, signature: Uint8Array.of(1) };
    const both = await signNote("hello\n", [a], 0n, [line]);
    expect((await openNote(both, [a.key, ecdsa])).unverified).toEqual([line]);
    const only = encodeNote({ text: "hello\n", signatures: [line] });
    const unsupported = expect.objectContaining({ code: "unsupported-algorithm" });
    await expect(openNote(only, [ecdsa])).rejects.toThrow(unsupported);
  });
});

describe("signing", () => {
  it("is done by any function, such as node:crypto with a key that never leaves it", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = decodeBase64(
      publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64"),
    );
    const key = createVerifierKey("a.example", keyType.ed25519, raw);
    const note = await signNote("hello\n", [{ key, sign: (message) => sign(null, message, privateKey) }], 0n);
    expect((await openNote(note, [key])).verified).toHaveLength(1);
  });

  it("puts existing signatures first and replaces those of its own key", async () => {
    const [a, b] = await Promise.all([signerOf("a.example"), signerOf("b.example")]);
    const first = await signNote("hello\n", [a, b], 0n);
    const again = await signNote("hello\n", [a], 0n, parseNote(first).signatures);
    expect(parseNote(again).signatures.map(({ name }) => name)).toEqual(["b.example", "a.example"]);
    expect(addSignatures(first, parseNote(again).signatures)).toBe(first);
  });

  it("refuses text that no reader would take", async () => {
    const a = await signerOf("a.example");
    await expect(signNote("a tab\there\n", [a], 0n)).rejects.toThrow(malformed);
    await expect(signNote("no newline", [a], 0n)).rejects.toThrow("ends in a newline");
  });

  it("has a secret text form that gives the signer back, and refuses any other", async () => {
    const seed = new Uint8Array(32).fill(1);
    for (const type of [keyType.ed25519, keyType.cosignature] as const) {
      const { key } = await signerOf("a.example", type);
      const text = encodeSignerKey(key, seed);
      expect((await parseSignerKey(text)).key).toEqual(key);
      const refused = expect.objectContaining({ code: "malformed-key" });
      await expect(parseSignerKey(text.replace("a.example", "b.example"))).rejects.toThrow(refused);
      await expect(parseSignerKey(text.slice(1))).rejects.toThrow(refused);
      await expect(parseSignerKey(text.slice(0, -4))).rejects.toThrow(refused);
    }
  });
});
