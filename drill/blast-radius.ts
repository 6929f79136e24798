/**
 * The blast radius: what each attacker gets of a running agency, counted in persons by real attacks.
 *
 * DESIGN section 2 says what must be shown; SECURITY.md has the same table with the tests that play the same attackers.
 * To add an attacker: a line in `blast/attackers.ts` and in SECURITY.md, a function that gives
 * an `Attack`, and a line in {@link run}.
 */
import { rm } from "node:fs/promises";
import { endOf } from "../test/system/kura-folder.ts";
import { withDatabases } from "../test/system/register-view.ts";
import { connectKeeper, listItems, makeAgency } from "./blast/agency.ts";
import type { Attack } from "./blast/attack.ts";
import { attackAsClerk } from "./blast/live-session.ts";
import { attackExtracts } from "./blast/stolen-extract.ts";
import { attackAsRoot, attackStore } from "./blast/stolen-store.ts";
import { attackAsCustodian, attackAsPhisher } from "./blast/taken-over.ts";
import { reportOf } from "./blast/verdict.ts";
import type { DrillOptions, DrillReport } from "./part.ts";

/** More than the clerk's budget of thirty days, so that the budget is what stops the attacker. */
const usualPersons = 2_000;

export async function run({ persons = usualPersons, say }: DrillOptions): Promise<DrillReport> {
  const agency = await makeAgency(persons, say);
  try {
    say("the databases, the folder and the keeper's disk are stolen");
    const attacks: Attack[] = await attackStore(agency);
    say("the custodian is taken over, and a member of staff is phished");
    const items = await withDatabases(agency.folder, "kura_custodian", async (databases) => {
      const keeper = await connectKeeper(agency.folder);
      const all = await listItems(databases);
      attacks.push(await attackAsCustodian(agency, keeper, databases, all));
      await keeper.close();
      return all;
    });
    attacks.push(await attackAsPhisher(agency.running.url));
    say("a sealed extract is stolen before, during and after its approval, and its recipient's key");
    attacks.push(await attackExtracts(agency, items.length));
    process.kill(agency.running.pid, "SIGINT");
    await endOf(agency.running);
    say("a live session reads for thirty days");
    attacks.push(await attackAsClerk(agency, say));
    attacks.push(await attackAsRoot(agency, items));
    return reportOf(attacks, items.length);
  } finally {
    await agency.folder.remove();
    await rm(agency.folder.keyFile, { force: true });
  }
}
