/**
 * The custodian: the service with the database and no keys. `node main.ts --instance FILE --port N --follow-stdin`.
 *
 * FILE is the running instance's address (see `cli/src/instance`): where the databases and the keeper's socket are.
 * Prints `custodian ready URL` and serves until SIGTERM, SIGINT or, with `--follow-stdin`, the end of standard input.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { closeBoth, connectBoth } from "./db/database.ts";
import type { DatabaseTarget } from "./db/database.ts";
import { listen } from "./http/listen.ts";
import { KeeperClient } from "./vault/keeper-client.ts";

const { values } = parseArgs({
  options: {
    instance: { type: "string", default: "kura-data/instance.json" },
    port: { type: "string", default: "0" },
    "follow-stdin": { type: "boolean", default: false },
  },
});

interface Address {
  readonly target: DatabaseTarget;
  readonly keeperSocket: string;
}

const address = JSON.parse(readFileSync(values.instance, "utf8")) as Address;
const databases = connectBoth(address.target, "kura_custodian");
const keeper = new KeeperClient(address.keeperSocket);
const server = await listen({ databases, keeper }, Number(values.port));
process.stdout.write(`custodian ready ${server.url}\n`);

await new Promise<void>((resolve) => {
  process.once("SIGTERM", () => resolve());
  process.once("SIGINT", () => resolve());
  if (values["follow-stdin"]) process.stdin.once("end", () => resolve()).resume();
});
await server.close();
await keeper.close();
await closeBoth(databases);
// An open standard input would keep a process alive that has nothing left to do.
process.stdin.destroy();
