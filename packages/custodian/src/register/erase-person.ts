/**
 * Erases a person: destroys the key, so that the sealed facts can never be read again, in backups neither. Final.
 *
 * Called by an operator's tools, once it is decided and recorded elsewhere that the person may be erased. Premiums stay,
 * under a key that leads to nobody. The order of durable effects:
 *   1. the keeper journals the erasure and refuses the person from then on
 *      CRASH: the keeper refuses, key and tokens are still there; `kura audit` says so. Erasing again goes on.
 *   2. the wrapped key is deleted
 *      CRASH: the person has neither key nor erasure; `kura audit` knows it from the keeper's count. Erasing again goes on.
 *   3. tokens are deleted and the erasure is recorded, in one transaction: done
 * Tokens kept inside `records` for comparing stay: they are keyed, unindexed, and their rows are never changed.
 */
import type { Databases } from "../db/database.ts";
import { jobLocks } from "../jobs/limits.ts";
import * as sources from "../jobs/store.ts";
import * as store from "./store.ts";

/** The keeper's part; who may order it, and how that is proved, is the caller's. Erasing twice is as good as once. */
export interface Eraser {
  erase(request: { readonly personKey: Uint8Array; readonly reason: string }): Promise<unknown>;
}

export interface EraseOrder {
  readonly personKey: Uint8Array;
  /** Sixteen new bytes: the erasure's own source. */
  readonly sourceId: Uint8Array;
  /** Recorded and journalled; never personal data. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** In order of precedence. */
export type EraseOutcome =
  /** An import might be writing about this very person. */
  | { readonly kind: "import-running" }
  | { readonly kind: "no-such-person" }
  | { readonly kind: "already-erased"; readonly erasedAt: Date }
  | { readonly kind: "erased" };

/** Erases the person, or goes on where a stopped erasure was. @throws {Fault} of the keeper or a database. */
export async function erasePerson(
  databases: Databases,
  keeper: Eraser,
  order: EraseOrder,
): Promise<EraseOutcome> {
  const outcome = await databases.register.withLock(jobLocks.import, () =>
    eraseAlone(databases, keeper, order),
  );
  return outcome ?? { kind: "import-running" };
}

async function eraseAlone(
  { register, keys }: Databases,
  keeper: Eraser,
  { personKey, sourceId, reason, atMs }: EraseOrder,
): Promise<EraseOutcome> {
  if (!(await store.isRegistered(register, personKey))) return { kind: "no-such-person" };
  const erasedAt = await store.findErasure(register, personKey);
  if (erasedAt === undefined) await keeper.erase({ personKey, reason });
  // Also for who is erased already: a backup of the keys that was put back brings the key back.
  await keys.transact((tx) => store.deleteKey(tx, personKey));
  await register.transact(async (tx) => {
    await store.deleteTokens(tx, personKey);
    if (erasedAt !== undefined) return;
    await store.appendErasure(tx, personKey, reason, atMs);
    const file = { fileDigest: null, mappingDigest: null };
    await sources.appendSource(tx, { sourceId, kind: "erasure", ...file, reason, atMs });
    await sources.appendFinished(tx, sourceId, 0, atMs);
  });
  return erasedAt === undefined ? { kind: "erased" } : { kind: "already-erased", erasedAt };
}
