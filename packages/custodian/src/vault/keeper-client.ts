/**
 * The custodian's side of the keeper's socket. The only module that talks to the keeper; holds no key of it.
 *
 * What needs an order is signed with the key of the actor that the client was given (`signed-orders.ts`): an operator's
 * on the command line, a job's. The custodian's own process is given none; it relays what browsers signed.
 *
 * Questions may overlap; answers are paired by their id. When the socket breaks, every question without an answer fails
 * with `keeper-unreachable` and the next question connects anew. A refusal of a call that our own code made wrongly, or
 * of a ciphertext of ours that does not open, is a Fault here; refusals that a caller can meet are returned.
 */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { encodeFrameParts, FrameReader } from "@kura/kernel/frame.ts";
import type { Frame } from "@kura/kernel/frame.ts";
import type { ActorKey } from "@kura/keeper/order-session.ts";
import { decodeFeaturesAnswer, encodeFeaturesRequest } from "@kura/keeper/protocol/features.ts";
import type { FeaturesAnswer, FeaturesRequest } from "@kura/keeper/protocol/features.ts";
import { decodeTicket, ticketBytes } from "@kura/keeper/protocol/orders.ts";
import { type Telling, tellings } from "@kura/keeper/protocol/names.ts";
import * as protocol from "@kura/keeper/protocol/protocol.ts";
import { encodePremiumsRequest, type PremiumsRequest } from "@kura/keeper/protocol/receipt.ts";
import { vaultLimits } from "./limits.ts";
import { SignedOrders } from "./signed-orders.ts";
import type { LookAnswer, LookRequest, Payload, TicketCost } from "./signed-orders.ts";
import { decodeTokens } from "./terms.ts";
import type { Tokens } from "./terms.ts";

export interface EraseRequest {
  readonly personKey: Uint8Array;
  /** Journalled: no personal data. */
  readonly reason: string;
}

export type KeeperFault = "keeper-unreachable" | "keeper-refused";

interface Question {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (fault: Fault<KeeperFault>) => void;
}

/** One connection to one keeper. Safe for any number of concurrent questions. */
export class KeeperClient {
  readonly #path: string;
  readonly #orders: SignedOrders | undefined;
  readonly #questions: Map<number, Question> = new Map();
  #socket: Promise<Socket> | undefined;
  #nextId = 1;

  /**
   * Nothing connects before the first question.
   *
   * @param path of the keeper's Unix socket.
   * @param key whose orders these are; without one nothing can be asked that needs an order.
   */
  constructor(path: string, key?: ActorKey) {
    this.#path = path;
    this.#orders = key === undefined ? undefined : new SignedOrders(this, key);
  }

  async status(): Promise<protocol.Status> {
    return mustBeOk("status", await this.ask("status", new Uint8Array(), protocol.decodeStatus));
  }

  /** Blind tokens of the terms, in their order. */
  async index(terms: readonly protocol.Term[]): Promise<Tokens> {
    if (terms.length === 0) return new BigInt64Array();
    const cost = { terms: terms.length, records: 0 };
    const encode = (ticket: Uint8Array): Uint8Array => protocol.encodeIndexRequest(terms, ticket);
    return mustBeOk("index", await this.#askWithTicket("index", cost, encode, decodeTokens));
  }

  /** Blind tokens of `count` terms that were written one by one with `protocol.encodeTerm`. */
  async indexWritten(count: number, terms: Uint8Array): Promise<Tokens> {
    if (count === 0) return new BigInt64Array();
    const encode = (ticket: Uint8Array): Payload => [protocol.encodeTermsHead(count, ticket), terms];
    const cost = { terms: count, records: 0 };
    return mustBeOk("index", await this.#askWithTicket("index", cost, encode, decodeTokens));
  }

  /** Seals what was recorded together; the event is durable in the journal when this returns. */
  async seal(request: protocol.SealRequest): Promise<protocol.Answer<protocol.SealAnswer>> {
    const encode = (ticket: Uint8Array): Uint8Array => protocol.encodeSealRequest(request, ticket);
    const cost = { terms: 0, records: request.items.length };
    return this.#askWithTicket("seal", cost, encode, protocol.decodeSealAnswer);
  }

  /**
   * One event for a batch of premium entries that is about to be written; its number, when it is durable. Without an actor's key
   * it is the custodian's own note, of what is written already.
   */
  async notePremiums(request: PremiumsRequest): Promise<bigint> {
    const encode = (ticket: Uint8Array): Uint8Array => encodePremiumsRequest(request, ticket);
    if (this.#orders === undefined) {
      const own = encode(new Uint8Array(ticketBytes));
      return mustBeOk("premiums", await this.ask("premiums", own, protocol.decodeEventNumber));
    }
    const cost = { terms: 0, records: 1 };
    return mustBeOk(
      "premiums",
      await this.#askWithTicket("premiums", cost, encode, protocol.decodeEventNumber),
    );
  }

  /** As {@link KeeperClient.seal}, for thousands of records, written as `protocol.encodeSealPlace` says: the answer stays as it came. */
  async sealWritten(
    source: string,
    records: number,
    items: Uint8Array,
  ): Promise<protocol.Answer<protocol.SealedColumns>> {
    const encode = (ticket: Uint8Array): Payload => [protocol.encodeSealHead(source, records, ticket), items];
    return this.#askWithTicket("seal", { terms: 0, records }, encode, protocol.decodeSealedColumns);
  }

  /** Orders a look and opens its answer: the fields ordered, of each person's records in the order given. */
  async open(look: LookRequest): Promise<protocol.Answer<LookAnswer>> {
    return this.#mustHaveOrders().look(look);
  }

  /** Orders a new version of the key-encryption key and returns its number. */
  async rotate(): Promise<number> {
    const content = { kind: "rotate", purpose: "keys", case: "", caseKind: "" } as const;
    return mustBeOk(
      "rotate",
      await this.#mustHaveOrders().order("rotate", content, protocol.decodeKekVersion),
    );
  }

  /** The same data keys, wrapped under the newest version. */
  async rewrap(items: readonly protocol.RewrapItem[]): Promise<readonly protocol.RewrapOutcome[]> {
    const encode = (ticket: Uint8Array): Uint8Array => protocol.encodeRewrapRequest(items, ticket);
    const cost = { terms: 0, records: items.length };
    const answer = await this.#askWithTicket("rewrap", cost, encode, protocol.decodeRewrapAnswer);
    return mustBeOk("rewrap", answer).items;
  }

  /** Orders that from now on nothing of this person is opened or sealed, whatever key is handed in. */
  async erase({ personKey, reason }: EraseRequest): Promise<bigint> {
    const person = encodeHex(personKey);
    const content = { kind: "erase", purpose: "erasure", case: "", caseKind: "", person, reason } as const;
    return mustBeOk(
      "erase",
      await this.#mustHaveOrders().order("erase", content, protocol.decodeEventNumber),
    );
  }

  /** Orders a ticket for one run of matching, for so many persons and unknown owners. */
  async beginMatch(persons: number): Promise<Uint8Array> {
    const content = { kind: "match", purpose: "matching", case: "", caseKind: "", persons } as const;
    const answer = await this.#mustHaveOrders().order("ticket", content, decodeTicket);
    return mustBeOk("ticket", answer).ticket.slice();
  }

  /** Features of persons or unknown owners; those of one ticket can be compared with each other. */
  async features(request: FeaturesRequest): Promise<FeaturesAnswer> {
    const answer = await this.ask("features", encodeFeaturesRequest(request), decodeFeaturesAnswer);
    return mustBeOk("features", answer);
  }

  /** Signs out and ends the connection; questions under way fail. */
  async close(): Promise<void> {
    await this.#orders?.signOut();
    const socket = await this.#socket?.catch(() => undefined);
    socket?.destroy();
  }

  async #askWithTicket<T>(
    operation: "index" | "seal" | "premiums" | "rewrap",
    cost: TicketCost,
    encode: (ticket: Uint8Array) => Payload,
    decode: (payload: Uint8Array) => T,
  ): Promise<protocol.Answer<T>> {
    return this.#mustHaveOrders().withTicket(operation, cost, encode, decode);
  }

  #mustHaveOrders(): SignedOrders {
    if (this.#orders !== undefined) return this.#orders;
    throw new Fault("no-actor-key", "this needs an order, and there is no key of an actor to sign it with");
  }

  /** Any question; its payload is made and its answer read by the keeper's protocol. The payload is read until it has left. */
  async ask<T>(
    operation: protocol.Operation,
    payload: Payload,
    decode: (payload: Uint8Array) => T,
  ): Promise<protocol.Answer<T>> {
    this.#socket ??= this.#connect();
    const socket = await this.#socket;
    const id = this.#nextId;
    const frame = await new Promise<Frame>((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
      this.#send(socket, protocol.operations[operation], payload);
    });
    return protocol.decodeAnswer(frame, decode);
  }

  /**
   * What has no answer; it leaves behind what is asked in this turn of the loop, for which somebody waits. Whether it arrives is
   * not known here: the question that follows it will say so.
   */
  async tell(telling: Telling, payload: Uint8Array): Promise<void> {
    await new Promise(setImmediate);
    this.#socket ??= this.#connect();
    const socket = await this.#socket.catch(() => undefined);
    if (socket !== undefined) this.#send(socket, tellings[telling], payload);
  }

  #send(socket: Socket, tag: number, payload: Payload): void {
    const id = this.#nextId;
    this.#nextId = (this.#nextId + 1) % 2 ** 32;
    this.#gatherWrites(socket);
    const parts = payload instanceof Uint8Array ? [payload] : payload;
    for (const part of encodeFrameParts(id, tag, parts)) socket.write(part);
  }

  /** Questions of one turn of the loop leave together: one call of the system for a crowd. */
  #gatherWrites(socket: Socket): void {
    if (socket.writableCorked > 0) return;
    socket.cork();
    process.nextTick(() => socket.uncork());
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#path);
      const reader = new FrameReader(vaultLimits.answerBytes);
      socket.once("connect", () => resolve(socket));
      socket.on("data", (chunk) => this.#receive(socket, reader, chunk));
      socket.once("error", (cause) => reject(this.#fail(cause)));
      socket.once("close", () => this.#fail(undefined));
    });
  }

  #receive(socket: Socket, reader: FrameReader, chunk: Uint8Array): void {
    try {
      for (const frame of reader.push(chunk)) {
        this.#questions.get(frame.id)?.resolve(frame);
        this.#questions.delete(frame.id);
      }
    } catch (cause) {
      socket.destroy(cause instanceof Error ? cause : undefined);
    }
  }

  #fail(cause: unknown): Fault<KeeperFault> {
    const fault = new Fault<KeeperFault>("keeper-unreachable", "the keeper does not answer", { cause });
    this.#socket = undefined;
    for (const question of this.#questions.values()) question.reject(fault);
    this.#questions.clear();
    return fault;
  }
}

function mustBeOk<T>(operation: protocol.Operation, answer: protocol.Answer<T>): T {
  if (answer.outcome === "ok") return answer.value;
  const { outcome, reason } = answer;
  throw new Fault("keeper-refused", `the keeper refused to ${operation}: ${outcome}: ${reason}`);
}
