/**
 * Orders signed in this process, for programs that have an actor's key: the command line and jobs.
 *
 * Signs in before the first order, and again when the session is at its end; begins tickets as they are needed, a large
 * one at a time, and again when the keeper was started anew. Orders leave in the order in which they are numbered.
 * Used by `keeper-client.ts` only.
 */
import { hostname } from "node:os";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { SessionKeys, workstationOf } from "@kura/keeper/order-session.ts";
import type { ActorKey, OrderContent, OrderSession } from "@kura/keeper/order-session.ts";
import * as orders from "@kura/keeper/protocol/orders.ts";
import * as signIn from "@kura/keeper/protocol/sign-in.ts";
import { decodeEventNumber, decodeStatus } from "@kura/keeper/protocol/protocol.ts";
import type { Answer, Operation } from "@kura/keeper/protocol/protocol.ts";
import { vaultLimits } from "./limits.ts";

/** What a question says, in one part or in several that stand behind each other. */
export type Payload = Uint8Array | readonly Uint8Array[];

/** Whoever carries questions to the keeper and answers back. */
export interface Asker {
  ask<T>(operation: Operation, payload: Payload, decode: (payload: Uint8Array) => T): Promise<Answer<T>>;
}

export interface LookRequest {
  readonly purpose: string;
  readonly caseId: string;
  /** `none` unless given. */
  readonly caseKind?: string;
  /** Field numbers, at least one, each once. */
  readonly fields: readonly number[];
  /** Distinct persons, at least one. */
  readonly items: readonly orders.OpenItem[];
}

export interface LookAnswer {
  readonly eventNumber: bigint;
  /** For each person of the request, for each of its records, the bytes of a fact list of the ordered fields. */
  readonly items: readonly (readonly Uint8Array[])[];
}

export interface TicketCost {
  readonly terms: number;
  readonly records: number;
}

interface TicketLeft {
  readonly ticket: Uint8Array;
  terms: number;
  records: number;
}

type TicketKind = "ingest" | "rewrap";

export class SignedOrders {
  readonly #asker: Asker;
  readonly #key: ActorKey;
  readonly #tickets: Map<TicketKind, TicketLeft> = new Map();
  #session: Promise<OrderSession> | undefined;
  /** The last spending; spendings run one behind the other, so that none begins a ticket beside another. */
  #spending: Promise<unknown> = Promise.resolve();

  constructor(asker: Asker, key: ActorKey) {
    this.#asker = asker;
    this.#key = key;
  }

  /** An order that is sent by itself; again in a new session when this one is at its end. */
  async order<T>(
    operation: Operation,
    content: OrderContent,
    decode: (payload: Uint8Array) => T,
  ): Promise<Answer<T>> {
    return this.#inSession(async (session) =>
      this.#asker.ask(operation, orders.encodeSignedOrder(session.order(content)), decode),
    );
  }

  /** Ends the session, if one was begun. One that cannot be ended now ends by itself. */
  async signOut(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    if (session === undefined) return;
    const content = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
    const payload = orders.encodeSignedOrder(session.order(content));
    try {
      await this.#asker.ask("sign-out", payload, decodeEventNumber);
    } catch (error) {
      if (codeOf(error) !== "keeper-unreachable") throw error;
    }
  }

  async look(look: LookRequest): Promise<Answer<LookAnswer>> {
    const { purpose, caseId, caseKind = "none", fields, items } = look;
    const persons = items.map(({ personKey }) => encodeHex(personKey));
    const content = { kind: "look", purpose, case: caseId, caseKind, fields, persons } as const;
    return this.#inSession(async (session) => {
      const order = session.order(content);
      const payload = orders.encodeOpenRequest({ order, items });
      const answer = await this.#asker.ask("open", payload, orders.decodeSealedAnswer);
      if (answer.outcome !== "ok") return answer;
      const opened = orders.decodeOpenedPersons(session.open(order, answer.value));
      const { eventNumber } = opened;
      return { outcome: "ok", value: { eventNumber, items: opened.persons.map(({ records }) => records) } };
    });
  }

  /** Asks under a ticket that allows the cost. */
  async withTicket<T>(
    operation: "index" | "seal" | "premiums" | "rewrap",
    cost: TicketCost,
    encode: (ticket: Uint8Array) => Payload,
    decode: (payload: Uint8Array) => T,
  ): Promise<Answer<T>> {
    const kind = operation === "rewrap" ? "rewrap" : "ingest";
    const ticket = await this.#spend(kind, cost);
    const answer = await this.#asker.ask(operation, encode(ticket), decode);
    if (answer.outcome !== "unknown-ticket") return answer;
    // The keeper was started anew, or the session is at its end.
    if (this.#tickets.get(kind)?.ticket === ticket) this.#tickets.delete(kind);
    return this.#asker.ask(operation, encode(await this.#spend(kind, cost)), decode);
  }

  async #spend(kind: TicketKind, cost: TicketCost): Promise<Uint8Array> {
    const spent = this.#spending.then(async () => {
      let left = this.#tickets.get(kind);
      if (left === undefined || left.terms < cost.terms || left.records < cost.records) {
        left = await this.#beginTicket(kind, cost);
        this.#tickets.set(kind, left);
      }
      left.terms -= cost.terms;
      left.records -= cost.records;
      return left.ticket;
    });
    this.#spending = spent.catch(() => undefined);
    return spent;
  }

  async #beginTicket(kind: TicketKind, cost: TicketCost): Promise<TicketLeft> {
    const terms = Math.max(cost.terms, vaultLimits.ticketTerms);
    const records = Math.max(cost.records, vaultLimits.ticketRecords);
    const head = { case: "", caseKind: "" };
    const content =
      kind === "ingest"
        ? ({ ...head, kind, purpose: "ingest", source: "register", terms, records } as const)
        : ({ ...head, kind, purpose: "keys", keys: records } as const);
    const answer = await this.order("ticket", content, orders.decodeTicket);
    if (answer.outcome === "ok") return { ticket: answer.value.ticket.slice(), terms, records };
    throw new Fault("keeper-refused", `the keeper gave no ticket: ${answer.outcome}: ${answer.reason}`);
  }

  async #inSession<T>(work: (session: OrderSession) => Promise<Answer<T>>): Promise<Answer<T>> {
    this.#session ??= this.#signIn();
    const session = this.#session;
    const answer = await work(await session);
    if (answer.outcome !== "session-ended" && answer.outcome !== "unknown-session") return answer;
    if (this.#session === session) this.#session = undefined;
    this.#session ??= this.#signIn();
    return work(await this.#session);
  }

  async #signIn(): Promise<OrderSession> {
    const challenge = await this.#asker.ask("challenge", new Uint8Array(), signIn.decodeChallenge);
    if (challenge.outcome !== "ok") throw refused(challenge.outcome, challenge.reason);
    const keys = new SessionKeys();
    const request = keys.signIn(this.#key, challenge.value, workstationOf(hostname()));
    const payload = signIn.encodeSignInRequest(request);
    const answer = await this.#asker.ask("sign-in", payload, signIn.decodeSignedIn);
    if (answer.outcome !== "ok") throw refused(answer.outcome, answer.reason);
    const status = await this.#asker.ask("status", new Uint8Array(), decodeStatus);
    if (status.outcome !== "ok") throw refused(status.outcome, status.reason);
    return keys.begin(answer.value, status.value.hpkeKey);
  }
}

function refused(outcome: string, reason: string): Fault<"keeper-refused"> {
  return new Fault("keeper-refused", `the keeper refused the sign-in: ${outcome}: ${reason}`);
}
