/**
 * Compares the register with the database of keys: two ordered streams of keys, one step at a time.
 *
 * Every person and every owner has a key unless erased; who is erased has none. Keys of nobody come from batches that were
 * stopped between the two databases. The keys are read after the register's snapshot, and an import commits keys before
 * persons: so a running import cannot look like a loss.
 */
import type { Reader } from "../db/database.ts";
import { auditLimits } from "./limits.ts";
import type { Findings } from "./report.ts";
import * as store from "./store.ts";

export interface KeySums {
  readonly persons: number;
  readonly records: number;
  readonly owners: number;
  readonly keys: number;
  /** Keys by the version they are wrapped under. */
  readonly versions: ReadonlyMap<number, store.Hits>;
  /** Persons and owners without a key and, in the snapshot, without an erasure. */
  readonly lost: readonly string[];
}

/** @param register inside the audit's snapshot. */
export async function checkKeys(register: Reader, keys: Reader, findings: Findings): Promise<KeySums> {
  const sums = { persons: 0, records: 0, owners: 0, keys: 0 };
  const versions = new Map<number, { count: number; examples: string[] }>();
  const lost: string[] = [];
  const holders = merged(pages(register, store.listPersons), pages(register, store.listOwners));
  for await (const { key, left: holder, right: found } of aligned(holders, pages(keys, store.listKeys))) {
    if (found !== undefined) {
      sums.keys += 1;
      const version = versions.get(found.kekVersion) ?? { count: 0, examples: [] };
      version.count += 1;
      if (version.examples.length < auditLimits.examples) version.examples.push(key);
      versions.set(found.kekVersion, version);
    }
    if (holder === undefined) findings.add("key-leftover", key);
    else if (!("records" in holder)) {
      sums.owners += 1;
      if (found === undefined) lost.push(key);
    } else {
      sums.persons += 1;
      sums.records += holder.records;
      if (!holder.isWhole) findings.add("record-numbers", key);
      if (holder.isErased && found !== undefined) findings.add("key-of-erased", key);
      if (!holder.isErased && found === undefined) lost.push(key);
    }
  }
  return { ...sums, versions, lost };
}

/**
 * A key that is gone is an erasure, a finished or an unfinished one, or it is lost.
 *
 * @param now the register outside of the snapshot, for who was erased meanwhile.
 * @param unfinishedErasures how many persons the keeper has erased beyond those of the register.
 */
export async function judgeLost(
  lost: readonly string[],
  now: Reader,
  unfinishedErasures: number,
  findings: Findings,
): Promise<void> {
  const still: string[] = [];
  for (const key of lost) if (!(await store.isErased(now, key))) still.push(key);
  if (still.length > unfinishedErasures) for (const key of still) findings.add("key-missing", key);
  else if (unfinishedErasures > 0) {
    const examples = still.length === 0 ? ["whose key is still there"] : still.slice(0, auditLimits.examples);
    findings.addAll("erasure-unfinished", { count: unfinishedErasures, examples });
  }
}

interface Keyed {
  readonly key: string;
}

async function* pages<Row extends Keyed>(
  reader: Reader,
  list: (reader: Reader, after?: string) => Promise<Row[]>,
): AsyncGenerator<Row> {
  let page = await list(reader);
  while (page.length > 0) {
    yield* page;
    page = await list(reader, page.at(-1)?.key);
  }
}

/** Both streams as one, in the order of their keys. */
async function* merged<A extends Keyed, B extends Keyed>(
  a: AsyncGenerator<A>,
  b: AsyncGenerator<B>,
): AsyncGenerator<A | B> {
  for await (const { left, right } of aligned(a, b)) {
    if (left !== undefined) yield left;
    if (right !== undefined) yield right;
  }
}

/** Pairs of equal keys, and those that stand in one stream only. Text of lower-case hexadecimal sorts as its bytes do. */
async function* aligned<A extends Keyed, B extends Keyed>(
  lefts: AsyncGenerator<A>,
  rights: AsyncGenerator<B>,
): AsyncGenerator<{ key: string; left?: A; right?: B }> {
  let left = await lefts.next();
  let right = await rights.next();
  for (;;) {
    if (left.done === true && right.done === true) return;
    if (right.done === true || (left.done !== true && left.value.key < right.value.key)) {
      if (left.done === true) return;
      yield { key: left.value.key, left: left.value };
      left = await lefts.next();
    } else if (left.done === true || right.value.key < left.value.key) {
      yield { key: right.value.key, right: right.value };
      right = await rights.next();
    } else {
      yield { key: left.value.key, left: left.value, right: right.value };
      left = await lefts.next();
      right = await rights.next();
    }
  }
}
