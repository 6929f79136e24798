/**
 * Premiums corrected and returned, and a person erased, as a clerk and an operator type it. Real processes.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, endOf, KuraFolder } from "../system/kura-folder.ts";
import { fileOf, personHeader, personLine, premiumHeader, premiumLine } from "../system/people.ts";

const number = "9999-000001";
const reason = ["--reason", "a synthetic reason"] as const;
const truth = ["--month", "2024-04", "--scheme", "national1", "--kind", "exemptFull"] as const;

let folder: KuraFolder;
let person: string;
let seen: string;

const idIn = ({ stdout }: Ended): string => stdout.split(/\s/u)[0] ?? "";
const codeIn = ({ code, stderr }: Ended): string => `${code} ${/\[([\w-]+)\]/u.exec(stderr)?.[1] ?? stderr}`;
const asClerk = (...args: readonly string[]): Promise<Ended> =>
  endOf(folder.spawn(args, { KURA_ACTOR_KEY: `${folder.keyFile}.demo-clerk` }));
const lines = ({ stdout }: Ended): string[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().replaceAll(/ +/gu, " "));

beforeAll(async () => {
  folder = await KuraFolder.make();
  await folder.start("--empty");
  for (const [kind, header, line] of [
    ["persons", personHeader, personLine(1)],
    ["premiums", premiumHeader, premiumLine(1)],
  ] as const) {
    const file = join(folder.path, `${kind}.csv`);
    await writeFile(file, fileOf(header, [line]));
    const { code, stderr } = await folder.run("import", kind, file);
    if (code !== 0) throw new Error(`the ${kind} were not taken in: ${stderr}`);
  }
  seen = idIn(await asClerk("case", "open", "--kind", "claim", ...reason));
  person = idIn(await asClerk("find", "--case", seen, "--number", number));
});
afterAll(() => folder.remove());

describe("a ledger at the command line", () => {
  it("is for whoever has looked at the person in an open case, and shows a correction as two entries more", async () => {
    expect(codeIn(await asClerk("ledger", "show", person, "--case", seen))).toBe("1 person-not-in-case");
    await asClerk("case", "add", seen, person, ...reason);
    expect(codeIn(await asClerk("ledger", "show", person, "--case", seen))).toBe("1 not-looked-at");
    await asClerk("look", "--case", seen, person);

    const wrong = await asClerk(
      "ledger",
      "correct",
      person,
      "1",
      "--case",
      seen,
      ...reason,
      "--month",
      "2024-04",
    );
    expect(codeIn(wrong)).toBe("1 bad-entry");
    const done = await asClerk("ledger", "correct", person, "1", "--case", seen, ...reason, ...truth);
    expect(done.stdout).toBe("entry 2 reverses it, entry 3 replaces it\n");
    expect(codeIn(await asClerk("ledger", "correct", person, "1", "--case", seen, ...reason))).toBe(
      "1 already-reversed",
    );
    expect(lines(await asClerk("ledger", "show", person, "--case", seen))).toEqual([
      "1 2024-04 national1 paid 16,980",
      "2 2024-04 national1 paid -16,980 reverses 1",
      "3 2024-04 national1 exemptFull 0",
    ]);
    expect(codeIn(await asClerk("ledger", "return", person, "3", "--case", seen, ...reason))).toBe(
      "1 nothing-paid",
    );
  });

  it("stays, under a key that leads to nobody, when its person is erased, and the audit is whole", async () => {
    expect(codeIn(await folder.run("erase", person, ...reason))).toBe("1 not-erased");
    expect(codeIn(await asClerk("erase", person, "--yes", ...reason))).toMatch(/^1 /u);
    expect((await folder.run("erase", person, "--yes", ...reason)).stdout).toBe("erased\n");
    expect((await folder.run("erase", person, "--yes", ...reason)).stdout).toContain("erased before");
    expect(codeIn(await asClerk("look", "--case", seen, person))).toBe("1 erased");
    const audit = await folder.run("audit");
    expect({ code: audit.code, isWhole: audit.stdout.includes("whole: nothing is broken") }).toEqual({
      code: 0,
      isWhole: true,
    });
  });
});
