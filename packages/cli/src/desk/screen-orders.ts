/** Orders of screens from an operator's desk: the criterion sealed and signed here, relayed, obeyed or refused by the keeper. */
import { Fault } from "@kura/kernel/fault.ts";
import { refusalTitles } from "@kura/custodian/disclosure/refusals.ts";
import { agreeToScreen, requestScreen, type ScreenParts } from "@kura/custodian/screens/screens.ts";
import type { PlannedScreen } from "@kura/custodian/screens/plan-screen.ts";
import { listStates } from "@kura/custodian/screens/store.ts";
import { orderDigest } from "@kura/keeper/order-session.ts";
import {
  type Criterion,
  encodeCriterion,
  fieldsOfCriterion,
  screenCaseKind,
} from "@kura/keeper/protocol/screens.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import type { Desk } from "./desk.ts";
import { extractPurposes } from "./extract-orders.ts";

export function screenParts({ databases, keeper, door }: Desk): ScreenParts {
  return { databases, keeper, now: door.now };
}

/** @returns the number of its event. @throws {Fault} with the refusal as its code. */
export async function orderScreen(
  desk: Desk,
  planned: PlannedScreen,
  purpose: string,
  criterion: Criterion,
): Promise<bigint> {
  const { screenId, candidates, selection } = planned;
  const { hpkeKey } = await desk.keeper.status();
  const sealedCriterion = desk.orders.sealForNext("screen", hpkeKey, encodeCriterion(criterion));
  const head = { purpose, case: screenId, caseKind: screenCaseKind } as const;
  const fields = fieldsOfCriterion(criterion);
  const order = desk.orders.order({
    kind: "screen",
    ...head,
    fields,
    candidates,
    selection,
    sealedCriterion,
  });
  return mustBeOk(await requestScreen(screenParts(desk), desk.asker.actor, order));
}

/** The second actor's yes, in their own words: the same criterion or none. */
export async function orderAgreement(desk: Desk, screenId: string, criterion: Criterion): Promise<bigint> {
  const [state] = await listStates(desk.databases.register, 1, screenId);
  if (state?.order === undefined) throw new Fault("unknown-screen", "nobody has asked for this screen");
  const { hpkeKey } = await desk.keeper.status();
  const sealedCriterion = desk.orders.sealForNext("agree", hpkeKey, encodeCriterion(criterion));
  const head = { purpose: extractPurposes.approval, case: screenId, caseKind: screenCaseKind } as const;
  const request = orderDigest(state.order.text);
  const order = desk.orders.order({ kind: "agree", ...head, request, sealedCriterion });
  return mustBeOk(await agreeToScreen(screenParts(desk), screenId, order));
}

function mustBeOk<T>(answer: Answer<T>): T {
  if (answer.outcome === "ok") return answer.value;
  const { outcome, reason } = answer;
  if (outcome !== "screen-refused") throw new Fault(outcome, refusalTitles[outcome]);
  throw new Fault(reason, `${refusalTitles[outcome]}: ${reasonWords[reason] ?? reason}`);
}

/** The keeper's reasons (`keeper/src/orders/screens.ts`) in words. */
const reasonWords: Readonly<Record<string, string>> = {
  "screen-exists": "it was asked for before",
  "other-fields": "the criterion is about other fields than the order says",
  "unknown-screen": "nobody has asked for it",
  expired: "it was asked for more than a day ago; ask anew",
  "agreed-before": "it is agreed upon, or needs nobody else",
  "same-actor": "whoever asked for it cannot agree to it",
  "other-request": "the request is another than the one agreed upon",
  "other-criterion": "it was asked with another criterion than this one",
};
