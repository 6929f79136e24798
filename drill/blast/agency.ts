/**
 * The agency that is attacked: the sample's persons in a running instance, and an honest clerk who does some work in it,
 * so that there is something to steal, replay and read along.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateSample } from "@kura/cli/sample/generate-sample.ts";
import type { Case } from "@kura/custodian/cases/case.ts";
import { openCase } from "@kura/custodian/cases/cases.ts";
import type { Databases } from "@kura/custodian/db/database.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { parseUuid, uuidMaker } from "@kura/custodian/db/uuid.ts";
import type { DoorParts } from "@kura/custodian/disclosure/door.ts";
import { look } from "@kura/custodian/disclosure/look.ts";
import { readPolicy } from "@kura/custodian/disclosure/policy.ts";
import { listSealed } from "@kura/custodian/disclosure/sealed-material.ts";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { makeDemoGenesis } from "@kura/keeper/demo-genesis.ts";
import { type ActorKey, encodeActorKey } from "@kura/keeper/order-session.ts";
import type { OpenItem, SealedAnswer, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Budget } from "@kura/keeper/orders/roster.ts";
import { signInTo, type TestSession } from "../../packages/custodian/test/signed-in.ts";
import { smallClerk } from "../../packages/keeper/test/looks.ts";
import { importFile } from "../../test/system/import-run.ts";
import { KuraFolder, type Started } from "../../test/system/kura-folder.ts";
import { withDatabases } from "../../test/system/register-view.ts";

/** Of the clerk whose session is taken: small, so that the end of each window is reached in a few minutes. */
export const clerkBudget: Budget = { hour: 100, day: 400, days30: 1_000, softPercent: 80 };

/** In clear in the database, on purpose: a scan that does not find it is no scan. */
export const caseReason = "a synthetic reason that stands in clear";

/** What an honest clerk ordered while the attacker listened. */
export interface Relayed {
  readonly order: SignedOrder;
  readonly answer: SealedAnswer;
}

export interface Agency {
  readonly folder: KuraFolder;
  /** Lines of persons.csv: who they really are. */
  readonly lines: Iterable<readonly string[]>;
  readonly clerk: ActorKey;
  readonly operator: ActorKey;
  readonly relayed: readonly Relayed[];
  /** Orders of the same clerk that the attacker kept back: signed, fresh, and not used. */
  readonly intercepted: readonly SignedOrder[];
  /** What the processes wrote to their terminals. */
  readonly output: string;
  /** About everybody whom the honest clerk looked at. */
  readonly about: Case;
}

/** Who approves extracts, and for whom they are made. */
export interface ExtractActors {
  readonly approver: ActorKey;
  readonly recipient: ActorKey;
}

/** @param running already; stays running. */
export async function makeAgency(
  persons: number,
  say: (line: string) => void,
): Promise<Agency & ExtractActors & { running: Started }> {
  const clerk = smallClerk("clerk", clerkBudget);
  const { genesis, operator, approver, recipient } = makeDemoGenesis(clerk.changes);
  const keys = await KuraFolder.make();
  const genesisPath = join(keys.path, "genesis");
  const operatorPath = join(keys.path, "operator.key");
  await writeFile(genesisPath, genesis);
  await writeFile(operatorPath, encodeActorKey(operator), { mode: 0o400 });
  const folder = await KuraFolder.make({ env: { KURA_GENESIS: genesisPath, KURA_ACTOR_KEY: operatorPath } });
  const input = join(keys.path, "input");
  await mkdir(input);
  await generateSample({ persons, seed: 2015, historyMonths: 3, outDir: input, threads: 0 });
  say(`an agency of ${persons} persons starts and takes them in`);
  const running = await folder.start("--empty");
  const reports = [
    await importFile(folder, "persons", join(input, "persons.csv")),
    await importFile(folder, "premiums", join(input, "premiums.csv")),
  ];
  const lines = (await readFile(join(input, "persons.csv"), "utf8")).trimEnd().split("\n").slice(1);
  const work = await withDatabases(folder, "kura_custodian", (databases) =>
    workHonestly(folder, databases, operator),
  );
  const said = reports.map(({ stdout, stderr }) => stdout + stderr).join("");
  const { stdout, stderr } = running.output();
  await keys.remove();
  return {
    folder,
    running,
    lines: lines.map((line) => line.split(",")),
    clerk: clerk.key,
    operator,
    approver,
    recipient,
    output: said + stdout + stderr,
    ...work,
  };
}

/** Twenty looks of the operator through the custodian's code, as a desk makes them. */
async function workHonestly(
  folder: KuraFolder,
  databases: Databases,
  operator: ActorKey,
): Promise<{ relayed: Relayed[]; intercepted: SignedOrder[]; about: Case }> {
  const keeper = await connectKeeper(folder);
  const people = (await listPersons(databases)).slice(0, 20);
  const session = await signInTo(keeper, operator);
  const parts = await doorParts(databases, keeper);
  const about = await openCaseAbout(parts, session, people);
  const relayed: Relayed[] = [];
  for (const person of people) {
    const order = session.look(
      about,
      [person],
      [fieldNumbers.name, fieldNumbers.pensionNumber, fieldNumbers.address],
    );
    const outcome = await look(parts, session.asker, order);
    if (outcome.outcome !== "answered") throw new Error(`an honest look was refused: ${outcome.outcome}`);
    if (session.opened(order, outcome.answer).flat().length === 0)
      throw new Error("an honest look shows nothing");
    relayed.push({ order, answer: outcome.answer });
  }
  const intercepted = people.slice(0, 5).map((person) => session.look(about, [person], [fieldNumbers.name]));
  await keeper.close();
  return { relayed, intercepted, about };
}

export async function doorParts(databases: Databases, keeper: KeeperClient): Promise<DoorParts> {
  const policy = await readPolicy(undefined);
  return { databases, keeper, policy, now: () => new Date(), makeId: uuidMaker() };
}

export async function openCaseAbout(
  parts: DoorParts,
  session: TestSession,
  people: readonly string[],
): Promise<Case> {
  const { now, makeId } = parts;
  const opening = { by: session.asker, kind: "claim", reason: caseReason, persons: people } as const;
  const outcome = await openCase({ register: parts.databases.register, now, makeId }, opening);
  if (outcome.outcome !== "done") throw new Error(`a case was not opened: ${outcome.outcome}`);
  return outcome.case;
}

/** A connection to the instance's keeper, without anybody's key. */
export async function connectKeeper(folder: KuraFolder): Promise<KeeperClient> {
  const address = JSON.parse(await readFile(join(folder.dataDir, "instance.json"), "utf8")) as {
    keeperSocket: string;
  };
  return new KeeperClient(address.keeperSocket);
}

/** Everybody's random key, as a UUID. */
export async function listPersons({ register }: Databases): Promise<string[]> {
  const rows = await register.list<{ key: string }>(
    sqlText("select person_key::text as key from persons order by person_no"),
  );
  return rows.map(({ key }) => key);
}

/** The sealed material of everybody, as whoever has the databases can fetch it. */
export async function listItems(databases: Databases): Promise<OpenItem[]> {
  const items: OpenItem[] = [];
  const people = await listPersons(databases);
  for (let from = 0; from < people.length; from += 50) {
    const some = people.slice(from, from + 50).map(parseUuid);
    items.push(...(await listSealed(databases, some)).items);
  }
  return items;
}
