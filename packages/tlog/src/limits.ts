/**
 * Every bound of this package, with its unit and its reason. Parsers check the bound before they do the work.
 */

/** A size or index is below this: `cosigned_message` carries 64 bits (c2sp.org/tlog-cosignature). */
export const sizeLimit = 1n << 64n;

/** Signature lines in a note. c2sp.org/signed-note asks for at least 16; Go's implementation stops at 100 too. */
export const noteSignaturesMax = 100;

/** Bytes of a note: 100 signatures of ML-DSA-44 in base64 are 330 kB; the rest is text. */
export const noteBytesMax = 1_000_000;

/** Bytes of a key name in an ML-DSA-44 cosignature: `opaque cosigner_name<1..2^8-1>`, and `log_origin` alike. */
export const subtreeNameBytesMax = 255;

/** Hashes in an inclusion proof: one a level, and a tree has at most 64 levels. */
export const inclusionHashesMax = 64;

/** Consistency proof lines in a witness request (c2sp.org/tlog-witness: not more than 63). */
export const witnessProofLinesMax = 63;

/** Bytes of an add-checkpoint body: a note, 63 hash lines of 45 bytes, the old size, the empty line. */
export const addCheckpointBytesMax = noteBytesMax + witnessProofLinesMax * 45 + 32;

/** Bytes of a witness's answer that a client reads: two cosignatures a key for a hundred keys is far below. */
export const witnessResponseBytesMax = 1_000_000;

/** Bytes of one entry: the bundle's length prefix has 16 bits (c2sp.org/tlog-tiles). */
export const entryBytesMax = 0xffff;

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256;

/** Tree levels in a tile: 2^8 hashes wide. */
export const tileHeight = 8;

/** The highest tile level a path may name (c2sp.org/tlog-tiles). */
export const tileLevelMax = 63;

/** Tiles a reader keeps with their inner hashes, 16 kB each: 16 MB. */
export const cachedTilesMax = 1024;

/** Lines, keys and names in a policy; c2sp.org/tlog-policy recommends supporting at least 32 of each. */
export const policyItemsMax = 1024;

/** Bytes of a policy file: 1,024 ML-DSA-44 keys in base64 are 1.8 MB. */
export const policyBytesMax = 4_000_000;

/** Bytes of opaque `extra` data in a proof: room for a certificate chain, not for a file. */
export const extraBytesMax = 1_000_000;

/** Seconds since 1970 in a cosignature do not exceed 2^63 - 1 (c2sp.org/tlog-cosignature). */
export const timestampMax = (1n << 63n) - 1n;
