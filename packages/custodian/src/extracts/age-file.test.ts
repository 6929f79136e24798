import { createHmac, createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { deriveHpkeKeyPair, openOnce } from "@kura/keeper/crypto/hpke.ts";
import { deriveKey } from "@kura/keeper/crypto/key-file.ts";
import { openChunk } from "@kura/keeper/order-session.ts";
import { decodeChunkRows, fileKeyAad, fileKeyInfo } from "@kura/keeper/protocol/extracts.ts";
import { decryptFile, encryptFile, type FileHead } from "./age-file.ts";

const extractId = "01a20329-624e-75eb-904a-361042028e8c";
const head: FileHead = { extractId, rows: 2, chunkRows: 16 };
const keeper = deriveHpkeKeyPair(new Uint8Array(32).fill(8));

const release = async (given: FileHead, body: Uint8Array): Promise<Uint8Array> => {
  expect(given).toEqual(head);
  return openOnce(keeper, fileKeyInfo, fileKeyAad(given.extractId), body);
};

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  ReadableStream.from<Uint8Array>([bytes.slice()]);

async function chunksOf(bytes: Uint8Array, asked = release): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of decryptFile(streamOf(bytes), asked)) chunks.push(Buffer.from(chunk));
  return chunks;
}

async function fileOf(chunks: readonly Uint8Array[]): Promise<Buffer> {
  const given = async function* () {
    for (const chunk of chunks) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(chunk.length);
      yield Buffer.concat([length, chunk]);
    }
  };
  const file = await encryptFile(head, keeper.publicKey, given());
  return Buffer.from(await new Response(file).arrayBuffer());
}

describe("the worked example of docs/formats/extract.md", () => {
  const page = readFileSync(new URL("../../../../docs/formats/extract.md", import.meta.url), "utf8");
  const blocks = page.split("## Example")[1]?.match(/```\n[\s\S]*?\n```/gu) ?? [];
  const lines = blocks.map((block) => block.split("\n").slice(1, -1));
  const [[extractKey, chunkKey] = [], [...rows] = [], [...file] = []] = lines;
  const [plain = "", chunk = ""] = rows.join("\n").split("\n\n");

  it("derives its keys", () => {
    const key = deriveKey(createSecretKey(Buffer.alloc(32, 7)), `kura/extract/1/${extractId}`);
    expect(key.toString("hex")).toBe(extractKey);
    expect(createHmac("sha256", key).update(Buffer.alloc(4)).digest("hex")).toBe(chunkKey);
  });

  it("opens its file to its chunk, and its chunk to its rows", async () => {
    const chunks = await chunksOf(Buffer.from(file.join(""), "base64"));
    expect(chunks.map((bytes) => bytes.toString("hex"))).toEqual([chunk.replaceAll("\n", "").slice(8)]);
    const opened = openChunk(Buffer.from(chunkKey ?? "", "hex"), chunks[0] ?? Buffer.alloc(0));
    expect(Buffer.from(opened).toString("hex")).toBe(plain.replaceAll("\n", ""));
    expect(decodeChunkRows(opened, 2)).toEqual([
      ["試験 花子", "架空県試験市1番地"],
      ["試験 太郎", "架空県試験市2番地"],
    ]);
  });
});

describe("the file of an extract", () => {
  it("gives back its chunks, whatever their lengths and however many", async () => {
    const chunks = [0, 1, 65_535, 65_536, 200_000, 3].map((length, i) => Buffer.alloc(length, i + 1));
    const opened = await chunksOf(await fileOf(chunks));
    expect(opened.map((chunk) => chunk.length)).toEqual(chunks.map((chunk) => chunk.length));
    expect(Buffer.concat(opened).equals(Buffer.concat(chunks))).toBe(true);
    expect(await chunksOf(await fileOf([]))).toEqual([]);
  });

  it("is refused when any byte of it was changed, or its end is cut off", async () => {
    const file = await fileOf([Buffer.alloc(300, 7)]);
    const isOpened = (bytes: Uint8Array): Promise<boolean> =>
      chunksOf(bytes, async (_head, body) => openOnce(keeper, fileKeyInfo, fileKeyAad(extractId), body)).then(
        () => true,
        () => false,
      );
    expect(await isOpened(file)).toBe(true);
    for (let at = 0; at < file.length; at += 7) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await isOpened(changed), `byte ${at}`).toBe(false);
    }
    expect(await isOpened(file.subarray(0, -1))).toBe(false);
  });

  it("says what is not ours, and passes on why a release was refused", async () => {
    await expect(chunksOf(Buffer.from("a table"))).rejects.toMatchObject({ code: "not-an-extract" });
    const refused = chunksOf(await fileOf([]), () => Promise.reject(new Error("revoked")));
    await expect(refused).rejects.toThrow("revoked");
  });
});
