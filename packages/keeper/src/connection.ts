/**
 * One peer on the socket: frames in, answers out in the order they are ready, within the bounds of `limits.ts`.
 *
 * Above its bounds a peer is not refused but not read: the kernel's buffers fill and the peer waits. A peer that sends
 * what is not a frame is told so and cut off, because nothing after it can be understood.
 */
import type { Socket } from "node:net";
import { codeOf } from "@kura/kernel/fault.ts";
import { encodeFrame, encodeFrameParts, type Frame, FrameReader } from "@kura/kernel/frame.ts";
import { type Reply, replyOf } from "./dispatch.ts";
import type { Events } from "./events.ts";
import { limits } from "./limits.ts";
import { answers } from "./protocol/protocol.ts";

export type Answerer = (tag: number, payload: Uint8Array) => Promise<Reply | undefined>;

export class Connection {
  readonly #socket: Socket;
  readonly #answer: Answerer;
  readonly #events: Events;
  readonly #reader = new FrameReader(limits.requestBytes);
  #waiting: Frame[] = [];
  #calls = 0;
  #bytes = 0;
  #isStopping = false;

  constructor(socket: Socket, answer: Answerer, events: Events) {
    this.#socket = socket;
    this.#answer = answer;
    this.#events = events;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => events.connectionEnded("broken"));
    socket.setTimeout(limits.stalledMs, () => this.#endIfStalled());
  }

  /** Takes no further call; resolves when those under way are answered and the peer is hung up on. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#start();
    while (this.#calls > 0 && !this.#socket.destroyed)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#socket.end();
  }

  #receive(chunk: Uint8Array): void {
    try {
      this.#waiting.push(...this.#reader.push(chunk));
    } catch (error) {
      if (codeOf(error) !== "malformed-frame") throw error;
      this.#endMalformed(0, replyOf({ outcome: "malformed", reason: (error as Error).message }));
      return;
    }
    this.#start();
  }

  #start(): void {
    while (this.#waiting.length > 0 && !this.#isFull()) {
      const frame = this.#waiting.shift();
      if (frame !== undefined) void this.#handle(frame);
    }
    if (this.#waiting.length > 0) this.#socket.pause();
    else this.#socket.resume();
  }

  #isFull(): boolean {
    return this.#calls >= limits.callsInFlight || this.#bytes >= limits.bytesInFlight;
  }

  async #handle({ id, tag, payload }: Frame): Promise<void> {
    this.#calls += 1;
    this.#bytes += payload.length;
    const reply = this.#isStopping ? stopping : await this.#answer(tag, payload);
    if (reply?.tag === answers.malformed) return this.#endMalformed(id, reply);
    // The call counts until its answer has left: a peer that asks but does not read holds its own bounds only.
    const left = (): void => {
      this.#calls -= 1;
      this.#bytes -= payload.length;
      this.#start();
    };
    if (reply === undefined) return left();
    this.#gatherWrites();
    // An answer is in memory of its own: what is large leaves as it stands.
    const parts = encodeFrameParts(id, reply.tag, [reply.payload]);
    for (const [i, part] of parts.entries())
      this.#socket.write(part, i === parts.length - 1 ? left : undefined);
  }

  /** Answers of one sync of the journal leave together: one call of the system for a crowd. */
  #gatherWrites(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  #endMalformed(id: number, reply: Reply): void {
    if (this.#socket.destroyed) return;
    this.#events.connectionEnded("malformed");
    this.#waiting = [];
    this.#socket.removeAllListeners("data");
    this.#socket.end(encodeFrame({ id, ...reply }), () => this.#socket.destroy());
  }

  /** An idle peer may stay. One in the middle of a frame, or with an answer it does not read, is cut off. */
  #endIfStalled(): void {
    if (this.#reader.unfinishedBytes === 0 && this.#socket.writableLength === 0) return;
    this.#events.connectionEnded("stalled");
    this.#socket.destroy();
  }
}

const stopping = replyOf({ outcome: "stopping", reason: "the keeper is stopping" });
