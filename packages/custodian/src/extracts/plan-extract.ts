/**
 * From criteria to an extract's rows: who is selected, in which order, where honey rows stand, and the digest of it all.
 *
 * The rows are fixed here, before anybody signs: what the requester signs is their digest, what the approver signs is the
 * requester's order, and the keeper seals these persons and no others. Opens nothing.
 */
import { createHash, randomInt } from "node:crypto";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { extractPartRows, selectionStep } from "@kura/keeper/protocol/extracts.ts";
import type { Database, Reader } from "../db/database.ts";
import { parseUuid, renderUuid } from "../db/uuid.ts";
import type { Token } from "../vault/terms.ts";
import type { Criteria } from "./criteria.ts";
import { extractLimits } from "./limits.ts";
import * as store from "./store.ts";

export interface PlanParts {
  readonly register: Database;
  readonly now: () => Date;
  readonly makeId: () => Uint8Array;
}

export interface PlannedExtract {
  readonly extractId: string;
  /** Honey rows included. */
  readonly rows: number;
  readonly chunkRows: number;
  readonly honeyAt: readonly number[];
  /** In hexadecimal. */
  readonly selection: string;
}

/**
 * @param tokens of the numbers in the criteria. @throws {Fault} `nobody-selected`, `too-many-rows`, `bad-reason`
 */
export async function planExtract(
  { register, now, makeId }: PlanParts,
  asked: { readonly criteria: Criteria; readonly tokens: readonly Token[]; readonly reason: string },
): Promise<PlannedExtract> {
  const { criteria, tokens, reason } = asked;
  const isReason = reason.trim() !== "" && reason.length <= extractLimits.reasonLength;
  if (!isReason || /\p{Cc}/u.test(reason))
    throw new Fault("bad-reason", "an extract needs a reason of at most 200 characters");
  const id = makeId();
  const extractId = renderUuid(id);
  const planned = await register.transact(async (tx) => {
    const persons = await store.countSelected(tx, criteria, tokens);
    if (persons === 0) throw new Fault("nobody-selected", "the criteria select nobody");
    const honeyAt = drawHoney(persons);
    const rows = persons + honeyAt.length;
    if (rows > extractLimits.rows)
      throw new Fault("too-many-rows", `an extract has at most ${extractLimits.rows} rows`);
    const orderSeed = createHash("sha256").update("kura/row-order/1").update(id).digest().readBigInt64BE();
    const written = await store.appendSelected(tx, { extractId, orderSeed, honeyAt, rows }, criteria, tokens);
    if (written !== rows) throw new Fault("selection-moved", "the selection changed meanwhile; ask again");
    await store.appendExtract(tx, {
      extractId,
      criteria: JSON.stringify(criteria),
      reason,
      rows,
      madeAt: now(),
    });
    return { honeyAt, rows };
  });
  const chunkRows = planned.rows <= extractLimits.smallRows ? 1 : extractLimits.largeChunkRows;
  return { extractId, ...planned, chunkRows, selection: await digestSelection(register, extractId) };
}

/** The selection's last step over the rows as they are stored: what both actors sign. */
export async function digestSelection(reader: Reader, extractId: string): Promise<string> {
  let step: Uint8Array = new Uint8Array(32);
  for (let part = 0; ; part += extractLimits.pageParts) {
    const page = await store.listPartKeys(reader, store.partsOf(extractId)(part, extractLimits.pageParts));
    for (const keys of page) {
      step = createHash("sha256")
        .update(selectionStep(step, [keys]))
        .digest();
    }
    if (page.length < extractLimits.pageParts) return encodeHex(step);
  }
}

/** Distinct rows among the others, by lot; at most one for each part's worth of persons and one more. */
function drawHoney(persons: number): number[] {
  const count = Math.min(extractLimits.honeyRows, 1 + Math.floor(persons / extractPartRows));
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(randomInt(persons + count));
  return [...drawn].toSorted((a, b) => a - b);
}

/** Whether a text is an extract's id. */
export function isExtractId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(text) && renderUuid(parseUuid(text)) === text;
}
