import { generateKeyPairSync, sign, verify } from "node:crypto";
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { describe, expect, it } from "vitest";
import { type AssertionChange, Passkey } from "../../test/passkey.ts";
import { type ProofRefusal, verifyProof, verifySignature } from "./credential.ts";
import { generateActorKey, signMessage } from "../order-session.ts";
import type { Proof } from "../protocol/sign-in.ts";

const message = encodeUtf8("kura/sign-in/1\nwhat was bound");

describe("a signature r ‖ s of P-256", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const other = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  const signed = () => sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });

  it("is verified however many zeros its halves begin with", () => {
    // Every two hundred and fifty-sixth half begins with one.
    const signatures = Array.from({ length: 2_000 }, signed);
    expect(signatures.some((one) => one[0] === 0) && signatures.some((one) => one[32] === 0)).toBe(true);
    expect(signatures.every((one) => verifySignature(publicKey, message, one))).toBe(true);
  });

  const edits: Record<string, (signature: Buffer) => Buffer> = {
    "of zeros": (signature) => signature.fill(0),
    "of ones": (signature) => signature.fill(0xff),
    "whose r is zero": (signature) => signature.fill(0, 0, 32),
    "whose s is zero": (signature) => signature.fill(0, 32),
    "with its halves exchanged": (signature) =>
      Buffer.concat([signature.subarray(32), signature.subarray(0, 32)]),
    "with its last bit changed": (signature) => signature.map((byte, i) => byte ^ Number(i === 63)) as Buffer,
    "with its first bit changed": (signature) =>
      signature.map((byte, i) => byte ^ (i === 0 ? 0x80 : 0)) as Buffer,
    "a byte shorter": (signature) => signature.subarray(1),
    "a byte longer": (signature) => Buffer.concat([Buffer.alloc(1), signature]),
  };
  it.each(Object.keys(edits))("is refused %s, as Node refuses it", (name) => {
    const edited = edits[name]?.(signed()) ?? Buffer.alloc(0);
    expect(verifySignature(publicKey, message, edited)).toBe(false);
    expect(verify("sha256", message, other, edited)).toBe(false);
  });
});

describe("an assertion by a passkey", () => {
  it("is verified, with its counter", () => {
    const passkey = new Passkey("anna");
    const proof = passkey.assert(message);
    expect(verifyProof(passkey.credential, message, proof, 0)).toEqual({ outcome: "verified", signCount: 1 });
  });

  const refused: Record<string, readonly [ProofRefusal, AssertionChange]> = {
    "for a registration": ["other-type", { type: "webauthn.create" }],
    "over another challenge": ["other-challenge", { challenge: "AAAA" }],
    "made on another site": ["other-origin", { origin: "https://kura.example.evil" }],
    "made on the site without TLS": ["other-origin", { origin: "http://kura.example" }],
    "made in another site's frame": ["cross-origin", { more: { crossOrigin: true } }],
    "made in a frame that names its top": ["cross-origin", { more: { topOrigin: "https://evil.example" } }],
    "of another relying party": ["other-rp-id", { rpId: "evil.example" }],
    "without the user's presence": ["user-not-present", { flags: 0x04 }],
    "without the user's verification": ["user-not-verified", { flags: 0x01 }],
    "whose counter stands still": ["counter-went-back", { signCount: 7 }],
    "whose counter went back to nothing": ["counter-went-back", { signCount: 0 }],
  };
  it.each(Object.keys(refused))("is refused %s", (name) => {
    const [outcome, change] = refused[name] ?? [];
    const passkey = new Passkey("anna");
    expect(verifyProof(passkey.credential, message, passkey.assert(message, change), 7).outcome).toBe(
      outcome,
    );
  });

  it("is refused for another text than the one it was made for", () => {
    const passkey = new Passkey("anna");
    const proof = passkey.assert(encodeUtf8("kura/sign-in/1\nsomething else"));
    expect(verifyProof(passkey.credential, message, proof, 0).outcome).toBe("other-challenge");
  });

  it("is refused with any byte of it changed", () => {
    const passkey = new Passkey("anna");
    const proof = passkey.assert(message);
    if (proof.kind !== "passkey") throw new Error("not a passkey's");
    for (const part of ["authenticatorData", "clientData", "signature"] as const) {
      for (let at = 0; at < proof[part].length; at += 5) {
        const edited = proof[part].map((byte, i) => byte ^ Number(i === at));
        const outcome = verifyProof(passkey.credential, message, { ...proof, [part]: edited }, 0);
        expect(outcome.outcome).not.toBe("verified");
      }
    }
  });

  it("is refused for another person's passkey", () => {
    const [anna, berta] = [new Passkey("anna"), new Passkey("berta")];
    expect(verifyProof(berta.credential, message, anna.assert(message), 0).outcome).toBe("bad-signature");
  });

  it("is refused cut short, empty or of nonsense", () => {
    const passkey = new Passkey("anna");
    const proof = passkey.assert(message);
    if (proof.kind !== "passkey") throw new Error("not a passkey's");
    const wrong: readonly Proof[] = [
      { ...proof, authenticatorData: proof.authenticatorData.subarray(0, 36) },
      { ...proof, clientData: new Uint8Array(0) },
      { ...proof, clientData: encodeUtf8("null") },
      { ...proof, clientData: encodeUtf8("[1") },
    ];
    for (const one of wrong) {
      expect(verifyProof(passkey.credential, message, one, 0).outcome).toBe("malformed-assertion");
    }
  });
});

describe("a signature by a key file", () => {
  const { key, publicKey } = generateActorKey("anna", "anna-key");
  const credential = { kind: "key-file", actor: "anna", publicKey } as const;

  it("is verified", () => {
    const signature = signMessage(key.privateKey, message);
    expect(verifyProof(credential, message, { kind: "key-file", signature }, 0).outcome).toBe("verified");
  });

  it("is refused where a passkey is enrolled, and a passkey where a key file is", () => {
    const passkey = new Passkey("anna");
    const proof = { kind: "key-file", signature: signMessage(key.privateKey, message) } as const;
    expect(verifyProof(passkey.credential, message, proof, 0).outcome).toBe("other-kind");
    expect(verifyProof(credential, message, passkey.assert(message), 0).outcome).toBe("other-kind");
  });

  it("is refused edited, of another length, or for another text", () => {
    const signature = signMessage(key.privateKey, message);
    const wrong = [
      signature.map((byte, i) => byte ^ Number(i === 3)),
      signature.subarray(1),
      new Uint8Array(0),
    ];
    for (const one of wrong) {
      const outcome = verifyProof(credential, message, { kind: "key-file", signature: one }, 0);
      expect(outcome.outcome).toBe("bad-signature");
    }
    const other = { kind: "key-file", signature: signMessage(key.privateKey, encodeUtf8("x")) } as const;
    expect(verifyProof(credential, message, other, 0).outcome).toBe("bad-signature");
  });
});
