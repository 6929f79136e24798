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

/** Listens instead of iterating: an iterator that is left would close standard input, and a second question may follow. */
function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(`${question} (not shown): `);
  stdin.setRawMode(true).setEncoding("utf8").resume();
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (): void => {
      stdin.off("data", hear).setRawMode(false).pause();
      stderr.write("\n");
    };
    const hear = (chunk: string): void => {
      for (const character of chunk) {
        if (character === "\r" || character === "\n") {
          end();
          resolve(typed.trim());
          return;
        }
        if (character === interrupt) {
          end();
          reject(new Fault("given-up", "given up"));
          return;
        }
        typed = withKey(typed, character);
      }
    };
    stdin.on("data", hear);
  });
}

/** Ctrl-C, which a terminal in raw mode hands on. */
const interrupt = "\u0003";
const erasing: readonly string[] = ["\u007f", "\b"];

function withKey(typed: string, character: string): string {
  if (erasing.includes(character)) return typed.slice(0, -1);
  return typed.length < valueLengthMax ? typed + character : typed;
}
