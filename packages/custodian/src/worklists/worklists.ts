/**
 * Worklists: made from criteria, given out in lots, handed over, worked off. Whoever calls has found out who the actor is.
 *
 * Giving a lot to somebody opens a case about its persons; a hand-over keeps the case; a lot that is done closes it. Looks are
 * the door's (`disclosure/look.ts`), in that case: nothing here shows a person. Two writers of one lot cannot both write
 * the same event; the second decides again on what is there then.
 */
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { closeCase, openCase } from "../cases/cases.ts";
import { type CaseActor, parseCaseKind } from "../cases/case.ts";
import type { Database } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { Criteria } from "../extracts/criteria.ts";
import type { Token } from "../vault/terms.ts";
import { worklistLimits } from "./limits.ts";
import * as store from "./store.ts";
import {
  foldLot,
  type Lot,
  type LotEvent,
  type LotRefusal,
  refuseDone,
  refuseResult,
  type WorklistKind,
  worklistKinds,
} from "./worklist.ts";

export interface WorklistParts {
  readonly register: Database;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

export interface WorklistAsked {
  readonly kind: WorklistKind;
  readonly title: string;
  /** Numbers of the fields that the task needs. */
  readonly fields: readonly number[];
  readonly criteria: Criteria;
  /** Of the numbers in the criteria. */
  readonly tokens: readonly Token[];
  readonly dueOn?: string;
}

export type MakeOutcome =
  | { readonly outcome: "made"; readonly worklistId: string; readonly persons: number }
  | { readonly outcome: "bad-title" | "nobody-selected" | "too-many-persons" };

export async function makeWorklist(
  { register, now, makeId }: WorklistParts,
  by: CaseActor,
  asked: WorklistAsked,
): Promise<MakeOutcome> {
  const { kind, title, fields, criteria, tokens, dueOn } = asked;
  const isTitle = title.trim() !== "" && title.length <= worklistLimits.titleLength && !/\p{Cc}/u.test(title);
  if (!isTitle) return { outcome: "bad-title" };
  const worklistId = renderUuid(makeId());
  const { caseKind } = worklistKinds[kind];
  const row = { worklistId, kind, caseKind, title, fields, criteria: JSON.stringify(criteria), dueOn };
  const { actor, office } = by;
  try {
    const persons = await register.transact(async (tx) => {
      await store.appendWorklist(tx, { ...row, actor, office, madeAt: now() });
      const count = await store.appendLots(tx, worklistId, criteria, tokens);
      if (count === 0) throw new Fault("nobody-selected", "the criteria select nobody");
      if (count > worklistLimits.persons) throw new Fault("too-many-persons", "too many for one list");
      return count;
    });
    return { outcome: "made", worklistId, persons };
  } catch (fault) {
    const code = codeOf(fault);
    if (code === "nobody-selected" || code === "too-many-persons") return { outcome: code };
    throw fault;
  }
}

export type LotOutcome = { readonly outcome: "done"; readonly lot: Lot } | { readonly outcome: LotRefusal };

/** Gives the lot to somebody, or hands it over. */
export async function assignLot(
  parts: WorklistParts,
  place: LotPlace,
  by: CaseActor,
  assignee: string,
): Promise<LotOutcome> {
  return changeLot(parts, place, async (list, lot) => {
    if (lot.isDone) return "lot-done";
    const caseId = lot.caseId ?? (await openLotCase(parts, list, lot, by));
    return { kind: "assigned", assignee, caseId, ...by, at: parts.now() };
  });
}

export async function recordResult(
  parts: WorklistParts,
  place: LotPlace,
  by: CaseActor,
  given: { readonly person: string; readonly result: string },
): Promise<LotOutcome> {
  return changeLot(parts, place, async (list, lot) => {
    const refusal = refuseResult(list.kind, lot, by.actor, given);
    return refusal ?? { kind: "result", ...given, ...by, at: parts.now() };
  });
}

/** Every person has a result: the lot's case is closed, and nobody looks at them for it any more. */
export async function finishLot(parts: WorklistParts, place: LotPlace, by: CaseActor): Promise<LotOutcome> {
  const outcome = await changeLot(parts, place, async (_list, lot) => {
    return refuseDone(lot, by.actor) ?? { kind: "done", ...by, at: parts.now() };
  });
  if (outcome.outcome === "done" && outcome.lot.caseId !== undefined) {
    await closeCase(parts, outcome.lot.caseId, by, "a lot of a worklist is done");
  }
  return outcome;
}

export interface LotPlace {
  readonly worklistId: string;
  readonly lotNo: number;
}

export async function findLot(parts: WorklistParts, place: LotPlace): Promise<Lot | undefined> {
  const { worklistId, lotNo } = place;
  const persons = await store.findLotPersons(parts.register, worklistId, lotNo);
  if (persons === undefined) return undefined;
  return foldLot(lotNo, persons, await store.listLotEvents(parts.register, worklistId, lotNo));
}

async function changeLot(
  parts: WorklistParts,
  place: LotPlace,
  decide: (list: store.WorklistRow, lot: Lot) => Promise<LotEvent | LotRefusal>,
): Promise<LotOutcome> {
  const [list] = await store.listWorklists(parts.register, place.worklistId);
  for (let attempt = 0; attempt < worklistLimits.attempts; attempt++) {
    const lot = list === undefined ? undefined : await findLot(parts, place);
    if (list === undefined || lot === undefined) return { outcome: "unknown-lot" };
    const event = await decide(list, lot);
    if (typeof event === "string") return { outcome: event };
    if (await isWritten(store.appendLotEvent(parts.register, { ...place, eventNo: lot.events }, event))) {
      const written = await findLot(parts, place);
      if (written !== undefined) return { outcome: "done", lot: written };
    }
  }
  throw new Fault("worklist-contended", "others kept writing to this lot");
}

/** CRASH: a case that no lot names: open, with nobody who looks in it. */
async function openLotCase(
  parts: WorklistParts,
  list: store.WorklistRow,
  lot: Lot,
  by: CaseActor,
): Promise<string> {
  const kind = parseCaseKind(list.caseKind) ?? worklistKinds[list.kind].caseKind;
  const reason = `lot ${lot.lotNo} of worklist ${list.worklistId}`;
  const outcome = await openCase(parts, { by, kind, reason, persons: lot.persons });
  if (outcome.outcome === "done") return outcome.case.caseId;
  throw new Fault("worklist-without-case", `no case could be opened for the lot: ${outcome.outcome}`);
}

/** Whether the number was still free. */
async function isWritten(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (fault) {
    if (codeOf(fault) === "sql-23505") return false;
    throw fault;
  }
}
