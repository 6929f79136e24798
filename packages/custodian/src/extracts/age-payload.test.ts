import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { decryptPayload, encryptPayload } from "./age-payload.ts";

const fileKey = new Uint8Array(16).fill(7);
/** Around the length of a chunk, and none at all. */
const lengths = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000];

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function joined(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

const plainOf = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => i % 251));

/** The library's header around our payload, and the other way round. */
async function libraryFile(plain: Uint8Array) {
  const identity = await generateX25519Identity();
  const [encrypter, decrypter] = [new Encrypter(), new Decrypter()];
  encrypter.addRecipient(await identityToRecipient(identity));
  decrypter.addIdentity(identity);
  const file = Buffer.from(await encrypter.encrypt(plain));
  const header = file.subarray(0, file.indexOf("\n", file.indexOf("\n--- ") + 1) + 1);
  return { decrypter, header, payload: file.subarray(header.length) };
}

describe("the payload of an age file", () => {
  it.each(lengths)("of %i bytes is opened by the age library", async (length) => {
    const { decrypter, header } = await libraryFile(new Uint8Array(3));
    const key = await decrypter.decryptHeader(header);
    const payload = await joined(encryptPayload(key, pieces(plainOf(length), 10_007)));
    const opened = await decrypter.decrypt(new Uint8Array(Buffer.concat([header, payload])));
    expect(Buffer.from(opened).equals(plainOf(length))).toBe(true);
  });

  it.each(lengths)("of %i bytes that the age library wrote is opened here", async (length) => {
    const { decrypter, header, payload } = await libraryFile(plainOf(length));
    const opened = await joined(
      decryptPayload(await decrypter.decryptHeader(header), pieces(payload, 10_007)),
    );
    expect(opened.equals(plainOf(length))).toBe(true);
  });

  it("does not open when chunks are cut off, exchanged or changed", async () => {
    const payload = await joined(encryptPayload(fileKey, pieces(plainOf(200_000), 65_536)));
    const [salt, chunk] = [16, 65_552];
    const at = (n: number): Buffer => payload.subarray(salt + n * chunk, salt + (n + 1) * chunk);
    const nonce = payload.subarray(0, salt);
    const turned = Buffer.from(payload);
    turned[100_000] = (turned[100_000] ?? 0) ^ 1;
    const bad = [
      payload.subarray(0, salt + 3 * chunk),
      Buffer.concat([nonce, at(1), at(0), at(2), at(3)]),
      Buffer.concat([nonce, at(0), at(2), at(3)]),
      Buffer.concat([payload, Buffer.alloc(1)]),
      payload.subarray(0, -1),
      payload.subarray(0, 8),
      turned,
    ];
    for (const bytes of bad)
      await expect(joined(decryptPayload(fileKey, pieces(bytes, 5_000)))).rejects.toThrow(
        /authenticate|too early/u,
      );
  });
});
