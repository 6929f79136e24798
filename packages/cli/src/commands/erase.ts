/**
 * `kura erase PERSON --reason …`: destroys a person's key. Their facts can never be read again, in no backup either; premiums
 * stay, under a key that leads to nobody. Final, so it asks again unless told `--yes`.
 *
 * The order is the actor's own (purpose `erasure`), journalled by the keeper first; a stopped one is given again.
 */
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { parseUuid, uuidMaker } from "@kura/custodian/db/uuid.ts";
import { erasePerson } from "@kura/custodian/register/erase-person.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { withInstance } from "./connected.ts";

interface Options {
  readonly reason: string;
  readonly yes?: boolean;
}

export function addEraseCommand(program: Command): void {
  program
    .command("erase <person>")
    .description("destroy a person's key: what is sealed can never be read again; there is no way back")
    .requiredOption("--reason <text>", "for the journal and the record; nobody's data")
    .option("--yes", "do not ask again")
    .action(runErase);
}

async function runErase(person: string, { reason, yes }: Options): Promise<void> {
  const personKey = parseUuid(person);
  if (yes !== true && !(await isMeant(person))) throw new Fault("not-erased", "nothing was erased");
  const outcome = await withInstance("kura_custodian", ({ databases, keeper }) =>
    erasePerson(databases, keeper, { personKey, sourceId: uuidMaker()(), reason, atMs: Date.now() }),
  );
  switch (outcome.kind) {
    case "erased":
      process.stdout.write("erased\n");
      return;
    case "already-erased":
      process.stdout.write(`erased before, ${outcome.erasedAt.toISOString()}\n`);
      return;
    case "no-such-person":
      throw new Fault(outcome.kind, "nobody is registered under this key");
    default:
      throw new Fault(
        outcome.kind,
        "an import is running and might write about this person; erase when it has ended",
      );
  }
}

async function isMeant(person: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`Type the key once more to erase ${person}: `)).trim() === person;
  } finally {
    lines.close();
  }
}
