/**
 * Signed notes (c2sp.org/signed-note v1.0.0): text, and who signed it.
 *
 *     <text, ending in a newline>
 *     <empty line>
 *     — <key name> <base64: 4-byte key ID || signature>       one or more
 *
 * UTF-8 without control characters but the newline; the last empty line separates. Parsing believes nothing:
 * {@link openNote} does, and its rules are the specification's:
 * - a line whose name and ID match a known key is verified, every time it occurs; if one fails the note is refused whole
 *   (`bad-signature`: mine and broken);
 * - lines of unknown keys are kept, and mean nothing;
 * - without one verified line the note is refused (`unknown-signer`: not mine). A known key whose algorithm the platform
 *   lacks counts as not verified, and is named as the reason (`unsupported-algorithm`) when nothing else verifies.
 */
import { concatBytes, decodeUtf8, encodeBase64 } from "@kura/kernel/bytes.ts";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import { checkSignature } from "./cosignature.ts";
import { TlogFault } from "./fault.ts";
import { noteBytesMax, noteSignaturesMax } from "./limits.ts";
import type { Subtle } from "./subtle.ts";
import { platformSubtle } from "./subtle.ts";
import { isPlainLine, parseBase64 } from "./text-form.ts";
import type { VerifierKey } from "./verifier-key.ts";
import { encodeId, equalKeys, isKeyName, readId, writeId } from "./verifier-key.ts";

export interface NoteSignature {
  readonly name: string;
  /** An unsigned 32-bit number. */
  readonly id: number;
  /** What follows the key ID: the raw signature, or a timestamp and the raw signature. */
  readonly signature: Uint8Array;
}

/** A note whose signatures nobody checked yet. */
export interface Note {
  /** With its final newline, without the empty line. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** One known key's word for the text. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly line: NoteSignature;
  /** Seconds since 1970, of a cosignature; `undefined` for a plain signature. */
  readonly timestamp: bigint | undefined;
}

export interface OpenedNote {
  readonly text: string;
  /** In the note's order; at least one. A repeated line is listed once. */
  readonly verified: readonly VerifiedSignature[];
  /** By keys that are not known, or that this platform cannot verify. */
  readonly unverified: readonly NoteSignature[];
}

/**
 * Parses `note` and verifies what the `known` keys signed.
 *
 * @throws {TlogFault} `malformed-note`, `bad-signature`, `unknown-signer`, `unsupported-algorithm`, `ambiguous-key`
 */
export async function openNote(
  note: Uint8Array | string,
  known: readonly VerifierKey[],
  subtle: Subtle | undefined = platformSubtle(),
): Promise<OpenedNote> {
  const { text, signatures } = parseNote(note);
  const keys = indexKeys(known);
  const verified: VerifiedSignature[] = [];
  const unverified: NoteSignature[] = [];
  let unsupported: VerifierKey | undefined;
  for (const line of withoutRepeats(signatures)) {
    const key = keys.get(keyOf(line));
    const { verdict, timestamp } =
      key === undefined ? notChecked : await checkSignature(key, text, line.signature, subtle);
    // INVARIANT: one broken line of a known key refuses the note, whatever else verifies (note.test.ts, "opening a note").
    if (verdict === "invalid") {
      const evidence = { key: `${line.name}+${encodeId(line.id)}` };
      throw new TlogFault("bad-signature", "a known key's signature does not verify", evidence);
    }
    if (key !== undefined && verdict === "unsupported") unsupported ??= key;
    if (key !== undefined && verdict === "valid") verified.push({ key, line, timestamp });
    else unverified.push(line);
  }
  if (verified.length === 0) throw unopened(unsupported);
  return { text, verified, unverified };
}

/** The note with more signature lines behind its own; lines that are there already are not repeated. */
export function addSignatures(note: string, added: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note);
  return encodeNote({ text, signatures: withoutRepeats([...signatures, ...added]) });
}

/** Text and signature lines, believed by nobody yet. @throws {TlogFault} `malformed-note` */
export function parseNote(note: Uint8Array | string): Note {
  const { text, lines } = splitNote(note);
  return { text, signatures: parseSignatureLines(lines) };
}

/** Text, and everything behind the empty line, not parsed. @throws {TlogFault} `malformed-note` */
export function splitNote(note: Uint8Array | string): { readonly text: string; readonly lines: string } {
  const whole = typeof note === "string" ? note : decodeText(note);
  if (whole.length > noteBytesMax) throw malformed("it is too long");
  if (!isPlainLine(whole.replaceAll("\n", ""))) {
    throw malformed("it has a control character or a lone surrogate");
  }
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) throw malformed("no empty line separates text and signatures");
  return { text: whole.slice(0, split + 1), lines: whole.slice(split + 2) };
}

/** Signature lines as a witness answers them, without text. At least one. @throws {TlogFault} `malformed-note` */
export function parseSignatureLines(text: string): readonly NoteSignature[] {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length === 0) throw malformed("the last line does not end");
  if (lines.length > noteSignaturesMax) throw malformed("it has too many signatures");
  return lines.map(parseSignatureLine);
}

/** The inverse of {@link parseNote}. */
export function encodeNote({ text, signatures }: Note): string {
  if (!text.endsWith("\n") || signatures.length === 0) {
    throw new Breach("a note is text that ends in a newline, and signatures", {
      signatures: signatures.length,
    });
  }
  return `${text}\n${encodeSignatureLines(signatures)}`;
}

/** The inverse of {@link parseSignatureLines}. */
export function encodeSignatureLines(signatures: readonly NoteSignature[]): string {
  return signatures.map(encodeSignatureLine).join("");
}

function encodeSignatureLine({ name, id, signature }: NoteSignature): string {
  if (!isKeyName(name) || signature.length === 0)
    throw new Breach("a signature line has a name and a signature", {});
  return `\u2014 ${name} ${encodeBase64(concatBytes(writeId(id), signature))}\n`;
}

function parseSignatureLine(line: string): NoteSignature {
  const [dash, name = "", base64 = "", ...rest] = line.split(" ");
  if (dash !== "\u2014" || !isKeyName(name) || rest.length > 0)
    throw malformed("a line is not a signature line");
  const bytes = parseBase64(base64, "malformed-note");
  if (bytes.length < 5) throw malformed("a signature is shorter than its key ID");
  return { name, id: readId(bytes), signature: bytes.slice(4) };
}

const notChecked = { verdict: "unsupported", timestamp: undefined } as const;

function decodeText(bytes: Uint8Array): string {
  if (bytes.length > noteBytesMax) throw malformed("it is too long");
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    if (codeOf(cause) !== "malformed-utf8") throw cause;
    throw malformed("it is not UTF-8", cause);
  }
}

function indexKeys(known: readonly VerifierKey[]): ReadonlyMap<string, VerifierKey> {
  const keys = new Map<string, VerifierKey>();
  for (const key of known) {
    const other = keys.get(keyOf(key));
    if (other !== undefined && !equalKeys(key, other)) {
      const evidence = { key: `${key.name}+${encodeId(key.id)}` };
      throw new TlogFault("ambiguous-key", "two known keys share a name and an ID", evidence);
    }
    keys.set(keyOf(key), key);
  }
  return keys;
}

function keyOf({ name, id }: { readonly name: string; readonly id: number }): string {
  return `${name}+${encodeId(id)}`;
}

function withoutRepeats(signatures: readonly NoteSignature[]): readonly NoteSignature[] {
  return [...new Map(signatures.map((line) => [encodeSignatureLine(line), line])).values()];
}

function unopened(unsupported: VerifierKey | undefined): TlogFault {
  if (unsupported === undefined) return new TlogFault("unknown-signer", "no known key signed the note");
  const evidence = { key: keyOf(unsupported), type: unsupported.type };
  return new TlogFault(
    "unsupported-algorithm",
    "only keys that this platform cannot verify signed the note",
    evidence,
  );
}

function malformed(why: string, cause?: unknown): TlogFault {
  return new TlogFault("malformed-note", `not a signed note: ${why}`, {}, { cause });
}
