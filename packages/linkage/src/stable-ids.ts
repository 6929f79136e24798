// Ids of groups that stay the same from run to run: a group keeps the id of the earlier group with which it shares most
// records; a new group is named after its smallest record. Deterministic, whatever the order of rows.

import { createHash } from "node:crypto";

/** An id for every record's group; `previous` maps record names to the group ids of an earlier run. */
export function nameGroups(
  labels: Int32Array,
  recordNames: readonly string[],
  previous: ReadonlyMap<string, string>,
): string[] {
  const members = new Map<number, string[]>();
  for (const [record, label] of labels.entries()) {
    const list = members.get(label);
    if (list === undefined) members.set(label, [recordNames[record] ?? ""]);
    else list.push(recordNames[record] ?? "");
  }
  const claims =
    previous.size === 0 ? [] : [...members].flatMap(([label, names]) => claimsOf(label, names, previous));
  claims.sort(
    (a, b) => b.shared - a.shared || compareText(a.smallest, b.smallest) || compareText(a.id, b.id),
  );
  const idOf = new Map<number, string>();
  const taken = new Set<string>();
  for (const { label, id } of claims) {
    if (idOf.has(label) || taken.has(id)) continue;
    idOf.set(label, id);
    taken.add(id);
  }
  for (const [label, names] of members) {
    if (idOf.has(label)) continue;
    let id = freshId(names.reduce((least, name) => (compareText(name, least) < 0 ? name : least)));
    while (taken.has(id)) id = freshId(id);
    idOf.set(label, id);
    taken.add(id);
  }
  return Array.from(labels, (label) => idOf.get(label) ?? "");
}

interface Claim {
  readonly label: number;
  readonly id: string;
  readonly shared: number;
  readonly smallest: string;
}

function claimsOf(label: number, names: readonly string[], previous: ReadonlyMap<string, string>): Claim[] {
  const shared = new Map<string, number>();
  for (const name of names) {
    const id = previous.get(name);
    if (id !== undefined) shared.set(id, (shared.get(id) ?? 0) + 1);
  }
  const smallest = names.reduce((least, name) => (compareText(name, least) < 0 ? name : least));
  return [...shared].map(([id, count]) => ({ label, id, shared: count, smallest }));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const freshId = (name: string): string => `c${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;
