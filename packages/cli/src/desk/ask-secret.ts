/**
 * Reads a value that should not stand in the shell's history or in the list of processes: given as `-`, it comes from
 * standard input, or is asked for on the terminal without being shown.
 */
import { text } from "node:stream/consumers";
import { Fault } from "@kura/kernel/fault.ts";

/** UTF-16 units of one value. */
const valueLengthMax = 500;

/** The value itself, or what is read when it is `-`. Several values given as `-` are lines of standard input, in order. */
export class SecretReader {
  #lines: string[] | undefined;

  async read(given: string, question: string): Promise<string> {
    if (given !== "-") return given;
    if (process.stdin.isTTY) return askHidden(question);
    this.#lines ??= (await text(process.stdin)).split("\n");
    const line = this.#lines.shift()?.trim() ?? "";
    if (line === "") throw new Fault("nothing-given", `standard input has no line for: ${question}`);
    return line.slice(0, valueLengthMax);
  }
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(`${question} (not shown): `);
  process.stdin.setRawMode(true);
  process.stdin.setEncoding("utf8");
  let typed = "";
  try {
    for await (const chunk of process.stdin) {
      for (const character of String(chunk)) {
        if (character === "\r" || character === "\n") return typed.trim();
        if (character === "\u0003") throw new Fault("given-up", "given up");
        if (character === "\u007f" || character === "\b") typed = typed.slice(0, -1);
        else if (typed.length < valueLengthMax) typed += character;
      }
    }
    return typed.trim();
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stderr.write("\n");
  }
}
