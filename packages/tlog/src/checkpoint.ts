/**
 * The body of a checkpoint (c2sp.org/tlog-checkpoint): what a log signs. Pure, no signatures here (see note.ts).
 *
 *     <origin>\n            not empty; names the log
 *     <size>\n              canonical decimal
 *     <root>\n              base64 of 32 bytes
 *     <extension>\n ...     zero or more lines, none empty; opaque, not recommended, never interpreted here
 *
 * One text per checkpoint: what `parse` accepts, `encode` gives back to the byte. Form only: whether the root of an empty tree
 * is the empty root is for those who judge a checkpoint (verify.ts, witness-server.ts), as both must be able to read a lie.
 */
import { Breach } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { encodeHashLine, isPlainLine, parseDecimal, parseHashLine } from "./text-form.ts";
import type { TreeHead } from "./tree.ts";

export interface Checkpoint extends TreeHead {
  readonly origin: string;
  /** Without newlines. */
  readonly extensions: readonly string[];
}

/** @throws {TlogFault} `malformed-checkpoint` */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  const after = lines.pop();
  const [origin, size, root, ...extensions] = lines;
  if (
    origin === undefined ||
    size === undefined ||
    root === undefined ||
    after !== "" ||
    lines.includes("")
  ) {
    throw new TlogFault("malformed-checkpoint", "a checkpoint is three or more lines, none empty");
  }
  if (!isPlainLine(text.replaceAll("\n", ""))) {
    throw new TlogFault("malformed-checkpoint", "a checkpoint has a control character or a lone surrogate");
  }
  return {
    origin,
    size: parseDecimal(size, "malformed-checkpoint"),
    root: parseHashLine(root, "malformed-checkpoint"),
    extensions,
  };
}

/** The inverse of {@link parseCheckpoint}: the text to be signed. */
export function encodeCheckpoint(checkpoint: {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly extensions?: readonly string[];
}): string {
  const { origin, size, root, extensions = [] } = checkpoint;
  const lines = [origin, size.toString(), encodeHashLine(root), ...extensions];
  if (!lines.every((line) => line !== "" && isPlainLine(line))) {
    throw new Breach("a checkpoint line is empty or has a control character", { size });
  }
  return `${lines.join("\n")}\n`;
}
