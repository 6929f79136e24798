/**
 * The keeper's only entrance: a Unix socket that no other user of the machine can reach.
 *
 * Who may speak is decided by the file system (mode 0600 in a folder of mode 0700), so the custodian runs as the same
 * user or is given the folder by the operator.
 */
import { chmodSync, unlinkSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { encodeFrame } from "@kura/kernel/frame.ts";
import { type Answerer, Connection } from "./connection.ts";
import { replyOf } from "./dispatch.ts";
import { makePrivateFolder } from "./durable-file.ts";
import type { Events } from "./events.ts";
import { limits } from "./limits.ts";

export interface Door {
  /** Takes no new connection or call, lets the calls under way end, at most `limits.stoppingMs`. */
  close(): Promise<void>;
}

/** The caller holds the instance lock, so a file at `path` is a dead keeper's. */
export async function openDoor(path: string, answer: Answerer, events: Events): Promise<Door> {
  if (Buffer.byteLength(path) > limits.socketPathBytes) {
    throw new Fault("socket-path-too-long", `a socket's path has at most ${limits.socketPathBytes} bytes`);
  }
  makePrivateFolder(dirname(path));
  removeStale(path);
  const connections = new Map<Socket, Connection>();
  const server = createServer((socket) => {
    if (connections.size >= limits.connections) return turnAway(socket, events);
    connections.set(socket, new Connection(socket, answer, events));
    socket.once("close", () => connections.delete(socket));
  });
  await listen(server, path);
  return { close: () => close(server, connections) };
}

function turnAway(socket: Socket, events: Events): void {
  events.connectionRefused();
  const reply = replyOf({ outcome: "too-many-connections", reason: "every connection is taken" });
  socket.on("error", () => socket.destroy());
  socket.end(encodeFrame({ id: 0, ...reply }), () => socket.destroy());
}

function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      chmodSync(path, 0o600);
      resolve();
    });
  });
}

async function close(server: Server, connections: ReadonlyMap<Socket, Connection>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const late = setTimeout(() => {
    for (const socket of connections.keys()) socket.destroy();
  }, limits.stoppingMs);
  await Promise.all([...connections.values()].map((connection) => connection.stop()));
  await closed;
  clearTimeout(late);
}
