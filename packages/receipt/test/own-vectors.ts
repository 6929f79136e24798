/**
 * The package's own vectors: a whole receipt and each attack on it, with the code it is refused with. `vectors.test.ts` compares
 * the files with this to the byte; `node packages/receipt/test/own-vectors.ts` writes them anew. Python's second opinion
 * (`tools/second-opinion/receipt.py --vectors packages/receipt/vectors`) must agree on every one.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeReceipt } from "../src/receipt.ts";
import { makeAttacks } from "./attacks.ts";
import { makeScreened } from "./screened.ts";

export const vectorsFolder: string = fileURLToPath(new URL("../vectors", import.meta.url));

/** Files by their names. */
export async function ownVectors(): Promise<Map<string, string>> {
  const { whole, policy, attacks } = await makeAttacks();
  const files = new Map([
    ["policy.txt", policy],
    ["whole.json", encodeReceipt(whole)],
  ]);
  const verdicts = ["whole.json\t\twhole"];
  for (const { name, code, receipt } of await makeScreened()) {
    files.set(`${name}.json`, encodeReceipt(receipt));
    verdicts.push(`${name}.json\t${code}\t${name}`);
  }
  for (const [i, { name, code, receipt }] of attacks.entries()) {
    const file = `attack-${String(i + 1).padStart(2, "0")}.json`;
    files.set(file, encodeReceipt(receipt));
    verdicts.push(`${file}\t${code}\t${name}`);
  }
  files.set("verdicts.tsv", `${verdicts.join("\n")}\n`);
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(vectorsFolder, { recursive: true });
  for (const [name, text] of await ownVectors()) writeFileSync(join(vectorsFolder, name), text);
}
