/** The keeper's log as what `LogPublisher` copies from. */
import { Fault } from "@kura/kernel/fault.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { askEntries } from "../vault/orders.ts";
import type { LogSource } from "./publish-log.ts";

export function logSource(keeper: KeeperClient): LogSource {
  return {
    entries: async (from, limit) => {
      const answer = await askEntries(keeper, { from, limit });
      if (answer.outcome === "ok") return answer.value;
      throw new Fault("keeper-refused", `the keeper shows no entries: ${answer.outcome}`);
    },
  };
}
