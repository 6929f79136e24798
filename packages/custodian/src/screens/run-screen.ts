/**
 * The job that works a screen off, part by part; needs no key and no order, because the screen that was agreed upon is the order.
 *
 *   fetch (server puts the bytes together) ─▶ screen (keeper: journals, opens, compares) ─▶ commit who meets it
 *
 * Parts reach the keeper in their order; the next are fetched meanwhile. CRASH: what was committed stays, nothing else is
 * anywhere: no plaintext, no half list (a screen that is not at its end selects nobody). The next run goes on behind the last
 * committed part; parts whose answer was lost are screened again, and those persons are counted twice in their own chains.
 */
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";
import { partCount } from "@kura/keeper/protocol/extracts.ts";
import { personKeyBytes } from "@kura/keeper/protocol/protocol.ts";
import type { ScreenPart } from "@kura/keeper/protocol/screens.ts";
import { renderUuid } from "../db/uuid.ts";
import { type FetchedPart, fetchParts } from "../extracts/fetch-parts.ts";
import type { Reader } from "../db/database.ts";
import type { Work } from "../queue/worker.ts";
import { askScreenPart } from "../vault/screen-orders.ts";
import { screenLimits } from "./limits.ts";
import { stepsOf } from "./plan-screen.ts";
import type { ScreenParts } from "./screens.ts";
import * as store from "./store.ts";

export const screenKind = "screen";

/** Somebody else has to agree first. */
const notAgreed = "not-agreed";

export interface ScreenProgress {
  readonly partsDone: number;
  readonly parts: number;
  /** Candidates. */
  readonly rows: number;
}

/** As queued work. */
export function screenWork(parts: ScreenParts): Work {
  return {
    // What the keeper refuses (not agreed upon, expired, other persons) it refuses again.
    finalCodes: ["screen-refused", notAgreed, "unknown-screen", "budget-exhausted"],
    run: async (screenId, goOn) => {
      await runScreen(parts, screenId, goOn);
    },
  };
}

/** Parts that are kept: what a stopped run goes on behind. */
export async function findProgress(reader: Reader, screenId: string): Promise<ScreenProgress | undefined> {
  const [state] = await store.listStates(reader, 1, screenId);
  if (state === undefined) return undefined;
  const { partsDone, candidates } = state;
  return { partsDone, parts: partCount(candidates), rows: candidates };
}

/**
 * @param onProgress awaited before each group of parts; what it throws ends the run, and what is committed stays.
 * @returns how many meet the criterion.
 * @throws {Fault} `unknown-screen`; `not-agreed`; `screen-refused` with the keeper's reason; `screen-running` when another run is quicker.
 */
export async function runScreen(
  parts: ScreenParts,
  screenId: string,
  onProgress: (progress: ScreenProgress) => void | Promise<void> = () => undefined,
): Promise<number> {
  const { register } = parts.databases;
  const [state] = await store.listStates(register, 1, screenId);
  if (state?.order === undefined) throw new Fault("unknown-screen", "nobody has asked for this screen");
  const { candidates: rows, order } = state;
  const all = partCount(rows);
  const steps = await stepsOf(register, screenId, rows);
  const asked = { screenId, request: order.text };
  const fetchGroup = (from: number): Promise<FetchedPart[]> =>
    fetchParts(parts.databases, store.partsOf(screenId), from, Math.min(all, from + screenLimits.groupParts));
  let fetching = fetchGroup(state.partsDone);
  for (let from = state.partsDone; from < all;) {
    await onProgress({ partsDone: from, parts: all, rows });
    const group = await fetching;
    fetching = fetchGroup(from + group.length);
    // Whoever fails first is told.
    fetching.catch(() => undefined);
    const results = await Promise.all(
      group.map((one) => screenOne(parts, { ...asked, ...one, behind: steps[one.part + 1] ?? noStep })),
    );
    await commitGroup(parts, screenId, results);
    from += group.length;
  }
  await onProgress({ partsDone: all, parts: all, rows });
  const [done] = await store.listStates(register, 1, screenId);
  if (done?.partsDone !== all) throw new Breach("a screen's parts do not add up", { parts: all });
  return done.found;
}

const noStep = new Uint8Array(32);

async function screenOne({ keeper }: ScreenParts, given: ScreenPart): Promise<store.ResultRow> {
  const answer = await askScreenPart(keeper, given);
  if (answer.outcome !== "ok") {
    const code = answer.reason === notAgreed ? notAgreed : answer.outcome;
    throw new Fault(code, `the keeper compares nobody for this screen: ${answer.reason}`);
  }
  const { eventNumber, matched } = answer.value;
  if (matched.length * personKeyBytes !== given.personKeys.length)
    throw new Breach("a screen's answer is not one for each candidate", { part: given.part });
  const persons = [...matched].flatMap((bit, i) => {
    const at = i * personKeyBytes;
    return bit === 1 ? [renderUuid(given.personKeys.subarray(at, at + personKeyBytes))] : [];
  });
  return { part: given.part, eventNumber, persons };
}

async function commitGroup(
  { databases, now }: ScreenParts,
  screenId: string,
  results: readonly store.ResultRow[],
): Promise<void> {
  try {
    await databases.register.transact((tx) => store.appendResults(tx, screenId, results, now()));
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    throw new Fault("screen-running", "another run works this screen off", { cause: fault });
  }
}
