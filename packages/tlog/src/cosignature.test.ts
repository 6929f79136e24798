import { decodeUtf8, encodeHex } from "@kura/kernel/bytes.ts";
import { describe, expect, it } from "vitest";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import { hasMlDsa44, signerOf } from "../test/signers.ts";
import { encodeCheckpoint } from "./checkpoint.ts";
import {
  checkSignature,
  cosignedMessage,
  encodeSubtreeMessage,
  encodeTimestamped,
  parseTimestamped,
  verifySubtreeCosignature,
} from "./cosignature.ts";
import { openNote } from "./note.ts";
import { signNote, signText } from "./signer.ts";
import type { Subtle } from "./subtle.ts";
import { createVerifierKey, keyType } from "./verifier-key.ts";

const root = new Uint8Array(32).fill(5);
const text = encodeCheckpoint({ origin: "log.example", size: 9n, root });
const withExtension = `${text}an extension\n`;
const mlDsaKey = createVerifierKey("w.example", keyType.mlDsa44, new Uint8Array(1312));

describe("an Ed25519 cosignature", () => {
  it("signs the header, the time and the whole text", async () => {
    const { key } = await signerOf("w.example", keyType.cosignature);
    const message = decodeUtf8(cosignedMessage(key, withExtension, 1_679_315_147n));
    expect(message).toBe(`cosignature/v1\ntime 1679315147\n${withExtension}`);
  });

  it.skipIf(!hasVectors)("signs the message of the specification's example", async () => {
    const examples = readVector("02-c2sp-examples/c2sp-examples.json") as Record<string, string>;
    const expected = examples["cosignatureV1_signedMessage"] ?? "";
    const { key } = await signerOf("w.example", keyType.cosignature);
    const body = expected.split("\n").slice(2).join("\n");
    expect(decodeUtf8(cosignedMessage(key, body, 1_679_315_147n))).toBe(expected);
  });

  it("verifies with its time, and not with another, another text or as a plain signature", async () => {
    const witness = await signerOf("w.example", keyType.cosignature);
    const { signature } = await signText(text, witness, 1_700_000_000n);
    expect(await checkSignature(witness.key, text, signature)).toEqual({
      verdict: "valid",
      timestamp: 1_700_000_000n,
    });
    const { signature: raw } = parseTimestamped(signature);
    const later = encodeTimestamped({ timestamp: 1_700_000_001n, signature: raw });
    const invalid = { verdict: "invalid", timestamp: undefined };
    expect(await checkSignature(witness.key, text, later)).toEqual(invalid);
    expect(await checkSignature(witness.key, withExtension, signature)).toEqual(invalid);
    const plain = await signerOf("w.example", keyType.ed25519);
    expect(await checkSignature(plain.key, text, signature)).toEqual(invalid);
    expect(await checkSignature(plain.key, text, raw)).toEqual(invalid);
  });

  it("is invalid on a text that is no checkpoint, too short, or with a time above 2^63 - 1", async () => {
    const { key } = await signerOf("w.example", keyType.cosignature);
    const invalid = { verdict: "invalid", timestamp: undefined };
    expect(await checkSignature(key, "just a note\n", new Uint8Array(72))).toEqual(invalid);
    expect(await checkSignature(key, text, new Uint8Array(8))).toEqual(invalid);
    expect(await checkSignature(key, text, new Uint8Array(72).fill(0xff))).toEqual(invalid);
    expect(() => parseTimestamped(new Uint8Array(9).fill(0xff))).toThrow(
      expect.objectContaining({ code: "malformed-cosignature" }),
    );
  });

  it("is not made of a text that is no checkpoint", async () => {
    const witness = await signerOf("w.example", keyType.cosignature);
    await expect(signNote("just a note\n", [witness], 1n)).rejects.toThrow(
      expect.objectContaining({ code: "malformed-checkpoint" }),
    );
  });
});

describe("an ML-DSA-44 cosignature", () => {
  it("signs the structure of the specification, byte by byte", () => {
    const message = encodeSubtreeMessage({
      cosigner: "w",
      timestamp: 1n,
      origin: "log",
      range: { start: 0n, end: 258n },
      root,
    });
    const fields = ["737562747265652f76310a00", "01", "77", "0000000000000001", "03", "6c6f67"];
    expect(encodeHex(message)).toBe(
      [...fields, "0000000000000000", "0000000000000102", "05".repeat(32)].join(""),
    );
  });

  it("does not cover extension lines", () => {
    expect(cosignedMessage(mlDsaKey, withExtension, 7n)).toEqual(cosignedMessage(mlDsaKey, text, 7n));
  });

  it("is not made for a time on a subtree, a name above 255 bytes, or a range that is no subtree", () => {
    const good = { cosigner: "w", timestamp: 0n, origin: "log", range: { start: 8n, end: 13n }, root };
    expect(encodeSubtreeMessage(good).length).toBeGreaterThan(0);
    for (const bad of [
      { ...good, timestamp: 1n },
      { ...good, timestamp: 1n << 63n, range: { start: 0n, end: 1n } },
      { ...good, cosigner: "w".repeat(256) },
      { ...good, origin: "蔵".repeat(86) },
      { ...good, origin: "" },
      { ...good, range: { start: 8n, end: 17n } },
      { ...good, root: new Uint8Array(31) },
    ]) {
      expect(() => encodeSubtreeMessage(bad)).toThrow(
        expect.objectContaining({ code: "malformed-cosignature" }),
      );
    }
  });

  it("is reported as unsupported where the platform lacks the algorithm, never as valid", async () => {
    const bare: Subtle = {
      importKey: async () => {
        throw new DOMException("unrecognized algorithm", "NotSupportedError");
      },
      exportKey: async () => undefined,
      sign: async () => new ArrayBuffer(0),
      verify: async () => true,
    };
    const line = encodeTimestamped({ timestamp: 0n, signature: new Uint8Array(2420) });
    expect(await checkSignature(mlDsaKey, text, line, bare)).toEqual({
      verdict: "unsupported",
      timestamp: undefined,
    });
    const subtree = { origin: "log", range: { start: 8n, end: 13n }, root };
    const unsupported = expect.objectContaining({ code: "unsupported-algorithm" });
    await expect(verifySubtreeCosignature(mlDsaKey, subtree, line, bare)).rejects.toThrow(unsupported);
  });

  it.skipIf(!hasMlDsa44)("verifies on a checkpoint, under its own name only", async () => {
    const witness = await signerOf("w.example", keyType.mlDsa44);
    const note = await signNote(text, [witness], 1_700_000_000n);
    const opened = await openNote(note, [witness.key]);
    expect(opened.verified.map(({ timestamp }) => timestamp)).toEqual([1_700_000_000n]);
    const { signature } = await signText(text, witness, 1_700_000_000n);
    const renamed = createVerifierKey("v.example", keyType.mlDsa44, witness.key.publicKey);
    expect((await checkSignature(renamed, text, signature)).verdict).toBe("invalid");
    expect((await checkSignature(witness.key, text.replace("\n9\n", "\n8\n"), signature)).verdict).toBe(
      "invalid",
    );
  });

  it.skipIf(!hasMlDsa44)("verifies on a subtree, and on no other", async () => {
    const { key, sign } = await signerOf("w.example", keyType.mlDsa44);
    const subtree = { origin: "log.example", range: { start: 8n, end: 13n }, root };
    const signature = await sign(encodeSubtreeMessage({ cosigner: key.name, timestamp: 0n, ...subtree }));
    const line = encodeTimestamped({ timestamp: 0n, signature });
    expect(await verifySubtreeCosignature(key, subtree, line)).toEqual({ timestamp: 0n });
    const other = { ...subtree, range: { start: 8n, end: 12n } };
    await expect(verifySubtreeCosignature(key, other, line)).rejects.toThrow(
      expect.objectContaining({ code: "bad-signature" }),
    );
    const { key: plain } = await signerOf("w.example");
    await expect(verifySubtreeCosignature(plain, subtree, line)).rejects.toThrow(
      expect.objectContaining({ code: "unsupported-algorithm" }),
    );
  });
});
