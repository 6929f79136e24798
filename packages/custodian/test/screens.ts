/** Screens for tests: planned, asked for and agreed to by the demo actors, on a real keeper and database. */
import { type OrderSession, orderDigest } from "@kura/keeper/order-session.ts";
import {
  type Criterion,
  encodeCriterion,
  fieldsOfCriterion,
  screenCaseKind,
} from "@kura/keeper/protocol/screens.ts";
import type { SignedOrder } from "@kura/keeper/protocol/orders.ts";
import { uuidMaker } from "../src/db/uuid.ts";
import type { Criteria } from "../src/extracts/criteria.ts";
import { planScreen, type PlannedScreen } from "../src/screens/plan-screen.ts";
import { agreeToScreen, requestScreen, type ScreenParts } from "../src/screens/screens.ts";
import { mustBeOk } from "./signed-in.ts";

const head = (id: string, purpose: string) => ({ purpose, case: id, caseKind: screenCaseKind }) as const;

export function plan({ databases, now }: ScreenParts, criteria: Criteria): Promise<PlannedScreen> {
  const asked = { criteria, tokens: [], reason: "a synthetic reason" };
  return planScreen({ register: databases.register, now, makeId: uuidMaker() }, asked);
}

export function screenOrder(
  keeperKey: Uint8Array,
  session: OrderSession,
  { screenId, candidates, selection }: PlannedScreen,
  criterion: Criterion,
  purpose = "record-matching",
): SignedOrder {
  const sealedCriterion = session.sealForNext("screen", keeperKey, encodeCriterion(criterion));
  const fields = fieldsOfCriterion(criterion);
  const content = { ...head(screenId, purpose), fields, candidates, selection, sealedCriterion };
  return session.order({ kind: "screen", ...content });
}

export function agreeOrder(
  keeperKey: Uint8Array,
  session: OrderSession,
  screenId: string,
  request: SignedOrder,
  criterion: Criterion,
): SignedOrder {
  const sealedCriterion = session.sealForNext("agree", keeperKey, encodeCriterion(criterion));
  const content = { request: orderDigest(request.text), sealedCriterion };
  return session.order({ kind: "agree", ...head(screenId, "extract-approval"), ...content });
}

/** Planned, asked for by one, agreed to by the other; not worked off. */
export async function askAndAgree(
  parts: ScreenParts,
  [requester, approver]: readonly [OrderSession, OrderSession],
  criteria: Criteria,
  criterion: Criterion,
): Promise<PlannedScreen> {
  const planned = await plan(parts, criteria);
  const { hpkeKey } = await parts.keeper.status();
  const request = screenOrder(hpkeKey, requester, planned, criterion);
  mustBeOk(await requestScreen(parts, "operator", request));
  const yes = agreeOrder(hpkeKey, approver, planned.screenId, request, criterion);
  mustBeOk(await agreeToScreen(parts, planned.screenId, yes));
  return planned;
}
