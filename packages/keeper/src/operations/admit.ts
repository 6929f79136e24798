/**
 * The first step of every order: parse it, decide upon it, and journal a refusal that was the actor's own doing.
 *
 * INVARIANT: whoever is admitted is recorded before anything else runs: callers go from here to `record` without an
 * `await`, else two orders at once could both spend the last of a budget (operations/orders.abuse.test.ts).
 */
import { hash } from "node:crypto";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { decideOrder, isJournalled, type OrderOutcome, type OrderRefusal } from "../orders/admit-order.ts";
import type { ReadOrder } from "../orders/announced-orders.ts";
import type { BudgetOutcome, RowSpender, Spender } from "../orders/budget.ts";
import { type Order, type OrderKind, orderMessage, toKeeperAad, toKeeperInfo } from "../client-side.ts";
import { verifySignature } from "../orders/credential.ts";
import { openOnce } from "../crypto/hpke.ts";
import type { ExtractRefusal, SealedExtract } from "../orders/extracts.ts";
import { isAlone, type ScreenRefusal } from "../orders/screens.ts";
import type { Ordered, OrderEvidence } from "../journal/journal-event.ts";
import { hexOf, type Keeper, record } from "../keeper.ts";
import type { Refusal } from "../protocol/protocol.ts";
import type { SignedOrder } from "../protocol/orders.ts";
import type { Actor } from "../orders/roster.ts";
import type { Session } from "../orders/session.ts";
import type { KeeperState } from "../state.ts";
import { readOrder } from "./announce.ts";

export type OrderOf<Kind extends OrderKind> = Extract<Order, { readonly kind: Kind }>;

export interface Admitted<Kind extends OrderKind> {
  readonly order: OrderOf<Kind>;
  readonly session: Session;
  readonly isNearBudget: boolean;
  /** For the event of it. */
  readonly ordered: Ordered & OrderEvidence;
}

/** `refusal` resolves when its event, if there is one, is durable. */
export type Admission<Kind extends OrderKind> = Admitted<Kind> | { readonly refusal: Promise<Refusal> };

/**
 * @param given persons whose sealed material came with the order, each once.
 * @throws {Fault} `malformed-order`, also for an order of another kind.
 */
export function admit<Kind extends OrderKind>(
  keeper: Keeper,
  signed: SignedOrder,
  kinds: readonly Kind[],
  given: readonly Uint8Array[] = [],
): Admission<Kind> {
  const read = readOrder(keeper, signed);
  const { order } = read;
  if (!isOfKind(order, kinds))
    throw new Fault("malformed-order", "malformed order: another kind is expected");
  const persons = given.map(hexOf);
  const outcome = decide(keeper, signed, read, persons);
  if (outcome.outcome !== "admitted") return { refusal: refuse(keeper, signed, order, outcome) };
  const { session, actor, isNearBudget } = outcome;
  return { order, session, isNearBudget, ordered: orderedOf(signed, order, session, actor) };
}

function isOfKind<Kind extends OrderKind>(order: Order, kinds: readonly Kind[]): order is OrderOf<Kind> {
  return kinds.some((kind) => kind === order.kind);
}

function decide(
  keeper: Keeper,
  signed: SignedOrder,
  { order, verified }: ReadOrder,
  given: readonly string[],
): OrderOutcome {
  const { state, honey } = keeper;
  const nowMs = keeper.journal.nowMs();
  return decideOrder({
    order,
    session: state.sessions.find(order.session),
    roster: state.roster,
    nowMs,
    given,
    isSigned: ({ signingKey }) => {
      if (signingKey === undefined) return false;
      if (verified?.key === signingKey) return verified.isSigned;
      return verifySignature(signingKey, orderMessage(signed.text), signed.signature);
    },
    isErased: (person) => state.erased.has(person),
    isHoney: (person) => honey.has(person),
    budget: (session, actor) => budgetOf(keeper, order, session, actor, given),
  });
}

/** What the order would cost, against what is left. */
function budgetOf(
  keeper: Keeper,
  order: Order,
  session: Session,
  actor: Actor,
  given: readonly string[],
): BudgetOutcome {
  const { state } = keeper;
  const nowMs = keeper.journal.nowMs();
  const { agency } = state.roster;
  if (order.kind === "ingest" || order.kind === "match") {
    const more = order.kind === "ingest" ? order : { terms: 0, records: order.persons };
    const terms = state.ingestTerms.total(nowMs) + more.terms;
    const records = state.ingestRecords.total(nowMs) + more.records;
    const isWithin = terms <= agency.ingestTermsPerDay && records <= agency.ingestRecordsPerDay;
    return isWithin
      ? { outcome: "within", isNear: false }
      : { outcome: "exhausted", scope: "agency", window: "day" };
  }
  const spender = { actor: session.start.actor, office: actor.office, caseId: order.case };
  if (order.kind === "look" || order.kind === "preview" || order.kind === "receipt") {
    return decideSpending(keeper, spender, actor, given);
  }
  if (order.kind === "approve") return decideExtractRows(keeper, order.case);
  if (order.kind === "screen" || order.kind === "agree") return decideScreen(keeper, order, spender, actor);
  if (order.kind === "search") return decideSpending(keeper, spender, actor, [undefined]);
  return { outcome: "within", isNear: false };
}

/** Whose budgets an extract counts in: its holder's, the office's that asked for it, the agency's. */
export function rowSpenderOf({ roster }: KeeperState, { requested }: SealedExtract): RowSpender {
  const { holder, office, rows } = requested;
  return { holder: roster.credentials.get(holder)?.actor ?? holder, office, rows };
}

function decideExtractRows({ state, journal }: Keeper, id: string): BudgetOutcome {
  const extract = state.extracts.find(id);
  // The operation refuses it with its own reason.
  if (extract === undefined) return { outcome: "within", isNear: false };
  const spender = rowSpenderOf(state, extract);
  return state.extractRows.decide(spender, state.roster.agency.extracts, journal.nowMs());
}

/** A screen's candidates count when it can begin: when it is asked for alone, then as looks too, else when it is agreed upon. */
function decideScreen(
  keeper: Keeper,
  order: OrderOf<"screen" | "agree">,
  spender: Spender,
  actor: Actor,
): BudgetOutcome {
  const { state, journal } = keeper;
  const isOwn = order.kind === "screen" && isAlone(state.roster, order);
  const rows = isOwn
    ? { holder: spender.actor, office: spender.office, rows: order.candidates }
    : order.kind === "agree" && state.screens.find(order.case)?.spender;
  // One that waits for a second actor costs nothing yet; of one that there is not the operation says so.
  if (rows === false || rows === undefined) return { outcome: "within", isNear: false };
  const decided = state.extractRows.decide(rows, state.roster.agency.extracts, journal.nowMs());
  if (!isOwn || decided.outcome === "exhausted") return decided;
  const unseen = Array.from({ length: order.candidates }, () => undefined);
  return decideSpending(keeper, spender, actor, unseen);
}

/** @param persons in hexadecimal; `undefined` for somebody nobody else sees. */
export function decideSpending(
  { state, journal }: Keeper,
  spender: Spender,
  actor: Actor,
  persons: readonly (string | undefined)[],
): BudgetOutcome {
  const { agency, offices } = state.roster;
  const office = offices.get(actor.office)?.budget;
  if (office === undefined) return { outcome: "exhausted", scope: "office", window: "hour" };
  const numbers = persons.map((person) => (person === undefined ? person : state.persons.findNumber(person)));
  const budgets = { actor: actor.budget ?? agency.actorBudget, office, agency: agency.budget };
  return state.budgets.decide(spender, numbers, budgets, journal.nowMs());
}

/** What was sealed to the keeper in this very order; `undefined` when it does not open here or is not what it should be. */
export function findSealed<T>(
  { hpke }: Keeper,
  { kind, session, number }: Pick<Order, "kind" | "session" | "number">,
  sealed: string,
  decode: (plaintext: Uint8Array) => T,
): T | undefined {
  try {
    const aad = toKeeperAad(kind, session, number);
    return decode(openOnce(hpke, toKeeperInfo, aad, Buffer.from(sealed, "base64")));
  } catch (error) {
    if (codeOf(error) === "does-not-open" || codeOf(error) === "malformed-frame") return undefined;
    throw error;
  }
}

function orderedOf(
  { text, signature }: SignedOrder,
  order: Order,
  session: Session,
  actor: Actor,
): Ordered & OrderEvidence {
  return {
    session: order.session,
    actor: session.start.actor,
    office: actor.office,
    orderNumber: order.number,
    purpose: order.purpose,
    caseId: order.case,
    caseKind: order.caseKind,
    order: hash("sha256", text, "hex"),
    signature: Buffer.from(signature).toString("base64"),
  };
}

/** The order of an event, for events that follow from it. */
export function orderedAs(event: Ordered & OrderEvidence): Ordered & OrderEvidence {
  const { session, actor, office, orderNumber, purpose, caseId, caseKind, order, signature } = event;
  return { session, actor, office, orderNumber, purpose, caseId, caseKind, order, signature };
}

/** Refuses an order that was admitted by an operation's own rule. The order was the actor's own, so it is an event. */
export async function refuseAdmitted(
  keeper: Keeper,
  { order, ordered }: Pick<Admitted<OrderKind>, "order" | "ordered">,
  outcome: "extract-refused" | "screen-refused",
  reason: ExtractRefusal | ScreenRefusal,
): Promise<Refusal> {
  await record(keeper, { kind: "denied", orderKind: order.kind, outcome, reason, ...ordered });
  return { outcome, reason };
}

async function refuse(
  keeper: Keeper,
  signed: SignedOrder,
  order: Order,
  { outcome, session, actor }: Exclude<OrderOutcome, { readonly outcome: "admitted" }>,
): Promise<Refusal> {
  if (session !== undefined && actor !== undefined && isJournalled(outcome)) {
    const ordered = orderedOf(signed, order, session, actor);
    await record(
      keeper,
      outcome === "stopped"
        ? { kind: "alarm", reason: "honey", orderKind: order.kind, ...ordered }
        : { kind: "denied", orderKind: order.kind, outcome, ...ordered },
    );
  }
  return refusalOf(outcome);
}

export function refusalOf(outcome: OrderRefusal): Refusal {
  return { outcome, reason: `the order is refused: ${outcome}` };
}
