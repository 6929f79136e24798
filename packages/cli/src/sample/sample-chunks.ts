/**
 * The sample as a stream: chunks in the order of persons, made by threads ahead of the reader by a fixed number.
 *
 * Whoever reads slowly holds the threads back, so memory stays flat. The bytes are the same for any number of threads
 * and any size of chunk.
 */
import { Worker } from "node:worker_threads";
import { Fault } from "@kura/kernel/fault.ts";
import { chunkMaker } from "./chunk.ts";
import type { SampleChunk, SamplePlan } from "./chunk.ts";

export interface ChunkOptions {
  /** 0 makes the chunks on the caller's own thread. */
  readonly threads: number;
  readonly chunkPersons: number;
}

/** Chunks enough to keep threads busy and small enough to stay in tens of megabytes. */
export function chunkOptions(plan: SamplePlan, threads: number): ChunkOptions {
  const monthsPerPerson = Math.min(plan.historyMonths, 400) * (plan.premiumPersons / plan.persons);
  const bytesPerPerson = 300 + 80 * monthsPerPerson;
  return { threads, chunkPersons: Math.max(100, Math.min(10_000, Math.floor(chunkBytes / bytesPerPerson))) };
}

/** All chunks of the plan in order. Ends its threads when the reader stops early. */
export async function* sampleChunks(
  plan: SamplePlan,
  options: ChunkOptions,
): AsyncGenerator<SampleChunk, void> {
  if (options.threads === 0) {
    const makeChunk = chunkMaker(plan);
    for (const range of ranges(plan, options)) yield makeChunk(range.from, range.to);
    return;
  }
  const pool = Array.from({ length: options.threads }, () => startThread(plan));
  try {
    const waiting = ranges(plan, options);
    const made: Promise<SampleChunk>[] = [];
    let next = 0;
    const ask = (): void => {
      const { value } = waiting.next();
      const thread = pool[next % pool.length];
      if (value === undefined || thread === undefined) return;
      next += 1;
      const chunk = thread.make(value);
      // A failure is met when its turn comes; until then it must not count as unhandled.
      chunk.catch(() => undefined);
      made.push(chunk);
    };
    for (let ahead = 0; ahead < options.threads * chunksAhead; ahead += 1) ask();
    for (let chunk = made.shift(); chunk !== undefined; chunk = made.shift()) {
      const done = await chunk;
      ask();
      yield done;
    }
  } finally {
    await Promise.all(pool.map((thread) => thread.stop()));
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Thread {
  readonly make: (range: Range) => Promise<SampleChunk>;
  readonly stop: () => Promise<unknown>;
}

/** Bytes of a chunk aimed at. */
const chunkBytes = 1_000_000;
/** A thread keeps little; a small nursery keeps it from holding garbage for long. */
const threadMemory = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };
/** Chunks asked of each thread before the reader takes the first. */
const chunksAhead = 3;

function* ranges(plan: SamplePlan, options: ChunkOptions): Generator<Range, void> {
  for (let from = 0; from < plan.persons; from += options.chunkPersons) {
    yield { from, to: Math.min(plan.persons, from + options.chunkPersons) };
  }
}

/** Answers come back in the order of the questions. */
function startThread(plan: SamplePlan): Thread {
  const worker = new Worker(new URL("chunk-worker.ts", import.meta.url), {
    workerData: plan,
    resourceLimits: threadMemory,
  });
  const asked: PromiseWithResolvers<SampleChunk>[] = [];
  worker.on("message", (chunk: SampleChunk) => asked.shift()?.resolve(chunk));
  worker.on("error", (cause) => {
    const fault = new Fault("sample-thread-failed", "a thread of the sample failed", { cause });
    for (const answer of asked.splice(0)) answer.reject(fault);
  });
  return {
    make: (range) => {
      const answer = Promise.withResolvers<SampleChunk>();
      asked.push(answer);
      worker.postMessage(range, []);
      return answer.promise;
    },
    stop: () => worker.terminate(),
  };
}
