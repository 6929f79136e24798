/**
 * The sealed material of some parts, as the keeper takes it: records from the register's database, wrapped keys from the other.
 *
 * Used by the jobs that work parts off (`seal-extract.ts`, `screens/run-screen.ts`). Holds no key and opens nothing.
 */
import { Breach } from "@kura/kernel/fault.ts";
import { personKeyBytes, wrappedKeyBytes } from "@kura/keeper/protocol/protocol.ts";
import type { Databases } from "../db/database.ts";
import { getWrappedKeys, listPartMaterial, type PartMaterial, type PartsQuery } from "./store.ts";

export interface FetchedPart extends PartMaterial {
  readonly wrappedKeys: Uint8Array;
}

/** Parts `from` to `end`, the last not included. @throws {Breach} when one of them is missing. */
export async function fetchParts(
  { register, keys }: Databases,
  parts: PartsQuery,
  from: number,
  end: number,
): Promise<FetchedPart[]> {
  if (from >= end) return [];
  const material = await listPartMaterial(register, parts(from, end - from));
  if (material.length !== end - from || material.some(({ part }, i) => part !== from + i)) {
    throw new Breach("a selection lacks parts", { from });
  }
  const wrapped = await getWrappedKeys(keys, Buffer.concat(material.map(({ personKeys }) => personKeys)));
  let at = 0;
  return material.map((part) => {
    const start = at;
    at += (part.personKeys.length / personKeyBytes) * wrappedKeyBytes;
    return { ...part, wrappedKeys: wrapped.subarray(start, at) };
  });
}
