/**
 * The working off of a screen, killed between two commits: it goes on where it was, and leaves neither plaintext nor half a list.
 *
 * A lock holds back what is to be committed, so that the kill falls on the same state however fast the machine is: a group is
 * journalled and compared and not committed. The victim is the job itself, the keeper, or both databases' server.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "@kura/custodian/db/database.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { screenLimits } from "@kura/custodian/screens/limits.ts";
import { ByteScan } from "../system/byte-scan.ts";
import { endOf, kill, KuraFolder, must, partOf, type Running } from "../system/kura-folder.ts";
import { withDatabases } from "../system/register-view.ts";

/** Two groups of parts. */
const persons = 400 * (screenLimits.groupParts + 1);
/** Every fifth lives there. */
const town = "架空県蔵王目印町";
const inTown = persons / 5;
const timeoutMs = 600_000;

let folder: KuraFolder;
beforeAll(async () => {
  folder = await KuraFolder.make();
  const lines = Array.from({ length: persons }, (_, i) => {
    const day = new Date(Date.UTC(1930, 0, 1 + i)).toISOString().slice(0, 10);
    const address = `${i % 5 === 0 ? town : "架空県試験市"}${i}番地`;
    return `9999-${String(i).padStart(6, "0")},試験 花子,シケン ハナコ,${day},女,${address}`;
  });
  const file = join(folder.path, "people.csv");
  await writeFile(file, `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所\n${lines.join("\n")}\n`);
  await must(folder.run("import", "persons", file));
  await writeFile(file, "");
}, timeoutMs);
afterAll(() => folder.remove());

const waiting = "from pg_locks where relation = 'screen_results'::regclass and not granted";

async function untilHeld(register: Database, job: Running): Promise<void> {
  const query = sqlText(`select count(*) as count ${waiting}`);
  while ((await register.get<{ count: bigint }>(query)).count === 0n) {
    const { exitCode, signalCode } = job.child;
    if (exitCode !== null || signalCode !== null) throw new Error(`it ended: ${job.output().stderr}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Kills while a group waits to be committed: it is lost, whoever dies. */
async function killHeld(id: string, victim: "job" | "keeper" | "postgres"): Promise<void> {
  await folder.start();
  const job = folder.spawn(["screen", "run", id]);
  await withDatabases(folder, "owner", ({ register }) =>
    register.transact(async (tx) => {
      await tx.run(sqlText("lock table screen_results in exclusive mode"));
      await untilHeld(register, job);
      for (const one of await folder.processes()) if (partOf(one) === victim) kill(one.pid);
      if (victim === "postgres") return;
      // With the keeper its job: a keeper that was started anew in time would let the job come to its end.
      kill(job.pid);
      await job.ended;
      await register.get(sqlText(`select count(pg_terminate_backend(pid)) as ended ${waiting}`));
    }),
  ).catch((thrown: unknown) => {
    // What the server is told afterwards is lost with it.
    if (victim !== "postgres") throw thrown;
  });
  await endOf(job);
  await folder.killAll();
}

it(
  "a screen killed three times ends whole, with no plaintext on the way",
  async () => {
    const asked = ["--purpose", "address-change", "--reason", "a synthetic reason", "--all"];
    const id = (await must(folder.run("screen", "ask", ...asked, "--address-prefix", town))).stdout.trim();
    await must(folder.runAs("approver", "screen", "agree", id, "--address-prefix", town));
    const scan = new ByteScan([town, "蔵王目印町"]);
    for (const victim of ["job", "keeper", "postgres"] as const) {
      await killHeld(id, victim);
      for (const dir of [folder.path, await folder.clusterDir()]) {
        expect((await scan.findInFolder(dir)).hits).toEqual([]);
      }
    }
    await folder.start();
    const where = ["--title", "a synthetic list", "--where", JSON.stringify({ screen: id })];
    const list = ["worklist", "make", "--kind", "mailing-targets", "--columns", "name", ...where];
    expect((await folder.run(...list)).stderr).toContain("[nobody-selected]");
    expect((await must(folder.run("screen", "run", id))).stdout).toBe(`${inTown} persons meet it\n`);
    expect((await must(folder.run(...list))).stderr).toContain(`${inTown} persons`);
    await must(folder.run("audit"));
    // The keeper told of nobody whom it had not written down; the groups that were lost, it wrote down twice.
    const { compared, found } = await withDatabases(folder, "kura_auditor", ({ register }) =>
      register.get<{ compared: bigint; found: bigint }>(
        sqlText(`select count(*) filter (where kind = 'screened') as compared,
                        count(distinct person_key) filter (where kind = 'found') as found from disclosures`),
      ),
    );
    expect(found).toBe(BigInt(inTown));
    expect(compared).toBeGreaterThan(BigInt(persons));
  },
  timeoutMs,
);
