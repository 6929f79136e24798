/**
 * The life of an extract on the custodian's side: orders are relayed, their outcome is the keeper's.
 *
 * The custodian decides nothing here that the keeper would not refuse itself; it brings what the keeper does not have
 * (sealed material, the rows) and can read nothing of what comes back.
 */
import type { SealedAnswer, SignedOrder } from "@kura/keeper/protocol-orders.ts";
import type { Answer } from "@kura/keeper/protocol.ts";
import { parseUuid } from "../db/uuid.ts";
import type { Databases } from "../db/database.ts";
import { listSealed } from "../disclosure/sealed-material.ts";
import { askApprove, askEndExtract, askExtract, askPreview, askRelease } from "../vault/extract-orders.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";

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

export function endExtract({ keeper }: ExtractParts, order: SignedOrder): Promise<Answer<bigint>> {
  return askEndExtract(keeper, order);
}

export function releaseExtract({ keeper }: ExtractParts, order: SignedOrder): Promise<Answer<SealedAnswer>> {
  return askRelease(keeper, order);
}
