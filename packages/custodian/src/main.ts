/**
 * The custodian: the service with the database and no keys.
 * `node main.ts --instance FILE --port N --console DIR --follow-stdin`
 *
 * FILE is the running instance's address (see `cli/src/instance`): where the databases and the keeper's socket are.
 * DIR has the built console. KURA_POLICY_FILE is the agency's own policy of disclosure, KURA_ORIGIN where its browsers
 * find Kura (https://…), KURA_WITNESSES a policy (c2sp.org/tlog-policy) whose witnesses are asked to cosign the log.
 * Prints `custodian ready URL` and serves until SIGTERM, SIGINT or, with `--follow-stdin`, the end of standard input.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Beat } from "@kura/kernel/beat.ts";
import { closeBoth, connectBoth } from "./db/database.ts";
import type { DatabaseTarget } from "./db/database.ts";
import { uuidMaker } from "./db/uuid.ts";
import { journalSource } from "./disclosure/journal-source.ts";
import { disclosureLimits } from "./disclosure/limits.ts";
import { readPolicy } from "./disclosure/policy.ts";
import { projectJournal } from "./disclosure/project-journal.ts";
import { appendPolicySet } from "./disclosure/decisions/store.ts";
import { sealKind, sealWork } from "./extracts/seal-work.ts";
import { makeApp } from "./http/app.ts";
import { readConsoleFiles } from "./http/console-files.ts";
import { readDemoActors } from "./http/demo-actors.ts";
import { Enrolments } from "./http/enrolments.ts";
import { listen, localOrigins } from "./http/listen.ts";
import { httpLimits } from "./http/limits.ts";
import { LiveEvents } from "./http/live-events.ts";
import { LiveJournal } from "./http/live-journal.ts";
import { LiveWorks } from "./http/live-works.ts";
import { DeskMemory } from "./incident/desk/desk-memory.ts";
import { SegmentIndex } from "./incident/kept/segment-index.ts";
import { StaffSessions } from "./http/staff-sessions.ts";
import { logLimits } from "./log/limits.ts";
import { LogFolder } from "./log/log-folder.ts";
import { LogFollower } from "./log/log-follower.ts";
import { logSource } from "./log/log-source.ts";
import { findWitnessPolicy } from "./log/witness-policy.ts";
import { witnessLine } from "./log/witness-line.ts";
import { emptyLeftScratch } from "./matching/run-matching.ts";
import { foldExposure } from "./incident/kept/fold.ts";
import { incidentLimits } from "./incident/limits.ts";
import { noteOperations } from "./premiums/batches/note-batch.ts";
import { premiumLimits } from "./premiums/limits.ts";
import { screenKind, screenWork } from "./screens/run-screen.ts";
import { QueueWorker } from "./queue/worker.ts";
import { KeeperClient } from "./vault/keeper-client.ts";

const { values } = parseArgs({
  options: {
    instance: { type: "string", default: "kura-data/instance.json" },
    port: { type: "string", default: "0" },
    console: { type: "string" },
    "follow-stdin": { type: "boolean", default: false },
  },
});

interface Address {
  readonly target: DatabaseTarget;
  readonly keeperSocket: string;
  /** Key files of the demo actors, where the agency was made as a demonstration. */
  readonly demoKeys?: readonly string[];
}

const address = JSON.parse(readFileSync(values.instance, "utf8")) as Address;
const databases = connectBoth(address.target, "kura_custodian");
const keeper = new KeeperClient(address.keeperSocket);
const now = (): Date => new Date();
const policy = await readPolicy(process.env["KURA_POLICY_FILE"]).catch((thrown: unknown) => {
  // In Cedar's words, which quote the policy file; there is nothing to serve without one.
  log("error", { event: "policy-refused", reason: thrown instanceof Error ? thrown.message : "unknown" });
  process.exit(1);
});
await appendPolicySet(databases.register, policy, now());
await emptyLeftScratch(databases.register);
const worker = new QueueWorker({
  register: databases.register,
  works: new Map([
    [sealKind, sealWork({ databases, keeper }, now)],
    [screenKind, screenWork({ databases, keeper, now })],
  ]),
  now,
  onFailed: (kind, code) => log("warn", { event: "job-failed", kind, code }),
});
worker.start();
const witnesses = await findWitnessPolicy(process.env["KURA_WITNESSES"]).catch((thrown: unknown) => {
  log("error", { event: "witnesses-refused", reason: thrown instanceof Error ? thrown.message : "unknown" });
  process.exit(1);
});
const logFolder = new LogFolder(join(dirname(values.instance), "log"));
const logFollower = new LogFollower({
  folder: logFolder,
  source: logSource(keeper),
  ...(witnesses !== undefined && { policy: witnesses }),
  lineOf: witnessLine,
  clockMs: () => performance.now(),
  unwitnessed: (missing) =>
    log("warn", {
      event: "log-not-witnessed",
      missing: missing.map(({ witness, code }) => `${witness} ${code}`).join(", "),
    }),
});
const live = new LiveEvents(randomUUID());
const liveJournal = new LiveJournal(databases.register, live, now);
const liveWorks = new LiveWorks(databases.register, live);
const copying = beat("journal-breach", "journal-not-copied", disclosureLimits.journalPauseMs, () =>
  projectJournal(databases.register, journalSource(keeper)),
);
const publishing = beat("log-breach", "log-not-published", logLimits.beatMs, () => logFollower.step());
const beats = [
  copying,
  publishing,
  beat("exposure-breach", "exposure-not-folded", incidentLimits.foldPauseMs, () =>
    foldExposure(databases.register),
  ),
  beat("ledger-breach", "operations-not-noted", premiumLimits.notePauseMs, () =>
    noteOperations(databases.register, keeper),
  ),
  beat("live-breach", "nobody-told", httpLimits.livePauseMs, () => liveJournal.step()),
  beat("works-breach", "nobody-told", httpLimits.workPauseMs, () => liveWorks.step()),
];
for (const one of beats) one.start();
const givenOrigin = process.env["KURA_ORIGIN"];
const parts = {
  databases,
  keeper,
  policy,
  now,
  makeId: uuidMaker(),
  sessions: new StaffSessions(now, (session) => live.end(session)),
  live,
  exposure: new SegmentIndex(),
  desk: new DeskMemory(),
  enrolments: new Enrolments(now),
  isJournalSound: () => copying.isSound && publishing.isSound,
  log: logFolder,
  // Whoever serves browsers of other machines is no demonstration, whatever lies on the disk.
  demoActors: givenOrigin === undefined ? readDemoActors(address.demoKeys ?? []) : [],
};
const ownOrigin = givenOrigin === undefined ? undefined : URL.parse(givenOrigin)?.origin;
if (givenOrigin !== undefined && (ownOrigin === undefined || ownOrigin === "null")) {
  log("error", { event: "origin-refused", reason: "KURA_ORIGIN is no https:// address" });
  process.exit(1);
}
const files = values.console === undefined ? undefined : readConsoleFiles(values.console);
const server = await listen((port) => {
  const origins =
    ownOrigin === undefined ? localOrigins(port) : ([ownOrigin, ...localOrigins(port)] as const);
  const logFailure = (route: string, code: string): void =>
    log("error", { event: "request-failed", route, code });
  return makeApp({ ...parts, origins }, logFailure, files);
}, Number(values.port));
process.stdout.write(`custodian ready ${server.url}\n`);

await new Promise<void>((resolve) => {
  process.once("SIGTERM", () => resolve());
  process.once("SIGINT", () => resolve());
  if (values["follow-stdin"]) process.stdin.once("end", () => resolve()).resume();
});
// An open answer would keep the server open.
live.close();
await server.close();
await worker.stop();
await Promise.all(beats.map((one) => one.stop()));
await keeper.close();
await closeBoth(databases);
// An open standard input would keep a process alive that has nothing left to do.
process.stdin.destroy();

/** Told of in the two words, once for each time. */
function beat(breached: string, failing: string, pauseMs: number, once: () => Promise<unknown>): Beat {
  return new Beat(once, pauseMs, {
    breached: ({ message, evidence }) => log("error", { event: breached, message, ...textOf(evidence) }),
    failing: (code) => log("warn", { event: failing, code }),
  });
}

/** One JSON line on standard error; codes, counts and positions, never a value of a request. */
function log(level: "warn" | "error", entry: Readonly<Record<string, string>>): void {
  process.stderr.write(`${JSON.stringify({ time: now().toISOString(), level, ...entry })}\n`);
}

function textOf(evidence: Readonly<Record<string, string | number | bigint>>): Record<string, string> {
  return Object.fromEntries(Object.entries(evidence).map(([key, value]) => [key, String(value)]));
}
