/**
 * The three days: everything that can be taken is taken. Every file of the share, the whole database, what the custodian
 * relays, and the live sessions of thirty-one workstations, which are read as fast as the keeper lets them be.
 */
import { readFile } from "node:fs/promises";
import type { Databases } from "@kura/custodian/db/database.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { decryptFile } from "@kura/custodian/extracts/age-file.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { ByteScan } from "../../test/system/byte-scan.ts";
import type { OpenItem } from "@kura/keeper/protocol-orders.ts";
import { attackAsCustodian } from "../blast/taken-over.ts";
import type { Agency } from "../blast/agency.ts";
import { type Desk, type Desks, type DrillAgency } from "./agency.ts";
import type { Share, SealedFile } from "./work.ts";

/** As in 2015. */
export const mails = 124;
export const opened = 5;
export const takenWorkstations = 31;
/** 20 May, and the three days of the theft, counted from the first day of the drill. */
export const takenFromDay = 26;
export const theftDays = [27, 28, 29] as const;
/** The machines are cut off. */
export const takenUntilDay = 30;
const triesInDay = 3;
const personsInLook = 50;
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

/** A scan for the values of so many persons: a value in clear, in any encoding, is a person exposed. */
export class Values {
  readonly #persons = new Map<string, number>();
  readonly #scan: ByteScan;

  constructor(lines: DrillAgency["lines"], secret: Buffer, count: number) {
    for (const [person, cells] of lines.entries()) {
      if (this.#persons.size >= count) break;
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

/** Every byte of every file, and every file opened with a key that is not its holder's. */
export async function takeFiles({ files }: Share, values: Values): Promise<number> {
  const exposed = new Set<number>();
  for (const file of files) {
    const bytes = await readFile(file.path);
    for (const person of values.persons(bytes, file.extractId)) exposed.add(person);
    if (await opensWithoutRelease(file, bytes)) exposed.add(-1);
  }
  return exposed.size;
}

async function opensWithoutRelease(_file: SealedFile, bytes: Buffer): Promise<boolean> {
  try {
    const stream: ReadableStream<Uint8Array> = ReadableStream.from<Uint8Array>([new Uint8Array(bytes)]);
    // The best a thief can do: any key of the right length in the place of the one that the keeper would release.
    for await (const chunk of decryptFile(stream, async () => new Uint8Array(16))) return chunk.length > 0;
    return false;
  } catch (thrown) {
    if (thrown instanceof Error) return false;
    throw thrown;
  }
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

/** Three days at thirty-one unlocked desks, each asked for new persons until the keeper refuses. */
export async function readSessions(
  agency: DrillAgency,
  desks: Desks,
  people: readonly string[],
): Promise<Pick<Loot, "bySessions" | "numbers" | "ordersRefused">> {
  const bySessions = new Set<string>();
  const numbers: string[] = [];
  let ordersRefused = 0;
  let next = Math.floor(people.length / 3);
  for (const day of theftDays) {
    await agency.clock.moveTo(day, 8);
    const live: Desk[] = [];
    for (const { key, office, workstation } of agency.clerks.slice(0, takenWorkstations)) {
      live.push(await desks.signIn(key, office, workstation));
    }
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
  return { bySessions, numbers, ordersRefused };
}
