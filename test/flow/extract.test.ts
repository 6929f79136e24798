/**
 * Bulk work as its users do it: a worklist inside, and a sealed extract for somebody outside, from the request to the
 * attested destruction. Real processes, one key file for each actor.
 */
import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFile } from "../../packages/custodian/src/intake/open-file.ts";
import { workstationOf } from "../../packages/keeper/src/order-session.ts";
import { type Ended, KuraFolder, must, type Started } from "../system/kura-folder.ts";

const persons = 30;
const birthOf = (n: number): string => new Date(Date.UTC(1950, 0, n)).toISOString().slice(0, 10);
const addressOf = (n: number): string => `架空県試験市${n}番地`;
const lines = Array.from({ length: persons }, (_, i) => i + 1).map(
  (n) => `9999-${String(n).padStart(6, "0")},試験 花子,シケン ハナコ,${birthOf(n)},女,${addressOf(n)}`,
);
const people = `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所\n${lines.join("\n")}\n`;

let folder: KuraFolder;
let running: Started;
beforeAll(async () => {
  folder = await KuraFolder.make();
  running = await folder.start("--empty");
  const file = join(folder.path, "people.csv");
  await writeFile(file, people);
  await must(folder.run("import", "persons", file));
});
afterAll(() => folder.remove());

const idIn = ({ stdout }: Ended): string => stdout.split(/\s/u)[0] ?? "";
const codeIn = ({ code, stderr }: Ended): string => `${code} ${/\[([\w-]+)\]/u.exec(stderr)?.[1] ?? stderr}`;
const at = (name: string): string => join(folder.path, name);

function request(workstation: string, ...whom: readonly string[]): Promise<Ended> {
  const terms = ["--purpose", "mailing", "--columns", "name,birthDate,address", "--holder", "recipient-key"];
  const where = ["--workstation", workstation, "--reason", "a synthetic reason"];
  return folder.run("extract", "request", ...terms, ...where, ...whom);
}

/** Asked for, approved, sealed; its file. */
async function makeFile(name: string, workstation = workstationOf(hostname())): Promise<string> {
  const id = idIn(await must(request(workstation, "--all")));
  await must(folder.runAs("approver", "extract", "approve", id, "--yes"));
  await must(folder.run("extract", "seal", id));
  await must(folder.run("extract", "file", id, "--out", at(name)));
  return id;
}

async function rowsIn(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const batch of (await openFile(path)).rows())
    for (const { cells } of batch.rows) rows.push([...cells]);
  return rows;
}

describe("a sealed extract", () => {
  it("is asked for, seen masked, approved, sealed, opened in three formats, and attested as destroyed", async () => {
    const id = idIn(await must(request(workstationOf(hostname()), "--all")));
    const seen = await must(folder.runAs("approver", "extract", "approve", id));
    expect(seen.stdout).toContain("試○ 花○");
    expect(seen.stdout).not.toContain("花子");
    expect(codeIn(await folder.run("extract", "seal", id))).toBe("1 extract-refused");
    expect(codeIn(await folder.run("extract", "approve", id, "--yes"))).toBe("1 purpose-not-held");
    await must(folder.runAs("approver", "extract", "approve", id, "--yes"));
    expect((await must(folder.run("extract", "seal", id))).stdout).toBe(
      `${persons + 1} rows in 1 of 1 parts\n`,
    );
    await must(folder.run("extract", "file", id, "--out", at("e.age")));
    const file = await readFile(at("e.age"));
    expect(file.subarray(0, 21).toString()).toBe("age-encryption.org/v1");
    expect(file.includes(Buffer.from("試験"))).toBe(false);

    expect(codeIn(await folder.run("open", at("e.age"), "--out", at("no.csv")))).toBe("1 purpose-not-held");
    const opened = await must(folder.runAs("recipient", "open", at("e.age"), "--out", at("all.csv")));
    expect(opened.stderr).toContain(`${persons + 1} rows were released`);
    const all = await rowsIn(at("all.csv"));
    const real = all.filter(([, , address]) => (address ?? "").startsWith("架空県"));
    expect(real.map(([, birth, address]) => `${birth} ${address}`).toSorted()).toEqual(
      Array.from({ length: persons }, (_, i) => `${birthOf(i + 1)} ${addressOf(i + 1)}`).toSorted(),
    );
    for (const ending of ["xlsx", "parquet"]) {
      await must(
        folder.runAs("recipient", "open", at("e.age"), "--rows", "2-4", "--out", at(`some.${ending}`)),
      );
      expect(await rowsIn(at(`some.${ending}`))).toEqual(all.slice(1, 4));
    }
    await must(folder.runAs("recipient", "extract", "destroyed", id));
    const after = await folder.runAs("recipient", "open", at("e.age"), "--out", at("late.csv"));
    expect(codeIn(after)).toBe("1 destroyed");
    await expect(readFile(at("late.csv"))).rejects.toMatchObject({ code: "ENOENT" });
    const { stdout } = await must(folder.run("extract", "list"));
    expect(stdout).toMatch(/approved by approver; sealed .*; 3 releases; destroyed /u);
  });

  it("is opened over HTTP by its holder, and by nobody once it is revoked", async () => {
    const id = await makeFile("remote.age");
    const open = (...first: readonly string[]): Promise<Ended> => {
      const args = ["open", at("remote.age"), "--server", running.url, "--out", at("remote.csv"), ...first];
      return folder.runAs("recipient", ...args);
    };
    // The key that the agency tells with the enrolment.
    await must(open("--keeper", (await must(folder.run("roster", "keeper"))).stdout.trim()));
    expect(await rowsIn(at("remote.csv"))).toHaveLength(persons + 1);
    // Whoever answers there next with another keeper's key is not believed.
    const known = at("kura-known-keepers");
    const line = await readFile(known, "utf8");
    await writeFile(known, line.replace(/ .*/u, " another-key"));
    expect(codeIn(await open())).toBe("1 other-keeper");
    await writeFile(known, line);
    await must(folder.runAs("approver", "extract", "revoke", id));
    expect(codeIn(await open())).toBe("1 revoked");
  });

  it("is opened on its own machine only, and the attempt is an alarm", async () => {
    await makeFile("elsewhere.age", "another-machine");
    const opened = await folder.runAs("recipient", "open", at("elsewhere.age"), "--out", at("no.csv"));
    expect(codeIn(opened)).toBe("1 other-workstation");
    expect((await must(folder.run("alarms"))).stdout).toContain("extract-refused");
  });

  it("names itself to whoever finds a table made of it", async () => {
    const [one, other] = [await makeFile("one.age"), await makeFile("other.age")];
    await must(folder.runAs("recipient", "open", at("one.age"), "--out", at("leak.csv")));
    const { stdout } = await must(folder.run("extract", "whose", at("leak.csv")));
    expect(stdout.split("\n")[0]).toContain(`${one}  this extract and no other`);
    expect(stdout).toContain(`${other}  possible`);
  });
});

describe("a worklist", () => {
  it("is worked off inside, and each person's receipt lists the look and the extracts", async () => {
    const title = ["--title", "a synthetic list", "--all"];
    const list = idIn(
      await must(
        folder.run("worklist", "make", "--kind", "mailing-targets", "--columns", "name,address", ...title),
      ),
    );
    const assigned = await must(folder.run("worklist", "assign", list, "0", "operator"));
    const person = assigned.stdout.split("\n")[1]?.trim().split(/\s/u)[0] ?? "";
    expect(assigned.stdout).not.toContain("試験");
    const shown = await must(folder.run("worklist", "reveal", list, "0", person));
    expect(shown.stdout).toContain(addressOf(1));
    await must(folder.run("worklist", "result", list, "0", person, "write"));
    const progress = await must(folder.run("worklist", "list"));
    expect(progress.stdout).toContain(`${persons} persons in 1 lots, 1 given out, 0 done; 1 write`);
    const receipt = await must(folder.run("who-looked", person));
    const kinds = receipt.stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/u)[3]);
    expect(kinds).toContain("opened");
    expect(kinds.filter((kind) => kind === "extracted").length).toBeGreaterThanOrEqual(1);
  });
});
