/** What most commands need: the instance of the folder, its databases in one role, and its keeper. */
import { closeBoth, connectBoth } from "@kura/custodian/db/database.ts";
import type { Databases, Role } from "@kura/custodian/db/database.ts";
import { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { openInstance } from "../instance/instance.ts";
import { instancePaths } from "../instance/paths.ts";
import type { InstancePaths } from "../instance/paths.ts";

export interface Connected {
  readonly paths: InstancePaths;
  readonly databases: Databases;
  readonly keeper: KeeperClient;
}

/** Runs `work` on the running instance, or on one that is started for it and stopped behind it. */
export async function withInstance<T>(role: Role, work: (connected: Connected) => Promise<T>): Promise<T> {
  const paths = instancePaths(process.env, process.cwd());
  const instance = await openInstance(paths, process.env);
  const databases = connectBoth(instance.address.target, role);
  const keeper = new KeeperClient(instance.address.keeperSocket);
  try {
    return await work({ paths, databases, keeper });
  } finally {
    await keeper.close();
    await closeBoth(databases);
    await instance.stop();
  }
}
