/**
 * How a parent starts a keeper: `spawn(process.execPath, [...keeperCommand, "--dir", …])`, then waits for the line
 * `keeper ready`. Imports nothing of the keeper.
 */
import { fileURLToPath } from "node:url";

/**
 * For every process that keeps anything. Under Maglev, the middle compiler of V8 13.6 (Node 24), linkage lost a number of an object
 * in 8 of 60 runs on a busy machine, and in none of 28 without it. A look costs the same without.
 */
export const withoutMaglev = "--no-maglev";

/**
 * Node's options and the script. Young memory is what V8 takes by itself, stated because a small `open` waits for its
 * collection: with sixteen megabytes 135 collections of 9 ms where four megabytes need 391 of 5 ms (loaded machine, 280,000
 * records), and a fifth less time for sealing. Buffers count with the heap, so that all of it is marked every few thousand looks: what
 * was under way at two collections of young memory waits for that, 0.4 KB a look. An initial heap of 96 megabytes would put it
 * off for hundreds of thousands of looks and spare an import a twelfth of the keeper's CPU.
 */
export const keeperCommand: readonly string[] = [
  withoutMaglev,
  "--max-semi-space-size=16",
  "--external-memory-accounted-in-global-limit",
  fileURLToPath(new URL("./main.ts", import.meta.url)),
];
