/**
 * How a parent starts a keeper: `spawn(process.execPath, [...keeperCommand, "--dir", …])`, then waits for the line
 * `keeper ready`. Imports nothing of the keeper.
 */
import { fileURLToPath } from "node:url";

/**
 * Node's options and the script. Young memory is what V8 takes by itself, stated because a small `open` waits for its
 * collection: with sixteen megabytes 135 collections of 9 ms where four megabytes need 391 of 5 ms (loaded machine, 280,000
 * records), and a fifth less time for sealing. Buffers count with the heap, which may grow to 96 megabytes before all of it is
 * marked: by themselves they would have it marked at every 64 megabytes of requests and answers, twice for each batch of an import.
 */
export const keeperCommand: readonly string[] = [
  "--max-semi-space-size=16",
  "--initial-heap-size=96",
  "--external-memory-accounted-in-global-limit",
  fileURLToPath(new URL("./main.ts", import.meta.url)),
];
