/**
 * A worklist: bulk work that stays inside. Pure: kinds, results, and from a lot's events to what the lot is.
 *
 * What files were made for once (docs/operations/worklists.md): a list of persons, the fields a task needs, and a word for
 * each person when it is done. A lot of at most fifty persons is given to somebody and is a case of theirs; nothing of a
 * person is shown but by a look in that case. Events are added and never changed.
 */
import type { CaseKind } from "../cases/case.ts";

/** For ever: lists name them. Each with the kind of case in which its persons are looked at, and the words it can end in. */
export const worklistKinds = {
  /** Notices that were sent: did they arrive? */
  "notification-receipts": { caseKind: "address-change", results: ["arrived", "returned", "no-answer"] },
  /** Whom to write to: is the address good? */
  "mailing-targets": { caseKind: "address-change", results: ["write", "do-not-write", "address-doubtful"] },
  /** Records said to be wrong. */
  corrections: { caseKind: "record-matching", results: ["corrected", "nothing-wrong", "inquiry-needed"] },
  /** Records that may be of one person. */
  "matching-review": { caseKind: "record-matching", results: ["same-person", "other-person", "undecided"] },
  /** Letters to exposed persons: made of an approved revision (`notification`), each printed from the look at its person. */
  letters: { caseKind: "incident-response", results: ["printed", "address-doubtful", "not-sent"] },
  /** Whatever else is to be looked through, one by one. */
  "persons-to-check": {
    caseKind: "contribution-inquiry",
    results: ["in-order", "correction-needed", "not-reached"],
  },
} as const satisfies Readonly<
  Record<string, { readonly caseKind: CaseKind; readonly results: readonly string[] }>
>;

export type WorklistKind = keyof typeof worklistKinds;

export function parseWorklistKind(text: string): WorklistKind | undefined {
  return Object.hasOwn(worklistKinds, text) ? (text as WorklistKind) : undefined;
}

export function isResultOf(kind: WorklistKind, result: string): boolean {
  const results: readonly string[] = worklistKinds[kind].results;
  return results.includes(result);
}

export type LotEvent = { readonly actor: string; readonly office: string; readonly at: Date } & (
  | { readonly kind: "assigned"; readonly assignee: string; readonly caseId: string }
  | { readonly kind: "result"; readonly person: string; readonly result: string }
  | { readonly kind: "done" }
);

export interface Lot {
  readonly lotNo: number;
  /** As UUIDs. */
  readonly persons: readonly string[];
  readonly assignee: string | undefined;
  readonly caseId: string | undefined;
  /** The last word on each person. */
  readonly results: ReadonlyMap<string, string>;
  readonly isDone: boolean;
  readonly events: number;
}

export function foldLot(lotNo: number, persons: readonly string[], events: readonly LotEvent[]): Lot {
  const results = new Map<string, string>();
  let [assignee, caseId]: [string | undefined, string | undefined] = [undefined, undefined];
  let isDone = false;
  for (const event of events) {
    if (event.kind === "assigned") [assignee, caseId] = [event.assignee, event.caseId];
    if (event.kind === "result") results.set(event.person, event.result);
    if (event.kind === "done") isDone = true;
  }
  return { lotNo, persons, assignee, caseId, results, isDone, events: events.length };
}

/** Why a result is not taken, in order of precedence. */
export type LotRefusal =
  | "unknown-lot"
  | "lot-done"
  | "not-assigned"
  | "other-assignee"
  | "person-not-in-lot"
  | "no-such-result"
  | "persons-left";

export function refuseResult(
  kind: WorklistKind,
  lot: Lot,
  actor: string,
  given: { readonly person: string; readonly result: string },
): LotRefusal | undefined {
  const work = refuseWork(lot, actor);
  if (work !== undefined) return work;
  if (!lot.persons.includes(given.person)) return "person-not-in-lot";
  return isResultOf(kind, given.result) ? undefined : "no-such-result";
}

/** A lot is done when every person of it has a result. */
export function refuseDone(lot: Lot, actor: string): LotRefusal | undefined {
  const work = refuseWork(lot, actor);
  if (work !== undefined) return work;
  return lot.persons.every((person) => lot.results.has(person)) ? undefined : "persons-left";
}

function refuseWork(lot: Lot, actor: string): LotRefusal | undefined {
  if (lot.isDone) return "lot-done";
  if (lot.assignee === undefined) return "not-assigned";
  return lot.assignee === actor ? undefined : "other-assignee";
}
