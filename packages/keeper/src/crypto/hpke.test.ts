import { readFileSync } from "node:fs";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { decodeHex, encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { describe, expect, it } from "vitest";
import {
  deriveHpkeKeyPair,
  generateHpkeKeyPair,
  type HpkeKeyPair,
  openOnce,
  pairOf,
  publicKeyOf,
  receiveFrom,
  sealOnce,
  sendTo,
} from "./hpke.ts";

interface Vector {
  readonly info: string;
  readonly ikmR: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly skEm: string;
  readonly enc: string;
  readonly encryptions: readonly { readonly aad: string; readonly ct: string; readonly pt: string }[];
  readonly exports: readonly {
    readonly exporter_context: string;
    readonly L: number;
    readonly exported_value: string;
  }[];
}

const path = new URL("../../test/vectors/hpke-p256-sha256-aes256gcm.json", import.meta.url);
const vector = JSON.parse(readFileSync(path, "utf8")) as Vector;
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const info = encodeUtf8("a use");
const aad = encodeUtf8("a place");
const plaintext = encodeUtf8("試験");

function pair(scalar: string): HpkeKeyPair {
  const made = pairOf(decodeHex(scalar));
  if (made === undefined) throw new Error("not a scalar");
  return made;
}
const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

describe("HPKE as RFC 9180's vectors have it", () => {
  it("derives the recipient's pair", () => {
    const derived = deriveHpkeKeyPair(decodeHex(vector.ikmR));
    expect(encodeHex(derived.publicKey)).toBe(vector.pkRm);
    expect(derived.privateKey.equals(pair(vector.skRm).privateKey)).toBe(true);
  });

  it("seals and opens every message, in order", () => {
    const recipient = pair(vector.skRm);
    const { enc, context } = sendTo(
      recipient.publicKey,
      decodeHex(vector.info),
      undefined,
      pair(vector.skEm),
    );
    expect(encodeHex(enc)).toBe(vector.enc);
    const receiver = receiveFrom(enc, recipient, decodeHex(vector.info));
    for (const message of vector.encryptions) {
      const sealed = context.seal(decodeHex(message.aad), decodeHex(message.pt));
      expect(encodeHex(sealed)).toBe(message.ct);
      expect(encodeHex(receiver.open(decodeHex(message.aad), sealed))).toBe(message.pt);
    }
    expect(vector.encryptions).toHaveLength(257);
  });

  it("exports every secret", () => {
    const { context } = sendTo(decodeHex(vector.pkRm), decodeHex(vector.info), undefined, pair(vector.skEm));
    for (const { exporter_context, L, exported_value } of vector.exports) {
      expect(encodeHex(context.export(decodeHex(exporter_context), L))).toBe(exported_value);
    }
  });
});

describe("HPKE with another implementation", () => {
  it("opens what it seals, and exports the same", async () => {
    const ours = generateHpkeKeyPair();
    const theirs = await suite.createSenderContext({
      recipientPublicKey: await suite.kem.deserializePublicKey(buffer(ours.publicKey)),
      info: buffer(info),
    });
    const sealed = await theirs.seal(buffer(plaintext), buffer(aad));
    const context = receiveFrom(new Uint8Array(theirs.enc), ours, info);
    expect(context.open(aad, new Uint8Array(sealed))).toEqual(Buffer.from(plaintext));
    const exported = new Uint8Array(await theirs.export(buffer(aad), 32));
    expect(encodeHex(context.export(aad, 32))).toBe(encodeHex(exported));
  });

  it("is opened by it", async () => {
    const theirs = await suite.kem.generateKeyPair();
    const publicKey = new Uint8Array(await suite.kem.serializePublicKey(theirs.publicKey));
    const sealed = sealOnce(publicKey, info, aad, plaintext);
    const opened = await suite.open(
      { recipientKey: theirs.privateKey, enc: buffer(sealed.subarray(0, 65)), info: buffer(info) },
      buffer(sealed.subarray(65)),
      buffer(aad),
    );
    expect(new Uint8Array(opened)).toEqual(plaintext);
  });
});

describe("HPKE in auth mode, with another implementation", () => {
  it("opens what it seals, and is opened by it, and exports the same", async () => {
    const ours = generateHpkeKeyPair();
    const theirs = await suite.kem.generateKeyPair();
    const point = new Uint8Array(await suite.kem.serializePublicKey(theirs.publicKey));
    const ourPoint = await suite.kem.deserializePublicKey(buffer(ours.publicKey));
    const sender = await suite.createSenderContext({
      recipientPublicKey: ourPoint,
      senderKey: theirs,
      info: buffer(info),
    });
    const sealed = new Uint8Array(await sender.seal(buffer(plaintext), buffer(aad)));
    const receiving = receiveFrom(new Uint8Array(sender.enc), ours, info, point);
    expect(receiving.open(aad, sealed)).toEqual(Buffer.from(plaintext));

    const { enc, context } = sendTo(point, info, ours);
    const receiver = await suite.createRecipientContext({
      recipientKey: theirs.privateKey,
      senderPublicKey: ourPoint,
      enc: buffer(enc),
      info: buffer(info),
    });
    const opened = await receiver.open(buffer(context.seal(aad, plaintext)), buffer(aad));
    expect(new Uint8Array(opened)).toEqual(plaintext);
    const exported = new Uint8Array(await receiver.export(buffer(aad), 32));
    expect(encodeHex(context.export(aad, 32))).toBe(encodeHex(exported));
  });

  it("opens nothing of another sender, nor of none", () => {
    const [recipient, sender] = [generateHpkeKeyPair(), generateHpkeKeyPair()];
    for (const other of [generateHpkeKeyPair(), recipient, undefined]) {
      const { enc, context } = sendTo(recipient.publicKey, info, other);
      const sealed = context.seal(aad, plaintext);
      const receiving = receiveFrom(enc, recipient, info, sender.publicKey);
      expect(() => receiving.open(aad, sealed)).toThrow("does not open");
    }
  });
});

describe("what was sealed", () => {
  const recipient = generateHpkeKeyPair();
  const sealed = sealOnce(recipient.publicKey, info, aad, plaintext);

  it("opens in its place", () => {
    expect(openOnce(recipient, info, aad, sealed)).toEqual(Buffer.from(plaintext));
  });

  const wrong: Record<string, () => Uint8Array> = {
    "for another recipient": () => openOnce(generateHpkeKeyPair(), info, aad, sealed),
    "for another use": () => openOnce(recipient, aad, aad, sealed),
    "in another place": () => openOnce(recipient, info, info, sealed),
    "with an edited byte": () =>
      openOnce(
        recipient,
        info,
        aad,
        sealed.map((byte, i) => byte ^ Number(i === 70)),
      ),
    "with an edited encapsulated key": () =>
      openOnce(
        recipient,
        info,
        aad,
        sealed.map((byte, i) => byte ^ Number(i === 20)),
      ),
    "cut short": () => openOnce(recipient, info, aad, sealed.subarray(0, 80)),
    "of nothing": () => openOnce(recipient, info, aad, new Uint8Array(0)),
  };
  it.each(Object.keys(wrong))("does not open %s", (name) => {
    expect(() => wrong[name]?.()).toThrow("does not open");
  });

  it("is never for a point off the curve", () => {
    expect(() => publicKeyOf(Uint8Array.from({ length: 65 }, (_, i) => (i === 0 ? 4 : i)))).toThrow(
      "does not open",
    );
  });
});
