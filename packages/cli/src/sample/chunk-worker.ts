/**
 * A thread that makes chunks for `sample-chunks.ts`: it gets ranges and hands back bytes, and touches no file.
 */
import { parentPort, workerData } from "node:worker_threads";
import { chunkMaker } from "./chunk.ts";
import type { SamplePlan } from "./chunk.ts";

const makeChunk = chunkMaker(workerData as SamplePlan);
parentPort?.on("message", ({ from, to }: { from: number; to: number }) => {
  const chunk = makeChunk(from, to);
  parentPort?.postMessage(
    chunk,
    Object.values(chunk.bytes).map((bytes) => bytes.buffer),
  );
});
