/**
 * Rotation of the key-encryption key: a new version in the keeper, then every person's key wrapped anew, while others work.
 *
 * Called by an operator's tools. A key is replaced only where it is still as it was read, so that an erasure meanwhile is not
 * undone. Former versions stay readable in the keeper, so nothing depends on when this ends.
 * CRASH: some keys are of the new version, some of former ones; {@link rewrapKeys} goes on with those.
 * Keys that an import sealed before the rotation and commits behind it stay of the former version: `kura audit` counts
 * them, and they too are what the next {@link rewrapKeys} takes.
 */
import { codeOf } from "@kura/kernel/fault.ts";
import type { RewrapItem, RewrapOutcome } from "@kura/keeper/protocol/protocol.ts";
import type { Databases } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import { jobLocks } from "../jobs/limits.ts";
import { vaultLimits } from "../vault/limits.ts";
import * as store from "./store.ts";

/** The keeper's part in wrapping keys anew: it gives no key away, so anybody may ask. */
export interface Rewrapper {
  status(): Promise<{ readonly kekVersion: number }>;
  rewrap(items: readonly RewrapItem[]): Promise<readonly RewrapOutcome[]>;
}

/** The keeper's part in a rotation; who may order a new version, and how that is proved, is the caller's. */
export interface Rotator extends Rewrapper {
  /** Begins a new version and returns its number. */
  rotate(): Promise<number>;
}

export interface RotateProgress {
  readonly done: number;
  /** Keys of former versions when it began. */
  readonly total: number;
}

export type RotateOutcome =
  | { readonly kind: "rotation-running" }
  | {
      readonly kind: "rotated";
      readonly kekVersion: number;
      readonly rewrapped: number;
      /** Keys that somebody else replaced or erased meanwhile, or that the keeper knows as erased. */
      readonly passedOver: number;
      /** Keys that did not open: look into these before a former version is given up. */
      readonly unopened: number;
    };

export interface RotateOptions {
  readonly onProgress?: (progress: RotateProgress) => void;
  /** Keys in one call and one transaction; {@link vaultLimits.rewrapPersons} unless given. */
  readonly batchKeys?: number;
}

/** Begins a new version and wraps every key under it. @throws {Fault} of the keeper or the database. */
export async function rotateKeys(
  databases: Databases,
  keeper: Rotator,
  options: RotateOptions = {},
): Promise<RotateOutcome> {
  const outcome = await databases.keys.withLock(jobLocks.rotation, async () =>
    rewrapOlder(databases, keeper, await keeper.rotate(), options),
  );
  return outcome ?? { kind: "rotation-running" };
}

/** Goes on with a rotation that was stopped: wraps keys of former versions under the present one. */
export async function rewrapKeys(
  databases: Databases,
  keeper: Rewrapper,
  options: RotateOptions = {},
): Promise<RotateOutcome> {
  const outcome = await databases.keys.withLock(jobLocks.rotation, async () =>
    rewrapOlder(databases, keeper, (await keeper.status()).kekVersion, options),
  );
  return outcome ?? { kind: "rotation-running" };
}

async function rewrapOlder(
  databases: Databases,
  keeper: Rewrapper,
  kekVersion: number,
  { onProgress = () => undefined, batchKeys = vaultLimits.rewrapPersons }: RotateOptions,
): Promise<RotateOutcome> {
  const total = await store.countOlderKeys(databases.keys, kekVersion);
  const sums = { rewrapped: 0, passedOver: 0, unopened: 0 };
  let after: string | undefined;
  for (;;) {
    const batch = await store.listOlderKeys(databases.keys, kekVersion, after, batchKeys);
    const last = batch.at(-1);
    if (last === undefined) return { kind: "rotated", kekVersion, ...sums };
    const { rewrapped, unopened } = await rewrapBatch(databases, keeper, batch);
    sums.rewrapped += rewrapped;
    sums.unopened += unopened;
    sums.passedOver += batch.length - rewrapped - unopened;
    after = renderUuid(last.personKey);
    onProgress({ done: sums.rewrapped + sums.passedOver + sums.unopened, total });
  }
}

async function rewrapBatch(
  databases: Databases,
  keeper: Rewrapper,
  batch: readonly store.WrappedKey[],
): Promise<{ rewrapped: number; unopened: number }> {
  const outcomes = await keeper.rewrap(
    batch.map(({ personKey, wrapped }) => ({ personKey, wrappedKey: wrapped })),
  );
  const replacements = batch.flatMap((key, i) => {
    const outcome = outcomes[i];
    return outcome?.outcome === "rewrapped" ? [{ ...key, rewrapped: outcome.wrappedKey }] : [];
  });
  const unopened = outcomes.filter(({ outcome }) => outcome === "does-not-open").length;
  return { rewrapped: await replace(databases, replacements), unopened };
}

/** How often a batch is tried when keys in it are erased at that very moment. */
const attempts = 8;

async function replace(
  databases: Databases,
  keys: readonly (store.WrappedKey & { readonly rewrapped: Uint8Array })[],
): Promise<number> {
  if (keys.length === 0) return 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await databases.keys.transact((tx) => store.replaceKeys(tx, keys));
    } catch (thrown) {
      if (codeOf(thrown) !== "sql-40001" || attempt === attempts) throw thrown;
    }
  }
}
