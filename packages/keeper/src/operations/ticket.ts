/**
 * `ticket`: a signed order to ingest, rewrap or match becomes leave for the custodian to index, seal, wrap or match so much.
 *
 * Without it a custodian that was taken over could ask for the token of every pension number there is and compare. With
 * it, what can be asked is bounded by an order that an actor signed, by a sum for each day, and visible in the journal.
 * The whole bound counts against the day when the ticket is given, used or not.
 */
import { findActor, hasEnded } from "../orders/admit-order.ts";
import { FeatureTokens } from "../reading/feature-tokens.ts";
import { newKey } from "../crypto/key-file.ts";
import { hexOf, type Keeper, record, type Result } from "../keeper.ts";
import { limits } from "../limits.ts";
import { PersonFeatures } from "../reading/person-features.ts";
import type { Refusal } from "../protocol/protocol.ts";
import { decodeSignedOrder, encodeTicket, ticketBytes } from "../protocol/orders.ts";
import type { TicketLeft } from "../waiting.ts";
import { admit } from "./admit.ts";

export async function beginTicket(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["ingest", "rewrap", "match"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  const { source, terms, records } =
    order.kind === "ingest"
      ? order
      : { source: "", terms: 0, records: order.kind === "match" ? order.persons : order.keys };
  const event = { kind: "ticket", orderKind: order.kind, source, terms, records, ...ordered } as const;
  const eventNumber = BigInt(await record(keeper, event));
  const ticket = new Uint8Array(ticketBytes);
  keeper.fillRandom(ticket);
  const expiresMs = keeper.journal.nowMs() + limits.ticketMs;
  const { session, actor } = ordered;
  keeper.waiting.tickets.put(hexOf(ticket), { kind: order.kind, session, actor, expiresMs, terms, records });
  if (order.kind === "match") {
    const features = new PersonFeatures(new FeatureTokens(newKey(keeper.fillRandom)));
    keeper.waiting.features.put(hexOf(ticket), { expiresMs, features });
  }
  return encodeTicket({ eventNumber, ticket, expiresMs });
}

/** Takes `cost` off the ticket, before any work is done. Gives its actor, or why it does not hold. */
export function spendTicket(
  keeper: Keeper,
  ticket: Uint8Array,
  kind: TicketLeft["kind"],
  cost: { readonly terms: number; readonly records: number },
): { readonly actor: string } | Refusal {
  const nowMs = keeper.journal.nowMs();
  const left = keeper.waiting.tickets.find(hexOf(ticket), nowMs);
  const session = left === undefined ? undefined : keeper.state.sessions.find(left.session);
  const isHeld = session !== undefined && !hasEnded(session, nowMs);
  if (left?.kind !== kind || !isHeld || findActor(keeper.state.roster, session) === undefined) {
    return { outcome: "unknown-ticket", reason: "there is no such ticket, or its session is at its end" };
  }
  if (left.terms < cost.terms || left.records < cost.records) {
    return { outcome: "ticket-overdrawn", reason: "the ticket does not allow so many" };
  }
  left.terms -= cost.terms;
  left.records -= cost.records;
  return { actor: left.actor };
}
