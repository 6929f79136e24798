/**
 * The sealing of an extract, killed at random moments: it goes on where it was, and leaves neither a file nor plaintext.
 *
 * The moments are drawn from a seed; the victim is the job itself, the keeper, or both databases' server.
 */
import { readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { workstationOf } from "../../packages/keeper/src/order-session.ts";
import { ByteScan } from "../system/byte-scan.ts";
import { seededDraw } from "../system/draw.ts";
import { type Ended, endOf, kill, KuraFolder, partOf } from "../system/kura-folder.ts";

const persons = 6_000;
const kills = process.env["KURA_LONG"] === "1" ? 20 : 3;
const secret = "蔵王目印町";
const timeoutMs = 600_000;

let folder: KuraFolder;
beforeAll(async () => {
  folder = await KuraFolder.make();
  const lines = Array.from({ length: persons }, (_, i) => {
    const day = new Date(Date.UTC(1930, 0, 1 + i)).toISOString().slice(0, 10);
    return `9999-${String(i).padStart(6, "0")},試験 花子,シケン ハナコ,${day},女,架空県${secret}${i}番地`;
  });
  const file = join(folder.path, "people.csv");
  await writeFile(file, `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所\n${lines.join("\n")}\n`);
  await must(folder.run("import", "persons", file));
  await writeFile(file, "");
}, timeoutMs);
afterAll(() => folder.remove());

async function must(run: Promise<Ended>): Promise<Ended> {
  const ended = await run;
  if (ended.code !== 0) throw new Error(`it was refused: ${ended.stderr}`);
  return ended;
}

const runAs = (actor: string, ...args: readonly string[]): Promise<Ended> =>
  folder.spawn(args, { KURA_ACTOR_KEY: `${folder.keyFile}.demo-${actor}` }).ended;

it(
  `a sealing killed ${kills} times ends whole, with neither a file nor plaintext on the way`,
  async () => {
    const terms = ["--purpose", "mailing", "--columns", "name,address", "--holder", "recipient-key"];
    const where = ["--workstation", workstationOf(hostname()), "--reason", "a synthetic reason", "--all"];
    const asked = await must(folder.run("extract", "request", ...terms, ...where));
    const id = asked.stdout.trim();
    await must(runAs("approver", "extract", "approve", id, "--yes"));
    const scan = new ByteScan([secret]);
    const draw = seededDraw(Number(process.env["KURA_SEED"] ?? 1));
    for (let n = 0; n < kills; n++) {
      const job = folder.spawn(["extract", "seal", id]);
      await new Promise((done) => setTimeout(done, 1_500 + 3_000 * draw()));
      const victim = (["job", "keeper", "postgres"] as const)[n % 3];
      if (victim === "job") kill(job.pid);
      else for (const one of await folder.processes()) if (partOf(one) === victim) kill(one.pid);
      await endOf(job);
      await folder.killAll();
      expect((await readdir(folder.path)).filter((name) => /age|partial|part$/u.test(name))).toEqual([]);
      for (const dir of [folder.path, await folder.clusterDir()]) {
        expect((await scan.findInFolder(dir)).hits).toEqual([]);
      }
    }
    const sealed = await must(folder.run("extract", "seal", id));
    expect(sealed.stdout).toMatch(/^6005 rows in 16 of 16 parts\n$/u);
    const [file, out] = [join(folder.path, "e.age"), join(folder.path, "all.csv")];
    await must(folder.run("extract", "file", id, "--out", file));
    expect((await must(runAs("recipient", "open", file, "--out", out))).stdout).toContain("6005 rows");
    await must(folder.run("audit"));
  },
  timeoutMs,
);
