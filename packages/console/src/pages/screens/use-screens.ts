/**
 * Asking for a screen, agreeing to one, having it worked off. The criterion is sealed to the keeper in the order that this tab
 * signs: it is in no address, and whoever relays it cannot read it.
 */
import { partCount } from "@kura/keeper/protocol/extracts.ts";
import {
  type Criterion,
  encodeCriterion,
  fieldsOfCriterion,
  screenCaseKind,
} from "@kura/keeper/protocol/screens.ts";
import { isRefused } from "../../api/ask.ts";
import { eventShape, type Me, type Roster } from "../../api/shapes.ts";
import { jobShape, type Screen, screenPlanShape } from "../../api/shapes-screens.ts";
import { useDesk } from "../../desk.ts";
import { type Action, useAction } from "../../ui/use-action.ts";

export interface ScreenWish {
  readonly purpose: string;
  readonly reason: string;
  readonly criteria: object;
  readonly criterion: Criterion;
}

/** What needs nobody else is worked off with the same press. */
export function useAskScreen(roster: Roster, onAsked: () => void): Action<[ScreenWish]> {
  const { ask, orders } = useDesk();
  return useAction(async ({ purpose, reason, criteria, criterion }: ScreenWish) => {
    const body = { criteria, reason };
    const planned = await ask(screenPlanShape, { method: "POST", path: "/api/screens/plans", body });
    if (isRefused(planned)) return planned;
    const { screen, candidates, selection } = planned.value;
    const head = { kind: "screen", purpose, case: screen, caseKind: screenCaseKind } as const;
    const content = { candidates, selection, fields: fieldsOfCriterion(criterion) };
    const asked = await orders.perform(
      async (number) => ({
        ...head,
        ...content,
        sealedCriterion: await orders.seal("screen", number, encodeCriterion(criterion)),
      }),
      (order) => ask(eventShape, { method: "POST", path: `/api/screens/${screen}/request`, body: order }),
    );
    if (isRefused(asked)) return asked;
    onAsked();
    if (!isAlone(roster, purpose, candidates)) return asked;
    return ask(jobShape, { method: "POST", path: `/api/screens/${screen}/run` });
  });
}

/** Whoever agrees has it worked off with the same press. */
export function useAgreeing(
  purpose: string,
  onAgreed: () => void,
): Action<[screen: string, request: string, criterion: Criterion]> {
  const { ask, orders } = useDesk();
  return useAction(async (screen: string, request: string, criterion: Criterion) => {
    const head = { kind: "agree", purpose, case: screen, caseKind: screenCaseKind, request } as const;
    const path = `/api/screens/${screen}`;
    const agreed = await orders.perform(
      async (number) => ({
        ...head,
        sealedCriterion: await orders.seal("agree", number, encodeCriterion(criterion)),
      }),
      (order) => ask(eventShape, { method: "POST", path: `${path}/agree`, body: order }),
    );
    if (isRefused(agreed)) return agreed;
    onAgreed();
    return ask(jobShape, { method: "POST", path: `${path}/run` });
  });
}

export function useRunning(onRun: () => void): Action<[screen: string]> {
  const { ask } = useDesk();
  return useAction(async (screen: string) => {
    const answer = await ask(jobShape, { method: "POST", path: `/api/screens/${screen}/run` });
    onRun();
    return answer;
  });
}

/** Purposes of the actor's that serve orders of a kind. */
export function purposesServing(me: Me, roster: Roster, kind: string): string[] {
  return me.purposes.filter((id) => roster.purposes[id]?.kinds.includes(kind));
}

/** Persons that one actor may have compared alone, as the keeper has it (`keeper/src/orders/screens.ts`). */
const alonePersons = 50;

export type ScreenState = "waits" | "ready" | "running" | "done";

export function stateOf({ purpose, candidates, agreedBy, partsDone }: Screen, roster: Roster): ScreenState {
  if (partsDone >= partCount(candidates)) return "done";
  if (partsDone > 0) return "running";
  return agreedBy !== undefined || isAlone(roster, purpose, candidates) ? "ready" : "waits";
}

/** Nobody else needs to agree. */
function isAlone(roster: Roster, purpose: string, candidates: number): boolean {
  const kinds = roster.purposes[purpose]?.kinds ?? [];
  return candidates <= alonePersons && kinds.includes("look");
}
