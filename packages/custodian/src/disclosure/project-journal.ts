/**
 * Copies the keeper's journal into the database: every event once, in order, catching up after any stop.
 *
 * Events and the rows of their persons are committed together, so the copy is always a beginning of the journal. Two
 * processes may copy at once: the event's number is the key, the slower one finds it taken and goes on behind it.
 * CRASH: between two pages nothing is half; the next run goes on behind the last event.
 * A {@link Breach} is never passed over: who meets one stops (kernel's `Beat`), and nothing more is copied.
 */
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import type { Database } from "../db/database.ts";
import * as store from "./store.ts";
import {
  checkPersonChains,
  type CopiedPage,
  type CopyHead,
  copyPage,
  type JournalPage,
} from "./journal-copy.ts";
import { disclosureLimits } from "./limits.ts";

/** Where events come from: `KeeperClient.events`. */
export interface JournalSource {
  /** Events from number `from` on, at most `limit`, perhaps fewer than there are. */
  events(from: bigint, limit: number): Promise<JournalPage>;
}

/**
 * Copies what is not copied yet; the number of the last event that the journal had when it was asked.
 *
 * @throws {Breach} when the journal is shorter than its copy, another one, or has a gap.
 */
export async function projectJournal(register: Database, source: JournalSource): Promise<bigint> {
  for (let attempt = 0; ;) {
    const before = await store.findHead(register);
    const from = before.number === 0n ? 1n : before.number;
    const page = await source.events(from, disclosureLimits.journalPage);
    const copied = copyPage(before, page);
    if (copied.head.number >= page.journalEvents && copied.events.length === 0) return page.journalEvents;
    const isProgress = copied.events.length > 0 && (await isCommitted(register, before, copied));
    attempt = isProgress ? 0 : attempt + 1;
    if (attempt >= disclosureLimits.journalAttempts) {
      throw new Fault("journal-not-copied", "the journal could not be copied; it will be tried again");
    }
    if (isProgress && copied.head.number >= page.journalEvents) return page.journalEvents;
  }
}

/** `false` when another process was quicker. */
async function isCommitted(register: Database, before: CopyHead, page: CopiedPage): Promise<boolean> {
  try {
    return await register.transact(async (tx) => {
      if ((await store.findHead(tx)).number !== before.number) return false;
      const persons = [...new Set(page.disclosures.map(({ person }) => person))];
      checkPersonChains(page.disclosures, await store.listLastEvents(tx, persons));
      await store.appendPage(tx, page);
      return true;
    });
  } catch (fault) {
    const code = codeOf(fault);
    if (code === "sql-23505" || code === "sql-40001") return false;
    throw fault;
  }
}
