/**
 * `kura witness`: cosigns logs, for somebody who is not the agency. Needs no instance, only a folder of its own.
 *
 * A witness makes it impossible to show two people two logs: it signs a checkpoint only if it continues the last one.
 */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { takeInstanceLock } from "@kura/keeper/instance-lock.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { parsePolicy } from "@kura/tlog/policy.ts";
import { encodeVerifierKey } from "@kura/tlog/verifier-key.ts";
import { hearStop } from "../instance/stop-signal.ts";
import { serveWitness } from "../witness/serve-witness.ts";
import { getWitnessKey, WitnessFolder } from "../witness/witness-folder.ts";
import { wholeNumber } from "./whole-number.ts";

interface Options {
  readonly name: string;
  readonly policy: string;
  readonly port: number;
}

export function addWitnessCommand(program: Command): void {
  program
    .command("witness <folder>")
    .description("cosign the checkpoints of logs, as a witness who is not the agency; Ctrl-C stops it")
    .requiredOption(
      "--name <name>",
      "the witness's name, on its first start and for ever: like witness.example.jp",
    )
    .requiredOption("--policy <file>", "whose `log` lines name the logs to cosign (kura log policy)")
    .option("--port <n>", "port on 127.0.0.1", wholeNumber(0, 65_535), 8421)
    .action(runWitness);
}

async function runWitness(folder: string, { name, policy, port }: Options): Promise<void> {
  const { logs } = parsePolicy(await readFile(policy));
  const cosigner = await getWitnessKey(folder, name);
  const lock = await takeInstanceLock(folder, "instance");
  const signal = hearStop();
  const served = await serveWitness(
    {
      findLogKeys: async (origin) => {
        const keys = logs.filter(({ key }) => key.name === origin).map(({ key }) => key);
        return keys.length === 0 ? undefined : keys;
      },
      store: new WitnessFolder(folder),
      cosigners: [cosigner],
      clock: () => BigInt(Math.floor(Date.now() / 1000)),
    },
    port,
    (thrown) => process.stderr.write(`kura: the witness failed: ${codeOf(thrown) ?? "unknown"}\n`),
  );
  process.stdout.write(
    `witness ${cosigner.key.name.replaceAll(/[^\w.-]/g, "-")} ${encodeVerifierKey(cosigner.key)} ${served.url}\n`,
  );
  process.stderr.write("That line belongs into policies; cosigning until Ctrl-C.\n");
  await signal.asked;
  await served.close();
  lock.release();
}
