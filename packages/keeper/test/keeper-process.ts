/**
 * A real keeper for tests: its own process, a real socket, a folder that is removed afterwards; and the smallest
 * client that can ask it everything. Also the makers of what it is asked about; nobody here is real.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { encodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { encodeFrame, type Frame, FrameReader } from "@kura/kernel/frame.ts";
import { type DemoGenesis, makeDemoGenesis } from "../src/demo-genesis.ts";
import { keeperCommand } from "../src/launch.ts";
import { limits } from "../src/limits.ts";
import { type ActorKey, type OrderContent, type OrderSession, SessionKeys } from "../src/order-session.ts";
import {
  type Answer,
  decodeAnswer,
  decodeEventNumber,
  decodeIndexAnswer,
  decodeKekVersion,
  decodeRewrapAnswer,
  decodeSealAnswer,
  decodeStatus,
  encodeIndexRequest,
  encodeRewrapRequest,
  encodeSealRequest,
  type Operation,
  operations,
  type RewrapItem,
  type RewrapOutcome,
  type SealAnswer,
  type SealItem,
  type Status,
  type Term,
} from "../src/protocol/protocol.ts";
import {
  decodeEntriesAnswer,
  decodeEventsAnswer,
  decodeOpenedPersons,
  decodeSealedAnswer,
  decodeTicket,
  encodeEntriesRequest,
  encodeEventsRequest,
  encodeOpenRequest,
  encodeSignedOrder,
  type EntriesAnswer,
  type EventsAnswer,
  type OpenedPersons,
  type OpenItem,
  type SealedAnswer,
  type SignedOrder,
} from "../src/protocol/orders.ts";
import { decodeChallenge, decodeSignedIn, encodeSignInRequest } from "../src/protocol/sign-in.ts";
import type { RosterChange } from "../src/orders/roster.ts";
import { aLook, type Look } from "./looks.ts";

/** A folder for one keeper, with its keys made under a key file of 32 equal bytes. */
export class KeeperHome {
  readonly root: string;
  readonly folder: string;
  readonly keyFile: string;
  readonly actors: DemoGenesis;
  #starts = 0;

  /** @param more changes of the demo roster. */
  constructor(more: readonly RosterChange[] = []) {
    this.actors = makeDemoGenesis(more);
    this.root = mkdtempSync(join(tmpdir(), "keeper-"));
    this.folder = join(this.root, "kept");
    this.keyFile = join(this.root, "unsealing-key");
    writeFileSync(this.keyFile, new Uint8Array(32).fill(7));
    const genesis = join(this.root, "genesis");
    writeFileSync(genesis, this.actors.genesis);
    const made = this.run("init", "--dir", this.folder, "--key-file", this.keyFile, "--genesis", genesis);
    if (made.code !== 0) throw new Error(`init failed: ${made.stderr}`);
  }

  /** Runs the keeper to its end. */
  run(...args: string[]): { code: number | null; stderr: string } {
    const { status, stderr } = spawnSync(process.execPath, [...keeperCommand, ...args], { encoding: "utf8" });
    return { code: status, stderr };
  }

  /** As {@link KeeperHome.run}, with the passphrase on standard input. */
  runWithPassphrase(input: string, ...args: string[]): { code: number | null; stderr: string } {
    const all = [...keeperCommand, ...args, "--passphrase-fd", "0"];
    const { status, stderr } = spawnSync(process.execPath, all, { encoding: "utf8", input });
    return { code: status, stderr };
  }

  /** Starts a keeper that is expected not to start. */
  refusedStart(): { code: number | null; stderr: string } {
    return this.run("--dir", this.folder, "--key-file", this.keyFile, "--socket", this.nextSocket());
  }

  /** Makes another keeper with a first statement that is expected to be refused. */
  refusedInit(genesis: Uint8Array): { code: number | null; stderr: string } {
    const path = join(this.root, "refused-genesis");
    writeFileSync(path, genesis);
    const folder = join(this.root, "refused");
    return this.run("init", "--dir", folder, "--key-file", this.keyFile, "--genesis", path);
  }

  nextSocket(): string {
    this.#starts += 1;
    return join(this.root, `s${this.#starts}`);
  }

  /** @param wrap puts another command before node, such as a shell with a limit. */
  start(
    wrap: (command: string[]) => string[] = (command) => command,
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<RunningKeeper> {
    const socketPath = this.nextSocket();
    const args = ["--dir", this.folder, "--key-file", this.keyFile, "--socket", socketPath];
    const [command = "", ...rest] = wrap([process.execPath, ...keeperCommand, ...args]);
    const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], env });
    return RunningKeeper.from(child, socketPath, this.actors.operator);
  }

  /** Starts a keeper whose clock stands beside the system's. */
  startAt(offsetMs: number): Promise<RunningKeeper> {
    const preload = new URL("./moved-clock.mjs", import.meta.url).href;
    const env = { ...process.env, NODE_OPTIONS: `--import ${preload}`, KEEPER_CLOCK_MS: String(offsetMs) };
    return this.start((command) => command, env);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export class RunningKeeper {
  readonly socketPath: string;
  stderr = "";
  readonly #child: ChildProcess;
  readonly #operator: ActorKey;
  readonly exited: Promise<number | null>;

  static from(child: ChildProcess, socketPath: string, operator: ActorKey): Promise<RunningKeeper> {
    const running = new RunningKeeper(child, socketPath, operator);
    return new Promise((resolve, reject) => {
      child.stdout?.once("data", () => resolve(running));
      void running.exited.then(() => reject(new Error(`the keeper ended: ${running.stderr}`)));
    });
  }

  private constructor(child: ChildProcess, socketPath: string, operator: ActorKey) {
    this.#child = child;
    this.#operator = operator;
    this.socketPath = socketPath;
    child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = new Promise((resolve) => child.once("close", resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** A connection whose orders are signed by the operator's key, unless another is given. */
  connect(key: ActorKey = this.#operator): Promise<Client> {
    return Client.connect(this.socketPath, key);
  }

  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    return this.exited;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
  }
}

export class Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  /** Frames nobody asked for, such as a refused connection's. */
  readonly unasked: Frame[] = [];
  readonly #reader = new FrameReader(limits.answerBytes);
  readonly #asked = new Map<number, { resolve: (frame: Frame) => void; reject: (error: Error) => void }>();
  readonly #key: ActorKey;
  #session: Promise<OrderSession> | undefined;
  readonly #tickets = new Map<"ingest" | "rewrap", Promise<Uint8Array>>();
  #id = 0;

  static connect(path: string, key: ActorKey): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path }, () => resolve(new Client(socket, key)));
      socket.once("error", reject);
    });
  }

  private constructor(socket: Socket, key: ActorKey) {
    this.socket = socket;
    this.#key = key;
    socket.on("data", (chunk: Buffer) => {
      for (const frame of this.#reader.push(chunk)) {
        const asked = this.#asked.get(frame.id);
        this.#asked.delete(frame.id);
        if (asked === undefined) this.unasked.push(frame);
        else asked.resolve(frame);
      }
    });
    socket.on("error", () => socket.destroy());
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        for (const { reject } of this.#asked.values()) reject(new Error("the connection closed"));
        resolve();
      });
    });
  }

  ask(tag: number, payload: Uint8Array): Promise<Frame> {
    const id = (this.#id += 1);
    this.socket.write(encodeFrame({ id, tag, payload }));
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
  }

  async call<T>(
    operation: Operation,
    payload: Uint8Array,
    decode: (payload: Uint8Array) => T,
  ): Promise<Answer<T>> {
    return decodeAnswer(await this.ask(operations[operation], payload), decode);
  }

  status(): Promise<Status> {
    return this.call("status", new Uint8Array(0), decodeStatus).then(valueOf);
  }

  events(from: bigint, limit: number): Promise<EventsAnswer> {
    return this.call("events", encodeEventsRequest({ from, limit }), decodeEventsAnswer).then(valueOf);
  }

  entries(from: bigint, limit: number): Promise<EntriesAnswer> {
    return this.call("entries", encodeEntriesRequest({ from, limit }), decodeEntriesAnswer).then(valueOf);
  }

  /** The session that signs this connection's orders, signed in when it is first wanted. */
  session(): Promise<OrderSession> {
    this.#session ??= this.signIn(this.#key);
    return this.#session;
  }

  async signIn(key: ActorKey): Promise<OrderSession> {
    const challenge = valueOf(await this.call("challenge", new Uint8Array(), decodeChallenge));
    const keys = new SessionKeys();
    const request = encodeSignInRequest(keys.signIn(key, challenge, "test-desk"));
    const { hpkeKey } = await this.status();
    return keys.begin(valueOf(await this.call("sign-in", request, decodeSignedIn)), hpkeKey);
  }

  /** An order that is sent by itself. */
  async order<T>(
    operation: Operation,
    content: OrderContent,
    decode: (payload: Uint8Array) => T,
  ): Promise<Answer<T>> {
    return this.call(operation, encodeSignedOrder((await this.session()).order(content)), decode);
  }

  ticket(kind: "ingest" | "rewrap"): Promise<Uint8Array> {
    const begun = this.#tickets.get(kind) ?? this.#beginTicket(kind);
    this.#tickets.set(kind, begun);
    return begun;
  }

  async #beginTicket(kind: "ingest" | "rewrap"): Promise<Uint8Array> {
    const head = { case: "", caseKind: "" };
    const content: OrderContent =
      kind === "ingest"
        ? { ...head, kind, purpose: "ingest", source: "test", terms: 10_000_000, records: 1_000_000 }
        : { ...head, kind, purpose: "keys", keys: 1_000_000 };
    return valueOf(await this.order("ticket", content, decodeTicket)).ticket;
  }

  async seal(...items: SealItem[]): Promise<Answer<SealAnswer>> {
    const request = encodeSealRequest({ source: "test", items }, await this.ticket("ingest"));
    return this.call("seal", request, decodeSealAnswer);
  }

  async index(...terms: Term[]): Promise<Answer<Uint8Array[]>> {
    return this.call("index", encodeIndexRequest(terms, await this.ticket("ingest")), decodeIndexAnswer);
  }

  async rewrap(...items: RewrapItem[]): Promise<RewrapOutcome[]> {
    return valueOf(await this.rewrapWith(await this.ticket("rewrap"), ...items)).items;
  }

  rewrapWith(ticket: Uint8Array, ...items: RewrapItem[]): Promise<Answer<{ items: RewrapOutcome[] }>> {
    return this.call("rewrap", encodeRewrapRequest(items, ticket), decodeRewrapAnswer);
  }

  rotate(): Promise<Answer<number>> {
    return this.order(
      "rotate",
      { kind: "rotate", purpose: "keys", case: "", caseKind: "" },
      decodeKekVersion,
    );
  }

  erase(personKey: Uint8Array): Promise<Answer<bigint>> {
    const person = encodeHex(personKey);
    const content = {
      kind: "erase",
      purpose: "erasure",
      case: "",
      caseKind: "",
      person,
      reason: "test",
    } as const;
    return this.order("erase", content, decodeEventNumber);
  }

  /** What `ask` asks reaches the keeper in one piece: it has begun all of it before it answers any. */
  async together<T extends readonly Promise<unknown>[]>(
    ask: () => readonly [...T],
  ): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
    await this.session();
    this.socket.cork();
    const answered = Promise.all(ask());
    setImmediate(() => this.socket.uncork());
    return answered;
  }

  /** A look at all of `items`, with its answer opened. */
  async open(look: Look): Promise<Answer<OpenedPersons>> {
    const session = await this.session();
    const { items = [], atMs, ...rest } = look;
    const persons = items.map(({ personKey }) => encodeHex(personKey));
    return this.send(session, session.order({ ...aLook, persons, ...rest }, atMs), items);
  }

  /** Sends a signed look with sealed material, and opens what comes back with `session`. */
  async send(
    session: OrderSession,
    order: SignedOrder,
    items: readonly OpenItem[],
  ): Promise<Answer<OpenedPersons>> {
    const answer = await this.call("open", encodeOpenRequest({ order, items }), decodeSealedAnswer);
    if (answer.outcome !== "ok") return answer;
    return { outcome: "ok", value: decodeOpenedPersons(session.open(order, answer.value)) };
  }

  /** As a custodian does: what comes back stays sealed. */
  async relay(order: SignedOrder, items: readonly OpenItem[]): Promise<SealedAnswer> {
    return valueOf(await this.call("open", encodeOpenRequest({ order, items }), decodeSealedAnswer));
  }

  close(): Promise<void> {
    this.socket.end();
    return this.closed;
  }
}

/** The value of an `ok`; the test fails on anything else. */
export function valueOf<T>(answer: Answer<T>): T {
  if (answer.outcome !== "ok") throw new Error(`refused: ${answer.outcome}, ${answer.reason}`);
  return answer.value;
}

export function personKey(n: number): Uint8Array {
  const key = new Uint8Array(16).fill(0xab);
  new DataView(key.buffer).setUint32(0, n);
  return key;
}

/** A name that must never be seen outside an answer. */
export const secretName = "試験 花子";
export const facts: readonly FactValue[] = [
  { field: 1, value: "9999-999999" },
  { field: 3, value: secretName, from: "1950-01-01" },
  { field: 10, value: "架空県架空市一丁目" },
];

export function sealItem(n: number, change: Partial<SealItem> = {}): SealItem {
  return {
    personKey: personKey(n),
    kind: 1,
    recordNo: 1,
    wrappedKey: new Uint8Array(0),
    facts: encodeFactList(facts),
    ...change,
  };
}

/** One sealed record of person `n`, ready to be asked for. */
export async function sealedPerson(client: Client, n: number): Promise<OpenItem> {
  const item = sealItem(n);
  const { items } = valueOf(await client.seal(item));
  const [made] = items;
  if (made === undefined) throw new Error("nothing was sealed");
  const { wrappedKey, sealed } = made;
  return { personKey: item.personKey, wrappedKey, records: [{ kind: 1, recordNo: 1, sealed }] };
}
