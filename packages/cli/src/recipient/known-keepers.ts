/**
 * The keepers that a recipient has met, in `kura-known-keepers` beside the recipient's key: a line `origin key` for each, as SSH does it.
 *
 * Answers are opened only when they come from the keeper known here, so whoever took the agency's server over can invent
 * none. Nothing is taken on trust: at the first meeting the agency's key is given (`--keeper`; with their enrolment recipients are
 * handed what `kura roster keeper` prints there), and another key is refused until somebody has compared keys and removed the line.
 * INVARIANT: a server that lies from the first minute is believed by nobody (test/abuse/lying-server.test.ts).
 */
import { appendFile, readFile } from "node:fs/promises";
import { codeOf, Fault } from "@kura/kernel/fault.ts";

export interface KeeperTold {
  readonly origin: string;
  /** Base64, as the server says. */
  readonly told: string;
  /** Base64, from the agency by another way. */
  readonly expected?: string | undefined;
}

/** The key to hold answers against, in base64. @throws {Fault} `unknown-keeper`, `other-keeper` */
export async function meetKeeper(path: string, { origin, told, expected }: KeeperTold): Promise<string> {
  const known = await findKnown(path, origin);
  const key = expected ?? known;
  if (key === undefined) {
    throw new Fault(
      "unknown-keeper",
      `the keeper of ${origin} is not known here: ask the agency for its key (kura roster keeper) and give it with --keeper`,
    );
  }
  if (key !== told) {
    throw new Fault(
      "other-keeper",
      `${origin} names another keeper than the one known here: compare its key with the agency's, then remove the line in ${path}`,
    );
  }
  if (known === undefined) await appendFile(path, `${origin} ${told}\n`, { mode: 0o600 });
  return key;
}

async function findKnown(path: string, origin: string): Promise<string | undefined> {
  try {
    const lines = (await readFile(path, "utf8")).split("\n").map((line) => line.split(" "));
    return lines.find(([of]) => of === origin)?.[1];
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
