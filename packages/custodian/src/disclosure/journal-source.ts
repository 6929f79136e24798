/** The keeper's journal as what `projectJournal` copies from. */
import { Fault } from "@kura/kernel/fault.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { askEvents } from "../vault/orders.ts";
import type { JournalSource } from "./project-journal.ts";

export function journalSource(keeper: KeeperClient): JournalSource {
  return {
    events: async (from, limit) => {
      const answer = await askEvents(keeper, { from, limit });
      if (answer.outcome === "ok") return answer.value;
      throw new Fault("keeper-refused", `the keeper shows no events: ${answer.outcome}`);
    },
  };
}
