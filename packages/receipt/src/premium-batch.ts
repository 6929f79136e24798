/**
 * A batch of premium entries as one digest, and that an account's entries are in it; or of sealed records, whose digests are
 * SHA-256 of their bytes. Pure; the custodian makes it (of records the keeper), a receipt's reader verifies it.
 *
 * What stands for an account is the digest of its last entry in the batch (docs/formats/premium-chain.md), which covers all
 * its entries before. Sixteen digests side by side are one leaf of a tree as in RFC 6962, section 2.1: one hash for sixteen
 * accounts, because an import makes millions. A digest tells nothing of its account: the account's random key is in it.
 */
import { concatBytes } from "@kura/kernel/bytes.ts";
import { rootOf } from "@kura/tlog/frontier.ts";
import { verifyInclusion } from "@kura/tlog/proof.ts";
import { equalHashes, type Hash, hashLeaf, splitSize } from "@kura/tlog/tree.ts";

export const groupAccounts = 16;

export interface BatchProof {
  /** The digests of the account's group, its own among them. */
  readonly digests: readonly Hash[];
  readonly group: number;
  readonly groups: number;
  readonly path: readonly Hash[];
}

/** The root over the accounts' last digests, at least one. */
export function batchRoot(digests: readonly Hash[]): Hash {
  return rootOf(groupLeaves(digests));
}

/** Where `digest` is in the batch, or `undefined`. */
export function findBatchProof(digests: readonly Hash[], digest: Hash): BatchProof | undefined {
  const place = digests.findIndex((one) => equalHashes(one, digest));
  if (place < 0) return undefined;
  const leaves = groupLeaves(digests);
  const group = Math.floor(place / groupAccounts);
  const own = digests.slice(group * groupAccounts, (group + 1) * groupAccounts);
  return { digests: own, group, groups: leaves.length, path: pathTo(group, leaves) };
}

/** @throws {TlogFault} `bad-inclusion` when the digests of the proof are not a group of that batch. */
export function verifyBatchProof(root: Hash, { digests, group, groups, path }: BatchProof): void {
  verifyInclusion(BigInt(group), hashLeaf(concatBytes(...digests)), { size: BigInt(groups), root }, path);
}

function groupLeaves(digests: readonly Hash[]): Hash[] {
  const leaves: Hash[] = [];
  for (let at = 0; at < digests.length; at += groupAccounts) {
    leaves.push(hashLeaf(concatBytes(...digests.slice(at, at + groupAccounts))));
  }
  return leaves;
}

function pathTo(index: number, hashes: readonly Hash[]): Hash[] {
  if (hashes.length < 2) return [];
  const split = Number(splitSize(BigInt(hashes.length)));
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...pathTo(index, left), rootOf(right)]
    : [...pathTo(index - split, right), rootOf(left)];
}
