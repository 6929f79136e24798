/**
 * A log's side of witnessing (c2sp.org/tlog-witness): ask, and believe only verified cosignatures. `post` does the HTTP.
 *
 * Whatever the witness answers that the specification names is an outcome; what it does not name, or a cosignature by its
 * own key that does not verify, is thrown.
 */
import { decodeUtf8 } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { TlogFault } from "./fault.ts";
import { witnessResponseBytesMax } from "./limits.ts";
import type { NoteSignature, VerifiedSignature } from "./note.ts";
import { encodeNote, openNote, parseNote, parseSignatureLines } from "./note.ts";
import type { Subtle } from "./subtle.ts";
import { platformSubtle } from "./subtle.ts";
import type { Hash } from "./tree.ts";
import type { VerifierKey } from "./verifier-key.ts";
import type { AddCheckpoint } from "./witness-message.ts";
import { encodeAddCheckpoint, parseSizeBody, sizeContentType } from "./witness-message.ts";

/** POSTs `body` to `<submission prefix>/add-checkpoint`. Reads no more than `witnessResponseBytesMax`. */
export type PostToWitness = (body: Uint8Array<ArrayBuffer>) => Promise<{
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}>;

export type WitnessOutcome =
  | { readonly kind: "cosigned"; readonly cosignatures: readonly VerifiedSignature[] }
  /** The witness cosigned this size last. */
  | { readonly kind: "conflict"; readonly size: bigint }
  /** 400, 403, 404 or 422: the witness does not want this checkpoint, and asking again will not help. */
  | { readonly kind: "refused"; readonly status: number };

export interface WitnessPeer {
  /** The witness's cosigner keys, of type 0x04 or 0x06. */
  readonly keys: readonly VerifierKey[];
  readonly post: PostToWitness;
}

/**
 * Has `checkpoint` (a signed note) cosigned. `knownSize` is the size this witness is thought to have; where it has another
 * that is not above ours, asks once more from there. `proveConsistency` gives the proof from an old size of at least 1.
 *
 * A final `conflict` means that the witness has a larger tree, or moved meanwhile: ask again later, and if its size was
 * never ours, find out why.
 *
 * @throws {TlogFault} `bad-signature`, `unknown-signer`, `unsupported-algorithm`, `malformed-note`,
 * `malformed-witness-message`, `witness-unavailable`
 */
export async function witnessCheckpoint(
  checkpoint: string,
  knownSize: bigint,
  proveConsistency: (oldSize: bigint) => Promise<readonly Hash[]>,
  peer: WitnessPeer,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<WitnessOutcome> {
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  const proofFrom = async (oldSize: bigint): Promise<readonly Hash[]> =>
    oldSize === 0n || oldSize === size ? [] : await proveConsistency(oldSize);
  const first = { oldSize: knownSize, proof: await proofFrom(knownSize), checkpoint };
  const outcome = await requestCosignatures(first, peer, subtle);
  if (outcome.kind !== "conflict" || outcome.size > size || outcome.size === knownSize) return outcome;
  const second = { oldSize: outcome.size, proof: await proofFrom(outcome.size), checkpoint };
  return await requestCosignatures(second, peer, subtle);
}

/** One request and its answer. @throws {TlogFault} as {@link witnessCheckpoint} */
export async function requestCosignatures(
  request: AddCheckpoint,
  { keys, post }: WitnessPeer,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<WitnessOutcome> {
  const response = await post(encodeAddCheckpoint(request));
  if (response.body.length > witnessResponseBytesMax) throw malformed("its answer is too long");
  switch (response.status) {
    case 200:
      return {
        kind: "cosigned",
        cosignatures: await openAnswer(request.checkpoint, response.body, keys, subtle),
      };
    case 409:
      if (response.contentType !== sizeContentType) throw malformed("its conflict does not say a size");
      return { kind: "conflict", size: parseSizeBody(response.body) };
    case 400:
    case 403:
    case 404:
    case 422:
      return { kind: "refused", status: response.status };
    default:
      throw new TlogFault("witness-unavailable", "a witness answered out of protocol", {
        status: response.status,
      });
  }
}

async function openAnswer(
  checkpoint: string,
  body: Uint8Array,
  keys: readonly VerifierKey[],
  subtle: Subtle | undefined,
): Promise<readonly VerifiedSignature[]> {
  const lines: readonly NoteSignature[] = parseSignatureLines(decodeText(body));
  const note = encodeNote({ text: parseNote(checkpoint).text, signatures: lines });
  const { verified } = await openNote(note, keys, subtle);
  // A cosignature without a time does not say that this is the largest tree the witness saw.
  if (verified.some(({ timestamp }) => timestamp === undefined || timestamp === 0n)) {
    throw malformed("its cosignature has no time");
  }
  return verified;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    if (codeOf(cause) !== "malformed-utf8") throw cause;
    throw malformed("its answer is not UTF-8", cause);
  }
}

function malformed(why: string, cause?: unknown): TlogFault {
  return new TlogFault("malformed-witness-message", `not a witness's answer: ${why}`, {}, { cause });
}
