/** A real keeper for tests: its own process, a real socket, a key file and a folder that are removed afterwards. */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { keeperCommand } from "@kura/keeper/launch.ts";
import { KeeperClient } from "../src/vault/keeper-client.ts";

export interface TestKeeper {
  readonly client: KeeperClient;
  stop(): Promise<void>;
}

/** Starts a keeper with keys of its own; it also stops when this process does. */
export async function startTestKeeper(): Promise<TestKeeper> {
  const dir = await mkdtemp(join(tmpdir(), "kura-test-keeper-"));
  const keyFile = join(dir, "key");
  await writeFile(keyFile, randomBytes(32), { mode: 0o400 });
  const secret = ["--dir", join(dir, "kept"), "--key-file", keyFile];
  await promisify(execFile)(process.execPath, [...keeperCommand, "init", ...secret]);
  const socket = join(dir, "s");
  const child = spawn(process.execPath, [...keeperCommand, ...secret, "--socket", socket, "--follow-stdin"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-2_000)));
  const exited = once(child, "exit");
  const isReady = await Promise.race([once(child.stdout, "data").then(() => true), exited.then(() => false)]);
  if (!isReady) throw new Error(`the keeper did not start: ${log}`);
  const client = new KeeperClient(socket);
  return {
    client,
    stop: async () => {
      await client.close();
      child.kill("SIGTERM");
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
