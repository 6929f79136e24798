/**
 * The file of an extract: age v1 (age-encryption.org/v1) with a `kura` stanza, around chunks that are ciphertext already.
 *
 *     -> kura EXTRACT-ID ROWS CHUNK-ROWS      body: the file key, HPKE-sealed to the keeper (65 + 32 bytes)
 *     payload: "kura/extract/1\n", then each chunk as `u32 length ‖ 12 nonce ‖ ciphertext ‖ 16 tag`
 *
 * The outer layer hides nothing from the custodian, who writes it; it makes the file one that age's tools read and that says
 * itself that it must be released. What hides the rows is the chunks' own encryption. docs/formats/extract.md.
 * A file without our stanza is "not mine"; one with it that does not fit is a `bad-extract-file`.
 */
import { Decrypter, Encrypter, Stanza } from "age-encryption";
import { encodeUtf8, equalBytes } from "@kura/kernel/bytes.ts";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { sealFileKey } from "@kura/keeper/order-session.ts";
import { decryptPayload, encryptPayload } from "./age-payload.ts";
import { isExtractId } from "./plan-extract.ts";

const stanzaType = "kura";
const magic = encodeUtf8("kura/extract/1\n");
const lengthBytes = 4;
/** A nonce and a tag: the payload of a file of nothing, which the library makes for its header. */
const emptyPayloadBytes = 16 + 16;
/** One stanza of ours has some 250 bytes; a file may have others beside it. */
const headerBytesMax = 64 * 1024;
/** Bytes of one chunk: 400 rows of the longest record. */
const chunkBytesMax = 64 * 1024 * 1024;

/** What the stanza says; the release says it again, and that counts. */
export interface FileHead {
  readonly extractId: string;
  readonly rows: number;
  readonly chunkRows: number;
}

/** The file as a stream. @param chunks of all parts in their order, each behind its length. */
export async function encryptFile(
  head: FileHead,
  keeperKey: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
): Promise<ReadableStream<Uint8Array>> {
  let fileKey: Uint8Array = new Uint8Array(0);
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey: (drawn) => {
      fileKey = drawn.slice();
      const { extractId, rows, chunkRows } = head;
      return [
        new Stanza(
          [stanzaType, extractId, String(rows), String(chunkRows)],
          sealFileKey(keeperKey, extractId, drawn),
        ),
      ];
    },
  });
  const ofNothing = await encrypter.encrypt(new Uint8Array(0));
  const header = ofNothing.slice(0, -emptyPayloadBytes);
  return ReadableStream.from(fileOf(header, encryptPayload(fileKey, withMagic(chunks))));
}

/**
 * The chunks of a file, in their order, each as `nonce ‖ ciphertext ‖ tag`.
 *
 * @param release gives the file key for the stanza's head and body; it asks the keeper.
 * @throws {Fault} `not-an-extract`, `bad-extract-file`; what `release` throws.
 */
export async function* decryptFile(
  file: AsyncIterable<Uint8Array>,
  release: (head: FileHead, sealedFileKey: Uint8Array) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter();
  let isOurs = false;
  let refusal: { readonly thrown: unknown } | undefined;
  decrypter.addIdentity({
    unwrapFileKey: async (stanzas: readonly Stanza[]) => {
      const stanza = stanzas.find(({ args }) => args[0] === stanzaType);
      if (stanza === undefined) return null;
      isOurs = true;
      return release(headOf(stanza), stanza.body).catch((thrown: unknown) => {
        refusal = { thrown };
        throw thrown;
      });
    },
  });
  try {
    const parts = file[Symbol.asyncIterator]();
    const { header, rest } = await headerOf(parts);
    const fileKey = await decrypter.decryptHeader(header);
    yield* chunksOf(decryptPayload(fileKey, payloadOf(rest, parts)));
  } catch (cause) {
    if (refusal !== undefined) throw refusal.thrown;
    if (codeOf(cause) !== undefined && codeOf(cause)?.startsWith("ERR_") !== true) throw cause;
    if (!isOurs) throw new Fault("not-an-extract", "this file is no sealed extract of Kura", { cause });
    throw badFile(cause);
  }
}

async function* fileOf(header: Uint8Array, payload: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield header;
  yield* payload;
}

/** What stands before the payload: up to the end of the line that begins with `---`. @throws when there is no such line. */
async function headerOf(
  parts: AsyncIterator<Uint8Array>,
): Promise<{ readonly header: Uint8Array; readonly rest: Uint8Array }> {
  let held = Buffer.alloc(0);
  while (held.length < headerBytesMax) {
    const next = await parts.next();
    if (next.done === true) break;
    held = Buffer.concat([held, next.value]);
    const macAt = held.indexOf("\n--- ");
    const end = macAt === -1 ? -1 : held.indexOf("\n", macAt + 1);
    if (end !== -1) return { header: held.subarray(0, end + 1), rest: held.subarray(end + 1) };
  }
  throw new Fault("not-an-extract", "this file is no sealed extract of Kura");
}

async function* payloadOf(rest: Uint8Array, parts: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield rest;
  try {
    for (let next = await parts.next(); next.done !== true; next = await parts.next()) yield next.value;
  } finally {
    // Left early, the file is closed.
    await parts.return?.();
  }
}

function headOf({ args }: Stanza): FileHead {
  const [, extractId = "", rows = "", chunkRows = ""] = args;
  const isNumbers = /^[1-9]\d{0,9}$/u.test(rows) && /^[1-9]\d{0,9}$/u.test(chunkRows);
  if (args.length !== 4 || !isNumbers || !isExtractId(extractId)) throw badFile();
  return { extractId, rows: Number(rows), chunkRows: Number(chunkRows) };
}

async function* withMagic(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield magic;
  yield* chunks;
}

async function* chunksOf(payload: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let isBegun = false;
  for await (const bytes of payload) {
    held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
    if (!isBegun && held.length >= magic.length) {
      if (!equalBytes(held.subarray(0, magic.length), magic)) throw badFile();
      held = held.subarray(magic.length);
      isBegun = true;
    }
    if (!isBegun) continue;
    let start = 0;
    while (held.length - start >= lengthBytes) {
      const length = held.readUInt32BE(start);
      if (length > chunkBytesMax) throw badFile();
      if (held.length - start - lengthBytes < length) break;
      yield held.subarray(start + lengthBytes, start + lengthBytes + length);
      start += lengthBytes + length;
    }
    held = held.subarray(start);
  }
  if (held.length > 0 || !isBegun) throw badFile();
}

function badFile(cause?: unknown): Fault<"bad-extract-file"> {
  return new Fault("bad-extract-file", "the file is damaged or was changed", { cause });
}
