// Decisions about groups that can be taken back. A ledger only ever grows: a merge or a split is an entry, and undoing
// one is an entry too. What stands is worked out from the entries, so an undone merge leaves the others as they were.

import { LinkageFault } from "./fault.ts";

export type Entry =
  | {
      readonly kind: "merge";
      readonly number: number;
      readonly groups: readonly [string, string];
      readonly reason: string;
      readonly at: string;
    }
  | {
      readonly kind: "undo";
      readonly number: number;
      readonly undoes: number;
      readonly reason: string;
      readonly at: string;
    };

/** Groups before any decision: record name to group id. */
export type Groups = ReadonlyMap<string, string>;

/** Adds a merge of two groups (as they are named before any merge). */
export function appendMerge(
  entries: readonly Entry[],
  groups: readonly [string, string],
  reason: string,
  at: string,
): Entry[] {
  if (groups[0] === groups[1])
    throw new LinkageFault("unknown-merge", "A group cannot be merged with itself.");
  return [...entries, { kind: "merge", number: entries.length + 1, groups, reason, at }];
}

/** Adds the undoing of a merge that stands. */
export function appendUndo(entries: readonly Entry[], number: number, reason: string, at: string): Entry[] {
  const standing = listStanding(entries).some((entry) => entry.number === number);
  if (!standing)
    throw new LinkageFault(
      "unknown-merge",
      `Merge ${number} does not stand: it was never made, or is undone.`,
    );
  return [...entries, { kind: "undo", number: entries.length + 1, undoes: number, reason, at }];
}

/** Merges that are not undone. */
export function listStanding(entries: readonly Entry[]): Extract<Entry, { kind: "merge" }>[] {
  const undone = new Set(entries.flatMap((entry) => (entry.kind === "undo" ? [entry.undoes] : [])));
  return entries.filter((entry) => entry.kind === "merge").filter((entry) => !undone.has(entry.number));
}

/** Groups with all standing merges applied; a merged group takes the smallest id of its parts. */
export function applyMerges(groups: Groups, entries: readonly Entry[]): Map<string, string> {
  const parent = new Map<string, string>();
  const find = (id: string): string => {
    const above = parent.get(id);
    return above === undefined ? id : find(above);
  };
  for (const { groups: pair } of listStanding(entries)) {
    const [a, b] = [find(pair[0]), find(pair[1])];
    if (a === b) continue;
    if (a < b) parent.set(b, a);
    else parent.set(a, b);
  }
  return new Map([...groups].map(([record, id]) => [record, find(id)]));
}
