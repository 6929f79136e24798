/**
 * The three days: everything that can be taken is taken. Every file of the share, the whole database, what the custodian
 * relays, and the live sessions of thirty-one workstations, which are read as fast as the keeper lets them be.
 */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { type AskRelease, openExtract } from "@kura/cli/recipient/open-extract.ts";
import type { Databases } from "@kura/custodian/db/database.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { decryptFile } from "@kura/custodian/extracts/age-file.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { fileKeyBytes } from "@kura/keeper/protocol/extracts.ts";
import { ByteScan } from "../../test/system/byte-scan.ts";
import type { OpenItem } from "@kura/keeper/protocol/orders.ts";
import { attackAsCustodian } from "../blast/taken-over.ts";
import type { Agency } from "../blast/agency.ts";
import { type Desk, type Desks, type DrillAgency, dayMs, hourMs } from "./agency.ts";
import { type Taken, taken, theftDays } from "./story.ts";
import type { Share } from "./work.ts";

const triesInDay = 3;
const personsInLook = 50;
/** Of the keeper, and of a file whose key is another. */
const refusedCodes = ["purpose-not-held", "extract-refused", "bad-extract-file"];
/** Pages of 8 KB of a table that are read at once. */
const pagesAtOnce = 1_000;

/** Whom the attacker could read, by what was taken. */
export interface Loot {
  readonly byFiles: number;
  readonly byDatabase: number;
  readonly byCustodian: number;
  /** Keys of persons whom live sessions showed to the attacker. */
  readonly bySessions: ReadonlySet<string>;
  /** Pension numbers of theirs. */
  readonly numbers: readonly string[];
  readonly ordersRefused: number;
}

/** A scan for the values of so many persons, from all over the register: one in clear, in any encoding, is a person exposed. */
export class Values {
  readonly #persons = new Map<string, number>();
  readonly #scan: ByteScan;

  constructor(lines: DrillAgency["lines"], secret: Buffer, count: number) {
    for (let n = 0; n < Math.min(count, lines.size); n++) {
      const person = Math.floor((n * lines.size) / count);
      const cells = lines.at(person);
      const [number = "", name = "", kana = ""] = cells;
      for (const word of [number, number.replace("-", ""), name, kana, cells[8] ?? ""]) {
        if (word.length >= 4) this.#persons.set(word, person);
      }
    }
    this.#scan = new ByteScan([...this.#persons.keys()], secret);
  }

  persons(bytes: Buffer, where: string): Set<number> {
    const hits = this.#scan.find(bytes, where);
    return new Set(hits.flatMap(({ word }) => this.#persons.get(word) ?? []));
  }
}

/**
 * Every byte of every file, and every file opened as its recipient would open it: with the recipient's own program, which
 * asks the keeper in the thief's session. With no session at all there is only a guess in the place of the file's key.
 * That the same attempt succeeds when the holder asks is tried on one of the files, else a failure would say nothing.
 */
export async function takeFiles(
  { files }: Share,
  values: Values,
  thief: Opener,
  holder: () => Promise<Opener>,
): Promise<{ readonly exposed: number; readonly isTriedWell: boolean }> {
  const inClear = new Set<number>();
  let opened = 0;
  for (const { path, extractId } of files) {
    for (const person of values.persons(await readFile(path), extractId)) inClear.add(person);
    opened += (await rowsOpened(path, thief)) + (await chunksGuessed(path));
  }
  // Not destroyed: its holder may still open it.
  const open = files.find(({ releasedAtMs }) => releasedAtMs === undefined);
  const isTriedWell = open !== undefined && (await rowsOpened(open.path, await holder())) >= open.rows.length;
  return { exposed: inClear.size + opened, isTriedWell };
}

/** Asks the keeper for a release in somebody's session. */
export type Opener = AskRelease;

/** Chunks behind the file's own layer, with a key of the right length in the place of the one that a release would bring. */
async function chunksGuessed(path: string): Promise<number> {
  const stream: ReadableStream<Uint8Array> = ReadableStream.from<Uint8Array>(createReadStream(path));
  return countUntilRefused(
    decryptFile(stream, async () => new Uint8Array(fileKeyBytes)),
    () => 1,
  );
}

async function rowsOpened(path: string, ask: Opener): Promise<number> {
  return countUntilRefused(openExtract(path, undefined, ask), ({ rows }) => rows.length);
}

/** What came out in clear before the keeper or the cipher refused; any other failure is one of the drill. */
async function countUntilRefused<T>(parts: AsyncIterable<T>, count: (part: T) => number): Promise<number> {
  let total = 0;
  try {
    for await (const part of parts) total += count(part);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined || !refusedCodes.includes(code)) throw thrown;
  }
  return total;
}

/** Every row of every table, as text. */
export async function takeDatabase(owner: Databases, values: Values): Promise<number> {
  const exposed = new Set<number>();
  for (const database of [owner.register, owner.keys]) {
    const tables = await database.list<{ name: string; pages: number }>(
      sqlText(`select relname as name, (pg_relation_size(oid) / 8192)::integer as pages from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace`),
    );
    for (const { name, pages } of tables) {
      for (let page = 0; page < pages; page += pagesAtOnce) {
        const rows = await database.list<{ row: string }>(
          sqlText(
            `select t::text as row from ${name} t where ctid >= '(${page},0)'::tid and ctid < '(${page + pagesAtOnce},0)'::tid`,
          ),
        );
        const text = Buffer.from(rows.map(({ row }) => row).join("\n"));
        for (const person of values.persons(text, name)) exposed.add(person);
      }
    }
  }
  return exposed.size;
}

/** Forged, widened, replayed and moved orders with everything the custodian has: as the blast radius plays it. */
export async function takeCustodian(
  agency: DrillAgency,
  desks: Desks,
  keeper: KeeperClient,
  databases: Databases,
  items: readonly OpenItem[],
  held: { readonly desk: Desk; readonly persons: readonly string[] },
): Promise<{ readonly exposed: number; readonly broken: readonly string[] }> {
  const about = await desks.openCase(held.desk, held.persons);
  const intercepted = held.persons.slice(0, 5).map((person) => desks.order(held.desk, about, [person]));
  const [clerk] = agency.clerks;
  if (clerk === undefined) throw new Error("there are no clerks");
  const seen: Agency = {
    folder: agency.folder,
    lines: agency.lines,
    clerk: clerk.key,
    operator: agency.operator,
    relayed: desks.relayed,
    intercepted,
    output: agency.output,
    about,
  };
  const attack = await attackAsCustodian(seen, keeper, databases, items);
  return { exposed: attack.exposedPersons, broken: attack.broken ?? [] };
}

/** When a machine was in somebody else's hands, by the drill's clock. */
export function windowOf({ from, until }: Taken, startMs: number): { fromMs: number; untilMs: number } {
  const timeOf = ([day, hour]: Taken["from"]): number => startMs + day * dayMs + hour * hourMs;
  return { fromMs: timeOf(from), untilMs: timeOf(until) };
}

/** Whom ordinary work showed on the screens of machines while they were in somebody else's hands. */
export function watched(agency: DrillAgency, desks: Desks): Set<string> {
  const windows = new Map(taken.map((one) => [one.workstation, windowOf(one, agency.clock.startMs)]));
  return new Set(
    desks.served.flatMap(({ session, atMs, persons }) => {
      const window = windows.get(session.workstation);
      return window !== undefined && atMs >= window.fromMs && atMs < window.untilMs ? persons : [];
    }),
  );
}

/** What the keeper lets the taken accounts see at most: the budget of a day, for each day that a machine was taken. */
export function machineDays(): number {
  return taken.reduce((sum, { from, until }) => sum + until[0] - from[0] + 1, 0);
}

/**
 * Three days at unlocked desks, each asked for new persons until the keeper refuses.
 *
 * @returns also one of the sessions, still open, with which to try other doors.
 */
export async function readSessions(
  agency: DrillAgency,
  desks: Desks,
  people: readonly string[],
): Promise<Pick<Loot, "bySessions" | "numbers" | "ordersRefused"> & { readonly open: Desk }> {
  const bySessions = watched(agency, desks);
  const numbers: string[] = [];
  let ordersRefused = 0;
  let next = Math.floor(people.length / 3);
  let open: Desk | undefined;
  const inHand = taken.filter(({ until }) => until[0] > theftDays[2]).map(({ workstation }) => workstation);
  for (const day of theftDays) {
    await agency.clock.moveTo(day, 8);
    const live: Desk[] = [];
    for (const { key, office, workstation } of agency.clerks) {
      if (inHand.includes(workstation)) live.push(await desks.signIn(key, office, workstation));
    }
    open = live[0];
    for (let hour = 0; hour < triesInDay; hour++) {
      await agency.clock.moveTo(day, 9 + 2 * hour);
      for (const desk of live) {
        for (;;) {
          const persons = Array.from(
            { length: personsInLook },
            (_, i) => people[(next + i) % people.length] ?? "",
          );
          const shown = await desks.look(desk, [...new Set(persons)]);
          if (shown === undefined) {
            ordersRefused += 1;
            break;
          }
          next += personsInLook;
          numbers.push(...shown);
          for (const person of persons) bySessions.add(person);
        }
      }
    }
  }
  if (open === undefined) throw new Error("no machine is in the attacker's hands");
  return { bySessions, numbers, ordersRefused, open };
}
