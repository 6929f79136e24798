/**
 * `kura start`: PostgreSQL, keeper and custodian on one folder, until Ctrl-C.
 *
 * On a first start with an empty register a sample agency is loaded, so that there is something to look at; `--empty`
 * starts without it. The order of stopping is that of who needs whom: custodian, keeper, PostgreSQL.
 */
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { startChild } from "../instance/child.ts";
import type { Child } from "../instance/child.ts";
import { startInstance, writeAddress } from "../instance/instance.ts";
import { instancePaths } from "../instance/paths.ts";
import { loadSampleAgency, sampleNumber } from "./load-sample-agency.ts";

interface Options {
  readonly port: string;
  readonly empty?: boolean;
}

const custodianScript = fileURLToPath(import.meta.resolve("@kura/custodian/main.ts"));
const defaultPort = "8420";

export function addStartCommand(program: Command): void {
  program
    .command("start")
    .description("start PostgreSQL, keeper and custodian on the folder; Ctrl-C stops them")
    .option(
      "--port <n>",
      "preferred port of the custodian on 127.0.0.1",
      process.env["KURA_PORT"] ?? defaultPort,
    )
    .option("--empty", "do not load the sample agency on a first start")
    .action(runStart);
}

async function runStart(options: Options): Promise<void> {
  const stopAsked = stopSignal();
  const paths = instancePaths(process.env, process.cwd());
  say(`Starting on ${paths.dataDir} …`);
  const instance = await startInstance(paths, process.env);
  try {
    const isSample = options.empty !== true && (await loadSampleAgency(instance.address, paths, say));
    const custodian = await startCustodian(paths.instanceFile, options.port);
    try {
      await writeAddress(paths, { ...instance.address, url: custodian.readyText });
      process.stdout.write(`ready ${custodian.readyText}\n`);
      say(nextSteps(custodian.readyText, isSample));
      const failure = await Promise.race([
        stopAsked.then(() => undefined),
        instance.failed,
        custodian.gone.then(() => "the custodian stopped"),
      ]);
      if (failure !== undefined) throw new Fault("instance-failed", `${failure}; its log is above`);
      say("Stopping …");
    } finally {
      await custodian.stop();
    }
  } finally {
    await instance.stop();
  }
}

async function startCustodian(instanceFile: string, port: string): Promise<Child> {
  return startChild(
    [custodianScript, "--instance", instanceFile, "--port", port, "--follow-stdin"],
    "custodian ready",
  );
}

/** Settles at the first Ctrl-C or SIGTERM; a second one while stopping ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(130);
        isAsked = true;
        resolve();
      });
    }
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function nextSteps(url: string, isSample: boolean): string {
  const sample = isSample
    ? `\n  npx kura statement --number ${sampleNumber}     a person's annual statement`
    : "";
  return `
Next, in another terminal in this folder:${sample}
  npx kura audit                               that every line, entry and yen is accounted for
  npx kura import persons FILE --dry-run       what Kura would make of a file of yours
  curl ${url}/healthz
Ctrl-C stops everything; the data stay in kura-data.`;
}
