/** Closing an incident: its flags go with it; evidence and revisions stay, and whoever asks is answered from the last one. */
import { codeOf } from "@kura/kernel/fault.ts";
import type { IncidentParts } from "./incidents.ts";
import * as store from "./store.ts";

export async function closeIncident(
  { register, now }: IncidentParts,
  incidentId: string,
  actor: string,
  reason: string,
): Promise<{ readonly outcome: "done" | "unknown-incident" | "incident-closed" }> {
  const [incident] = await store.listIncidents(register, 1, incidentId);
  if (incident === undefined) return { outcome: "unknown-incident" };
  try {
    await store.appendClosing(register, { incidentId, actor, reason, at: now() });
    return { outcome: "done" };
  } catch (fault) {
    if (codeOf(fault) !== "sql-23505") throw fault;
    return { outcome: "incident-closed" };
  }
}
