/**
 * Whether the copy of the journal is whole: every event proves itself by the chain, and every row of a person is its event's.
 *
 * For audits. The copying itself (`project-journal.ts`) sees only its end; an edit or a hole further back is found here.
 * Reads everything once, page by page.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Reader } from "../db/database.ts";
import { copyPage, type CopyHead, type DisclosureRow, emptyCopy } from "./journal-copy.ts";
import { disclosureLimits } from "./limits.ts";
import * as store from "./store.ts";

export interface CheckedCopy {
  readonly events: bigint;
  /** Rows of persons. */
  readonly disclosures: bigint;
}

/** @throws {Breach} with the number of the event where the copy is not what the keeper wrote. */
export async function checkJournalCopy(reader: Reader): Promise<CheckedCopy> {
  const { number: copied } = await store.findHead(reader);
  let head: CopyHead = emptyCopy;
  let disclosures = 0n;
  while (head.number < copied) {
    const from = head.number === 0n ? 1n : head.number;
    const page = await store.listCopied(reader, from, disclosureLimits.journalPage);
    const proven = copyPage(head, { journalEvents: copied, events: page });
    if (proven.events.length === 0)
      throw new Breach("the journal's copy has a hole", { number: head.number + 1n });
    const stored = await store.listDisclosureKeys(reader, head.number + 1n, proven.head.number);
    compare(proven.disclosures, stored, proven.head.number);
    disclosures += BigInt(stored.length);
    head = proven.head;
  }
  const all = await store.countDisclosures(reader);
  if (all !== disclosures)
    throw new Breach("there are looks without an event", { rows: all, proven: disclosures });
  return { events: head.number, disclosures };
}

function compare(expected: readonly DisclosureRow[], stored: readonly string[], upTo: bigint): void {
  const wanted = expected.map(keyOf).toSorted();
  const found = stored.toSorted();
  if (wanted.length !== found.length || wanted.some((key, i) => key !== found[i])) {
    throw new Breach("the looks of persons are not those of the journal", { upTo });
  }
}

/** As `listDisclosureKeys` writes it. */
function keyOf(row: DisclosureRow): string {
  const { number, person, personEventNo, kind, linkHash, actor, purpose, caseId, fields } = row;
  return [number, person, personEventNo, kind, linkHash, actor, purpose, caseId, fields.join("+")].join("|");
}
