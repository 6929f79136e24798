/**
 * A file of pension numbers, one in a line, as a criterion: their tokens, and what may be kept of the file.
 *
 * The numbers go to the keeper for their tokens (an ingest ticket of the asking actor) and nowhere else.
 */
import { createHash } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";
import { parsePensionNumber } from "../register/pension-number.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { type Token, termKinds } from "../vault/terms.ts";
import type { Criteria } from "./criteria.ts";
import { extractLimits } from "./limits.ts";

/** Terms in one question to the keeper. */
const termsAtOnce = 10_000;

/** @throws {Fault} `bad-numbers`, with the number of the line and not the line. */
export async function readNumbers(
  keeper: KeeperClient,
  text: string,
): Promise<{ readonly criteria: NonNullable<Criteria["numbers"]>; readonly tokens: readonly Token[] }> {
  const lines = text.split(/\r?\n/u).filter((line) => line.trim() !== "");
  if (lines.length === 0 || lines.length > extractLimits.numbers) {
    throw new Fault("bad-numbers", `a file of numbers has 1 to ${extractLimits.numbers} lines`);
  }
  const terms = lines.map((line, i) => {
    const number = parsePensionNumber(line.trim());
    if (number === undefined) throw new Fault("bad-numbers", `line ${i + 1} is no pension number`);
    return { kind: termKinds.pensionNumber, text: number };
  });
  const tokens: Token[] = [];
  for (let from = 0; from < terms.length; from += termsAtOnce) {
    tokens.push(...(await keeper.index(terms.slice(from, from + termsAtOnce))));
  }
  const digest = createHash("sha256").update(tokens.join(",")).digest("hex");
  return { criteria: { count: terms.length, digest }, tokens };
}
