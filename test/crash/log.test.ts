/**
 * The log under crashes: a process that writes journal, head file, checkpoints and tiles is killed again and again, between two
 * durable steps or in the middle of a write, and goes on. Nothing acknowledged is lost, and no size ever has two roots.
 *
 * Twelve crashes; with KURA_LONG=1 a thousand. The kill is of the process: what a power cut does to a disk's own cache
 * is the sync's to keep, and no test of this kind can see it. A failing run names its steps: they are drawn from KURA_SEED.
 */
import { spawn } from "node:child_process";
import { createSecretKey } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LogFolder } from "@kura/custodian/log/log-folder.ts";
import { readJournalFolder } from "@kura/keeper/journal/journal-folder.ts";
import { LogLeaves } from "@kura/keeper/log/log-leaf.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { Frontier } from "@kura/tlog/frontier.ts";
import { parseNote } from "@kura/tlog/note.ts";
import { hashLeaf } from "@kura/tlog/tree.ts";
import { verifyLog } from "@kura/tlog/verify-log.ts";
import { afterAll, beforeAll, expect, it } from "vitest";

const crashes = process.env["KURA_LONG"] === "1" ? 1_000 : 12;
const writer = fileURLToPath(new URL("../system/log-writer.ts", import.meta.url));
/** At most so many steps into a run: two or three rounds of appending, signing and publishing. */
const stepsMax = 120;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kura-log-crash-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What a run said before it died. */
function run(steps: number): Promise<{ signal: string | null; lines: string[]; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [writer, root, String(steps)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("close", (_, signal) => resolve({ signal, lines: stdout.split("\n").slice(0, -1), stderr }));
  });
}

/** Numbers from 1 on, the same for the same seed. */
function* draws(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield 1 + ((state >>> 8) % stepsMax);
  }
}

it(`loses nothing and signs one history over ${crashes} crashes`, { timeout: 3_600_000 }, async () => {
  const told: Told = { acked: new Map(), roots: new Map(), published: 0n, wrong: [] };
  const steps = draws(Number(process.env["KURA_SEED"] ?? 1));
  for (let crash = 0; crash < crashes; crash++) {
    const { signal, lines, stderr } = await run(steps.next().value ?? 1);
    expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
    for (const line of lines) hear(told, line);
    expect(told.wrong).toEqual([]);
  }
  await compareWithDisk(told);
});

/** What all runs together have said. */
interface Told {
  /** Nonces by the numbers of their events. */
  readonly acked: Map<number, string>;
  /** Roots by the sizes that were signed. */
  readonly roots: Map<bigint, string>;
  published: bigint;
  /** What contradicts what was said before. */
  readonly wrong: string[];
}

function hear(told: Told, line: string): void {
  const [word, what = "", nonce = ""] = line.split(" ");
  if (word === "started" && Number(what) < Math.max(0, ...told.acked.keys())) told.wrong.push(line);
  if (word === "acked") told.acked.set(Number(what), nonce);
  if (word === "published") {
    if (BigInt(what) < told.published) told.wrong.push(line);
    told.published = BigInt(what);
  }
  if (word === "unwritable") told.wrong.push(line);
  if (word !== "signed") return;
  const { size, root: signed } = parseCheckpoint(parseNote(Buffer.from(what, "base64").toString()).text);
  if ((told.roots.get(size) ?? encodeHex(signed)) !== encodeHex(signed)) told.wrong.push(line);
  told.roots.set(size, encodeHex(signed));
}

/** The journal as it is at the end: has every acknowledged event, and every checkpoint ever signed is a beginning of it. */
async function compareWithDisk({ acked, roots, published }: Told): Promise<void> {
  const found = new Map<number, string>();
  const tree = new Frontier();
  /** Signed sizes at which the journal has the root that was signed. */
  const seen = new Set<bigint>();
  const leaves = new LogLeaves(createSecretKey(new Uint8Array(32).fill(2)));
  const check = (): void => {
    if (roots.get(tree.size) === encodeHex(tree.root())) seen.add(tree.size);
  };
  check();
  const empty = { events: 0, hash: new Uint8Array(32) };
  readJournalFolder(join(root, "journal"), empty, (event, { number }, _, json) => {
    if (event.kind === "started") found.set(number, event.hpkeKey);
    tree.append(hashLeaf(leaves.entryOf({ event, number, json })));
    check();
  });
  expect([...acked].filter(([number, nonce]) => found.get(number) !== nonce)).toEqual([]);
  expect(acked.size).toBeGreaterThan(crashes);
  expect([...roots.keys()].filter((size) => !seen.has(size))).toEqual([]);
  const folder = new LogFolder(join(root, "log"));
  const note = await folder.findCheckpoint();
  if (note === undefined) throw new Error("nothing was published");
  const { size, root: signed } = parseCheckpoint(parseNote(note).text);
  expect(size).toBeGreaterThanOrEqual(published);
  expect(roots.get(size)).toBe(encodeHex(signed));
  await verifyLog({ size, root: signed }, (id) => folder.findTile(id));
}
