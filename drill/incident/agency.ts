/**
 * The agency of the drill: the sample's persons in a running instance whose processes share one movable clock, forty clerks
 * with small budgets at forty workstations, an approver of extracts and a printing house that receives them.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { generateSample } from "@kura/cli/sample/generate-sample.ts";
import { openCase } from "@kura/custodian/cases/cases.ts";
import type { Case } from "@kura/custodian/cases/case.ts";
import type { Databases } from "@kura/custodian/db/database.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { uuidMaker } from "@kura/custodian/db/uuid.ts";
import type { Asker, DoorParts } from "@kura/custodian/disclosure/door.ts";
import { look, type LookOutcome } from "@kura/custodian/disclosure/look.ts";
import { readPolicy } from "@kura/custodian/disclosure/policy.ts";
import type { HeldSession } from "@kura/custodian/incident/holder-facts.ts";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { askChallenge, askSignIn, askSignOut } from "@kura/custodian/vault/orders.ts";
import { makeDemoGenesis } from "@kura/keeper/demo-genesis.ts";
import { type ActorKey, encodeActorKey, type OrderSession, SessionKeys } from "@kura/keeper/order-session.ts";
import type { SealedAnswer, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Budget, RosterChange } from "@kura/keeper/orders/roster.ts";
import { mustBeOk, sessionFor, type TestSession } from "../../packages/custodian/test/signed-in.ts";
import { smallClerk } from "../../packages/keeper/test/looks.ts";
import { importWithin } from "../../test/system/import-run.ts";
import { KuraFolder, type Started } from "../../test/system/kura-folder.ts";
import { PersonLines } from "./person-lines.ts";

export const dayMs = 24 * 60 * 60_000;
export const hourMs = 60 * 60_000;
export const clerks = 40;
/** Of each clerk: what their work needs and not much more; it is what a taken workstation can give. */
export const clerkBudget: Budget = { hour: 150, day: 220, days30: 3_000, softPercent: 80 };
/** A million persons on a machine that does other things besides. */
const importTimeoutMs = hourMs;
const officeBudget: Budget = { hour: 5_000, day: 20_000, days30: 200_000, softPercent: 80 };

export interface Clerk {
  readonly key: ActorKey;
  readonly office: string;
  readonly workstation: string;
}

export interface DrillAgency {
  readonly folder: KuraFolder;
  readonly running: Started;
  readonly clock: Clock;
  readonly clerks: readonly Clerk[];
  readonly officers: readonly [ActorKey, ActorKey];
  readonly operator: ActorKey;
  readonly approver: ActorKey;
  readonly recipient: ActorKey;
  readonly lines: PersonLines;
  readonly input: string;
  readonly output: string;
}

/** One clock for every process: the file that `moved-clock.mjs` reads. */
export class Clock {
  readonly path: string;
  readonly startMs = Date.now();
  #offsetMs = 0;

  constructor(path: string) {
    this.path = path;
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  now = (): Date => new Date(this.nowMs());

  /** To that hour of that day of the drill; never back. Returns when every process has seen it. */
  async moveTo(day: number, hour: number): Promise<void> {
    const wantedMs = this.startMs + day * dayMs + hour * hourMs;
    if (wantedMs <= this.nowMs()) return;
    this.#offsetMs = wantedMs - Date.now();
    await writeFile(this.path, String(this.#offsetMs));
    await sleep(110);
  }
}

export async function startAgency(persons: number, say: (line: string) => void): Promise<DrillAgency> {
  const staff = Array.from({ length: clerks }, (_, n) => makeClerk(n + 1));
  const offices: RosterChange[] = [...new Set(staff.map(({ office }) => office))].map((id) => ({
    part: "office",
    id,
    value: { budget: officeBudget },
  }));
  const genesis = makeDemoGenesis([...offices, ...staff.flatMap(({ changes }) => changes)]);
  const outside = await KuraFolder.make();
  const clock = new Clock(join(outside.path, "clock"));
  await writeFile(clock.path, "0");
  await writeFile(join(outside.path, "genesis"), genesis.genesis);
  await writeFile(join(outside.path, "operator.key"), encodeActorKey(genesis.operator), { mode: 0o400 });
  const preload = new URL("./moved-clock.mjs", import.meta.url).href;
  const folder = await KuraFolder.make({
    env: {
      KURA_GENESIS: join(outside.path, "genesis"),
      KURA_ACTOR_KEY: join(outside.path, "operator.key"),
      KURA_DRILL_CLOCK: clock.path,
      NODE_OPTIONS: `--import ${preload}`,
    },
  });
  const input = join(outside.path, "input");
  await mkdir(input);
  await generateSample({ persons, seed: 2015, historyMonths: 1, premiumPersons: 100, outDir: input });
  say(`an agency of ${persons} persons starts and takes them in`);
  const running = await folder.start("--empty");
  const file = join(input, "persons.csv");
  const report = await importWithin(importTimeoutMs, folder, "persons", file);
  return {
    folder,
    running,
    clock,
    clerks: staff,
    officers: genesis.officers,
    operator: genesis.operator,
    approver: genesis.approver,
    recipient: genesis.recipient,
    lines: await PersonLines.read(file),
    input,
    output: report.stdout + report.stderr,
  };
}

function makeClerk(n: number): Clerk & { readonly changes: readonly RosterChange[] } {
  const { key, changes } = smallClerk(`clerk-${n}`, clerkBudget);
  const office = `office-${1 + (n % 8)}`;
  const moved = changes.map((change) =>
    change.part === "actor" ? ({ ...change, value: { ...change.value, office } } as RosterChange) : change,
  );
  return { key, office, workstation: `desk-${n}`, changes: moved };
}

/** Everything that was served in the drill, written down beside the system by whoever served or took it. */
export interface Served {
  readonly session: HeldSession;
  readonly atMs: number;
  readonly persons: readonly string[];
  readonly fields: readonly number[];
}

/** What looks are made with, and the drill's own record of them. */
export class Desks {
  readonly served: Served[] = [];
  readonly sessions: HeldSession[] = [];
  /** Orders and answers that passed through the custodian: what whoever has taken it over has read. */
  readonly relayed: { readonly order: SignedOrder; readonly answer: SealedAnswer }[] = [];
  readonly parts: DoorParts;
  readonly #agency: DrillAgency;
  readonly #keeper: KeeperClient;
  readonly hpkeKey: Uint8Array;

  static async open(agency: DrillAgency, databases: Databases, keeper: KeeperClient): Promise<Desks> {
    const policy = await readPolicy(undefined);
    const parts = { databases, keeper, policy, now: agency.clock.now, makeId: uuidMaker() };
    return new Desks(agency, parts, keeper, (await keeper.status()).hpkeKey);
  }

  private constructor(agency: DrillAgency, parts: DoorParts, keeper: KeeperClient, hpkeKey: Uint8Array) {
    this.parts = parts;
    this.#agency = agency;
    this.#keeper = keeper;
    this.hpkeKey = hpkeKey;
  }

  async signIn(key: ActorKey, office: string, workstation: string): Promise<Desk> {
    const keys = new SessionKeys();
    const challenge = mustBeOk(await askChallenge(this.#keeper));
    const orders = keys.begin(
      mustBeOk(await askSignIn(this.#keeper, keys.signIn(key, challenge, workstation))),
      this.hpkeKey,
    );
    const startMs = this.#agency.clock.nowMs();
    const held = {
      session: orders.session,
      actor: key.actor,
      office,
      credential: key.credential,
      workstation,
    };
    const session: HeldSession = { ...held, startMs, endMs: startMs + dayMs / 2 };
    this.sessions.push(session);
    const test = sessionFor(key.actor, orders, this.hpkeKey);
    return { session, orders, test, asker: { actor: key.actor, office, session: orders.session } };
  }

  async signOut(desk: Desk): Promise<void> {
    const content = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
    mustBeOk(await askSignOut(this.#keeper, desk.orders.order(content, this.#agency.clock.nowMs())));
    const at = this.sessions.findIndex(({ session }) => session === desk.session.session);
    this.sessions[at] = { ...desk.session, endMs: this.#agency.clock.nowMs() };
  }

  async openCase(desk: Desk, persons: readonly string[]): Promise<Case> {
    const { databases, now, makeId } = this.parts;
    const opening = { by: desk.asker, kind: "claim", reason: "work of the drill", persons } as const;
    const opened = await openCase({ register: databases.register, now, makeId }, opening);
    if (opened.outcome !== "done") throw new Error(`a case was not opened: ${opened.outcome}`);
    return opened.case;
  }

  order(desk: Desk, about: Case, persons: readonly string[]): SignedOrder {
    return desk.orders.order(
      {
        kind: "look",
        purpose: "claim",
        case: about.caseId,
        caseKind: about.kind,
        persons: persons.map((person) => person.replaceAll("-", "")),
        fields: lookedAt,
      },
      this.#agency.clock.nowMs(),
    );
  }

  /** A look, in a case of its own unless one is given; the pension numbers it showed, or `undefined` when it was refused. */
  async look(desk: Desk, persons: readonly string[], of?: Case): Promise<string[] | undefined> {
    const about = of ?? (await this.openCase(desk, persons));
    const order = this.order(desk, about, persons);
    const outcome: LookOutcome = await look(this.parts, desk.asker, order);
    if (outcome.outcome !== "answered") return undefined;
    const atMs = this.#agency.clock.nowMs();
    this.served.push({ session: desk.session, atMs, persons, fields: lookedAt });
    if (this.relayed.length < 20) this.relayed.push({ order, answer: outcome.answer });
    return desk.test
      .opened(order, outcome.answer)
      .flatMap((facts) =>
        facts.filter(({ field }) => field === fieldNumbers.pensionNumber).map(({ value }) => value),
      );
  }
}

export interface Desk {
  /** As it stood at the sign-in; {@link Desks.sessions} has how it ended. */
  readonly session: HeldSession;
  readonly orders: OrderSession;
  readonly test: TestSession;
  readonly asker: Asker;
}

const lookedAt: readonly number[] = [
  fieldNumbers.pensionNumber,
  fieldNumbers.name,
  fieldNumbers.birthDate,
  fieldNumbers.address,
];

/** Everybody by key, with their number. */
export async function listPeople({ register }: Databases): Promise<Map<string, number>> {
  const rows = await register.list<{ key: string; no: bigint }>(
    sqlText("select person_key::text as key, person_no as no from persons order by person_no"),
  );
  return new Map(rows.map(({ key, no }) => [key, Number(no)]));
}
