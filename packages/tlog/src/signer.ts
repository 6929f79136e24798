/**
 * The signing side of notes: signers, their text form, and signature lines by key type. Pure but for the signing itself.
 *
 *     PRIVATE+KEY+<name>+<key ID>+<base64: type || 32-byte seed>      as Go's sumdb/note writes it; secret
 *
 * A signer is a verifier key and a function: the function may call a device, another process or `node:crypto`, so a seed
 * need not be in this process. Randomness and clock are the caller's: a seed and a timestamp are parameters.
 */
import { concatBytes, encodeBase64, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { cosignedMessage, encodeTimestamped } from "./cosignature.ts";
import { TlogFault } from "./fault.ts";
import type { Note, NoteSignature } from "./note.ts";
import { encodeNote, parseNote } from "./note.ts";
import type { Subtle } from "./subtle.ts";
import { importSeed, platformSubtle } from "./subtle.ts";
import { parseBase64 } from "./text-form.ts";
import type { KeyType, VerifierKey } from "./verifier-key.ts";
import { createVerifierKey, encodeId, isKeyName, keyType } from "./verifier-key.ts";

export interface Signer {
  readonly key: VerifierKey;
  /** The raw signature of `message` under the key: Ed25519, or ML-DSA-44 with an empty context. */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array> | Uint8Array;
}

/** The key types one can sign with. */
export type SignerType = Exclude<KeyType, typeof keyType.ecdsa | typeof keyType.treeHead>;

/**
 * Text and one signature line for each signer, the text's canonical note.
 *
 * `existing` lines stay in front, but for those of a signer's own key. `timestamp` (seconds since 1970) goes into
 * cosignatures; plain signatures have none.
 *
 * @throws {TlogFault} `malformed-checkpoint` when a cosigner is given a text that is no checkpoint
 */
export async function signNote(
  text: string,
  signers: readonly Signer[],
  timestamp: bigint,
  existing: readonly NoteSignature[] = [],
): Promise<string> {
  const added: NoteSignature[] = [];
  for (const signer of signers) added.push(await signText(text, signer, timestamp));
  const kept = existing.filter((line) => !added.some(({ name, id }) => name === line.name && id === line.id));
  const note: Note = { text, signatures: [...kept, ...added] };
  const encoded = encodeNote(note);
  // What is published must be readable: text with a control character is refused here and not at every reader.
  parseNote(encoded);
  return encoded;
}

/** One signature line's content: what {@link signNote} adds for one signer. */
export async function signText(
  text: string,
  { key, sign }: Signer,
  timestamp: bigint,
): Promise<NoteSignature> {
  const { name, id, type } = key;
  if (type === keyType.ed25519) return { name, id, signature: await sign(encodeUtf8(text)) };
  if (type !== keyType.cosignature && type !== keyType.mlDsa44) {
    throw new TlogFault("unsupported-algorithm", "nothing signs with this key type here", { type });
  }
  const signature = await sign(cosignedMessage(key, text, timestamp));
  return { name, id, signature: encodeTimestamped({ timestamp, signature }) };
}

/** A signer from 32 bytes of randomness. @throws {TlogFault} `malformed-key`, `unsupported-algorithm` */
export async function createSigner(
  name: string,
  type: SignerType,
  seed: Uint8Array,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<Signer> {
  const { publicKey, sign } = await importSeed(type, seed, subtle);
  return { key: createVerifierKey(name, type, publicKey), sign };
}

/** @throws {TlogFault} `malformed-key` (no part of the text is in the message), `unsupported-algorithm` */
export async function parseSignerKey(
  text: string,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<Signer> {
  const [, name = "", idHex = "", base64 = ""] =
    /^PRIVATE\+KEY\+([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text) ?? [];
  if (!isKeyName(name)) throw new TlogFault("malformed-key", "not a signer key");
  const typed = parseBase64(base64, "malformed-key");
  const type = signerTypes.find((known) => known === typed[0]);
  if (type === undefined)
    throw new TlogFault("unsupported-algorithm", "a signer key has a type that cannot sign");
  const signer = await createSigner(name, type, typed.slice(1), subtle);
  if (encodeId(signer.key.id) !== idHex)
    throw new TlogFault("malformed-key", "a key ID is not that of its key");
  return signer;
}

/** The secret text form of a signer over `seed`: the inverse of {@link parseSignerKey}. */
export function encodeSignerKey({ name, id, type }: VerifierKey, seed: Uint8Array): string {
  return `PRIVATE+KEY+${name}+${encodeId(id)}+${encodeBase64(concatBytes(Uint8Array.of(type), seed))}`;
}

const signerTypes: readonly SignerType[] = [keyType.ed25519, keyType.cosignature, keyType.mlDsa44];
