/**
 * `search` and `reveal`: finding a person without the custodian reading what was searched for.
 *
 * `search`: the terms, sealed to the keeper, become tokens for the custodian. Journalled, and paid for, also when nobody
 * is found. `reveal`: the custodian brings the sealed material of who has these tokens; shown to the session, masked, is
 * who really has every term.
 *   1. Open and match: plaintext stays here.  CRASH: nothing happened.
 *   2. Decide: honey persons, budget. Journal whom the answer shows, wait until it is durable.
 *      CRASH: persons are counted that nobody saw.
 *   3. Seal to the session, answer.  CRASH: as in 2.
 */
import { decodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { findActor, hasEnded, type OrderRefusal } from "../orders/admit-order.ts";
import { decodeSearchTerms } from "../client-side.ts";
import type { JournalEvent, Ordered, OrderEvidence, PersonEvent } from "../journal/journal-event.ts";
import { hexOf, isRefusal, type Keeper, record, recordOfPersons, type Result } from "../keeper.ts";
import { limits } from "../limits.ts";
import type { Refusal, Term } from "../protocol/protocol.ts";
import {
  decodeRevealRequest,
  decodeSignedOrder,
  encodeFoundPersons,
  encodeSealedAnswer,
  encodeSearchTokens,
  type FoundPerson,
  type OpenItem,
  searchBytes,
} from "../protocol/orders.ts";
import { hasAllTerms, maskedFields, maskPerson } from "../reading/search-match.ts";
import type { Session } from "../orders/session.ts";
import { admit, decideSpending, findSealed, refusalOf } from "./admit.ts";
import { distinctPersons, openPerson } from "./open.ts";

export async function search(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const signed = decodeSignedOrder(payload);
  const admission = admit(keeper, signed, ["search"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered, isNearBudget } = admission;
  const terms = findSealed(keeper, order, order.sealedTerms, decodeSearchTerms);
  // Journalled all the same: what was charged for a search that cannot be read is a search.
  const kinds = terms?.map(({ kind }) => kind) ?? [];
  const eventNumber = BigInt(await record(keeper, { kind: "searched", ...ordered, terms: kinds }));
  if (terms === undefined) return { outcome: "does-not-open", reason: "the terms do not open in this order" };
  const id = new Uint8Array(searchBytes);
  keeper.fillRandom(id);
  const expiresMs = keeper.journal.nowMs() + limits.searchMs;
  keeper.waiting.searches.put(hexOf(id), { ordered, text: signed.text, terms, expiresMs });
  const tokens = terms.map((term) => ({ kind: term.kind, token: tokenOf(keeper, term) }));
  return encodeSearchTokens({ eventNumber, isNearBudget, search: id, tokens });
}

export async function reveal(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { search: id, items } = decodeRevealRequest(payload);
  distinctPersons(items);
  const begun = keeper.waiting.searches.take(hexOf(id), keeper.journal.nowMs());
  if (begun === undefined)
    return { outcome: "unknown-search", reason: "there is no such search, or no more" };
  const found = await matching(keeper, items, begun.terms);
  if (isRefusal(found)) return found;
  const { ordered } = begun;
  const persons = found.map(({ personKey }) => hexOf(personKey));
  const decision = decideReveal(keeper, ordered, persons);
  if ("event" in decision) {
    await record(keeper, decision.event);
    return decision.refusal;
  }
  const { session, isNearBudget } = decision;
  const event = { kind: "found", ...ordered, fields: maskedFields, persons } as const;
  const eventNumber = BigInt(await recordOfPersons(keeper, event));
  const plaintext = encodeFoundPersons({ eventNumber, isNearBudget, persons: found });
  const answer = session.sealAnswer(keeper.hpke, ordered.orderNumber, begun.text, plaintext);
  plaintext.fill(0);
  return encodeSealedAnswer({ eventNumber, isNearBudget, ...answer });
}

type RevealDecision =
  | { readonly session: Session; readonly isNearBudget: boolean }
  | { readonly refusal: Refusal; readonly event: Exclude<JournalEvent, PersonEvent> };

/** As an order's own refusals, of those that can only be known now. */
function decideReveal(
  keeper: Keeper,
  ordered: Ordered & OrderEvidence,
  persons: readonly string[],
): RevealDecision {
  const { state, journal, honey } = keeper;
  const session = state.sessions.find(ordered.session);
  const actor = session === undefined ? undefined : findActor(state.roster, session);
  if (session === undefined || actor === undefined || hasEnded(session, journal.nowMs())) {
    return denied(ordered, "session-ended");
  }
  const budget = decideSpending(keeper, ordered, actor, persons);
  if (budget.outcome === "exhausted") return denied(ordered, "budget-exhausted");
  if (persons.some((person) => honey.has(person))) {
    const event = { kind: "alarm", reason: "honey", orderKind: "search", ...ordered } as const;
    return { refusal: refusalOf("stopped"), event };
  }
  return { session, isNearBudget: budget.isNear };
}

function denied(ordered: Ordered & OrderEvidence, outcome: OrderRefusal): RevealDecision {
  return { refusal: refusalOf(outcome), event: { kind: "denied", orderKind: "search", outcome, ...ordered } };
}

export function tokenOf({ index }: Keeper, { kind, text }: Term): Uint8Array {
  const bytes = encodeUtf8(text);
  const token = index.tokens({ bytes, kinds: [kind], starts: [0], lengths: [bytes.length] });
  bytes.fill(0);
  return token;
}

/** Those of the candidates who have every term, masked; the erased are nobody. */
async function matching(
  keeper: Keeper,
  items: readonly OpenItem[],
  terms: readonly Term[],
): Promise<FoundPerson[] | Refusal> {
  const slice = keeper.slices.begin();
  const found: FoundPerson[] = [];
  for (const item of items) {
    if (keeper.state.erased.has(hexOf(item.personKey))) continue;
    const opened = await openPerson(keeper, "reveal", item, decodeFactList, slice);
    if (isRefusal(opened)) return opened;
    const facts: FactValue[] = opened.flat();
    if (hasAllTerms(facts, terms)) found.push(maskPerson(item.personKey, facts));
  }
  return found;
}
