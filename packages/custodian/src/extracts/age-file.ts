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
import { Decrypter, Encrypter, type Recipient, Stanza } from "age-encryption";
import { encodeUtf8, equalBytes } from "@kura/kernel/bytes.ts";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { sealFileKey } from "@kura/keeper/order-session.ts";
import { isExtractId } from "./plan-extract.ts";

const stanzaType = "kura";
const magic = encodeUtf8("kura/extract/1\n");
const lengthBytes = 4;
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
  const recipient: Recipient = {
    wrapFileKey: (fileKey) => [
      new Stanza(
        [stanzaType, head.extractId, String(head.rows), String(head.chunkRows)],
        sealFileKey(keeperKey, head.extractId, fileKey),
      ),
    ],
  };
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(ReadableStream.from(withMagic(chunks)));
}

/**
 * The chunks of a file, in their order, each as `nonce ‖ ciphertext ‖ tag`.
 *
 * @param release gives the file key for the stanza's head and body; it asks the keeper.
 * @throws {Fault} `not-an-extract`, `bad-extract-file`; what `release` throws.
 */
export async function* decryptFile(
  file: ReadableStream<Uint8Array>,
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
    yield* chunksOf(await decrypter.decrypt(file));
  } catch (cause) {
    if (refusal !== undefined) throw refusal.thrown;
    if (codeOf(cause) !== undefined) throw cause;
    if (!isOurs) throw new Fault("not-an-extract", "this file is no sealed extract of Kura", { cause });
    throw badFile(cause);
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

async function* chunksOf(payload: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
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
