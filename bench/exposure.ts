/**
 * `account`, `evidence`, `person`, `national`, `keep`, `desk`: what it costs to know who is exposed, and to tell them.
 *
 * A real server with the schema of this release, filled with looks of an agency (`--persons`, 1.25 million; `--looks`, ten
 * million; 949 extracts; 4,000 accounts, the nth of which looks 1/n as often as the first). The sets are folded by the
 * product's own code. `--national N`: persons of that figure, 100 million. `--only national`, `--only desk`: one of those that need no such world.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { migrate } from "../packages/custodian/src/db/migrate.ts";
import { closeBoth, connectBoth, type Database } from "../packages/custodian/src/db/database.ts";
import { ownerRole, startEmbeddedServer } from "../packages/custodian/src/db/embedded-server.ts";
import { sqlText } from "../packages/custodian/src/db/sql.ts";
import { uuidMaker, parseUuid } from "../packages/custodian/src/db/uuid.ts";
import { listOfPerson } from "../packages/custodian/src/disclosure/store.ts";
import { exposeAccount } from "../packages/custodian/src/incident/account.ts";
import { countExposure } from "../packages/custodian/src/incident/count.ts";
import type { Window } from "../packages/custodian/src/incident/evidence.ts";
import { StoredFacts } from "../packages/custodian/src/incident/facts.ts";
import {
  addEvidence,
  type IncidentParts,
  openIncident,
} from "../packages/custodian/src/incident/incidents.ts";
import { foldExposure } from "../packages/custodian/src/incident/kept/fold.ts";
import { SegmentIndex } from "../packages/custodian/src/incident/kept/segment-index.ts";
import { partition } from "../packages/custodian/src/incident/partition.ts";
import { PersonSet } from "../packages/custodian/src/incident/person-set.ts";
import { parseCounts } from "../packages/custodian/src/incident/revision.ts";
import { listTraits } from "../packages/custodian/src/incident/traits/traits.ts";
import { differenceOf, readCpuSeconds, sumOf } from "./cpu-seconds.ts";
import { figure, median } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";
import { measureDesk } from "./agency/desk.ts";
import { fillAgency, startMs, traitsOf } from "./agency/fill.ts";

const rounds = 9;

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const numberOf = (name: string, otherwise: number): number => {
    const at = args.indexOf(name);
    return at === -1 ? otherwise : Number(args[at + 1]);
  };
  const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;
  const national =
    only === undefined || only === "national" ? [measureNational(numberOf("--national", 100_000_000))] : [];
  if (only === "national") return national;
  const deskSeconds = numberOf("--desk-seconds", 10);
  if (only === "desk") return [await measureDesk(deskSeconds)];
  const agency = {
    persons: numberOf("--persons", 1_250_000),
    looks: numberOf("--looks", 10_000_000),
    extracts: 949,
  };
  const dir = await mkdtemp(join(tmpdir(), "kura-bench-"));
  await mkdir(join(dir, "pg"));
  const server = await startEmbeddedServer(join(dir, "pg"));
  const target = { kind: "socket", socketDir: server.socketDir, port: server.port, ownerRole } as const;
  await migrate(target);
  const [owner, custodian] = [connectBoth(target, "owner"), connectBoth(target, "kura_custodian")];
  try {
    const begin = performance.now();
    await fillAgency(owner.register, agency);
    said(`filled in ${seconds(begin)} s`);
    const kept = await measureKeeping(owner.register, custodian.register);
    const account = await measureAccount(owner.register, custodian.register);
    return [
      ...account,
      await measureEvidence(custodian.register),
      await measurePerson(owner.register, custodian.register),
      ...national,
      kept,
      await measureDesk(deskSeconds),
    ];
  } finally {
    await Promise.all([closeBoth(owner), closeBoth(custodian)]);
    await server.stop();
    // Root's server keeps its files elsewhere than in the folder.
    for (const made of [dir, dirname(server.clusterDir)]) await rm(made, { recursive: true, force: true });
  }
}

/** Folding against the plain look of the look benchmark: its SELECT, its INSERT of an audit row, its commit. */
async function measureKeeping(owner: Database, register: Database): Promise<Figure> {
  const begin = performance.now();
  const beginCpu = readCpuSeconds();
  const folded = await foldExposure(register);
  const ours = ((performance.now() - begin) * 1000) / folded;
  const cpu = sumOf(differenceOf(readCpuSeconds(), beginCpu));
  said(`folded in ${seconds(begin)} s, ${cpu.toFixed(0)} s of CPU`);
  const plain: number[] = [];
  for (let i = 0; i < 2_000; i++) {
    const asked = performance.now();
    await owner.transact(async (tx) => {
      await tx.get(sqlText(`select person_no from persons where person_no = ${1 + ((i * 7919) % 1000)}`));
      await tx.run(sqlText("insert into plain_audit values ('actor', now(), 1, 'name')"));
    });
    plain.push((performance.now() - asked) * 1000);
  }
  const note = `folding of one look, ${((cpu * 1e6) / folded).toFixed(1)} us of CPU; theirs: a plain look (SELECT, INSERT of an audit row, commit), same server`;
  return figure("keep", ours, median(plain), "us", note);
}

/**
 * What an office asks of an account under control: whom it was ever shown, because since when it was is not known yet. The busiest
 * account and one of everyday, as a process that was asked before answers, and (`first asked`) as one that remembers nothing. Then
 * the same since the middle of all looks, which no kept set begins at.
 */
async function measureAccount(owner: Database, register: Database): Promise<Figure[]> {
  const { middle } = await owner.get<{ middle: Date }>(
    sqlText("select min(at) + (max(at) - min(at)) / 2 as middle from plain_audit where actor = 'account-1'"),
  );
  const index = new SegmentIndex();
  const ever = { owner, register, fromMs: 0 };
  const since = { ...ever, fromMs: middle.getTime() };
  return [
    await measureAsked("account", "account-1", ever, () => index),
    await measureAsked("account first asked", "account-1", ever, () => new SegmentIndex()),
    await measureAsked("account everyday", "account-100", ever, () => index),
    await measureAsked("account since", "account-1", since, () => index),
  ];
}

async function measureAsked(
  name: string,
  actor: string,
  {
    owner,
    register,
    fromMs,
  }: { readonly owner: Database; readonly register: Database; readonly fromMs: number },
  indexOf: () => SegmentIndex,
): Promise<Figure> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let note = "";
  for (let i = 0; i < rounds; i++) {
    let counted = 0;
    let peer = 0n;
    const index = indexOf();
    ours.push(
      await time(async () => {
        const facts = new StoredFacts(register, [], index);
        const counts = countExposure(await exposeAccount(actor, { fromMs }, facts));
        counted = counts.exposedPersons;
        note = `${counts.exposedRecords} looks at ${counted} persons; theirs: count(distinct) over an indexed audit table, same server`;
      }),
    );
    theirs.push(
      await time(async () => {
        const row = await owner.get<{ count: bigint }>(
          sqlText(`select count(distinct person) as count from plain_audit
            where actor = '${actor}' and at >= '${new Date(fromMs).toISOString()}'`),
        );
        peer = row.count;
      }),
    );
    if (BigInt(counted) !== peer) throw new Error(`counted ${counted} persons, SQL ${peer}`);
  }
  said(`${name}: ${note}`);
  return figure(name, median(ours), median(theirs), "ms", note);
}

/** The 2015 incident: 31 workstations for three days, 949 extracts; then one more workstation. In a process that goes on, as the custodian's. */
async function measureEvidence(register: Database): Promise<Figure> {
  const parts: IncidentParts = {
    register,
    now: () => new Date(),
    makeId: uuidMaker(),
    exposure: new SegmentIndex(),
    listTraits: () => listTraits(register),
  };
  const knownAt = new Date();
  const opening = { title: "benchmark", actor: "officer-a", office: "head", knownAt, isWrongful: true };
  const incidentId = await openIncident(parts, opening);
  const day = 86_400_000;
  const window: Window = { fromMs: startMs + 120 * day, untilMs: startMs + 123 * day };
  const times: number[] = [];
  let persons = 0;
  let items = 0;
  let cpuMs = 0;
  for (let n = 1; n <= 32; n++) {
    const item = {
      subject: { kind: "workstation", workstation: `desk-${n}` },
      window,
      source: "benchmark",
    } as const;
    const before = process.cpuUsage();
    times.push(
      await time(async () => {
        const added = await addEvidence(parts, incidentId, "officer-a", item);
        if (added.outcome !== "done") throw new Error(added.outcome);
        persons = parseCounts(added.revision.counts).exposedPersons;
        items = added.evidenceNo;
        if (n % 8 === 0) said(`${n} workstations: ${persons} persons`);
      }),
    );
    const used = process.cpuUsage(before);
    cpuMs = (used.user + used.system) / 1_000;
  }
  const note = `item ${items} of an incident with ${persons} persons, counted by fields, grade, office, prefecture, insurance, and committed, ${Math.round(cpuMs)} ms of CPU without the server; theirs: the aim`;
  return figure("evidence", times.at(-1) ?? Number.NaN, 1_000, "ms", note);
}

async function measurePerson(owner: Database, register: Database): Promise<Figure> {
  const rows = await owner.list<{ person_key: string }>(
    sqlText("select person_key from persons where person_no % 997 = 3 limit 200"),
  );
  const times: number[] = [];
  for (const { person_key } of rows) {
    times.push(await time(async () => void (await listOfPerson(register, parseUuid(person_key), 500))));
  }
  return figure("person", median(times), 5, "ms", "everybody who looked at one person; theirs: the aim");
}

/** Twelve overlapping slices over everybody, none of which compresses, by 47 prefectures. */
function measureNational(persons: number): Figure {
  const grades = ["disclosed", "reachable", "cannot-rule-out"] as const;
  const slices = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37].map((step, i) => {
    const numbers = new Uint32Array(Math.floor(persons / step));
    for (let n = 0; n < numbers.length; n++) numbers[n] = n * step + 1;
    const set = PersonSet.of(numbers);
    const shared = { persons: set, records: set.size, office: `office-${i}` };
    return {
      ...shared,
      grade: grades[i % 3] ?? "disclosed",
      fields: [0b1010, 0b1110, 0b100_0000_1010][i % 3 === 0 ? i % 2 : 2] ?? 0b10,
    };
  });
  const traits = traitsOf({ persons, looks: 0, extracts: 0 });
  const begin = performance.now();
  const beginCpu = process.cpuUsage();
  const classes = partition(slices);
  const counts = countExposure({ classes, slices }, traits);
  const ms = performance.now() - begin;
  const cpu = process.cpuUsage(beginCpu);
  const cpuSeconds = ((cpu.user + cpu.system) / 1e6).toFixed(2);
  const bytes = process.resourceUsage().maxRSS / 1024;
  const note = `${counts.exposedPersons} of ${persons} persons exposed, ${classes.length} classes, ${cpuSeconds} s of CPU, peak memory ${Math.round(bytes)} MB with the making of the sets; theirs: the aim`;
  return figure("national", ms / 1000, 5, "s", note);
}

/** How far it is, for who waits for minutes. */
function said(line: string): void {
  process.stderr.write(`exposure: ${line}\n`);
}

function seconds(beginMs: number): string {
  return ((performance.now() - beginMs) / 1000).toFixed(0);
}

async function time(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
