/**
 * From criteria to a screen's candidates: who is selected by what needs no opening, in which parts, and the digest of it all.
 *
 * The candidates are fixed here, before anybody signs: what the requester signs is their digest, what the second actor signs is
 * the requester's order, and the keeper compares these persons and no others. Opens nothing.
 */
import { createHash } from "node:crypto";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { partCount } from "@kura/keeper/protocol/extracts.ts";
import { candidateStep } from "@kura/keeper/protocol/screens.ts";
import type { Database, Reader } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { Criteria } from "../extracts/criteria.ts";
import { listPartKeys } from "../extracts/store.ts";
import type { Token } from "../vault/terms.ts";
import { screenLimits } from "./limits.ts";
import * as store from "./store.ts";

export interface PlanParts {
  readonly register: Database;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

export interface PlannedScreen {
  readonly screenId: string;
  readonly candidates: number;
  /** In hexadecimal. */
  readonly selection: string;
}

/** @param tokens of the numbers in the criteria. @throws {Fault} `nobody-selected`, `too-many-rows`, `bad-reason` */
export async function planScreen(
  { register, now, makeId }: PlanParts,
  asked: { readonly criteria: Criteria; readonly tokens: readonly Token[]; readonly reason: string },
): Promise<PlannedScreen> {
  const { criteria, tokens, reason } = asked;
  const isReason = reason.trim() !== "" && reason.length <= screenLimits.reasonLength;
  if (!isReason || /\p{Cc}/u.test(reason))
    throw new Fault("bad-reason", "a screen needs a reason of at most 200 characters");
  const screenId = renderUuid(makeId());
  const candidates = await register.transact(async (tx) => {
    const count = await store.appendCandidates(tx, screenId, criteria, tokens);
    if (count === 0) throw new Fault("nobody-selected", "the criteria select nobody");
    if (count > screenLimits.candidates)
      throw new Fault("too-many-rows", `a screen has at most ${screenLimits.candidates} candidates`);
    const row = { screenId, criteria: JSON.stringify(criteria), reason, candidates: count, madeAt: now() };
    await store.appendScreen(tx, row);
    return count;
  });
  const [first = noStep] = await stepsOf(register, screenId, candidates);
  return { screenId, candidates, selection: encodeHex(first) };
}

const noStep = new Uint8Array(32);

/** Each part's step, and zeros behind the last: from the last part to the first, as they build on each other. */
export async function stepsOf(reader: Reader, screenId: string, candidates: number): Promise<Uint8Array[]> {
  const parts = partCount(candidates);
  const steps: Uint8Array[] = [noStep];
  const { pageParts } = screenLimits;
  for (let end = parts; end > 0; end -= pageParts) {
    const from = Math.max(0, end - pageParts);
    const page = await listPartKeys(reader, store.partsOf(screenId)(from, end - from));
    for (const keys of page.toReversed()) {
      const behind = steps.at(-1) ?? noStep;
      steps.push(createHash("sha256").update(candidateStep(behind, keys)).digest());
    }
  }
  return steps.toReversed();
}
