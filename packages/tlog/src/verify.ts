/**
 * From bytes to belief: a checkpoint under a policy. Everything that trusts a log's root starts here.
 *
 * The argument, in order: the note parses; every known key's line on it verifies; its origin is that of a log in the
 * policy, and that log's own key signed it; enough witnesses cosigned it. Only then is its root worth a proof.
 */
import type { Checkpoint } from "./checkpoint.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { TlogFault } from "./fault.ts";
import type { VerifiedSignature } from "./note.ts";
import { openNote, parseNote } from "./note.ts";
import type { Policy, PolicyLog, PolicyWitness } from "./policy.ts";
import { isSatisfied } from "./policy.ts";
import type { Subtle } from "./subtle.ts";
import { platformSubtle } from "./subtle.ts";
import { emptyRoot, equalHashes } from "./tree.ts";
import type { VerifierKey } from "./verifier-key.ts";
import { equalKeys } from "./verifier-key.ts";

export interface Cosignature {
  readonly witness: PolicyWitness;
  /** Seconds since 1970, the latest if the witness signed more than once. The policy does not judge it; a caller may. */
  readonly timestamp: bigint;
}

export interface VerifiedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly log: PolicyLog;
  readonly cosignatures: readonly Cosignature[];
}

/**
 * The checkpoint in `note`, if the policy accepts it.
 *
 * @throws {TlogFault} not mine: `unknown-log`, `unknown-signer`, `quorum-missing`; broken: `bad-signature`, `bad-consistency` (an empty tree without the empty root);
 * also `malformed-note`, `malformed-checkpoint`, `unsupported-algorithm`
 */
export async function verifyCheckpoint(
  note: Uint8Array | string,
  policy: Policy,
  subtle: Subtle | undefined = platformSubtle(),
): Promise<VerifiedCheckpoint> {
  const checkpoint = parseCheckpoint(parseNote(note).text);
  const logs = policy.logs.filter((log) => log.key.name === checkpoint.origin);
  if (logs.length === 0)
    throw new TlogFault("unknown-log", "the checkpoint's origin is no log of the policy");
  const known = [...logs, ...policy.witnesses].map(({ key }) => key);
  const { verified } = await openNote(note, known, subtle);
  const log = logs.find(({ key }) => signedBy(key, verified).length > 0);
  if (log === undefined) throw new TlogFault("unknown-signer", "the log itself did not sign the checkpoint");
  if (checkpoint.size === 0n && !equalHashes(checkpoint.root, emptyRoot())) {
    throw new TlogFault("bad-consistency", "the log signed an empty tree with another root", { size: 0n });
  }
  const cosignatures = policy.witnesses.flatMap((witness) => cosignatureOf(witness, verified));
  if (
    !isSatisfied(policy.quorum, (witness) =>
      cosignatures.some((cosignature) => cosignature.witness === witness),
    )
  ) {
    const evidence = { size: checkpoint.size, cosignatures: cosignatures.length };
    throw new TlogFault("quorum-missing", "too few witnesses cosigned the checkpoint", evidence);
  }
  return { checkpoint, log, cosignatures };
}

function cosignatureOf(
  witness: PolicyWitness,
  verified: readonly VerifiedSignature[],
): readonly Cosignature[] {
  const [first, ...others] = signedBy(witness.key, verified).map(({ timestamp = 0n }) => timestamp);
  if (first === undefined) return [];
  return [{ witness, timestamp: others.reduce((latest, time) => (time > latest ? time : latest), first) }];
}

function signedBy(key: VerifierKey, verified: readonly VerifiedSignature[]): readonly VerifiedSignature[] {
  return verified.filter((signature) => equalKeys(signature.key, key));
}
