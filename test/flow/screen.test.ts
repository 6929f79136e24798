/**
 * Who meets a criterion that needs plaintext, as its users ask: one actor asks, another says the same, the keeper compares,
 * and a worklist is made of who it is. Real processes, one key file for each actor; and nothing of it is on the disk.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { ByteScan } from "../system/byte-scan.ts";
import { type Ended, KuraFolder, must } from "../system/kura-folder.ts";
import { withDatabases } from "../system/register-view.ts";

const persons = 80;
const town = "架空県目印蔵町";
const birthOf = (n: number): string => new Date(Date.UTC(1951, 3, n)).toISOString().slice(0, 10);
/** Every fourth lives in the town; person n is born on day n from 1 April 1951 on. */
const addressOf = (n: number): string => `${n % 4 === 0 ? town : "架空県試験市"}${n}番地`;
const lines = Array.from({ length: persons }, (_, i) => i + 1).map(
  (n) => `9999-${String(n).padStart(6, "0")},試験 花子,シケン ハナコ,${birthOf(n)},女,${addressOf(n)}`,
);

let folder: KuraFolder;
beforeAll(async () => {
  folder = await KuraFolder.make();
  await folder.start("--empty");
  const file = join(folder.path, "people.csv");
  await writeFile(file, `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所\n${lines.join("\n")}\n`);
  await must(folder.run("import", "persons", file));
  await writeFile(file, "");
});
afterAll(() => folder.remove());

const idIn = ({ stdout }: Ended): string => stdout.split(/\s/u)[0] ?? "";
const codeIn = ({ code, stderr }: Ended): string => `${code} ${/\[([\w-]+)\]/u.exec(stderr)?.[1] ?? stderr}`;
const ask = (purpose: string, ...of: readonly string[]): Promise<Ended> =>
  folder.run("screen", "ask", "--purpose", purpose, "--reason", "a synthetic reason", ...of);
const whose = (screen: string): string => JSON.stringify({ screen });

describe("a screen", () => {
  it("is asked for by one, agreed to by another in the same words, worked off, and makes a worklist", async () => {
    const inTown = ["--address-prefix", town];
    const asked = await must(ask("address-change", "--all", ...inTown));
    expect(asked.stderr).toContain("80 persons: a second actor agrees first");
    const id = idIn(asked);
    expect(codeIn(await folder.run("screen", "run", id))).toBe("1 not-agreed");
    expect(codeIn(await folder.run("screen", "agree", id, ...inTown))).toBe("1 purpose-not-held");
    const other = await folder.runAs("approver", "screen", "agree", id, "--address-prefix", "架空県試験市");
    expect(codeIn(other)).toBe("1 other-criterion");
    await must(folder.runAs("approver", "screen", "agree", id, ...inTown));
    expect((await must(folder.run("screen", "run", id))).stdout).toBe("20 persons meet it\n");
    expect((await must(folder.run("screen", "list"))).stdout).toContain("20 meet it");
    const title = ["--title", "a synthetic list", "--columns", "name,address"];
    const made = ["worklist", "make", "--kind", "mailing-targets", ...title, "--where", whose(id)];
    const list = await must(folder.run(...made));
    expect(list.stderr).toContain("20 persons");

    const assigned = await must(folder.run("worklist", "assign", idIn(list), "0", "operator"));
    const person = assigned.stdout.split("\n")[1]?.trim().split(/\s/u)[0] ?? "";
    const { stdout } = await must(folder.run("who-looked", person));
    const events = stdout.trim().split("\n");
    expect(events.map((line) => line.split(/\s+/u)[3])).toEqual(["found", "screened"]);
    expect(events.every((line) => line.includes(id) && line.endsWith("address"))).toBe(true);
    const receipt = join(folder.path, "receipt.json");
    const reason = ["--reason", "a synthetic reason"];
    const about = idIn(await must(folder.run("case", "open", "--kind", "claim", ...reason)));
    await must(folder.run("case", "add", about, person, ...reason));
    await must(folder.run("receipt", person, "--case", about, "--out", receipt));
    const policy = join(folder.path, "policy.txt");
    await writeFile(policy, (await must(folder.run("log", "policy"))).stdout);
    const verified = await must(folder.run("verify-receipt", receipt, "--policy", policy));
    expect(verified.stdout).toContain("screened");
  });

  it("of at most fifty persons is answered at once, for an age that is reached in a month", async () => {
    const first = await must(ask("address-change", "--all", "--address-prefix", town));
    await must(folder.runAs("approver", "screen", "agree", idIn(first), "--address-prefix", town));
    await must(folder.run("screen", "run", idIn(first)));
    const among = ["--where", whose(idIn(first)), "--reaches", "75", "--in", "2026-04"];
    // Born from 2 April to 1 May 1951: of every fourth the 4th, 8th … 28th.
    const second = await must(ask("contribution-inquiry", ...among));
    expect(second.stderr).toContain("20 persons: 7 of them meet it");
    expect(codeIn(await ask("address-change", ...among, "--sex", "female"))).toBe("1 field-not-allowed");
  });

  it("leaves nothing of the criterion or of whom it was compared with on any disk", async () => {
    await withDatabases(folder, "owner", ({ register }) => register.list(sqlText("checkpoint")));
    const scan = new ByteScan([town, "目印蔵町"]);
    for (const dir of [folder.path, await folder.clusterDir()]) {
      expect((await scan.findInFolder(dir)).hits.map(({ place, form }) => `${form} in ${place}`)).toEqual([]);
    }
  });
});
