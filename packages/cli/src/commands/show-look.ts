/**
 * What a first visitor of the sample agency is shown: a look that the demo operator makes, and its entry in the journal.
 * A real search and a real look at a synthetic person, by the same orders as everybody's.
 */
import { renderUuid } from "@kura/custodian/db/uuid.ts";
import { closeBoth, connectBoth } from "@kura/custodian/db/database.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { type Disclosure, listOfPerson } from "@kura/custodian/disclosure/store.ts";
import { fieldOfNumber } from "@kura/custodian/register/field.ts";
import { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { signedIn } from "../desk/desk.ts";
import { lookInOwnCase, type OneLook } from "../desk/look-in-own-case.ts";
import { searchTermsOf } from "../desk/search-terms.ts";
import { findActorKey } from "../instance/actor-keys.ts";
import type { InstanceAddress } from "../instance/instance.ts";
import type { InstancePaths } from "../instance/paths.ts";

/** In a few lines, or `undefined` where this machine has no actor's key to make it with. */
export async function showLook(
  address: InstanceAddress,
  paths: InstancePaths,
  number: string,
): Promise<string | undefined> {
  if ((await findActorKey(paths, process.env)) === undefined) return undefined;
  const databases = connectBoth(address.target, "kura_custodian");
  const keeper = new KeeperClient(address.keeperSocket);
  try {
    return await signedIn({ paths, databases, keeper }, async (desk) => {
      const looked = await lookInOwnCase(desk, {
        kind: "call-centre-inquiry",
        purpose: "call-centre-inquiry",
        reason: "shown at the start of a sample agency",
        terms: searchTermsOf({ number }),
        fields: ["kana", "birthDate"],
      });
      await projectJournal(databases.register, journalSource(keeper));
      const rows = await listOfPerson(databases.register, looked.found.personKey, 1);
      return render(desk.asker.actor, number, looked, rows);
    });
  } finally {
    await keeper.close();
    await closeBoth(databases);
  }
}

function render(actor: string, number: string, { about, found, shown }: OneLook, rows: Disclosure[]): string {
  const facts = shown.persons.flatMap(({ records }) => records.flat());
  const values = facts.map(({ field, value }) => `${fieldOfNumber(field) ?? field} ${value}`);
  const entries = rows.map(
    ({ eventNumber, at, kind, actor: who, office, purpose, fields }) =>
      `event ${eventNumber}, ${at.toISOString()}: ${who} (${office}) ${kind} ` +
      `${fields.map((field) => fieldOfNumber(field) ?? String(field)).join(", ")} for ${purpose}`,
  );
  return `
A look, as "${actor}" has just made it at a synthetic person:
  case      ${about.caseId} (${about.kind})
  searched  ${number}: ${found.maskedName}, ${found.birthYear}, ${found.addressStart}
  looked    ${values.join(", ")}
  journal   ${entries.join("\n            ")}
  person    ${renderUuid(found.personKey)}`;
}
