/**
 * An exchange of numbers, killed between two commits: it goes on where it was, adds up to its revision, and nobody gets two.
 *
 * A lock holds back the batch that is to be committed (`held-commit.ts`): it is drawn, sealed and told to the persons in the
 * journal, and not recorded. The victim is the command itself, the keeper, or both databases' server. `KURA_LONG=1` kills
 * nine times over more persons.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { incidentLimits } from "@kura/custodian/incident/limits.ts";
import { endWaiting, whileHeld } from "../system/held-commit.ts";
import { type Ended, endOf, kill, KuraFolder, partOf } from "../system/kura-folder.ts";
import { withDatabases } from "../system/register-view.ts";

const isLong = process.env["KURA_LONG"] === "1";
const kills = isLong ? 9 : 3;
const persons = (isLong ? 12 : 5) * incidentLimits.reissuedAtOnce + 7;
const victims = ["command", "keeper", "postgres"] as const;
/** Batches let in before each kill. */
const passing = [1, 0, 1];
const timeoutMs = 600_000;
const oldNumber = (i: number): string => `9999-${String(i).padStart(6, "0")}`;

let folder: KuraFolder;
beforeAll(async () => {
  folder = await KuraFolder.make();
  const lines = Array.from({ length: persons }, (_, i) => {
    const day = new Date(Date.UTC(1930, 0, 1 + i)).toISOString().slice(0, 10);
    return `${oldNumber(i)},試験 花子,シケン ハナコ,${day},女,架空県試験市${i}番地`;
  });
  const file = join(folder.path, "people.csv");
  await writeFile(file, `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所\n${lines.join("\n")}\n`);
  await must(folder.run("import", "persons", file));
}, timeoutMs);
afterAll(() => folder.remove());

async function must(run: Promise<Ended>): Promise<string> {
  const ended = await run;
  if (ended.code !== 0) throw new Error(`it was refused: ${ended.stderr}`);
  return ended.stdout;
}

const runAs = (actor: string, ...args: readonly string[]): Promise<string> =>
  must(folder.spawn(args, { KURA_ACTOR_KEY: `${folder.keyFile}.demo-${actor}` }).ended);

/** An incident in which everybody is exposed, and an exchange of their numbers that two officers stand for. */
async function orderExchange(): Promise<string> {
  const opening = ["--title", "a synthetic incident", "--known-at", "2026-05-08T10:49+09:00"];
  const id = (await runAs("officer-1", "incident", "open", ...opening)).trim();
  await runAs("officer-1", "incident", "evidence", id, "--kind", "key", "--source", "a test");
  await runAs("officer-2", "incident", "approve", id, "1");
  await runAs("officer-1", "incident", "reissue", id, "1", "--block", "7700-7799");
  const [digest = ""] = (await runAs("officer-2", "incident", "proposals", id)).split(" ");
  await runAs("officer-2", "incident", "second", id, digest);
  return id;
}

/** Kills at that state; what the server is told afterwards is lost with it, when it is the victim. */
async function killHeld(id: string, victim: (typeof victims)[number], passed: number): Promise<void> {
  await folder.start();
  const job = folder.spawn(["incident", "reissue-run", id]);
  await withDatabases(folder, "owner", async ({ register }) => {
    await whileHeld(register, "number_reissues", job, passed, async () => {
      if (victim === "command") {
        kill(job.pid);
        await job.ended;
        await endWaiting(register, "number_reissues");
        return;
      }
      for (const one of await folder.processes()) if (partOf(one) === victim) kill(one.pid);
    });
  }).catch((thrown: unknown) => {
    if (victim !== "postgres") throw thrown;
  });
  await endOf(job);
  await folder.killAll();
}

interface Exchanged {
  readonly rows: bigint;
  readonly persons: bigint;
  readonly records: bigint;
}

async function readExchanged(): Promise<Exchanged> {
  await folder.start();
  const exchanged = await withDatabases(folder, "owner", ({ register }) =>
    register.get<Exchanged>(
      sqlText(`select count(*) as rows, count(distinct person_key) as persons,
        (select count(*) from records r where r.person_key in (select person_key from number_reissues)
          and exists (select from number_reissues n where n.person_key = r.person_key and n.record_no = r.record_no)) as records
        from number_reissues`),
    ),
  );
  await folder.killAll();
  return exchanged;
}

it(
  `an exchange of numbers killed ${kills} times gives each one new number and adds up`,
  async () => {
    const id = await orderExchange();
    let least = 0;
    for (let n = 0; n < kills; n++) {
      const passed = passing[n % passing.length] ?? 0;
      await killHeld(id, victims[n % victims.length] ?? "command", passed);
      least += passed * incidentLimits.reissuedAtOnce;
      const { rows, persons: exchanged, records } = await readExchanged();
      // A dead keeper or command lets nothing more in than what its transaction had sent whole.
      expect(Number(rows)).toBeGreaterThanOrEqual(least);
      expect([exchanged, records]).toEqual([rows, rows]);
      expect(Number(rows)).toBeLessThan(persons);
      least = Number(rows);
    }
    const done = await must(folder.run("incident", "reissue-run", id));
    expect(done).toBe(
      `${persons} persons of the revision = ${persons} with a new number + 0 with one from an earlier revision + 0 erased\n`,
    );
    expect(await readExchanged()).toEqual({
      rows: BigInt(persons),
      persons: BigInt(persons),
      records: BigInt(persons),
    });
    // Once more is nothing more.
    expect(await must(folder.run("incident", "reissue-run", id))).toBe(done);
    expect((await readExchanged()).rows).toBe(BigInt(persons));
    await must(folder.run("audit"));
  },
  timeoutMs,
);
