/**
 * How a parent starts a keeper: `spawn(process.execPath, [...keeperCommand, "--dir", …])`, then waits for the line
 * `keeper ready`. Imports nothing of the keeper.
 */
import { fileURLToPath } from "node:url";

/**
 * Node's options and the script. Every cipher is an object that the collector of young memory must visit by itself: with
 * V8's usual sixteen megabytes a collection stops the thread for fifty milliseconds, with four for about ten, at the
 * same rate of sealing.
 */
export const keeperCommand: readonly string[] = [
  "--max-semi-space-size=4",
  fileURLToPath(new URL("./main.ts", import.meta.url)),
];
