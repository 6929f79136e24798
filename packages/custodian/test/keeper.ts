/** A real keeper for tests: its own process, a real socket, a key file and a folder that are removed afterwards. */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeDemoGenesis } from "@kura/keeper/demo-genesis.ts";
import { keeperCommand } from "@kura/keeper/launch.ts";
import type { ActorKey } from "@kura/keeper/order-session.ts";
import { KeeperClient } from "../src/vault/keeper-client.ts";

export interface TestKeeper {
  readonly client: KeeperClient;
  readonly socket: string;
  /** Who is in its roster: `makeDemoGenesis`. */
  readonly operator: ActorKey;
  readonly officers: readonly [ActorKey, ActorKey];
  readonly approver: ActorKey;
  readonly recipient: ActorKey;
  readonly counter: readonly [ActorKey, ActorKey];
  stop(): Promise<void>;
}

/** Starts a keeper with keys of its own and a client that signs as its operator; it also stops when this process does. */
export async function startTestKeeper(): Promise<TestKeeper> {
  const dir = await mkdtemp(join(tmpdir(), "kura-test-keeper-"));
  const keyFile = join(dir, "key");
  await writeFile(keyFile, randomBytes(32), { mode: 0o400 });
  const secret = ["--dir", join(dir, "kept"), "--key-file", keyFile];
  const { genesis, operator, officers, approver, recipient, counter } = makeDemoGenesis();
  const genesisFile = join(dir, "genesis");
  await writeFile(genesisFile, genesis);
  const init = [...keeperCommand, "init", ...secret, "--genesis", genesisFile];
  await promisify(execFile)(process.execPath, init);
  const socket = join(dir, "s");
  const child = spawn(process.execPath, [...keeperCommand, ...secret, "--socket", socket, "--follow-stdin"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-2_000)));
  const exited = once(child, "exit");
  const isReady = await Promise.race([once(child.stdout, "data").then(() => true), exited.then(() => false)]);
  if (!isReady) throw new Error(`the keeper did not start: ${log}`);
  const client = new KeeperClient(socket, operator);
  return {
    client,
    socket,
    operator,
    officers,
    approver,
    recipient,
    counter,
    stop: async () => {
      await client.close();
      child.kill("SIGTERM");
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
