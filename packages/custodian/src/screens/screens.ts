/**
 * The orders of a screen on the custodian's side: relayed, their outcome is the keeper's; the first one's text is kept, because it
 * has the sealed criterion, which the custodian cannot read.
 */
import * as v from "valibot";
import type { SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import type { Databases } from "../db/database.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { askAgree, askScreen } from "../vault/screen-orders.ts";
import { appendOrder, listStates } from "./store.ts";

export interface ScreenParts {
  readonly databases: Databases;
  readonly keeper: KeeperClient;
  readonly now: () => Date;
}

const ordered = v.looseObject({ case: v.pipe(v.string(), v.uuid()), purpose: v.string() });

/** CRASH: behind the keeper's yes and before the order is kept: a screen that nobody can work off; it is planned anew. */
export async function requestScreen(
  { databases, keeper, now }: ScreenParts,
  actor: string,
  order: SignedOrder,
): Promise<Answer<bigint>> {
  const answer = await askScreen(keeper, order);
  if (answer.outcome !== "ok") return answer;
  // The keeper has read the text as an order of this kind.
  const { case: screenId, purpose } = v.parse(ordered, JSON.parse(order.text));
  const { text } = order;
  await appendOrder(databases.register, {
    screenId,
    text,
    purpose,
    actor,
    eventNumber: answer.value,
    orderedAt: now(),
  });
  return answer;
}

/** @param screenId of the order, as its signer says. */
export async function agreeToScreen(
  { databases, keeper }: ScreenParts,
  screenId: string,
  order: SignedOrder,
): Promise<Answer<bigint>> {
  const [state] = await listStates(databases.register, 1, screenId);
  if (state?.order === undefined) return { outcome: "screen-refused", reason: "unknown-screen" };
  return askAgree(keeper, { order, request: state.order.text });
}
