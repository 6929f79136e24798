/**
 * An import that is killed at random moments and started again ends exactly as one that nobody disturbed.
 *
 * The moments and victims are drawn from a seed. `KURA_LONG=1 npx vitest run test/crash` kills fifty times, the short form
 * six times. Any moment counts: while PostgreSQL is made, while keys are made, between two durable steps, at the end.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededDraw } from "../system/draw.ts";
import type { Draw } from "../system/draw.ts";
import { endOf, kill, KuraFolder, partOf } from "../system/kura-folder.ts";
import type { Ended, Running } from "../system/kura-folder.ts";
import { expectToOpen, viewWhole } from "../system/register-view.ts";
import { makeSampleFiles } from "../system/sample-files.ts";
import type { SampleInput } from "../system/sample-files.ts";

// Files of persons of more than two batches, so that kills fall between them, too.
const isLong = process.env["KURA_LONG"] === "1";
const plan = isLong
  ? {
      kills: 50,
      persons: 60_000,
      premiumPersons: 60_000,
      personFiles: 2,
      premiumFiles: 9,
      timeoutMs: 3_600_000,
    }
  : { kills: 6, persons: 26_000, premiumPersons: 6_000, personFiles: 1, premiumFiles: 1, timeoutMs: 300_000 };
const seed = Number(process.env["KURA_SEED"] ?? 1);

const victims = ["importer", "keeper", "postgres", "everything"] as const;

let calm: KuraFolder;
let killed: KuraFolder;
let inputs: readonly SampleInput[];

beforeAll(async () => {
  [calm, killed] = [await KuraFolder.make(), await KuraFolder.make()];
  inputs = await makeSampleFiles(join(calm.path, "input"), plan);
});
afterAll(async () => {
  await calm.remove();
  await killed.remove();
});

describe("an import killed at random moments", () => {
  it(
    `ends as an undisturbed one after ${plan.kills} kills`,
    async () => {
      const times = new Map<SampleInput, number>();
      for (const input of inputs) times.set(input, await importCalmly(input));
      const kills = await importUnderFire(times, seededDraw(seed));
      console.log(`killed ${kills.join(", ")}`);
      expect(kills).toHaveLength(plan.kills);

      const expected = await viewWhole(calm);
      expect(await viewWhole(killed)).toEqual(expected);
      await expectToOpen(killed, inputs);
      for (const { path } of inputs) {
        const rejects = await readFile(rejectsPath(killed, path), "utf8");
        expect(rejects.split("\n").length).toBeGreaterThan(2);
        expect(rejects).toBe(await readFile(rejectsPath(calm, path), "utf8"));
      }
    },
    plan.timeoutMs,
  );
});

/** Milliseconds it took. */
async function importCalmly(input: SampleInput): Promise<number> {
  const startMs = performance.now();
  expect(await endOf(spawnImport(calm, input))).toMatchObject({ code: 0 });
  return performance.now() - startMs;
}

function spawnImport(folder: KuraFolder, { kind, path }: SampleInput): Running {
  return folder.spawn(["import", kind, path, "--json", "--rejects", rejectsPath(folder, path)]);
}

function rejectsPath(folder: KuraFolder, path: string): string {
  return join(folder.path, `${path.split("/").at(-1)}.rejects`);
}

/** Imports every file, killing as often as planned; kills that were too late fall on files that are in already. */
async function importUnderFire(times: ReadonlyMap<SampleInput, number>, draw: Draw): Promise<string[]> {
  const kills: string[] = [];
  for (const [i, input] of inputs.entries()) {
    const quota = Math.round((plan.kills * (i + 1)) / inputs.length);
    let isIn = false;
    while (!isIn) {
      const withinMs = kills.length < quota ? times.get(input) : undefined;
      isIn = (await importOnce(input, kills, draw, withinMs)).code === 0;
    }
  }
  while (kills.length < plan.kills) {
    const input = inputs[Math.floor(draw() * inputs.length)];
    if (input !== undefined) await importOnce(input, kills, draw, 1_000);
  }
  return kills;
}

/** Kills within the time, unless it is undefined or the import has ended by then. */
async function importOnce(
  input: SampleInput,
  kills: string[],
  draw: Draw,
  withinMs: number | undefined,
): Promise<Ended> {
  const running = spawnImport(killed, input);
  if (withinMs !== undefined) {
    const atMs = Math.round(draw() * withinMs);
    const isOver = await Promise.race([
      running.ended.then(() => true),
      new Promise<false>((done) => setTimeout(done, atMs, false)),
    ]);
    if (!isOver) {
      const victim = await killPart(victims[kills.length % victims.length] ?? "importer", running);
      kills.push(`${victim} of ${input.path.split("/").at(-1)} at ${atMs} ms`);
    }
  }
  const ended = await endOf(running);
  // Killed by us, or ended by a fault that it names; never by a defect.
  expect(ended.stderr).not.toContain("defect");
  if (ended.code !== null && ended.code !== 0) expect(ended.stderr).toMatch(/^kura: .* \[[\w-]+\]$/m);
  return ended;
}

/** A part that does not run yet cannot be killed; then the importer is. */
async function killPart(victim: (typeof victims)[number], running: Running): Promise<string> {
  const processes = await killed.processes();
  if (victim === "everything") {
    for (const { pid } of processes) kill(pid);
    return victim;
  }
  const part = victim === "importer" ? undefined : processes.find((one) => partOf(one) === victim);
  kill(part?.pid ?? running.pid);
  return part === undefined ? "importer" : victim;
}
