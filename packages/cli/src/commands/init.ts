/**
 * `kura init FOLDER`: an agency's own beginning, in the place of the demonstration's: key files of its first people, and the
 * statement that two officers sign. An officer whose key is made elsewhere (`kura roster key`) hands in its public half
 * (`--enrol`) and signs there (`kura roster sign-first`); then no machine has ever had both officers' keys.
 *
 * CRASH: a folder without `genesis`; nothing has begun, and it is removed by hand.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import * as v from "valibot";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import { replaceFile } from "@kura/keeper/durable-file.ts";
import {
  type ActorKey,
  encodeActorKey,
  generateActorKey,
  parseActorKey,
} from "@kura/keeper/order-session.ts";
import {
  type Beginner,
  draftFirstStatement,
  type Part,
  type PublicHalf,
  publicHalfOf,
  readFirstStatement,
  signFirstStatement,
} from "../instance/first-statement.ts";

interface InitOptions {
  readonly officer: string[];
  readonly operator: string[];
  readonly approver: string[];
  readonly enrol: string[];
  readonly office: string;
}

const actorName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u;
const publicHalf = v.strictObject({ actor: v.string(), credential: v.string(), publicKey: v.string() });
/** How many signatures the keeper wants under a first statement. */
const signaturesNeeded = 2;

export function addInitCommand(program: Command): void {
  program
    .command("init <folder>")
    .description("an agency's own officers and first people, in the place of the demonstration's")
    .requiredOption(
      "--officer <name>",
      "changes the roster together with another; give two or more",
      collect,
      [],
    )
    .option("--operator <name>", "imports, looks, prepares extracts; as many as there are", collect, [])
    .option("--approver <name>", "second actor of extracts and of matching", collect, [])
    .option("--enrol <file>", "public half of a key that was made elsewhere: kura roster key", collect, [])
    .option("--office <name>", "where they all are at the beginning", "head-office")
    .action(runInit);
}

export function addFirstRosterCommands(roster: Command): void {
  roster
    .command("key <file> <actor>")
    .description("make a key file for an actor; its public half, for whoever enrols it, is printed")
    .action(runKey);
  roster
    .command("sign-first <genesis>")
    .description(
      "sign an agency's first statement with this machine's key (KURA_ACTOR_KEY), before the first start",
    )
    .action(runSignFirst);
}

async function runInit(folder: string, options: InitOptions): Promise<void> {
  const part = (names: readonly string[], of: Part): Beginner[] =>
    names.map((actor) => ({ actor: checkName(actor), part: of }));
  const people = [
    ...part(options.officer, "officer"),
    ...part(options.operator, "operator"),
    ...part(options.approver, "approver"),
  ];
  const enrolled = await Promise.all(options.enrol.map(readPublicHalf));
  const stranger = enrolled.find(({ actor }) => !people.some((one) => one.actor === actor));
  if (stranger !== undefined) {
    throw new Fault(
      "bad-first-roster",
      "a key is enrolled for somebody who is no officer, operator or approver here",
    );
  }
  const made = people
    .filter(({ actor }) => !enrolled.some((one) => one.actor === actor))
    .map(({ actor }) => generateActorKey(actor, `${actor}-key`).key);
  const draft = draftFirstStatement(checkName(options.office), people, [
    ...enrolled,
    ...made.map(publicHalfOf),
  ]);
  const officersHere = made.filter(({ actor }) => options.officer.includes(actor));
  const genesis = officersHere.reduce((bytes, key) => signFirstStatement(bytes, key).bytes, draft);

  await makeEmptyFolder(folder);
  for (const key of made) await writeKey(join(folder, `${key.actor}.key`), key);
  const path = join(folder, "genesis");
  replaceFile(path, genesis);
  for (const { actor, part: of } of people) {
    const key = made.find((one) => one.actor === actor);
    say(
      `${of.padEnd(9)} ${actor}  ${key === undefined ? "key made elsewhere" : join(folder, `${actor}.key`)}`,
    );
  }
  say(nextSteps(path, officersHere.length));
}

async function runKey(file: string, actor: string): Promise<void> {
  const { key } = generateActorKey(checkName(actor), `${actor}-key`);
  await writeKey(file, key);
  say(JSON.stringify(publicHalfOf(key)));
}

/** Shows what is signed before it says that it was. */
async function runSignFirst(genesis: string): Promise<void> {
  const keyFile = process.env["KURA_ACTOR_KEY"];
  if (keyFile === undefined) throw new Fault("no-actor-key", "KURA_ACTOR_KEY names the officer's key file");
  const draft = await readFile(genesis);
  say(readFirstStatement(draft).text);
  const { bytes, signedBy } = signFirstStatement(draft, parseActorKey(await readFile(keyFile)));
  replaceFile(genesis, bytes);
  say(`signed by ${signedBy.join(", ")}`);
  say(nextSteps(genesis, signedBy.length));
}

function nextSteps(genesis: string, signatures: number): string {
  if (signatures < signaturesNeeded) {
    const lacking = signaturesNeeded - signatures;
    return `
${lacking} more signature${lacking === 1 ? " is" : "s are"} needed, each by an officer with their own key file:
  KURA_ACTOR_KEY=THEIR.key npx kura roster sign-first ${genesis}`;
  }
  return `
Signed by two officers. The first start takes it, once; it loads no sample agency:
  KURA_GENESIS=${genesis} npm start
Give each person their key file and take it away from here, and with it the keeper's public key
(npx kura roster keeper, after the first start), so that they believe no other. Orders are signed with
  KURA_ACTOR_KEY=THEIR.key npx kura …
and more people, passkeys and budgets come by kura roster propose, or in the console.`;
}

async function readPublicHalf(path: string): Promise<PublicHalf> {
  try {
    return v.parse(publicHalf, JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new Fault("bad-public-half", "what --enrol names is not what kura roster key printed", { cause });
  }
}

/** @throws {Fault} `folder-not-empty` */
async function makeEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new Fault("folder-not-empty", "the folder holds something already; keys are not written beside it");
  }
}

/** @throws {Fault} `key-exists` */
async function writeKey(path: string, key: ActorKey): Promise<void> {
  try {
    await writeFile(path, encodeActorKey(key), { mode: 0o400, flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    throw new Fault("key-exists", "there is a file already; a key is never overwritten", { cause: error });
  }
}

function checkName(name: string): string {
  if (actorName.test(name)) return name;
  throw new Fault("bad-name", "a name is 1 to 64 letters, digits, dots, hyphens or underscores");
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
