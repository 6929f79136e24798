/**
 * Flags on persons, and what they do: from the first revision on, provisional or not, a change of an exposed person is held
 * until it is proved independently, and the changes made meanwhile are listed for review.
 *
 * A flag is no row of its own: it is that the newest revision of an open incident has the person, so flags cannot differ
 * from it. In 2015 74 changes of address and 35 of address and account went through before anybody was flagged.
 */
import { widest } from "../timeline.ts";
import { type IncidentParts, listStanding } from "../incidents.ts";
import { type PersonSet, personNoOf } from "../person-set.ts";
import { everybodyIn, findRevision } from "../revision.ts";
import * as store from "./store.ts";

/** Persons flagged by each open incident. */
export async function listFlags(
  register: IncidentParts["register"],
): Promise<{ readonly incidentId: string; readonly persons: PersonSet }[]> {
  const flags: { incidentId: string; persons: PersonSet }[] = [];
  for (const incidentId of await store.listOpenIncidents(register)) {
    const revision = await findRevision(register, incidentId);
    if (revision !== undefined) flags.push({ incidentId, persons: everybodyIn(revision.classes) });
  }
  return flags;
}

/**
 * Of these persons, those whose changes are held: flagged by an open incident and not proved since. Keys as text.
 * Costs one short read while there is no incident.
 */
export async function findHeld(
  register: IncidentParts["register"],
  personKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const flags = await listFlags(register);
  if (flags.length === 0 || personKeys.length === 0) return new Set();
  const numbers = await store.listPersonNos(register, personKeys);
  const proved = await store.listProved(register, personKeys);
  const isHeld = (personKey: string): boolean => {
    const personNo = numbers.get(personKey);
    if (personNo === undefined) return false;
    return flags.some(
      ({ incidentId, persons }) =>
        persons.has(personNoOf(personNo)) && !proved.has(`${personKey} ${incidentId}`),
    );
  };
  return new Set(personKeys.filter(isHeld));
}

export type ProofOutcome = { readonly outcome: "done" | "same-actor" | "unknown-person" };

/** A visit or a certificate proved it: two actors said so by signed orders (`resolve/resolve.ts`), and the person's changes go through again. */
export async function proveChange(
  parts: IncidentParts,
  row: {
    readonly personKey: string;
    readonly incidentId: string;
    readonly proof: string;
    readonly provedBy: string;
    readonly approvedBy: string;
    /** Of the second actor's order. */
    readonly event: bigint;
  },
): Promise<ProofOutcome> {
  if (row.provedBy === row.approvedBy) return { outcome: "same-actor" };
  if ((await store.findPerson(parts.register, row.personKey)) === undefined)
    return { outcome: "unknown-person" };
  await store.appendProof(parts.register, { ...row, at: parts.now() });
  return { outcome: "done" };
}

/** Changes of exposed persons since the beginning of what is compromised, for review; at most `limit` looked through. */
export async function listChangesInWindow(
  parts: IncidentParts,
  incidentId: string,
  limit: number,
): Promise<{ readonly changes: readonly store.Change[]; readonly isCut: boolean }> {
  const revision = await findRevision(parts.register, incidentId);
  if (revision === undefined) return { changes: [], isCut: false };
  const standing = await listStanding(parts, incidentId);
  const fromMs = Math.min(...standing.map(({ window }) => widest(window).fromMs));
  // Without a beginning everything since the first day is in the window.
  const from = Number.isFinite(fromMs) ? new Date(fromMs) : new Date(0);
  const rows = await store.listChanges(parts.register, from, parts.now(), limit + 1);
  const exposed = everybodyIn(revision.classes);
  const changes = rows.slice(0, limit).filter(({ personNo }) => exposed.has(personNoOf(personNo)));
  return { changes, isCut: rows.length > limit };
}
