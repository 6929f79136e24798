/**
 * The log and a person's receipt against an agency that hides: the database without a look, put back to before it, the keeper put
 * back to before it, a log served other than it was signed. Real processes, as an operator and an auditor use them.
 */
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getHealth } from "../system/health.ts";
import { type Ended, endOf, KuraFolder, type Started } from "../system/kura-folder.ts";
import { withDatabases } from "../system/register-view.ts";

const people = `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所
9999-000001,試験 一郎,シケン イチロウ,1950-01-02,男,架空県試験市1番地
`;
const premiums = `基礎年金番号,対象年月,制度,区分,保険料額
9999-000001,2020-04,国民年金第1号,納付,16540
9999-000001,2020-05,国民年金第1号,納付,16540
`;
const reason = ["--reason", "a synthetic reason"] as const;

let folder: KuraFolder;
let running: Started;
let about: string;
let person: string;
let policy: string;

beforeAll(async () => {
  folder = await KuraFolder.make();
  running = await folder.start("--empty");
  for (const [kind, text] of [
    ["persons", people],
    ["premiums", premiums],
  ] as const) {
    const file = join(folder.path, `${kind}.csv`);
    await writeFile(file, text);
    const { code, stderr } = await folder.run("import", kind, file);
    if (code !== 0) throw new Error(`the ${kind} were not taken in: ${stderr}`);
  }
  about = idIn(await folder.run("case", "open", "--kind", "claim", ...reason));
  person = idIn(await folder.run("find", "--case", about, "--number", "9999-000001"));
  await folder.run("case", "add", about, person, ...reason);
  await folder.run("look", "--case", about, "--fields", "name", person);
  policy = join(folder.path, "policy.txt");
  await writeFile(policy, (await folder.run("log", "policy")).stdout);
});
afterAll(() => folder.remove());

const idIn = ({ stdout }: Ended): string => stdout.split(/\s/u)[0] ?? "";
const codeIn = ({ code, stderr }: Ended): string => `${code} ${/\[([\w-]+)\]/u.exec(stderr)?.[1] ?? stderr}`;
const receipt = (name: string): Promise<Ended> =>
  folder.run("receipt", person, "--case", about, "--out", join(folder.path, name));
const verify = (name: string): Promise<Ended> =>
  folder.run("verify-receipt", join(folder.path, name), "--policy", policy);

describe("a person", () => {
  it("gets a receipt that says who looked, and proves it", async () => {
    expect(codeIn(await receipt("first.json"))).toMatch(/^0 /u);
    const { code, stdout } = await verify("first.json");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^whole: all 3 events of person /u);
    expect(stdout).toContain(
      "premium entries: 2, 2 of them in the log since they were received; sealed records: 1, 1 of them proven to be those that were sealed",
    );
    expect(stdout).toMatch(/2\. .* opened {2}operator {2}head-office {2}claim {2}\S+ {2}name\n/u);
  });

  it("sees that somebody changed it on the way", async () => {
    const text = await readFile(join(folder.path, "first.json"), "utf8");
    await writeFile(
      join(folder.path, "changed.json"),
      text.replaceAll('"actor":"operator"', '"actor":"nobody"'),
    );
    expect(codeIn(await verify("changed.json"))).toBe("1 event-altered");
  });

  it("can have the whole log re-hashed by anybody", async () => {
    const { code, stdout } = await folder.run("log", "verify", `${running.url}/log`, "--policy", policy);
    expect([code, stdout.includes("signed by the log")]).toEqual([0, true]);
    const folderToo = await folder.run("log", "verify", join(folder.dataDir, "log"), "--policy", policy);
    expect(folderToo.code).toBe(0);
  });
});

describe("an agency cannot hide a look", () => {
  it("by taking it out of the database: the keeper makes no receipt with a gap", async () => {
    await withDatabases(folder, "owner", async ({ register }) => {
      await register.transact(async (tx) => {
        await tx.run(sqlText("create table hidden as select * from disclosures where kind = 'opened'"));
        await tx.run(sqlText("delete from disclosures where kind = 'opened'"));
      });
    });
    expect(codeIn(await receipt("gap.json"))).toBe("1 events-incomplete");
    await withDatabases(folder, "owner", async ({ register }) => {
      await register.transact(async (tx) => {
        await tx.run(sqlText("insert into disclosures select * from hidden"));
        await tx.run(sqlText("drop table hidden"));
      });
    });
    expect(codeIn(await receipt("whole.json"))).toMatch(/^0 /u);
    expect((await verify("whole.json")).stdout).toContain("whole: all 5 events");
  });

  it("by changing a premium: the receipt is not made, as it would not verify", async () => {
    const set = (yen: number) =>
      withDatabases(folder, "owner", ({ register }) =>
        register.transact((tx) =>
          tx.run(
            sqlText(`update premium_entries set amount_yen = ${yen} where premium_month = '2020-04-01'`),
          ),
        ),
      );
    await set(16_530);
    expect(codeIn(await receipt("less.json"))).toBe("1 premium-altered");
    await set(16_540);
  });

  it("by putting the keeper back to before it: the custodian shows nobody anything", async () => {
    const [kept, aside] = [join(folder.dataDir, "keeper"), join(folder.path, "keeper-before")];
    await stop();
    await cp(kept, aside, { recursive: true });
    running = await folder.start("--empty");
    await folder.run("look", "--case", about, "--fields", "name", person);
    const journalled = Number((await getHealth(running.url)).body["journalEvents"]);
    await expect.poll(publishedSize).toBeGreaterThanOrEqual(journalled);
    await stop();
    await rename(kept, join(folder.path, "keeper-after"));
    await cp(aside, kept, { recursive: true });
    running = await folder.start("--empty");
    await expect.poll(journalHealth).toBe("failing");
    // Written down already; it comes through the process that started the custodian.
    await expect.poll(() => running.output().stderr).toMatch(/log-breach|journal-breach/u);
    const look = await folder.run("look", "--case", about, "--fields", "name", person);
    expect([look.code, look.stdout, look.stderr.includes("BREACH")]).toEqual([1, "", true]);
    await stop();
    await rm(kept, { recursive: true });
    await rename(join(folder.path, "keeper-after"), kept);
    running = await folder.start("--empty");
    expect((await getHealth(running.url)).status).toBe(200);
  });

  it("by publishing another log: the custodian and the keeper's own command line show nobody anything", async () => {
    const published = join(folder.dataDir, "log", "checkpoint");
    await stop();
    const kept = await readFile(published, "utf8");
    const [origin = "", size = "", root = "", ...rest] = kept.split("\n");
    const other = Buffer.from(Buffer.from(root, "base64").map((byte) => byte ^ 1));
    await writeFile(published, [origin, size, other.toString("base64"), ...rest].join("\n"));
    running = await folder.start("--empty");
    await expect.poll(journalHealth).toBe("failing");
    const before = await folder.run("who-looked", person);
    const look = await folder.run("look", "--case", about, "--fields", "name", person);
    expect([look.code, look.stdout, look.stderr.includes("BREACH")]).toEqual([1, "", true]);
    const search = await folder.run("find", "--case", about, "--number", "9999-000001");
    expect([search.code, search.stdout, search.stderr.includes("BREACH")]).toEqual([1, "", true]);
    expect((await folder.run("who-looked", person)).stdout).toBe(before.stdout);
    await stop();
    await writeFile(published, kept);
    running = await folder.start("--empty");
    expect((await folder.run("look", "--case", about, "--fields", "name", person)).code).toBe(0);
  });

  it("by serving another log: a re-hash names the tile", async () => {
    const copy = join(folder.path, "log-copy");
    await cp(join(folder.dataDir, "log"), copy, { recursive: true });
    expect((await folder.run("log", "verify", copy, "--policy", policy)).code).toBe(0);
    const tile = join(copy, await lowestTile(copy));
    const bytes = await readFile(tile);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(tile, bytes);
    expect(codeIn(await folder.run("log", "verify", copy, "--policy", policy))).toBe("1 bad-tile");
  });
});

async function journalHealth(): Promise<string | undefined> {
  return (await getHealth(running.url)).body["journal"];
}

async function publishedSize(): Promise<number> {
  const note = await readFile(join(folder.dataDir, "log", "checkpoint"), "utf8");
  return Number(note.split("\n")[1]);
}

async function stop(): Promise<void> {
  process.kill(running.pid, "SIGINT");
  await endOf(running);
}

/** The partial tile of leaves that the checkpoint has. */
async function lowestTile(log: string): Promise<string> {
  const [, size = "0"] = (await readFile(join(log, "checkpoint"), "utf8")).split("\n");
  return `tile/0/000.p/${size}`;
}
