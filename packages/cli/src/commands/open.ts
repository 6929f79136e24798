/**
 * `kura open FILE`: the recipient's side of a sealed extract. Signs with the recipient's key, asks for the keys of the rows
 * wanted, and writes them as CSV, Excel or Parquet. What was released is counted, also when the writing fails.
 */
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { atDesk } from "../desk/desk.ts";
import { orderRelease } from "../desk/extract-orders.ts";
import { actorKeyPath, findActorKey } from "../instance/actor-keys.ts";
import { instancePaths } from "../instance/paths.ts";
import { meetKeeper } from "../recipient/known-keepers.ts";
import { type AskRelease, openExtract, type RowRange } from "../recipient/open-extract.ts";
import { signInAt } from "../recipient/remote-door.ts";
import { type WrittenRows, writeRows } from "../recipient/write-rows.ts";

interface Options {
  readonly rows?: string;
  readonly out: string;
  readonly server?: string;
  readonly keeper?: string;
}

export function addOpenCommand(program: Command): void {
  program
    .command("open <file>")
    .description("open a sealed extract, or some rows of it; needs the agency's keeper each time")
    .option("--rows <from-to>", "rows, counted from 1; all of them unless given")
    .requiredOption("--out <file>", "a .csv, .xlsx or .parquet")
    .option("--server <url>", "where the agency's Kura answers; this machine's own unless given")
    .option(
      "--keeper <key>",
      "the public key of its keeper, as the agency tells it; with --server, the first time",
    )
    .action(runOpen);
}

async function runOpen(file: string, { rows, out, server, keeper }: Options): Promise<void> {
  const range = rows === undefined ? undefined : parseRange(rows);
  const open = (ask: AskRelease): Promise<WrittenRows> =>
    writeRows(resolve(out), openExtract(resolve(file), range, ask));
  const written = server === undefined ? await openHere(open) : await openAt(server, keeper, open);
  const empty = written.emptyRows === 0 ? "" : `, ${written.emptyRows} of them empty`;
  process.stdout.write(`${resolve(out)}  ${written.rows} rows${empty}\n`);
  process.stderr.write(
    `${written.releasedRows} rows were released to this machine and stand in the journal.\n` +
      "When every copy is destroyed, say so: kura extract destroyed EXTRACT\n",
  );
}

function openHere(open: (ask: AskRelease) => Promise<WrittenRows>): Promise<WrittenRows> {
  return atDesk((desk) => open((wanted) => orderRelease(desk, wanted)));
}

async function openAt(
  server: string,
  expected: string | undefined,
  open: (ask: AskRelease) => Promise<WrittenRows>,
): Promise<WrittenRows> {
  const paths = instancePaths(process.env, process.cwd());
  const key = await findActorKey(paths, process.env);
  if (key === undefined) throw new Fault("no-actor-key", "there is no key to sign with (KURA_ACTOR_KEY)");
  const known = join(dirname(actorKeyPath(paths, process.env)), "kura-known-keepers");
  const door = await signInAt(server, key, (origin, told) => meetKeeper(known, { origin, told, expected }));
  try {
    return await open((wanted) => door.release(wanted));
  } finally {
    await door.signOut();
  }
}

/** `17` or `1-100`. */
function parseRange(text: string): RowRange {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/u.exec(text);
  if (match === null) throw new Fault("no-such-rows", "rows are a number, or FROM-TO");
  const first = Number(match[1]);
  return { first, last: match[2] === undefined ? first : Number(match[2]) };
}
