/**
 * `kura honey add PERSON…`: from now on these persons do not exist, and whoever looks at one or finds one is stopped.
 *
 * They are invented people who were taken in like anybody (`kura import persons`), so that the databases do not show which
 * they are. The order names them sealed to the keeper; the journal has their number only.
 */
import type { Command } from "commander";
import { parseUuid } from "@kura/custodian/db/uuid.ts";
import { askHoney } from "@kura/custodian/vault/orders.ts";
import { encodeHoneyPersons } from "@kura/keeper/client-side.ts";
import { atDesk, mustBeOk } from "../desk/desk.ts";

export function addHoneyCommand(program: Command): void {
  const command = program
    .command("honey")
    .description("persons who do not exist: whoever looks at one is stopped");
  command
    .command("add <person...>")
    .description("keys of invented persons who were imported; there is no way back, and no list")
    .action(runAdd);
}

async function runAdd(persons: readonly string[]): Promise<void> {
  const content = encodeHoneyPersons(persons.map(parseUuid));
  const eventNumber = await atDesk(async ({ keeper, orders }) => {
    const { hpkeKey } = await keeper.status();
    const sealedPersons = orders.sealForNext("honey", hpkeKey, content);
    const order = orders.order({ kind: "honey", purpose: "honey", case: "", caseKind: "", sealedPersons });
    return mustBeOk(await askHoney(keeper, order));
  });
  process.stderr.write(`${persons.length} given to the keeper; event ${eventNumber} of the journal\n`);
}
