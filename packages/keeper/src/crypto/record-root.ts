/**
 * What a `sealed` event says of its records: one root, from which a proof leads to each (docs/formats/receipt.md).
 *
 * A record's digest is SHA-256 of its sealed bytes. Sixteen digests side by side are one leaf of a tree as in RFC 6962, section
 * 2.1. INVARIANT: equals `batchRoot` of @kura/receipt, by which it is proven (custodian/src/receipts/receipt.db.test.ts).
 */
import { rootOf } from "@kura/tlog/frontier.ts";
import { writeSha256 } from "@kura/tlog/sha256.ts";
import { hashBytes, type Hash, hashLeaf } from "@kura/tlog/tree.ts";

const groupBytes = 16 * hashBytes;

export class RecordRoot {
  readonly #digests: Uint8Array;
  #length = 0;

  /** @param records how many will be added. */
  constructor(records: number) {
    this.#digests = new Uint8Array(records * hashBytes);
  }

  add(sealed: Uint8Array): void {
    writeSha256(sealed, this.#digests, this.#length);
    this.#length += hashBytes;
  }

  root(): Hash {
    const leaves: Hash[] = [];
    for (let at = 0; at < this.#length; at += groupBytes)
      leaves.push(hashLeaf(this.#digests.subarray(at, Math.min(at + groupBytes, this.#length))));
    return rootOf(leaves);
  }
}
