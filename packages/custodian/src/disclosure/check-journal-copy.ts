/**
 * Whether the copy of the journal is whole: every event proves itself by the chain, and every row of a person or a session
 * is its event's.
 *
 * For audits. The copying itself (`project-journal.ts`) sees only its end; an edit or a hole further back is found here.
 * Reads everything once, page by page.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Reader } from "../db/database.ts";
import {
  type CopiedPage,
  copyPage,
  type CopyHead,
  type DisclosureRow,
  emptyCopy,
  type SessionEndRow,
  type SessionRow,
} from "./journal-copy.ts";
import { disclosureLimits } from "./limits.ts";
import type { JournalSource } from "./project-journal.ts";
import * as store from "./store.ts";

export interface CheckedCopy {
  readonly events: bigint;
  /** The last event that was copied. */
  readonly head: CopyHead;
  /** Rows of persons. */
  readonly disclosures: bigint;
}

/** @throws {Breach} with the number of the event where the copy is not what the keeper wrote. */
export async function checkJournalCopy(reader: Reader): Promise<CheckedCopy> {
  const { number: copied } = await store.findHead(reader);
  let head: CopyHead = emptyCopy;
  let disclosures = 0n;
  let sessionRows = 0n;
  while (head.number < copied) {
    const from = head.number === 0n ? 1n : head.number;
    const page = await store.listCopied(reader, from, disclosureLimits.journalPage);
    const proven = copyPage(head, { journalEvents: copied, events: page });
    if (proven.events.length === 0)
      throw new Breach("the journal's copy has a hole", { number: head.number + 1n });
    const [first, last] = [head.number + 1n, proven.head.number];
    compare(
      "persons",
      proven.disclosures.map(keyOf),
      await store.listDisclosureKeys(reader, first, last),
      last,
    );
    compare("sessions", sessionKeysOf(proven), await store.listSessionKeys(reader, first, last), last);
    disclosures += BigInt(proven.disclosures.length);
    sessionRows += BigInt(proven.sessions.length + proven.sessionEnds.length);
    head = proven.head;
  }
  const all = await store.countDisclosures(reader);
  if (all !== disclosures)
    throw new Breach("there are looks without an event", { rows: all, proven: disclosures });
  const allSessionRows = await store.countSessionRows(reader);
  if (allSessionRows !== sessionRows)
    throw new Breach("there are sessions without an event", { rows: allSessionRows, proven: sessionRows });
  return { events: head.number, head, disclosures };
}

/**
 * That the copy's end is in the keeper's journal: a copy that proves itself could still be of another history. What the
 * journal has beyond it is copied next.
 *
 * @throws {Breach}
 */
export async function checkCopiedHead(head: CopyHead, journal: JournalSource): Promise<void> {
  if (head.number === 0n) return;
  copyPage(head, await journal.events(head.number, 1));
}

function compare(
  what: "persons" | "sessions",
  expected: readonly string[],
  stored: readonly string[],
  upTo: bigint,
): void {
  const [wanted, found] = [expected.toSorted(), stored.toSorted()];
  if (wanted.length !== found.length || wanted.some((key, i) => key !== found[i])) {
    throw new Breach(`the rows of ${what} are not those of the journal`, { upTo });
  }
}

/** As `listSessionKeys` writes them. */
function sessionKeysOf({ sessions, sessionEnds }: CopiedPage): string[] {
  return [...sessions.map(sessionKeyOf), ...sessionEnds.map(endKeyOf)];
}

function sessionKeyOf(row: SessionRow): string {
  const { number, session, actor, office, credential, workstation, time, expires } = row;
  return [
    number,
    session,
    actor,
    office,
    credential,
    workstation,
    Date.parse(time),
    Date.parse(expires),
  ].join("|");
}

function endKeyOf({ number, session, kind, time }: SessionEndRow): string {
  return [number, session, kind, Date.parse(time)].join("|");
}

/** As `listDisclosureKeys` writes it. */
function keyOf(row: DisclosureRow): string {
  const { number, person, personEventNo, kind, linkHash, actor, purpose, caseId, fields } = row;
  return [number, person, personEventNo, kind, linkHash, actor, purpose, caseId, fields.join("+")].join("|");
}
