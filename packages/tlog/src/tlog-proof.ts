/**
 * A receipt that proves itself offline: `c2sp.org/tlog-proof@v1`, file extension `.tlog-proof`.
 *
 *     c2sp.org/tlog-proof@v1
 *     extra <base64>             optional; opaque, not authenticated by anything here
 *     index <decimal>
 *     <base64 hash>              the inclusion proof, lowest sibling first; zero or more lines
 *                                an empty line
 *     <checkpoint>               verbatim: a signed note with the log's signature and cosignatures
 *
 * Parsing checks the form of everything above the checkpoint and carries the checkpoint as it came; it is parsed when it is
 * verified. What the entry is, and how its leaf hash comes about, is the application's to know.
 */
import { decodeUtf8, encodeBase64 } from "@kura/kernel/bytes.ts";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { extraBytesMax, inclusionHashesMax, noteBytesMax } from "./limits.ts";
import type { Policy } from "./policy.ts";
import { verifyInclusion } from "./proof.ts";
import type { Subtle } from "./subtle.ts";
import { platformSubtle } from "./subtle.ts";
import { encodeHashLine, parseBase64, parseDecimal, parseHashLine } from "./text-form.ts";
import type { Hash } from "./tree.ts";
import type { VerifiedCheckpoint } from "./verify.ts";
import { verifyCheckpoint } from "./verify.ts";

export interface TlogProof {
  readonly index: bigint;
  /** The inclusion proof. */
  readonly hashes: readonly Hash[];
  /** A signed note, not parsed. */
  readonly checkpoint: string;
  /** Not authenticated. `undefined` when there is none; empty data are none. */
  readonly extra?: Uint8Array | undefined;
}

/**
 * Checks that the entry with `leafHash` is in a log of the policy, as witnesses saw it.
 *
 * @throws {TlogFault} what `verifyCheckpoint` throws, and `bad-inclusion`
 */
export async function verifyTlogProof(
  proof: TlogProof,
  leafHash: Hash,
  policy: Policy,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<VerifiedCheckpoint> {
  const verified = await verifyCheckpoint(proof.checkpoint, policy, subtle);
  verifyInclusion(proof.index, leafHash, verified.checkpoint, proof.hashes);
  return verified;
}

/** @throws {TlogFault} `malformed-proof` */
export function parseTlogProof(proof: Uint8Array | string): TlogProof {
  const text = typeof proof === "string" ? proof : decodeText(proof);
  if (text.length > proofCharactersMax) throw malformed("it is too long");
  const split = text.indexOf("\n\n");
  if (split < 0) throw malformed("no empty line separates the proof and the checkpoint");
  const lines = text.slice(0, split).split("\n");
  if (lines.shift() !== header) throw malformed("the first line is another");
  const extra = lines[0]?.startsWith("extra ") === true ? parseExtra(lines.shift() ?? "") : undefined;
  const indexLine = lines.shift() ?? "";
  if (!indexLine.startsWith("index ")) throw malformed("it has no index line");
  if (lines.length > inclusionHashesMax) throw malformed("it has more hashes than a tree has levels");
  return {
    ...(extra === undefined ? {} : { extra }),
    index: parseDecimal(indexLine.slice("index ".length), "malformed-proof"),
    hashes: lines.map((line) => parseHashLine(line, "malformed-proof")),
    checkpoint: parseVerbatim(text.slice(split + 2)),
  };
}

/** The inverse of {@link parseTlogProof}. */
export function encodeTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [header];
  if (extra !== undefined && extra.length > 0) lines.push(`extra ${encodeBase64(extra)}`);
  lines.push(`index ${index}`, ...hashes.map(encodeHashLine), "");
  const text = `${lines.join("\n")}\n${checkpoint}`;
  if (index < 0n || hashes.length > inclusionHashesMax || !checkpoint.endsWith("\n")) {
    throw new Breach("a proof's parts do not make a proof", { index, hashes: hashes.length });
  }
  return text;
}

const header = "c2sp.org/tlog-proof@v1";

/** The checkpoint, the extra data in base64, and room for the proof's own lines. */
const proofCharactersMax = noteBytesMax + Math.ceil(extraBytesMax / 3) * 4 + 4096;

function parseExtra(line: string): Uint8Array {
  const extra = parseBase64(line.slice("extra ".length), "malformed-proof");
  if (extra.length === 0 || extra.length > extraBytesMax)
    throw malformed("its extra data are none, or too long");
  return extra;
}

function parseVerbatim(checkpoint: string): string {
  if (!checkpoint.endsWith("\n") || checkpoint.startsWith("\n") || !checkpoint.isWellFormed()) {
    throw malformed("no checkpoint follows, or its last line does not end");
  }
  return checkpoint;
}

function decodeText(bytes: Uint8Array): string {
  if (bytes.length > proofCharactersMax) throw malformed("it is too long");
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    if (codeOf(cause) !== "malformed-utf8") throw cause;
    throw malformed("it is not UTF-8", cause);
  }
}

function malformed(why: string, cause?: unknown): TlogFault {
  return new TlogFault("malformed-proof", `not a tlog proof: ${why}`, {}, { cause });
}
