/**
 * `look latency`, `look throughput`, `look CPU`: one look (case and policy checked, order verified, journalled durably,
 * seven fields opened and sealed to the session) against SELECT of the row + INSERT of an audit row + commit.
 *
 * Same server, same program, same number of clients on both sides; theirs knows neither who asks nor why, and its row is
 * plaintext. On both sides the service's code runs in the clients' process: the custodian's on ours, the statements' on
 * theirs. Timed is what the service does, from the signed order to the sealed answer: an asker signs and opens on a machine
 * of their own, so orders are signed before the time runs and the last answer of each client is opened behind it.
 * `--sign` puts both inside. `--seconds N` for each run, `--clients N` for the throughput.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { casePartsOf, mustBeDone } from "../packages/cli/src/desk/cases.ts";
import { signedIn, type Desk } from "../packages/cli/src/desk/desk.ts";
import { orderLook, type Shown } from "../packages/cli/src/desk/door-orders.ts";
import { findActorKey } from "../packages/cli/src/instance/actor-keys.ts";
import { startInstance } from "../packages/cli/src/instance/instance.ts";
import { instancePaths } from "../packages/cli/src/instance/paths.ts";
import { generateSample } from "../packages/cli/src/sample/generate-sample.ts";
import type { Case } from "../packages/custodian/src/cases/case.ts";
import { openCase } from "../packages/custodian/src/cases/cases.ts";
import { closeBoth, connectBoth } from "../packages/custodian/src/db/database.ts";
import type { DatabaseTarget } from "../packages/custodian/src/db/database.ts";
import { sql } from "../packages/custodian/src/db/sql.ts";
import { uuidMaker } from "../packages/custodian/src/db/uuid.ts";
import { look } from "../packages/custodian/src/disclosure/look.ts";
import { fieldNumbers } from "../packages/custodian/src/register/field.ts";
import { importFile, readFile } from "../packages/custodian/src/jobs/import-file.ts";
import { KeeperClient } from "../packages/custodian/src/vault/keeper-client.ts";
import {
  decodeOpenedPersons,
  decodeSignedOrder,
  encodeSignedOrder,
} from "../packages/keeper/src/protocol/orders.ts";
import type { SealedAnswer, SignedOrder } from "../packages/keeper/src/protocol/orders.ts";
import { decodeFactList } from "../packages/kernel/src/fact-list.ts";
import { WireWriter } from "../packages/kernel/src/wire.ts";
import { type CpuSeconds, differenceOf, readCpuSeconds, sumOf } from "./cpu-seconds.ts";
import { figure, median } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";

const persons = 2_000;
/** Each with a case of their own, as a claim is: a second look in it costs no budget, so a run may go on for as long as it likes. */
const claimants = 50;
const fields = ["pensionNumber", "name", "kana", "birthDate", "sex", "postalCode", "address"] as const;
const warmUpSeconds = 1;
/** Orders signed ahead of each second, of all clients together and of one at most: more would only fill the memory. */
const signedPerSecond = 7_000;
const signedPerClientSecond = 1_500;
/** Of each database: with their clients' fewer than the embedded server takes. */
const poolConnections = 10;

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const seconds = numberOf(args, "--seconds", 8);
  const clients = numberOf(args, "--clients", 32);
  const dir = await mkdtemp(join(tmpdir(), "kura-bench-"));
  const env = { ...process.env, KURA_DATA: join(dir, "data") };
  const paths = instancePaths(env, dir);
  const instance = await startInstance(paths, env);
  const { target, keeperSocket } = instance.address;
  const databases = connectBoth(target, "kura_custodian", poolConnections);
  const keeper = new KeeperClient(keeperSocket);
  try {
    await fill(dir, databases, new KeeperClient(keeperSocket, await findActorKey(paths, env)));
    const connected = { paths, databases, keeper };
    const keys = await databases.register.list<{ person_key: string }>(
      sql`select person_key from persons order by person_no limit ${claimants}`,
    );
    const people = keys.map((row) => row.person_key);
    const claims = await signedIn(connected, (desk) => openEach(desk, people));
    const ours = async (count: number): Promise<Run> => {
      const desks = await openDesks(connected, count);
      const asked = {
        claims,
        signed: Math.ceil(
          (seconds + warmUpSeconds) * Math.min(signedPerClientSecond, signedPerSecond / count),
        ),
      };
      const clients = desks.all.map((desk) =>
        args.includes("--sign") ? signingClient(desk, asked) : signedClient(desk, asked),
      );
      try {
        const run = await drive(
          clients.map((client) => (n: number) => client.look(n)),
          seconds,
        );
        for (const client of clients) client.check();
        return run;
      } finally {
        await desks.close();
      }
    };
    const theirs = (count: number): Promise<Run> => drivePlain(target, count, seconds);
    return await compare(ours, theirs, clients);
  } finally {
    await keeper.close();
    await closeBoth(databases);
    await instance.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

type Side = (clients: number) => Promise<Run>;

interface Asked {
  readonly claims: readonly Case[];
  /** Orders to sign before the time runs. */
  readonly signed: number;
}

interface Client {
  look(n: number): Promise<void>;
  /** That the last look was answered with every field. */
  check(): void;
}

/** Signs and opens within the time. */
function signingClient(desk: Desk, { claims }: Asked): Client {
  let last: Shown | undefined;
  return {
    look: async (n) => {
      const about = claims[n % claims.length] ?? fail();
      last = await orderLook(desk, about, "claim", about.persons, fields);
    },
    check: () => mustShowAll(last?.persons[0]?.records.flat().length),
  };
}

/** Signs before and opens behind. Orders that run out are signed within the time. */
function signedClient(desk: Desk, { claims, signed }: Asked): Client {
  const make = (n: number): SignedOrder => {
    const about = claims[n % claims.length] ?? fail();
    const persons = about.persons.map((person) => person.replaceAll("-", ""));
    const asks = { purpose: "claim", case: about.caseId, caseKind: about.kind, persons };
    return desk.orders.order({ kind: "look", ...asks, fields: fields.map((field) => fieldNumbers[field]) });
  };
  const ready = new SignedOrders(signed, make);
  let last: { order: SignedOrder; answer: SealedAnswer } | undefined;
  return {
    look: async (n) => {
      const order = ready.find() ?? make(n);
      const outcome = await look(desk.door, desk.asker, order);
      if (outcome.outcome !== "answered") throw new Error(`a look was refused: ${outcome.outcome}`);
      last = { order, answer: outcome.answer };
    },
    check: () => {
      const { order, answer } = last ?? fail();
      const { persons: shown } = decodeOpenedPersons(desk.orders.open(order, answer));
      mustShowAll(shown[0]?.records.flatMap((record) => decodeFactList(record)).length);
    },
  };
}

/**
 * Orders signed ahead, as bytes in one piece of memory: tens of thousands of objects that only wait would be visited by
 * every collection of the service's, which has none of them where askers sign on machines of their own.
 */
class SignedOrders {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(count: number, make: (n: number) => SignedOrder) {
    const orders = Array.from({ length: count }, (_, n) => encodeSignedOrder(make(n)));
    this.#bytes = Buffer.concat(
      orders.flatMap((order) => [new WireWriter(4).u32(order.length).finish(), order]),
    );
  }

  /** The next, until there are no more. */
  find(): SignedOrder | undefined {
    if (this.#offset === this.#bytes.length) return undefined;
    const start = this.#offset + 4;
    this.#offset = start + this.#bytes.readUInt32BE(this.#offset);
    return decodeSignedOrder(this.#bytes.subarray(start, this.#offset));
  }
}

function mustShowAll(shown: number | undefined): void {
  if (shown !== fields.length) throw new Error("a look did not show every field");
}

/** Each side twice, in turn, so that a drift of the machine meets both; behind a run of each, because services run for weeks. */
async function compare(ours: Side, theirs: Side, clients: number): Promise<Figure[]> {
  await ours(clients);
  await theirs(clients);
  const one = { ours: [await ours(1)], theirs: [await theirs(1)] };
  one.ours.push(await ours(1));
  one.theirs.push(await theirs(1));
  const many = { ours: [await ours(clients)], theirs: [await theirs(clients)] };
  many.ours.push(await ours(clients));
  many.theirs.push(await theirs(clients));
  const latency = (runs: readonly Run[]): number => median(runs.map((run) => run.medianMs));
  const rate = (runs: readonly Run[]): number => median(runs.map((run) => run.perSecond));
  const cpu = (runs: readonly Run[]): number => median(runs.map((run) => sumOf(run.cpuMs)));
  const plain = "theirs: SELECT + INSERT of an audit row + commit, same server and client";
  const of = (runs: readonly Run[]): string => runs.map(renderCpu).join(" and ");
  const parts = `ours ${of(many.ours)}; theirs ${of(many.theirs)}`;
  const quick = (runs: readonly Run[]): string => median(runs.map((run) => run.quickMs)).toFixed(3);
  const tenth = `a tenth within ${quick(one.ours)} and ${quick(one.theirs)} ms`;
  const cpuOfOne = `CPU ours ${of(one.ours)}; theirs ${of(one.theirs)}`;
  return [
    figure(
      "look latency",
      latency(one.ours),
      latency(one.theirs),
      "ms",
      `median, one client; ${tenth}; ${cpuOfOne}; ${plain}`,
    ),
    figure("look throughput", rate(many.ours), rate(many.theirs), "/s", `${clients} clients; ${plain}`),
    figure("look CPU", cpu(many.ours), cpu(many.theirs), "ms", `for each, ${clients} clients; ${parts}`),
  ];
}

function renderCpu({ cpuMs: { program, keeper, postgres } }: Run): string {
  const [here, there, server] = [program, keeper, postgres].map((ms) => ms.toFixed(3));
  return `${here} program, ${there} keeper, ${server} PostgreSQL`;
}

interface Run {
  readonly perSecond: number;
  readonly medianMs: number;
  /** Of the quickest tenth: what others' load on the machine leaves alone. */
  readonly quickMs: number;
  /** For each look. */
  readonly cpuMs: CpuSeconds;
}

/** Every client asks again as soon as it is answered. */
async function drive(clients: readonly ((n: number) => Promise<unknown>)[], seconds: number): Promise<Run> {
  const timesMs: number[] = [];
  const start = performance.now();
  const from = start + warmUpSeconds * 1000;
  const until = from + seconds * 1000;
  const before = readCpuSeconds();
  let asked = 0;
  await Promise.all(
    clients.map(async (ask, client) => {
      for (let n = client * 7; performance.now() < until; n++) {
        const askedAt = performance.now();
        await ask(n);
        asked += 1;
        if (askedAt >= from) timesMs.push(performance.now() - askedAt);
      }
    }),
  );
  const used = differenceOf(readCpuSeconds(), before);
  const each = (spent: number): number => (spent * 1000) / asked;
  const quickMs = timesMs.toSorted((a, b) => a - b)[Math.floor(timesMs.length / 10)] ?? Number.NaN;
  const cpuMs = { program: each(used.program), keeper: each(used.keeper), postgres: each(used.postgres) };
  return { perSecond: timesMs.length / seconds, medianMs: median(timesMs), quickMs, cpuMs };
}

async function drivePlain(target: DatabaseTarget, count: number, seconds: number): Promise<Run> {
  if (target.kind !== "socket") throw new Error("the benchmark runs on the embedded server");
  const place = { host: target.socketDir, port: target.port, user: target.ownerRole, database: "kura" };
  const clients = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = new pg.Client(place);
      await client.connect();
      return client;
    }),
  );
  const [first = fail()] = clients;
  await first.query(`create table plain_persons (no integer primary key, number text, name text, kana text, birth date,
    sex text, postal text, address text)`);
  await first.query(`insert into plain_persons select n, 'number', 'name', 'kana', '1950-01-01', 'female', '1000001',
    'address of some length, as addresses are' from generate_series(0, ${persons - 1}) n`);
  await first.query(`create table plain_audit (no bigint generated always as identity primary key, at timestamptz,
    actor text, purpose text, case_id text, person integer, fields text)`);
  try {
    return await drive(
      clients.map((client) => (n: number) => lookPlain(client, n % persons)),
      seconds,
    );
  } finally {
    await first.query("drop table plain_persons, plain_audit");
    for (const client of clients) await client.end();
  }
}

async function lookPlain(client: pg.Client, no: number): Promise<void> {
  await client.query("begin");
  await client.query({
    name: "person",
    text: "select number, name, kana, birth, sex, postal, address from plain_persons where no = $1",
    values: [no],
  });
  await client.query({
    name: "audit",
    text: `insert into plain_audit (at, actor, purpose, case_id, person, fields)
      values (now(), 'operator', 'claim', 'case', $1, 'number name kana birth sex postal address')`,
    values: [no],
  });
  await client.query("commit");
}

async function fill(dir: string, databases: Desk["databases"], keeper: KeeperClient): Promise<void> {
  const outDir = join(dir, "sample");
  await generateSample({ persons, seed: 1, outDir, premiumPersons: 1, historyMonths: 1 });
  const file = await readFile("persons", join(outDir, "persons.csv"), undefined, {});
  const onProgress = (): void => undefined;
  await importFile(file, { databases, keeper, makeKey: uuidMaker(), now: Date.now, onProgress });
  // Signs out: the actor's sessions are counted, and the clients need them all.
  await keeper.close();
}

async function openEach(desk: Desk, people: readonly string[]): Promise<readonly Case[]> {
  const claims: Case[] = [];
  for (const person of people) {
    const opening = { by: desk.asker, kind: "claim", reason: "benchmark", persons: [person] } as const;
    claims.push(mustBeDone(await openCase(casePartsOf(desk.door), opening)));
  }
  return claims;
}

/** So many sessions, each signed in until `close`. */
async function openDesks(
  connected: Parameters<typeof signedIn>[0],
  count: number,
): Promise<{ all: readonly Desk[]; close: () => Promise<void> }> {
  const all: Desk[] = [];
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const ended: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    await new Promise<void>((ready, reject) => {
      ended.push(
        signedIn(connected, async (desk) => {
          all.push(desk);
          ready();
          await closed;
        }).catch((error: unknown) => reject(error instanceof Error ? error : new Error("sign-in failed"))),
      );
    });
  }
  return {
    all,
    close: async () => {
      close();
      await Promise.all(ended);
    },
  };
}

function numberOf(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(name);
  return at === -1 ? otherwise : Number(args[at + 1]);
}

function fail(): never {
  throw new Error("there are no clients");
}
