/**
 * The keeper's roster as the custodian reads it: who is in which office and holds which purposes. Staff and their public
 * keys only, no person of the register. What it says is the keeper's to enforce; here it is shown and taken for offices.
 */
import * as v from "valibot";
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { askRoster } from "../vault/orders.ts";

const budget = v.looseObject({
  hour: v.number(),
  day: v.number(),
  days30: v.number(),
  softPercent: v.number(),
});
const roster = v.looseObject({
  sequence: v.number(),
  digest: v.string(),
  agency: v.looseObject({ budget, actorBudget: budget }),
  offices: v.record(v.string(), v.looseObject({ budget })),
  purposes: v.record(v.string(), v.looseObject({ kinds: v.array(v.string()), fields: v.array(v.number()) })),
  actors: v.record(
    v.string(),
    v.looseObject({
      office: v.string(),
      isOfficer: v.boolean(),
      isJob: v.boolean(),
      purposes: v.array(v.string()),
      budget: v.optional(budget),
    }),
  ),
  credentials: v.record(v.string(), v.looseObject({ kind: v.string(), actor: v.string() })),
});

export type RosterView = v.InferOutput<typeof roster>;

/** @throws {Fault} `keeper-refused` */
export async function readRoster(keeper: KeeperClient): Promise<RosterView> {
  const answer = await askRoster(keeper);
  if (answer.outcome !== "ok")
    throw new Fault("keeper-refused", `the keeper shows no roster: ${answer.outcome}`);
  const parsed = v.safeParse(roster, JSON.parse(answer.value));
  if (!parsed.success) throw new Breach("the keeper's roster cannot be read", {});
  return parsed.output;
}
