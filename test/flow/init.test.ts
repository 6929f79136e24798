/**
 * An agency's own beginning, typed by its people: keys made on two machines, a statement signed by both officers, a first
 * start that takes it and offers nobody a demonstration.
 */
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endOf, KuraFolder } from "../system/kura-folder.ts";
import { fileOf, personHeader, personLine } from "../system/people.ts";

let folder: KuraFolder;

beforeEach(async () => {
  folder = await KuraFolder.make();
});
afterEach(() => folder.remove());

const at = (name: string): string => join(folder.path, name);

async function must(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await endOf(folder.spawn(args, env));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** The code in brackets of a run that failed. */
async function refusal(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string | undefined> {
  const { code, stderr } = await endOf(folder.spawn(args, env));
  expect(code).toBe(1);
  return /\[([\w-]+)\]$/mu.exec(stderr)?.[1];
}

describe("an agency of its own", () => {
  it("begins with the officers who signed, each with a key that no other machine had", async () => {
    for (const name of ["akiko", "ben"]) {
      const printed = await must({}, "roster", "key", at(`${name}.key`), name);
      expect(printed).not.toContain("pkcs8");
      await writeFile(at(`${name}.pub`), printed);
    }
    const enrolled = ["--enrol", at("akiko.pub"), "--enrol", at("ben.pub")];
    const people = ["--officer", "akiko", "--officer", "ben", "--operator", "chie"];
    expect(await must({}, "init", at("begin"), ...people, ...enrolled)).toContain("2 more signatures");
    expect((await stat(at("begin/chie.key"))).mode & 0o777).toBe(0o400);
    const genesis = at("begin/genesis");

    await must({ KURA_ACTOR_KEY: at("akiko.key") }, "roster", "sign-first", genesis);
    const again = await must({ KURA_ACTOR_KEY: at("akiko.key") }, "roster", "sign-first", genesis);
    expect(again).toContain("1 more signature");
    const whole = await must({ KURA_ACTOR_KEY: at("ben.key") }, "roster", "sign-first", genesis);
    expect(whole).toContain("Signed by two officers");

    const running = await folder.startWith({ KURA_GENESIS: genesis });
    expect(running.output().stderr).not.toContain("sample agency");
    await writeFile(at("one.csv"), fileOf(personHeader, [personLine(1)]));
    expect(await refusal({}, "import", "persons", at("one.csv"))).toBe("no-actor-key");
    const asChie = { KURA_ACTOR_KEY: at("begin/chie.key") };
    const taken = await endOf(folder.spawn(["import", "persons", at("one.csv"), "--json"], asChie));
    expect(JSON.parse(taken.stdout)).toMatchObject({ accepted: 1 });
    process.kill(running.pid, "SIGINT");
    await endOf(running);
  });

  it("does not begin with one officer's signature, and overwrites no key", async () => {
    const officers = ["--officer", "akiko", "--officer", "ben"];
    await writeFile(at("akiko.pub"), await must({}, "roster", "key", at("akiko.key"), "akiko"));
    expect(await refusal({}, "roster", "key", at("akiko.key"), "akiko")).toBe("key-exists");
    await must({}, "init", at("begin"), ...officers, "--enrol", at("akiko.pub"));
    expect(await refusal({}, "init", at("begin"), ...officers)).toBe("folder-not-empty");

    const asked = folder.spawn(["start", "--port", "0"], { KURA_GENESIS: at("begin/genesis") });
    const { code, stderr } = await endOf(asked);
    expect({ code, isSaid: stderr.includes("bad-genesis") }).toEqual({ code: 1, isSaid: true });
  });
});
