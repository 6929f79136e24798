/**
 * `npm run bench -- NAME [--json] […]`: one JSON line for each figure with `--json`, a table otherwise.
 */
import { readdirSync } from "node:fs";
import type { Bench, Figure } from "./figure.ts";

const [name, ...rest] = process.argv.slice(2);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && !["main.ts", "figure.ts", "cpu-seconds.ts"].includes(file))
  .map((file) => file.slice(0, -3));
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME [--json]   NAME is one of: ${names.join(", ")}\n`);
  process.exit(2);
}
const { run } = (await import(`./${name}.ts`)) as { run: Bench };
const isJson = rest.includes("--json");
const figures = await run({ json: isJson, args: rest.filter((arg) => arg !== "--json") });
for (const figure of figures) process.stdout.write(isJson ? `${JSON.stringify(figure)}\n` : render(figure));

function render({ name, ours, theirs, ratio, unit, note }: Figure): string {
  const number = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 4 });
  const head = `${name}: ${number(ours)} ${unit} against ${number(theirs)} ${unit}, ratio ${number(ratio)}`;
  return `${head}${note === undefined ? "" : `\n  ${note}`}\n`;
}
