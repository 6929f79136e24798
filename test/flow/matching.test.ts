/**
 * Matching as reviewers type it: a run, a candidate, two people's decisions, a letter, the answer, the money, and back. Real
 * processes; the person and the old handbook are the same synthetic woman before and after her marriage.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, KuraFolder } from "../system/kura-folder.ts";

const people = `基礎年金番号,氏名,カナ氏名,旧姓,旧姓カナ,生年月日,性別,住所
9999-000001,試験 花子,シケン ハナコ,見本,ミホン,1950-01-02,女,架空県試験市1番地
9999-000002,試験 一郎,シケン イチロウ,,,1951-02-03,男,架空県試験市2番地
`;
const premiums = `基礎年金番号,氏名,カナ氏名,生年月日,性別,年月,制度,区分,納付額,受付番号
9999-000001,,,,,1980-04,国民年金第1号,納付,3770,A1
,,ミホン　ハナゴ,昭和25年1月2日,女,1970-04,国民年金第1号,納付,450,R1
,,ミホン　ハナゴ,昭和25年1月2日,女,1970-05,国民年金第1号,納付,450,R2
,,タニン　ボウ,昭和19年4月4日,男,1970-04,国民年金第1号,納付,450,R3
`;
const reason = ["--reason", "a synthetic reason"] as const;
let folder: KuraFolder;
beforeAll(async () => {
  folder = await KuraFolder.make();
  await folder.start("--empty");
  for (const [kind, text] of [
    ["persons", people],
    ["premiums", premiums],
  ] as const) {
    const file = join(folder.path, `${kind}.csv`);
    await writeFile(file, text);
    const { code, stderr } = await folder.run("import", kind, file);
    if (code !== 0) throw new Error(`${kind} were not taken in: ${stderr}`);
  }
});
afterAll(() => folder.remove());

const codeIn = ({ code, stderr }: Ended): string => `${code} ${/\[([\w-]+)\]/u.exec(stderr)?.[1] ?? stderr}`;
const match = (...args: readonly string[]): Promise<Ended> => folder.run("match", ...args);
const asApprover = (...args: readonly string[]): Promise<Ended> =>
  folder.spawn(["match", ...args], { KURA_ACTOR_KEY: `${folder.keyFile}.demo-approver` }).ended;

describe("a record under a maiden name, with a voiced mark too many", () => {
  it("finds its person, is decided upon by two people and the owner, is posted, and comes back when it was wrong", async () => {
    const counts = JSON.parse((await match("run", "--json")).stdout) as Record<string, number>;
    expect(counts).toMatchObject({ persons: 2, owners: 2, oneOwner: 1, nothingAgrees: 1 });
    const [owner = ""] = (await match("review")).stdout.split(/\s/u);
    const shown = (await match("review", owner)).stdout;
    expect(shown).toContain("1970-04 to 1970-05  2 entries, 900 yen");
    expect(shown).toContain("kana name agrees");
    expect(shown).not.toMatch(/試験|シケン|ミホン|1950/u);
    const person = /^ {2}([0-9a-f-]{36}) {2}official-1/mu.exec(shown)?.[1] ?? "";

    expect((await match("review", owner, "--accept", person, ...reason)).stdout).toContain("wants-second");
    expect(codeIn(await match("second", owner, "--agree", ...reason))).toBe("1 own-match");
    expect((await asApprover("second", owner, "--agree", ...reason)).stdout).toContain("to-ask");
    const letter = (await match("ask", owner, ...reason)).stdout;
    expect(letter).toContain("架空県試験市1番地\n試験 花子 様");
    expect(letter).toContain("1980年4月より前");
    expect(letter).not.toMatch(/ミホン|見本|1970/u);

    const yes = ["confirm", owner, "--answer", "yes", "--reference", "REPLY-1"];
    expect(codeIn(await match(...yes))).toBe("1 own-match");
    expect((await asApprover(...yes)).stdout).toContain("posted");
    expect((await match("report")).stdout).toContain("1 owners wait");
    const whole = /whole: nothing is broken/u;
    expect((await folder.run("audit")).stdout).toMatch(whole);

    expect((await asApprover("undo", owner, ...reason)).stdout).toContain("2 entries are back in suspense");
    expect((await match("report")).stdout).toContain("2 owners wait");
    expect((await folder.run("audit")).stdout).toMatch(whole);
  });
});
