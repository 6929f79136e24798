/**
 * The package's face: everything another package, a browser page or an auditor's tool may use, by name.
 *
 * Nothing inside the package imports this file. What is not here is internal and may change.
 */
export type { Checkpoint } from "./checkpoint.ts";
export { encodeCheckpoint, parseCheckpoint } from "./checkpoint.ts";
export type { CheckedSignature, SubtreeStatement, TimestampedSignature } from "./cosignature.ts";
export {
  checkSignature,
  cosignedMessage,
  encodeSubtreeMessage,
  encodeTimestamped,
  parseTimestamped,
  verifySubtreeCosignature,
} from "./cosignature.ts";
export { decodeBundle, encodeBundle, verifyBundle } from "./entry-bundle.ts";
export type {
  BrokenCode,
  Evidence,
  MalformedCode,
  NotMineCode,
  TlogCode,
  UnavailableCode,
  Verdict,
} from "./fault.ts";
export { TlogFault, verdictOf } from "./fault.ts";
export type { OnNode } from "./frontier.ts";
export { Frontier, rootOf } from "./frontier.ts";
export {
  addCheckpointBytesMax,
  entryBytesMax,
  inclusionHashesMax,
  noteBytesMax,
  noteSignaturesMax,
  policyBytesMax,
  tileHeight,
  tileWidth,
  witnessProofLinesMax,
  witnessResponseBytesMax,
} from "./limits.ts";
export type { Note, NoteSignature, OpenedNote, VerifiedSignature } from "./note.ts";
export {
  addSignatures,
  encodeNote,
  encodeSignatureLines,
  openNote,
  parseNote,
  parseSignatureLines,
} from "./note.ts";
export type { Policy, PolicyLog, PolicyWitness, Quorum } from "./policy.ts";
export { isSatisfied, parsePolicy } from "./policy.ts";
export type { ProofPlan, Range, ReadNodes } from "./proof.ts";
export {
  assembleProof,
  isSubtree,
  planConsistency,
  planInclusion,
  planSubtreeConsistency,
  planSubtreeInclusion,
  readProof,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from "./proof.ts";
export { sha256, sha256Portable } from "./sha256.ts";
export type { Signer, SignerType } from "./signer.ts";
export { createSigner, encodeSignerKey, parseSignerKey, signNote, signText } from "./signer.ts";
export type { SignatureVerdict, Subtle } from "./subtle.ts";
export { platformSubtle } from "./subtle.ts";
export type { Tile, TileId } from "./tile.ts";
export { edgeTiles, hashesAt, parseTilePath, planBundles, planTiles, tilePath } from "./tile.ts";
export type { FetchTile, TileReaderOptions } from "./tile-reader.ts";
export { leafTile, TileReader } from "./tile-reader.ts";
export { TileWriter } from "./tile-writer.ts";
export type { TlogProof } from "./tlog-proof.ts";
export { encodeTlogProof, parseTlogProof, verifyTlogProof } from "./tlog-proof.ts";
export type { Hash, NodeId, TreeHead } from "./tree.ts";
export {
  coverRange,
  emptyRoot,
  equalHashes,
  foldHashes,
  hashBytes,
  hashLeaf,
  hashNode,
  parseHash,
} from "./tree.ts";
export type { KeyType, VerifierKey } from "./verifier-key.ts";
export {
  createVerifierKey,
  encodeVerifierKey,
  equalKeys,
  keyType,
  parseVerifierKey,
} from "./verifier-key.ts";
export type { VerifyLogOptions } from "./verify-log.ts";
export { verifyLog } from "./verify-log.ts";
export type { Cosignature, VerifiedCheckpoint } from "./verify.ts";
export { verifyCheckpoint } from "./verify.ts";
export type { PostToWitness, WitnessOutcome, WitnessPeer } from "./witness-client.ts";
export { requestCosignatures, witnessCheckpoint } from "./witness-client.ts";
export type { AddCheckpoint } from "./witness-message.ts";
export {
  encodeAddCheckpoint,
  originHash,
  parseAddCheckpoint,
  parseSizeBody,
  sizeContentType,
} from "./witness-message.ts";
export type { CosignedHead, Witness, WitnessResponse, WitnessStore } from "./witness-server.ts";
export { addCheckpoint, getCheckpoint } from "./witness-server.ts";
