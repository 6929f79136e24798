/**
 * A real keeper for tests: its own process, a real socket, a folder that is removed afterwards; and the smallest
 * client that can ask it everything. Also the makers of what it is asked about; nobody here is real.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { encodeFrame, type Frame, FrameReader } from "@kura/kernel/frame.ts";
import { keeperCommand } from "../src/launch.ts";
import { limits } from "../src/limits.ts";
import {
  type Answer,
  decodeAnswer,
  decodeOpenAnswer,
  decodeSealAnswer,
  decodeStatus,
  encodeOpenRequest,
  encodeSealRequest,
  type OpenAnswer,
  type OpenRequest,
  type Operation,
  operations,
  type SealAnswer,
  type SealItem,
  type Status,
} from "../src/protocol.ts";

/** A folder for one keeper, with its keys made under a key file of 32 equal bytes. */
export class KeeperHome {
  readonly root: string;
  readonly folder: string;
  readonly keyFile: string;
  #starts = 0;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "keeper-"));
    this.folder = join(this.root, "kept");
    this.keyFile = join(this.root, "unsealing-key");
    writeFileSync(this.keyFile, new Uint8Array(32).fill(7));
    const made = this.run("init", "--dir", this.folder, "--key-file", this.keyFile);
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

  nextSocket(): string {
    this.#starts += 1;
    return join(this.root, `s${this.#starts}`);
  }

  /** @param wrap puts another command before node, such as a shell with a limit. */
  start(wrap: (command: string[]) => string[] = (command) => command): Promise<RunningKeeper> {
    const socketPath = this.nextSocket();
    const args = ["--dir", this.folder, "--key-file", this.keyFile, "--socket", socketPath];
    const [command = "", ...rest] = wrap([process.execPath, ...keeperCommand, ...args]);
    return RunningKeeper.from(spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] }), socketPath);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export class RunningKeeper {
  readonly socketPath: string;
  stderr = "";
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;

  static from(child: ChildProcess, socketPath: string): Promise<RunningKeeper> {
    const running = new RunningKeeper(child, socketPath);
    return new Promise((resolve, reject) => {
      child.stdout?.once("data", () => resolve(running));
      void running.exited.then(() => reject(new Error(`the keeper ended: ${running.stderr}`)));
    });
  }

  private constructor(child: ChildProcess, socketPath: string) {
    this.#child = child;
    this.socketPath = socketPath;
    child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = new Promise((resolve) => child.once("close", resolve));
  }

  connect(): Promise<Client> {
    return Client.connect(this.socketPath);
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
  #id = 0;

  static connect(path: string): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path }, () => resolve(new Client(socket)));
      socket.once("error", reject);
    });
  }

  private constructor(socket: Socket) {
    this.socket = socket;
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

  seal(...items: SealItem[]): Promise<Answer<SealAnswer>> {
    return this.call("seal", encodeSealRequest({ source: "test", items }), decodeSealAnswer);
  }

  open(request: Partial<OpenRequest>): Promise<Answer<OpenAnswer>> {
    return this.call("open", encodeOpenRequest({ ...look, ...request }), decodeOpenAnswer);
  }

  close(): Promise<void> {
    this.socket.end();
    return this.closed;
  }
}

/** A look whose persons are still to be given. */
export const look: OpenRequest = {
  actor: "actor-1",
  purpose: "claim",
  caseId: "case-1",
  fields: [3],
  items: [],
};

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
  { field: 1, value: "0000000000" },
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
export async function sealedPerson(client: Client, n: number) {
  const item = sealItem(n);
  const { items } = valueOf(await client.seal(item));
  const [made] = items;
  if (made === undefined) throw new Error("nothing was sealed");
  const { wrappedKey, sealed } = made;
  return { personKey: item.personKey, wrappedKey, records: [{ kind: 1, recordNo: 1, sealed }] };
}
