/**
 * The custodian's side of the keeper's socket. The only module that talks to the keeper; holds no key.
 *
 * Questions may overlap; answers are paired by their id. When the socket breaks, every question without an answer fails
 * with `keeper-unreachable` and the next question connects anew. A refusal of a call that our own code made wrongly, or
 * of a ciphertext of ours that does not open, is a Fault here; refusals that a caller can meet are returned.
 */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { Fault } from "@kura/kernel/fault.ts";
import { encodeFrame, FrameReader } from "@kura/kernel/frame.ts";
import type { Frame } from "@kura/kernel/frame.ts";
import * as protocol from "@kura/keeper/protocol.ts";
import { vaultLimits } from "./limits.ts";
import { decodeTokens } from "./terms.ts";
import type { Tokens } from "./terms.ts";

export type KeeperFault = "keeper-unreachable" | "keeper-refused";

interface Question {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (fault: Fault<KeeperFault>) => void;
}

/** One connection to one keeper. Safe for any number of concurrent questions. */
export class KeeperClient {
  readonly #path: string;
  readonly #questions: Map<number, Question> = new Map();
  #socket: Promise<Socket> | undefined;
  #nextId = 1;

  /** @param path of the keeper's Unix socket. Nothing connects before the first question. */
  constructor(path: string) {
    this.#path = path;
  }

  async status(): Promise<protocol.Status> {
    return this.#mustAnswer("status", new Uint8Array(), protocol.decodeStatus);
  }

  /** Blind tokens of the terms, in their order. */
  async index(terms: readonly protocol.Term[]): Promise<Tokens> {
    if (terms.length === 0) return new BigInt64Array();
    return this.#mustAnswer("index", protocol.encodeIndexRequest(terms), decodeTokens);
  }

  /** Blind tokens of `count` terms that were written one by one with `protocol.encodeTerm`. */
  async indexWritten(count: number, terms: Uint8Array): Promise<Tokens> {
    if (count === 0) return new BigInt64Array();
    return this.#mustAnswer("index", protocol.encodeWrittenTerms(count, terms), decodeTokens);
  }

  /** Seals what was recorded together; the event is durable in the journal when this returns. */
  async seal(request: protocol.SealRequest): Promise<protocol.Answer<protocol.SealAnswer>> {
    return this.#ask("seal", protocol.encodeSealRequest(request), protocol.decodeSealAnswer);
  }

  /** Opens the fields ordered; the event is durable in the journal before anything is decrypted. */
  async open(request: protocol.OpenRequest): Promise<protocol.Answer<protocol.OpenAnswer>> {
    return this.#ask("open", protocol.encodeOpenRequest(request), protocol.decodeOpenAnswer);
  }

  /** Begins a new version of the key-encryption key and returns its number. */
  async rotate(): Promise<number> {
    return this.#mustAnswer("rotate", new Uint8Array(), protocol.decodeKekVersion);
  }

  /** The same data keys, wrapped under the newest version. */
  async rewrap(items: readonly protocol.RewrapItem[]): Promise<readonly protocol.RewrapOutcome[]> {
    const answer = await this.#mustAnswer(
      "rewrap",
      protocol.encodeRewrapRequest(items),
      protocol.decodeRewrapAnswer,
    );
    return answer.items;
  }

  /** From now on nothing of this person is opened or sealed, whatever key is handed in. */
  async erase(request: protocol.EraseRequest): Promise<bigint> {
    return this.#mustAnswer("erase", protocol.encodeEraseRequest(request), protocol.decodeEventNumber);
  }

  /** Ends the connection; questions under way fail. */
  async close(): Promise<void> {
    const socket = await this.#socket?.catch(() => undefined);
    socket?.destroy();
  }

  async #mustAnswer<T>(
    operation: protocol.Operation,
    payload: Uint8Array,
    decode: (payload: Uint8Array) => T,
  ): Promise<T> {
    const answer = await this.#ask(operation, payload, decode);
    if (answer.outcome === "ok") return answer.value;
    throw new Fault(
      "keeper-refused",
      `the keeper refused to ${operation}: ${answer.outcome}: ${answer.reason}`,
    );
  }

  async #ask<T>(
    operation: protocol.Operation,
    payload: Uint8Array,
    decode: (payload: Uint8Array) => T,
  ): Promise<protocol.Answer<T>> {
    this.#socket ??= this.#connect();
    const socket = await this.#socket;
    const id = this.#nextId;
    this.#nextId = (this.#nextId + 1) % 2 ** 32;
    const frame = await new Promise<Frame>((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
      socket.write(encodeFrame({ id, tag: protocol.operations[operation], payload }));
    });
    return protocol.decodeAnswer(frame, decode);
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
