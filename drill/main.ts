/**
 * `npm run drill [-- --only PART] [--persons N] [--json]`: the attacks that Kura exists for, on real processes.
 *
 * Every part starts an agency of its own in a folder of its own, attacks it, counts, and removes it. Prints a table for
 * each part, or one JSON object a line with `--json`. Ends with code 1 when an invariant does not hold.
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import type { DrillPart } from "./part.ts";

const parts = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts" && file !== "part.ts")
  .map((file) => file.slice(0, -3));
const { values, positionals } = parseArgs({
  options: {
    only: { type: "string" },
    persons: { type: "string" },
    json: { type: "boolean", default: false },
  },
  strict: false,
  allowPositionals: true,
});
const { only, persons: given } = values;
const persons = given === undefined ? undefined : Number(given);
if ((typeof only === "string" && !parts.includes(only)) || (persons !== undefined && !(persons >= 100))) {
  process.stderr.write(
    `npm run drill [-- --only PART] [--persons N] [--json]   PART: ${parts.join(", ")}; N from 100\n`,
  );
  process.exit(2);
}

let isBroken = false;
for (const name of typeof only === "string" ? [only] : parts) {
  const { run } = (await import(`./${name}.ts`)) as { run: DrillPart };
  const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
  const { figures, text, broken } = await run({ persons, args: positionals, say });
  process.stdout.write(
    values.json === true ? `${JSON.stringify({ part: name, ...figures })}\n` : `${text}\n`,
  );
  for (const invariant of broken) process.stderr.write(`BROKEN: ${invariant}\n`);
  isBroken ||= broken.length > 0;
}
process.exit(isBroken ? 1 : 0);
