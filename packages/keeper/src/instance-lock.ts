/**
 * One process for one folder: two keepers would write two histories, two instances would fight over one database.
 *
 * A listening socket is the lock, because the system takes it away with the process, however that ends. On Linux its
 * name is abstract (unix(7)) and made of the folder's device and inode: nothing stale can be left. Beside it a socket
 * file in the folder keeps out keepers in other network namespaces and on other systems: a file that nobody answers
 * is stale and is taken over, and two takers at once are told apart by the abstract name.
 */
import { createHash } from "node:crypto";
import { realpathSync, statSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf, Fault } from "@kura/kernel/fault.ts";

/** `sun_path` of the smallest system, macOS, without its end. */
const socketPathMaxBytes = 103;

export interface InstanceLock {
  release(): void;
}

/**
 * @param name what is to be alone in the folder: a keeper, an instance.
 * @throws {Fault} `already-running`
 */
export async function takeInstanceLock(folder: string, name: "keeper" | "instance"): Promise<InstanceLock> {
  const held: Server[] = [];
  if (process.platform === "linux") {
    const { dev, ino } = statSync(folder, { bigint: true });
    held.push(await listenOrRefuse(`\0kura-${name}-${dev}-${ino}`, name));
  }
  const path = lockPath(folder, name);
  if (await isAnswered(path)) {
    for (const server of held) server.close();
    throw alreadyRunning(name);
  }
  held.push(await listenOrRefuse(path, name));
  return {
    release: () => {
      for (const server of held) server.close();
    },
  };
}

/** In the folder, or, where no socket can have so long a path, among the temporary files under a name made of the folder's. */
function lockPath(folder: string, name: string): string {
  const path = join(folder, "lock");
  if (Buffer.byteLength(path) <= socketPathMaxBytes) return path;
  const digest = createHash("sha256").update(realpathSync(folder)).digest("hex");
  return join(tmpdir(), `kura-${name}-${digest.slice(0, 32)}`);
}

function listenOrRefuse(path: string, name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) => reject(codeOf(error) === "EADDRINUSE" ? alreadyRunning(name) : error));
    server.listen({ path }, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Whether a process listens at `path`; removes a socket file that nobody listens at. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      if (codeOf(error) === "ENOENT") return resolve(false);
      if (codeOf(error) !== "ECONNREFUSED") return reject(error);
      unlinkSync(path);
      resolve(false);
    });
  });
}

function alreadyRunning(name: string): Fault<"already-running"> {
  return new Fault("already-running", `another ${name} has this folder`);
}
