// Measures results against the entities of records known from outside: what the benchmark does with the files that this
// engine and its peer write. Never used by the engine.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { evaluateClusters } from "../src/evaluate.ts";

export interface Job {
  readonly name: string;
  readonly kind: "dedupe" | "link";
  readonly files: readonly string[];
  readonly roles: Readonly<Record<string, string>>;
  /** Entity of a record by its id, where the set tells it so. */
  readonly entityOf: (id: string) => string;
  /** Best cluster or link F1 known for this set, and whose. */
  readonly best?: readonly [number, string];
  /** Name of the peer's configuration for it. */
  readonly peer?: string;
  /** Run once, not three times. */
  readonly isLarge?: boolean;
}

export interface Measured {
  readonly f1: number;
  readonly bCubed: number;
  readonly right: number;
  readonly wrong: number;
  readonly recallAt: readonly number[];
  readonly seconds: number;
  /** Processor time of the whole process and its threads, in seconds. */
  readonly cpuSeconds: number;
}

type Accurate = Omit<Measured, "seconds" | "cpuSeconds">;

export interface Timed {
  readonly output: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Runs a program to its end; its processor time is what the shell counts of its children (`times`, POSIX.1-2017). */
export function runTimed(program: string, args: readonly string[]): Timed {
  const start = performance.now();
  const text = execFileSync("sh", ["-c", '"$@"; code=$?; times; exit $code', "sh", program, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const seconds = (performance.now() - start) / 1000;
  const lines = text.trimEnd().split("\n");
  const cpuSeconds = [...(lines.at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest),
    0,
  );
  return { output: lines.slice(0, -2).join("\n"), seconds, cpuSeconds };
}

/** Cells of a CSV without its head; values of these files hold no commas. */
export const readCsv = (path: string): string[][] =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));

/** Accuracy of clusters given as [id, cluster]. */
export function ofClusters(clusters: readonly (readonly [string, string] | string[])[], job: Job): Accurate {
  const numbers = (names: readonly string[]): Int32Array => {
    const seen = new Map<string, number>();
    return Int32Array.from(names, (name) => seen.get(name) ?? (seen.set(name, seen.size), seen.size - 1));
  };
  const accuracy = evaluateClusters(
    numbers(clusters.map(([, cluster]) => cluster ?? "")),
    numbers(clusters.map(([id]) => job.entityOf(id ?? ""))),
  );
  return {
    f1: accuracy.f1,
    bCubed: accuracy.bCubedF1,
    right: accuracy.truePositives,
    wrong: accuracy.falsePositives,
    recallAt: [],
  };
}

/** Accuracy of links given as [id of the first, id of the second]. */
export function ofLinks(links: readonly (readonly [string, string])[], job: Job, total: number): Accurate {
  const right = links.filter(([a, b]) => job.entityOf(a) === job.entityOf(b)).length;
  return {
    f1: (2 * right) / (links.length + total),
    bCubed: Number.NaN,
    right,
    wrong: links.length - right,
    recallAt: [],
  };
}

/** Records of the second file whose entity is in the first. */
export function countTrue(job: Job): number {
  const [first = [], second = []] = job.files.map((path) => {
    const [head = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
    const at = head.split(",").findIndex((column) => ["id", "unique_id", "rec_id"].includes(column.trim()));
    return lines.map((line) => job.entityOf((line.split(",")[at] ?? "").trim()));
  });
  const entities = new Set(first);
  return second.filter((entity) => entities.has(entity)).length;
}

/** The first (best) pair of every second record. */
export function bestPerSecond(pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const seen = new Set<string>();
  return pairs.filter(([, b]) => !seen.has(b) && seen.add(b) !== undefined);
}

/** Largest share of matches found while precision stays at .99 and at .999, pairs best first. */
export function recallsAt(pairs: readonly (readonly [string, string])[], job: Job, total: number): number[] {
  return [0.99, 0.999].map((level) => {
    let [right, most] = [0, 0];
    for (const [k, [a, b]] of pairs.entries()) {
      if (job.entityOf(a) === job.entityOf(b)) right++;
      if (right >= level * (k + 1)) most = right;
    }
    return most / total;
  });
}
