/**
 * An attacker at a clerk's unlocked computer, with the clerk's key file as well: reads as fast as it can, opens cases about
 * whom it likes, signs in again when a session ends, and has the keeper killed and its clock set back.
 *
 * The keeper is the real process; only its clock is moved, by a preload, so that thirty days pass in a minute.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeBoth, connectBoth, type Databases } from "@kura/custodian/db/database.ts";
import { ownerRole, startEmbeddedServer } from "@kura/custodian/db/embedded-server.ts";
import type { DoorParts } from "@kura/custodian/disclosure/door.ts";
import { look } from "@kura/custodian/disclosure/look.ts";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { keeperCommand } from "@kura/keeper/launch.ts";
import { signInTo, type TestSession } from "../../packages/custodian/test/signed-in.ts";
import { RunningKeeper } from "../../packages/keeper/test/keeper-process.ts";
import { type Agency, clerkBudget, doorParts, listPersons, openCaseAbout } from "./agency.ts";
import type { Attack } from "./attack.ts";
import { attackers } from "./attackers.ts";

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** As many persons as an order may name, then fewer, until one is refused. */
const orderSizes = [50, 10, 1] as const;
/** When the attacker tries again: every half hour of the first day, then twice a day. */
const triesAtMs = [
  ...Array.from({ length: 49 }, (_, i) => (i * hourMs) / 2),
  ...Array.from({ length: 58 }, (_, i) => dayMs + (i * dayMs) / 2),
];

interface Seen {
  readonly person: string;
  readonly atMs: number;
}

/** The instance's processes are stopped; its keeper is started anew beside its databases. */
export async function attackAsClerk(agency: Agency, say: (line: string) => void): Promise<Attack> {
  const { folder } = agency;
  const server = await startEmbeddedServer(folder.dataDir);
  const { socketDir, port } = server;
  const databases = connectBoth({ kind: "socket", socketDir, port, ownerRole }, "kura_custodian");
  const keeper = await MovedKeeper.start(agency);
  try {
    const thief = new Thief(agency, databases, keeper, await listPersons(databases));
    for (const [n, atMs] of triesAtMs.entries()) {
      if (n === 48) say(`a day has passed: ${thief.seen.length} persons`);
      if (n % 20 === 5) await keeper.killAndStart();
      // A clock set back by a day: to the keeper time stands still at its last event.
      if (n === 9) await thief.readAll(atMs - dayMs, "clock set back");
      await thief.readAll(atMs);
    }
    return rowOf(thief.seen, keeper.kills);
  } finally {
    await keeper.stop();
    await closeBoth(databases);
    await server.stop();
  }
}

function rowOf(seen: readonly Seen[], kills: number): Attack {
  const first24h = seen.filter(({ atMs }) => atMs <= dayMs).length;
  const broken = [
    [hourMs, clerkBudget.hour, "an hour"],
    [dayMs, clerkBudget.day, "a day"],
    [30 * dayMs, clerkBudget.days30, "thirty days"],
  ] as const;
  return {
    ...attackers.clerk,
    bound: clerkBudget.days30,
    exposedPersons: new Set(seen.map(({ person }) => person)).size,
    tried: `30 days without a pause: ${first24h} in the first 24 hours; budget ${clerkBudget.hour} an hour, ${clerkBudget.day} a day, ${clerkBudget.days30} in 30 days; keeper killed ${kills} times, clock set back once`,
    tests: ["keeper/src/operations/orders.abuse.test.ts", "keeper/src/orders/budget.test.ts"],
    broken: [
      ...broken
        .filter(([windowMs, budget]) => mostWithin(seen, windowMs) > budget)
        .map(([, budget, words]) => `more than ${budget} persons were seen within ${words}`),
      ...(seen.some(({ atMs }) => Number.isNaN(atMs))
        ? ["a clock that was set back gave the budget anew"]
        : []),
    ],
  };
}

/** The most persons whose first look fell into one window of that length. */
function mostWithin(seen: readonly Seen[], windowMs: number): number {
  return Math.max(
    0,
    ...seen.map(({ atMs }) => seen.filter((one) => one.atMs > atMs - windowMs && one.atMs <= atMs).length),
  );
}

class Thief {
  /** Persons in the order in which they were shown first. */
  readonly seen: Seen[] = [];
  readonly #agency: Agency;
  readonly #databases: Databases;
  readonly #keeper: MovedKeeper;
  /** Not seen yet. */
  #left: string[];
  #session: { readonly of: TestSession; readonly parts: DoorParts; readonly kills: number } | undefined;

  constructor(agency: Agency, databases: Databases, keeper: MovedKeeper, people: readonly string[]) {
    this.#agency = agency;
    this.#databases = databases;
    this.#keeper = keeper;
    this.#left = [...people];
  }

  /** Everybody who can be had at that time. */
  async readAll(atMs: number, note?: string): Promise<void> {
    await this.#keeper.setClock(atMs);
    for (const size of orderSizes) {
      while (
        this.#left.length > 0 &&
        (await this.#read(this.#left.slice(0, size), note === undefined ? atMs : undefined))
      );
    }
  }

  /** @param atMs `undefined` while the clock is set back: then nobody may be shown who was not before. */
  async #read(people: readonly string[], atMs: number | undefined): Promise<boolean> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { of: session, parts } = await this.#signedIn();
      const about = await openCaseAbout(parts, session, people);
      const persons = people.map((person) => person.replaceAll("-", ""));
      const order = session.orders.order(
        {
          kind: "look",
          purpose: "claim",
          case: about.caseId,
          caseKind: about.kind,
          persons,
          fields: [fieldNumbers.name],
        },
        this.#keeper.nowMs(),
      );
      const outcome = await look(parts, session.asker, order);
      if (outcome.outcome === "session-ended" || outcome.outcome === "unknown-session") {
        this.#session = undefined;
        continue;
      }
      if (outcome.outcome !== "answered") return false;
      this.seen.push(...people.map((person) => ({ person, atMs: atMs ?? Number.NaN })));
      this.#left = this.#left.slice(people.length);
      return true;
    }
    throw new Error("a session that was just begun has ended");
  }

  async #signedIn(): Promise<{ readonly of: TestSession; readonly parts: DoorParts }> {
    if (this.#session?.kills !== this.#keeper.kills) {
      const client = this.#keeper.client;
      const of = await signInTo(client, this.#agency.clerk);
      const parts = await doorParts(this.#databases, client);
      this.#session = {
        of,
        parts: { ...parts, now: () => new Date(this.#keeper.nowMs()) },
        kills: this.#keeper.kills,
      };
    }
    return this.#session;
  }
}

/** The instance's keeper in a process of its own, with a clock that is set from here. */
class MovedKeeper {
  kills = 0;
  client: KeeperClient;
  readonly #agency: Agency;
  readonly #dir: string;
  readonly #startedMs = Date.now();
  #offsetMs = 0;
  #running: RunningKeeper;

  static async start(agency: Agency): Promise<MovedKeeper> {
    const dir = await mkdtemp(join(tmpdir(), "kura-drill-"));
    await writeFile(join(dir, "clock"), "0");
    return new MovedKeeper(agency, dir, await spawnKeeper(agency, dir, 0));
  }

  private constructor(agency: Agency, dir: string, running: RunningKeeper) {
    this.#agency = agency;
    this.#dir = dir;
    this.#running = running;
    this.client = new KeeperClient(running.socketPath);
  }

  /** The keeper's clock: so long after the attack began. */
  async setClock(atMs: number): Promise<void> {
    this.#offsetMs = this.#startedMs + atMs - Date.now();
    await writeFile(join(this.#dir, "clock"), String(this.#offsetMs));
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  async killAndStart(): Promise<void> {
    await this.client.close();
    await this.#running.kill();
    this.kills += 1;
    this.#running = await spawnKeeper(this.#agency, this.#dir, this.kills);
    this.client = new KeeperClient(this.#running.socketPath);
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.#running.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

function spawnKeeper({ folder, clerk }: Agency, dir: string, start: number): Promise<RunningKeeper> {
  const socketPath = join(dir, `s${start}`);
  const preload = new URL("./moving-clock.mjs", import.meta.url).href;
  const env = { ...process.env, NODE_OPTIONS: `--import ${preload}`, KURA_DRILL_CLOCK: join(dir, "clock") };
  const args = [
    "--dir",
    join(folder.dataDir, "keeper"),
    "--key-file",
    folder.keyFile,
    "--socket",
    socketPath,
  ];
  const child = spawn(process.execPath, [...keeperCommand, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  return RunningKeeper.from(child, socketPath, clerk);
}
