/** Attackers who have bytes: the disk, the dumps, the keeper's folder without the secret, and at last with it. */
import { execFile } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeFactList } from "@kura/kernel/fact-list.ts";
import type { Databases } from "@kura/custodian/db/database.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import { openKeyFile } from "@kura/keeper/crypto/key-file.ts";
import { keeperCommand } from "@kura/keeper/launch.ts";
import { RandomPool } from "@kura/keeper/crypto/random-pool.ts";
import { RecordCipher } from "@kura/keeper/crypto/record-cipher.ts";
import type { OpenItem } from "@kura/keeper/protocol/orders.ts";
import type { Hit } from "../../test/system/byte-scan.ts";
import { withDatabases } from "../../test/system/register-view.ts";
import { type Agency, caseReason } from "./agency.ts";
import type { Attack } from "./attack.ts";
import { attackers } from "./attackers.ts";
import { Sample, sampledValues } from "./sample.ts";

const findsReason = (hits: readonly Hit[]): boolean => hits.some(({ word }) => word === caseReason);
const findsSecret = (hits: readonly Hit[]): boolean => hits.some(({ form }) => form === "raw");

export async function attackStore(agency: Agency): Promise<Attack[]> {
  const { folder, lines } = agency;
  const sample = new Sample(lines, await readFile(folder.keyFile));
  return [await stealDatabase(agency, sample), await stealKeeperDisk(agency, sample)];
}

/** Every byte of the data folder, of PostgreSQL's files, of dumps of both databases, and of what was printed. */
async function stealDatabase({ folder, output }: Agency, sample: Sample): Promise<Attack> {
  await withDatabases(folder, "owner", ({ register }) => register.list(sqlText("checkpoint")));
  const clusterDir = await folder.clusterDir();
  const isInside = clusterDir.startsWith(`${folder.dataDir}/`);
  const disk = await sample.scan.findInFolder(folder.dataDir);
  const cluster = isInside ? { hits: [], bytes: 0 } : await sample.scan.findInFolder(clusterDir);
  const dumps = await withDatabases(folder, "owner", async ({ register, keys }) => [
    ...(await dump({ register, keys }, "register")),
    ...(await dump({ register, keys }, "keys")),
  ]);
  const dumped = dumps.flatMap(({ table, text }) => sample.scan.find(Buffer.from(text), table));
  const printed = sample.scan.find(Buffer.from(output), "output");
  const hits = [...disk.hits, ...cluster.hits, ...dumped, ...printed];
  const megabytes = Math.round((disk.bytes + cluster.bytes) / 1e6);
  const broken = [
    ...(findsReason([...disk.hits, ...cluster.hits]) && findsReason(dumped)
      ? []
      : ["the scan does not find what is there"]),
    ...(findsSecret(hits) ? ["the unsealing secret stands in the stolen bytes"] : []),
    ...(sample.values >= sampledValues ? [] : [`only ${sample.values} values were looked for`]),
  ];
  return {
    ...attackers.store,
    bound: 0,
    exposedPersons: sample.exposed(hits),
    tried: `${sample.values} values in 7 encodings in ${megabytes} MB and ${dumps.length} dumped tables`,
    tests: ["test/abuse/data-at-rest.test.ts"],
    broken,
  };
}

/** Every table of a database with its rows as text. */
async function dump(databases: Databases, name: keyof Databases): Promise<{ table: string; text: string }[]> {
  const tables = await databases[name].list<{ name: string }>(
    sqlText("select table_name as name from information_schema.tables where table_schema = 'public'"),
  );
  const dumps: { table: string; text: string }[] = [];
  for (const { name: table } of tables) {
    const rows = await databases[name].list<{ line: string }>(
      sqlText(`select t::text as line from ${table} as t`),
    );
    dumps.push({ table, text: rows.map(({ line }) => line).join("\n") });
  }
  return dumps;
}

/** The keeper's folder on another machine, with every key file but the right one; and its bytes. */
async function stealKeeperDisk({ folder }: Agency, sample: Sample): Promise<Attack> {
  const thief = await mkdtemp(join(tmpdir(), "kura-thief-"));
  const stolen = join(thief, "keeper");
  const skipSockets = async (source: string): Promise<boolean> => !(await stat(source)).isSocket();
  await cp(join(folder.dataDir, "keeper"), stolen, { recursive: true, filter: skipSockets });
  const { hits } = await sample.scan.findInFolder(stolen);
  const guesses = [Buffer.alloc(32), randomBytes(32), randomBytes(32)];
  let started = 0;
  for (const guess of guesses) {
    await rm(join(thief, "guess"), { force: true });
    await writeFile(join(thief, "guess"), guess, { mode: 0o400 });
    if (
      (await exitCodeOf([
        "--dir",
        stolen,
        "--key-file",
        join(thief, "guess"),
        "--socket",
        join(thief, "s"),
      ])) === 0
    )
      started += 1;
  }
  await rm(thief, { recursive: true, force: true });
  return {
    ...attackers.keeperDisk,
    bound: 0,
    exposedPersons: sample.exposed(hits),
    tried: `the folder's bytes; ${guesses.length} other key files start it ${started} times`,
    tests: [
      "keeper/src/journal/journal.abuse.test.ts",
      "keeper/src/crypto/key-file.test.ts",
      "test/flow/secret.test.ts",
    ],
    broken: [
      ...(started > 0 ? ["a keeper started with a guessed secret"] : []),
      ...(findsSecret(hits) ? ["the unsealing secret stands in the keeper's folder"] : []),
    ],
  };
}

/** A keeper that starts would stay: it is ended after a while and counts as started. */
function exitCodeOf(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...keeperCommand, ...args], { timeout: 20_000 }, (error) =>
      resolve(error === null || child.killed ? 0 : Number(error.code ?? 1)),
    );
  });
}

/** Root on the keeper's host has the secret as well as the disk, and needs no keeper: the one place to guard. */
export async function attackAsRoot({ folder }: Agency, items: readonly OpenItem[]): Promise<Attack> {
  const fill = (bytes: Uint8Array): void => bytes.set(randomBytes(bytes.length));
  const bytes = await readFile(folder.keyFile);
  const { keys } = openKeyFile(
    join(folder.dataDir, "keeper", "keys.sealed"),
    { kind: "key-file", bytes },
    fill,
  );
  const cipher = new RecordCipher(keys.keks, new RandomPool(fill));
  let exposedPersons = 0;
  for (const { personKey, wrappedKey, records } of items) {
    const key = createSecretKey(cipher.unwrapKey(personKey, wrappedKey));
    const facts = records.flatMap(({ kind, recordNo, sealed }) =>
      decodeFactList(cipher.openRecord({ personKey, kind, recordNo }, key, sealed)),
    );
    if (facts.some(({ field }) => field === fieldNumbers.name)) exposedPersons += 1;
  }
  return {
    ...attackers.root,
    bound: items.length,
    exposedPersons,
    tried: "the key file and the sealed keys, then every record, without any keeper",
    tests: [],
  };
}
