/** `kura who-looked PERSON`, `kura my-looks`: the keeper's journal as it concerns a person, or the looks of an actor. */
import type { Command } from "commander";
import { parseUuid } from "@kura/custodian/db/uuid.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { disclosureLimits } from "@kura/custodian/disclosure/limits.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { type Disclosure, listOfActor, listOfPerson } from "@kura/custodian/disclosure/store.ts";
import { fieldOfNumber } from "@kura/custodian/register/field.ts";
import { actorKeyPath, findActorKey } from "../instance/actor-keys.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { type Connected, withInstance } from "./connected.ts";

export function addWhoLookedCommand(program: Command): void {
  program
    .command("who-looked <person>")
    .description("everybody who looked at a person, newest first")
    .action(async (person: string) => {
      const personKey = parseUuid(person);
      for (const row of await read((reader, limit) => listOfPerson(reader, personKey, limit)))
        print(row, row.actor);
    });
  program
    .command("my-looks")
    .description("whom the actor of this machine's key looked at, newest first")
    .action(async () => {
      const rows = await read(async (reader, limit, { paths }) => {
        const key = await findActorKey(paths, process.env);
        if (key !== undefined) return listOfActor(reader, key.actor, limit);
        throw new Fault("no-actor-key", `there is no key of an actor at ${actorKeyPath(paths, process.env)}`);
      });
      for (const row of rows) print(row, row.personKey);
    });
}

type Reader = Connected["databases"]["register"];

/** After what is not copied yet was copied: the answer is whole, or there is none. */
async function read(
  list: (reader: Reader, limit: number, connected: Connected) => Promise<Disclosure[]>,
): Promise<Disclosure[]> {
  return withInstance("kura_custodian", async (connected) => {
    const { register } = connected.databases;
    await projectJournal(register, journalSource(connected.keeper));
    return list(register, disclosureLimits.listed, connected);
  });
}

function print(row: Disclosure, who: string): void {
  const shown = row.fields.map((field) => fieldOfNumber(field) ?? String(field)).join(",");
  const line = [
    row.at.toISOString(),
    `event ${row.eventNumber}`,
    row.kind,
    who,
    row.office,
    row.purpose,
    row.caseId,
    shown,
  ];
  process.stdout.write(`${line.join("  ")}\n`);
}
