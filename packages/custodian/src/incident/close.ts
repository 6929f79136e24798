/** Closing an incident, by two actors: its flags go with it; evidence and revisions stay, and whoever asks is answered from the last one. */
import { codeOf } from "@kura/kernel/fault.ts";
import type { IncidentParts } from "./incidents.ts";
import * as store from "./store.ts";

export async function closeIncident(
  { register, now }: IncidentParts,
  row: {
    readonly incidentId: string;
    readonly reason: string;
    readonly actor: string;
    readonly secondedBy: string;
    /** Of the second actor's order. */
    readonly event: bigint;
  },
): Promise<{ readonly outcome: "done" | "unknown-incident" | "incident-closed" }> {
  const [incident] = await store.listIncidents(register, 1, row.incidentId);
  if (incident === undefined) return { outcome: "unknown-incident" };
  try {
    await store.appendClosing(register, { ...row, at: now() });
    return { outcome: "done" };
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    return { outcome: "incident-closed" };
  }
}
