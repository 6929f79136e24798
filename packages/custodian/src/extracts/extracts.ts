/**
 * The life of an extract on the custodian's side: orders are relayed, their outcome is the keeper's.
 *
 * The custodian decides nothing here that the keeper would not refuse itself; it brings what the keeper does not have
 * (sealed material, the rows) and can read nothing of what comes back.
 */
import * as v from "valibot";
import type { SealedAnswer, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import { parseUuid } from "../db/uuid.ts";
import type { Databases } from "../db/database.ts";
import { listSealed } from "../disclosure/sealed-material.ts";
import { askApprove, askEndExtract, askExtract, askPreview, askRelease } from "../vault/extract-orders.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { removeChunks } from "./store.ts";

export interface ExtractParts {
  readonly databases: Databases;
  readonly keeper: KeeperClient;
}

export function requestExtract({ keeper }: ExtractParts, order: SignedOrder): Promise<Answer<bigint>> {
  return askExtract(keeper, order);
}

/** @param persons of the order, as UUIDs. */
export async function previewExtract(
  { databases, keeper }: ExtractParts,
  order: SignedOrder,
  persons: readonly string[],
): Promise<Answer<SealedAnswer>> {
  const { items } = await listSealed(databases, persons.map(parseUuid));
  return askPreview(keeper, { order, items });
}

export function approveExtract({ keeper }: ExtractParts, order: SignedOrder): Promise<Answer<bigint>> {
  return askApprove(keeper, order);
}

/** A revoked extract's chunks are removed: nobody may open them any more. Files that were made stay where they are, shut. */
export async function endExtract(
  { databases, keeper }: ExtractParts,
  order: SignedOrder,
): Promise<Answer<bigint>> {
  const answer = await askEndExtract(keeper, order);
  if (answer.outcome !== "ok") return answer;
  // The keeper has read the text as an order of one of two kinds about an extract.
  const ended = v.parse(
    v.looseObject({ kind: v.string(), case: v.pipe(v.string(), v.uuid()) }),
    JSON.parse(order.text),
  );
  if (ended.kind === "revoke") await removeChunks(databases.register, ended.case);
  return answer;
}

export function releaseExtract({ keeper }: ExtractParts, order: SignedOrder): Promise<Answer<SealedAnswer>> {
  return askRelease(keeper, order);
}
