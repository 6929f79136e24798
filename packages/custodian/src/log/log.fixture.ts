/** A log as a keeper would sign it, for tests of its tiles: entries of nobody under a key of the test. */
import type { EntriesAnswer } from "@kura/keeper/protocol/orders.ts";
import { encodeCheckpoint } from "@kura/tlog/checkpoint.ts";
import { rootOf } from "@kura/tlog/frontier.ts";
import { createSigner, type Signer, signNote } from "@kura/tlog/signer.ts";
import { hashLeaf, type TreeHead } from "@kura/tlog/tree.ts";
import { encodeVerifierKey, keyType } from "@kura/tlog/verifier-key.ts";
import type { LogSource } from "./publish-log.ts";

export const fixtureOrigin = "log.example/fixture";

export class FixtureLog implements LogSource {
  entriesSigned: Uint8Array[] = [];
  /** Entries of one answer at most. */
  pageMax = 100;
  /** Called before each answer: a place to stop. */
  beforeAnswer: () => Promise<void> = async () => undefined;
  readonly signer: Signer;

  static async make(fill = 1, origin: string = fixtureOrigin): Promise<FixtureLog> {
    return new FixtureLog(await createSigner(origin, keyType.ed25519, new Uint8Array(32).fill(fill)));
  }

  constructor(signer: Signer) {
    this.signer = signer;
  }

  get verifierKey(): string {
    return encodeVerifierKey(this.signer.key);
  }

  /** @param seed entries of two seeds are different. */
  grow(count: number, seed = 0): void {
    for (let i = 0; i < count; i++) {
      const entry = new Uint8Array(32).fill(seed);
      new DataView(entry.buffer).setUint32(0, this.entriesSigned.length);
      this.entriesSigned.push(entry);
    }
  }

  head(size: number = this.entriesSigned.length): TreeHead {
    return { size: BigInt(size), root: rootOf(this.entriesSigned.slice(0, size).map(hashLeaf)) };
  }

  /** The checkpoint of the first `size` entries. */
  async checkpoint(size: number = this.entriesSigned.length): Promise<string> {
    return signNote(
      encodeCheckpoint({ origin: this.signer.key.name, ...this.head(size) }),
      [this.signer],
      0n,
    );
  }

  async entries(from: bigint, limit: number): Promise<EntriesAnswer> {
    await this.beforeAnswer();
    const start = Number(from);
    return {
      verifierKey: this.verifierKey,
      checkpoint: await this.checkpoint(),
      entries: this.entriesSigned.slice(start, start + Math.min(limit, this.pageMax)),
    };
  }
}
