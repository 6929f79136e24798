/**
 * What logs and witnesses say to each other (c2sp.org/tlog-witness v1.0.0). Pure: bodies only, no HTTP.
 *
 *     POST <submission prefix>/add-checkpoint
 *     old <size of the last checkpoint the witness cosigned, 0 at first>
 *     <base64 hash>              the consistency proof; at most 63 lines
 *                                an empty line
 *     <checkpoint>               a signed note
 *
 * 200 answers signature lines of cosignatures; 409 answers the size the witness has, a decimal and a newline, as
 * `text/x.tlog.size`.
 */
import { decodeUtf8, encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { addCheckpointBytesMax, witnessProofLinesMax } from "./limits.ts";
import { sha256 } from "./sha256.ts";
import { encodeHashLine, parseDecimal, parseHashLine } from "./text-form.ts";
import type { Hash } from "./tree.ts";

export interface AddCheckpoint {
  readonly oldSize: bigint;
  readonly proof: readonly Hash[];
  /** A signed note, not parsed. */
  readonly checkpoint: string;
}

export const sizeContentType = "text/x.tlog.size";

/** @throws {TlogFault} `malformed-witness-message` */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  if (body.length > addCheckpointBytesMax) throw malformed("it is too long");
  const text = decodeText(body);
  const split = text.indexOf("\n\n");
  const [oldLine = "", ...proof] = text.slice(0, Math.max(split, 0)).split("\n");
  if (split < 0 || !oldLine.startsWith("old "))
    throw malformed("it is not an old size, a proof and a checkpoint");
  if (proof.length > witnessProofLinesMax) throw malformed("its proof has more than 63 lines");
  return {
    oldSize: parseDecimal(oldLine.slice("old ".length), "malformed-witness-message"),
    proof: proof.map((line) => parseHashLine(line, "malformed-witness-message")),
    checkpoint: text.slice(split + 2),
  };
}

/** The inverse of {@link parseAddCheckpoint}. */
export function encodeAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): Uint8Array<ArrayBuffer> {
  if (oldSize < 0n || proof.length > witnessProofLinesMax) {
    throw new Breach("a witness takes at most 63 proof lines", { oldSize, lines: proof.length });
  }
  return encodeUtf8([`old ${oldSize}`, ...proof.map(encodeHashLine), "", checkpoint].join("\n"));
}

/** The body of a 409. @throws {TlogFault} `malformed-witness-message` */
export function parseSizeBody(body: Uint8Array): bigint {
  const text = body.length <= 21 ? decodeText(body) : "";
  if (!text.endsWith("\n")) throw malformed("a conflict's body is not a size and a newline");
  return parseDecimal(text.slice(0, -1), "malformed-witness-message");
}

/** The path element under which a witness serves a log's latest checkpoint: `<monitoring prefix>/<this>/checkpoint`. */
export function originHash(origin: string): string {
  return encodeHex(sha256(encodeUtf8(origin)));
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    if (codeOf(cause) !== "malformed-utf8") throw cause;
    throw malformed("it is not UTF-8", cause);
  }
}

function malformed(why: string, cause?: unknown): TlogFault {
  return new TlogFault("malformed-witness-message", `not a witness message: ${why}`, {}, { cause });
}
