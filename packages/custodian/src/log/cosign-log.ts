/**
 * Asks the witnesses of a policy to cosign a checkpoint, and judges what they say of this log.
 *
 * A witness remembers the largest tree it saw. Its word alone stops nothing: it may be wrong, or somebody else on the line.
 * But the checkpoint that it serves carries this keeper's own signature, and that is proof: one that is larger than the
 * tree the keeper has now, or has another root at its size, can only be of a log that was rolled back or split.
 */
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { verdictOf } from "@kura/tlog/fault.ts";
import { addSignatures, type NoteSignature, openNote } from "@kura/tlog/note.ts";
import { isSatisfied, type Policy, type PolicyWitness } from "@kura/tlog/policy.ts";
import type { TileReader } from "@kura/tlog/tile-reader.ts";
import { equalHashes } from "@kura/tlog/tree.ts";
import { parseVerifierKey } from "@kura/tlog/verifier-key.ts";
import { type PostToWitness, witnessCheckpoint } from "@kura/tlog/witness-client.ts";
import { originHash } from "@kura/tlog/witness-message.ts";
import type { SignedTree } from "./publish-log.ts";

/** How a witness is reached. */
export interface WitnessLine {
  post: PostToWitness;
  /** The checkpoint it last cosigned for the log of this hash of an origin; `undefined` when it serves none. */
  findCheckpoint(originHash: string): Promise<string | undefined>;
}

export interface Cosigned {
  /** The note with every cosignature that was given. */
  readonly note: string;
  /** Whether the policy's quorum is met. */
  readonly isEnough: boolean;
  /** Names in the policy of those who did not sign, with the reason's code. */
  readonly missing: readonly { readonly witness: string; readonly code: string }[];
}

/**
 * @param sizes the size that each witness last cosigned, by its name in the policy; kept up to date here.
 * @throws {Breach} when a witness shows that this keeper once signed what is not a beginning of its log.
 */
export async function cosignLog(
  tree: SignedTree,
  policy: Policy,
  reader: TileReader,
  lineOf: (url: string) => WitnessLine,
  sizes: Map<string, bigint>,
): Promise<Cosigned> {
  const asked = policy.witnesses.map(async (witness) => ({
    witness,
    ...(await ask(witness, tree, reader, lineOf, sizes)),
  }));
  const answers = await Promise.all(asked);
  const lines = answers.flatMap(({ signatures }) => signatures);
  const signed = new Set(
    answers.filter(({ signatures }) => signatures.length > 0).map(({ witness }) => witness),
  );
  const missing = answers.flatMap(({ witness, code }) =>
    code === "" ? [] : [{ witness: witness.name, code }],
  );
  return {
    note: lines.length === 0 ? tree.note : addSignatures(tree.note, lines),
    isEnough: isSatisfied(policy.quorum, (witness) => signed.has(witness)),
    missing,
  };
}

interface Answered {
  readonly signatures: readonly NoteSignature[];
  /** Why it did not sign; empty when it did. */
  readonly code: string;
}

async function ask(
  { name, key, url }: PolicyWitness,
  tree: SignedTree,
  reader: TileReader,
  lineOf: (url: string) => WitnessLine,
  sizes: Map<string, bigint>,
): Promise<Answered> {
  if (url === undefined) return { signatures: [], code: "no-url" };
  const line = lineOf(url);
  const prove = (oldSize: bigint) => reader.proveConsistency(oldSize);
  try {
    const peer = { keys: [key], post: line.post };
    const outcome = await witnessCheckpoint(tree.note, sizes.get(name) ?? 0n, prove, peer);
    if (outcome.kind === "cosigned") {
      sizes.set(name, tree.size);
      return { signatures: outcome.cosignatures.map(({ line: signature }) => signature), code: "" };
    }
    await judge(line, tree, reader, name);
    return { signatures: [], code: outcome.kind === "conflict" ? "conflict" : `refused-${outcome.status}` };
  } catch (error) {
    if (error instanceof Breach) throw error;
    if (verdictOf(error) === undefined && !(error instanceof Fault)) throw error;
    return { signatures: [], code: codeOf(error) ?? "failed" };
  }
}

/** @throws {Breach} with the witness's name, when what it serves is signed by this keeper and not of this log. */
async function judge(
  line: WitnessLine,
  tree: SignedTree,
  reader: TileReader,
  witness: string,
): Promise<void> {
  const key = parseVerifierKey(tree.verifierKey);
  const note = await line.findCheckpoint(originHash(key.name));
  if (note === undefined) return;
  const { text } = await openNote(note, [key]);
  const seen = parseCheckpoint(text);
  if (seen.origin !== key.name) return;
  if (seen.size > tree.size) {
    throw new Breach("a witness has seen more of this log than there is: it was rolled back", {
      witness,
      seen: seen.size,
      size: tree.size,
    });
  }
  if (!equalHashes(await reader.readRoot(seen.size), seen.root)) {
    throw new Breach("a witness has seen another log under this key: it was split", {
      witness,
      seen: seen.size,
    });
  }
}
