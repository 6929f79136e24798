/** Asks for a passphrase on the terminal without showing it; from a pipe, its first line. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";

/** @throws {Fault} `no-passphrase` when input ends before a line. */
export async function askPassphrase(): Promise<Uint8Array> {
  // What is typed is echoed by readline, not by the terminal: an output that swallows it hides it.
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = process.stdin.isTTY;
  const reader = createInterface({ input: process.stdin, output: hidden, terminal });
  process.stderr.write("Passphrase of the keeper: ");
  try {
    for await (const line of reader) return encodeUtf8(line);
    throw new Fault("no-passphrase", "no passphrase was given");
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}
