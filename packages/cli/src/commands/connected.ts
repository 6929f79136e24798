/** What most commands need: the instance of the folder, its databases in one role, and its keeper. */
import { closeBoth, connectBoth } from "@kura/custodian/db/database.ts";
import type { Databases, Role } from "@kura/custodian/db/database.ts";
import { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { findActorKey } from "../instance/actor-keys.ts";
import { openInstance } from "../instance/instance.ts";
import { instancePaths } from "../instance/paths.ts";
import type { InstancePaths } from "../instance/paths.ts";
import { hearStop } from "../instance/stop-signal.ts";

/** 128 and the number of SIGINT, as shells have it. */
const stoppedCode = 130;

export interface Connected {
  readonly paths: InstancePaths;
  readonly databases: Databases;
  readonly keeper: KeeperClient;
  /** Whether a custodian runs beside: then what it does by itself is left to it. */
  readonly hasCustodian?: boolean;
  /** Of that custodian. */
  readonly custodianUrl?: string;
}

/**
 * Runs `work` on the running instance, or on one that is started for it and stopped behind it.
 *
 * Ctrl-C ends the command, with what was started for it; the same command goes on later with what it left.
 */
export async function withInstance<T>(role: Role, work: (connected: Connected) => Promise<T>): Promise<T> {
  const signal = hearStop();
  try {
    return await withOpened(role, work, signal.asked);
  } catch (thrown) {
    // What fails because its instance is being stopped is no failure to tell of.
    if (signal.isAsked()) process.exit(stoppedCode);
    throw thrown;
  }
}

async function withOpened<T>(
  role: Role,
  work: (connected: Connected) => Promise<T>,
  stopAsked: Promise<void>,
): Promise<T> {
  const paths = instancePaths(process.env, process.cwd());
  const instance = await openInstance(paths, process.env);
  void stopAsked.then(() => instance.stop()).then(() => process.exit(stoppedCode));
  const databases = connectBoth(instance.address.target, role);
  const key = await findActorKey(paths, process.env);
  const keeper = new KeeperClient(instance.address.keeperSocket, key);
  try {
    const { url } = instance.address;
    const custodian = { hasCustodian: url !== undefined, ...(url !== undefined && { custodianUrl: url }) };
    return await work({ paths, databases, keeper, ...custodian });
  } finally {
    await keeper.close();
    await closeBoth(databases);
    await instance.stop();
  }
}
