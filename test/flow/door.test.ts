/**
 * The one door as an operator uses it: a case, a search, a look, and everything of it in the journal. Real processes.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, endOf, KuraFolder, type Started } from "../system/kura-folder.ts";

const number = "9999-000001";
const people = `基礎年金番号,氏名,カナ氏名,生年月日,性別,住所
${number},試験 一郎,シケン イチロウ,1950-01-02,男,架空県試験市1番地
9999-000002,試験 花子,シケン ハナコ,1951-02-03,女,架空県試験市2番地
`;
const reason = ["--reason", "a synthetic reason"] as const;

let folder: KuraFolder;
let running: Started;
beforeAll(async () => {
  folder = await KuraFolder.make();
  running = await folder.start("--empty");
  const file = join(folder.path, "people.csv");
  await writeFile(file, people);
  const { code, stderr } = await folder.run("import", "persons", file);
  if (code !== 0) throw new Error(`the people were not taken in: ${stderr}`);
});
afterAll(() => folder.remove());

/** The first word of the first line: an id. */
const idIn = ({ stdout }: Ended): string => stdout.split(/\s/u)[0] ?? "";
const codeIn = ({ code, stderr }: Ended): string => `${code} ${/\[([\w-]+)\]/u.exec(stderr)?.[1] ?? stderr}`;
const as = (actor: string): NodeJS.ProcessEnv => ({ KURA_ACTOR_KEY: `${folder.keyFile}.demo-${actor}` });
const runAs = (actor: string, ...args: readonly string[]): Promise<Ended> =>
  folder.spawn(args, as(actor)).ended;

async function stop(): Promise<void> {
  process.kill(running.pid, "SIGINT");
  await endOf(running);
}

async function openCase(kind = "claim"): Promise<string> {
  return idIn(await folder.run("case", "open", "--kind", kind, ...reason));
}

describe("an operator", () => {
  it("finds a person, looks in a case about them, and stands in the journal with both", async () => {
    const about = await openCase();
    const found = await folder.run("find", "--case", about, "--number", number);
    expect(found.stdout).toMatch(/^[0-9a-f-]{36} {2}試○ 一○ {2}1950 {2}試験市\n$/u);
    const person = idIn(found);
    const early = await folder.run("look", "--case", about, person);
    expect([codeIn(early), early.stdout]).toEqual(["1 person-not-in-case", ""]);
    expect((await folder.run("case", "add", about, person, ...reason)).code).toBe(0);
    const look = await folder.run("look", "--case", about, "--fields", "name,birthDate", person);
    expect(look.stdout).toBe(`${person}\n  name           試験 一郎\n  birthDate      1950-01-02\n`);
    const { stdout } = await folder.run("who-looked", person);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/\s+/u).slice(3, 7).join(" ")),
    ).toEqual(["opened operator head-office claim", "found operator head-office claim"]);
    await folder.run("case", "close", about, ...reason);
    expect(codeIn(await folder.run("look", "--case", about, person))).toBe("1 case-closed");
  });

  it("who holds no purpose sees nothing, and that they tried is an alarm", async () => {
    const about = await openCase();
    const found = await runAs("officer-1", "find", "--case", about, "--number", number);
    expect([codeIn(found), found.stdout]).toEqual(["1 purpose-not-held", ""]);
    expect((await folder.run("alarms")).stdout).toContain("denied  purpose-not-held  officer-1");
  });

  it("is stopped by a honey person, who looked like anybody, and the alarm names nobody", async () => {
    const about = await openCase("audit");
    const honey = idIn(await folder.run("find", "--case", about, "--number", "9999-000002"));
    const added = await folder.run("honey", "add", honey);
    expect([added.code, added.stdout]).toEqual([0, ""]);
    const found = await folder.run("find", "--case", about, "--number", "9999-000002");
    expect([codeIn(found), found.stdout]).toEqual(["1 stopped", ""]);
    const [alarm = ""] = (await folder.run("alarms")).stdout.split("\n");
    expect(alarm).toMatch(/ alarm {2}honey {2}operator {2}/u);
    expect(alarm).not.toContain(honey);
    // The session was stopped, not the actor: the next command signs in anew.
    expect((await folder.run("find", "--case", about, "--number", number)).stdout).toContain("試○ 一○");
  });

  it("is let through or stopped by the policy that the custodian was started with, not by one of their own", async () => {
    const about = await openCase();
    const [closed, open] = [join(folder.path, "closed.cedar"), join(folder.path, "open.cedar")];
    await writeFile(closed, '@id("closed-today") forbid (principal, action, resource);');
    await writeFile(open, '@id("everything") permit (principal, action, resource);');
    const find = ["find", "--case", about, "--number", number];
    expect((await folder.spawn(find, { KURA_POLICY_FILE: closed }).ended).stdout).toContain("試○ 一○");
    await stop();
    running = await folder.startWith({ KURA_POLICY_FILE: closed }, "--empty");
    expect(codeIn(await folder.spawn(find, { KURA_POLICY_FILE: open }).ended)).toBe("1 policy-denied");
    expect((await folder.run("alarms")).stdout).toMatch(/no event {2}refused {2}policy-denied {2}operator/u);
    await stop();
    await writeFile(closed, "permit everybody");
    const refused = await endOf(
      folder.spawn(["start", "--empty", "--port", "0"], { KURA_POLICY_FILE: closed }),
    );
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("policy-refused")]);
    running = await folder.start("--empty");
    expect((await folder.spawn(find, {}).ended).stdout).toContain("試○ 一○");
  });

  it("is enrolled and given a purpose by two officers, not by one", async () => {
    const changes = [
      {
        part: "actor",
        id: "officer-1",
        value: { office: "head-office", isOfficer: true, isJob: false, purposes: ["claim"] },
      },
    ];
    const file = join(folder.path, "changes.json");
    await writeFile(file, JSON.stringify(changes));
    const proposal = idIn(await runAs("officer-1", "roster", "propose", file));
    expect((await runAs("officer-1", "roster", "sign", proposal)).stdout).toContain(
      "another officer must sign too",
    );
    const about = await openCase();
    const find = ["find", "--case", about, "--number", number] as const;
    expect(codeIn(await runAs("officer-1", ...find))).toBe("1 purpose-not-held");
    expect((await runAs("officer-2", "roster", "sign", proposal)).stdout).toContain("in force");
    expect((await runAs("officer-1", ...find)).stdout).toContain("試○ 一○");
  });
});
