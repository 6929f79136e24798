/**
 * `kura start`: PostgreSQL, keeper and custodian on one folder, until Ctrl-C.
 *
 * On a first start with an empty register a sample agency is loaded, so that there is something to look at; `--empty`
 * starts without it, and an agency with officers of its own (`kura init`) is never given one. The order of stopping is that of who needs whom: custodian, keeper, PostgreSQL.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { withoutMaglev } from "@kura/keeper/launch.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { hasDemoActors } from "../instance/actor-keys.ts";
import { startChild } from "../instance/child.ts";
import type { Child } from "../instance/child.ts";
import { startInstance, writeAddress } from "../instance/instance.ts";
import type { Instance } from "../instance/instance.ts";
import { instancePaths } from "../instance/paths.ts";
import type { InstancePaths } from "../instance/paths.ts";
import { hearStop } from "../instance/stop-signal.ts";
import { askPassphrase } from "./ask-passphrase.ts";
import { loadSampleAgency, sampleNumber } from "./load-sample-agency.ts";
import { showLook } from "./show-look.ts";
import { wholeNumber } from "./whole-number.ts";

interface Options {
  readonly port: number;
  readonly empty?: boolean;
  readonly passphrase?: boolean;
}

const custodianScript = fileURLToPath(import.meta.resolve("@kura/custodian/main.ts"));
/** Without it there is the API and no screen. */
const consoleFolder = fileURLToPath(new URL("../../../console/dist", import.meta.url));
/** In a checkout; an installed Kura has what it was published with. */
const consoleBuilder = fileURLToPath(new URL("../../../../tools/build-console.mjs", import.meta.url));

export function addStartCommand(program: Command): void {
  program
    .command("start")
    .description("start PostgreSQL, keeper and custodian on the folder; Ctrl-C stops them")
    .addOption(
      new Option("--port <n>", "preferred port of the custodian on 127.0.0.1")
        .argParser(wholeNumber(0, 65_535))
        .env("KURA_PORT")
        .default(8420),
    )
    .option("--passphrase", "unseal the keeper with a passphrase that is asked for, not with a key file")
    .option("--empty", "do not load the sample agency on a first start")
    .action(runStart);
}

async function runStart(options: Options): Promise<void> {
  const passphrase = options.passphrase === true ? await askPassphrase() : undefined;
  const signal = hearStop();
  const here = instancePaths(process.env, process.cwd());
  const paths = passphrase === undefined ? here : { ...here, passphrase };
  say(`Starting on ${paths.dataDir} …`);
  const instance = await startInstance(paths, process.env).catch((thrown: unknown) => {
    // Ctrl-C reaches also what is being made for a first start; that it did not come to its end is what was asked for.
    if (signal.isAsked()) return undefined;
    throw thrown;
  });
  if (instance === undefined) return;
  try {
    const isSample =
      options.empty !== true &&
      (await hasDemoActors(paths, process.env)) &&
      (await loadSampleUnlessStopped(instance, paths, signal.asked));
    if (isSample === undefined) return;
    const custodian = await startCustodian(paths.instanceFile, options.port);
    try {
      await writeAddress(paths, { ...instance.address, url: custodian.readyText });
      process.stdout.write(`ready ${custodian.readyText}\n`);
      if (isSample) say(await lookAtSample(instance, paths));
      say(nextSteps(custodian.readyText, paths.dataDir, isSample));
      const failure = await Promise.race([
        signal.asked.then(() => undefined),
        instance.failed,
        custodian.gone.then(() => "the custodian stopped"),
      ]);
      if (failure !== undefined) throw failed(failure);
      say("Stopping …");
    } finally {
      await custodian.stop();
    }
  } finally {
    await instance.stop();
  }
}

/**
 * `undefined` when the user did not want to wait for it.
 *
 * CRASH: the load goes on until the instance stops under it; what it committed stays, and the next start goes on from there.
 */
async function loadSampleUnlessStopped(
  instance: Instance,
  paths: InstancePaths,
  stopAsked: Promise<void>,
): Promise<boolean | undefined> {
  const loading = loadSampleAgency(instance.address, paths, say);
  const failure = instance.failed.then((reason) => {
    throw failed(reason);
  });
  return Promise.race([loading, failure, stopAsked.then(() => undefined)]);
}

/** The instance is up whatever comes of it: an agency's own policy may refuse this look, or its person be erased. */
async function lookAtSample(instance: Instance, paths: InstancePaths): Promise<string> {
  try {
    return (await showLook(instance.address, paths, sampleNumber)) ?? "";
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return `No look is shown: ${thrown.message} [${thrown.code}]`;
  }
}

function failed(reason: string): Fault {
  return new Fault("instance-failed", `${reason}; its log is above`);
}

async function startCustodian(instanceFile: string, port: number): Promise<Child> {
  // Not built, the screens of before are served, and this was said.
  if (existsSync(consoleBuilder)) spawnSync(process.execPath, [consoleBuilder], { stdio: ["ignore", 2, 2] });
  const console = existsSync(consoleFolder) ? ["--console", consoleFolder] : [];
  const args = ["--instance", instanceFile, "--port", String(port), ...console, "--follow-stdin"];
  return startChild([withoutMaglev, custodianScript, ...args], "custodian ready");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function nextSteps(url: string, dataDir: string, isSample: boolean): string {
  const sample = isSample
    ? `
  npx kura statement --number ${sampleNumber}     a person's annual statement
  npx kura case open --kind claim --reason …   then: kura find, kura case add, kura look, kura who-looked`
    : "";
  return `
Open ${url.replace("127.0.0.1", "localhost")} in a browser: the console.

Or, in another terminal in this folder:${sample}
  npx kura audit                               that every line, entry and yen is accounted for
  npx kura import persons FILE --dry-run       what Kura would make of a file of yours
  curl ${url}/healthz
Ctrl-C stops everything; the data stay in ${dataDir}.`;
}
