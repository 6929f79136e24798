/**
 * One change of one person: a record more, sealed under a ticket of the actor's own order, or held and nothing changed.
 *
 * Called once it is known that the case is open, about the person, and the actor looked at them in it. Alone, like an import:
 * two would give the same number to two records. The order of durable effects:
 *   1. the keeper journals what it seals
 *      CRASH: sealed bytes that nobody kept; the change is asked for again.
 *   2. source, record, tokens and counts are committed in one transaction: done
 */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";
import type { Databases } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { PersonDraft } from "../intake/draft.ts";
import { jobLocks } from "../jobs/limits.ts";
import * as sources from "../jobs/store.ts";
import { AcceptedLines } from "../register/accepted-lines.ts";
import { recordKinds } from "../register/facts.ts";
import { LineEncoder } from "../register/line-tokens.ts";
import { prefecturesOf } from "../register/prefectures-of-lines.ts";
import { appendMoves } from "../register/since/store.ts";
import { recordBatchOf } from "../register/sealed-batches/record-batch.ts";
import { appendRecordBatch } from "../register/sealed-batches/store.ts";
import * as register from "../register/store.ts";
import { TokenRows } from "../register/token-rows.ts";
import type { TicketedKeeper } from "../vault/ticketed-keeper.ts";
import * as store from "./store.ts";

export interface Change {
  readonly personKey: Uint8Array;
  readonly draft: PersonDraft;
  /** Sixteen new bytes: the change's own source, or its id where it is held. */
  readonly changeId: Uint8Array;
  readonly held: Omit<store.HeldChange, "changeId" | "personKey" | "askedAt">;
  readonly at: Date;
}

/** In order of precedence. */
export type ChangeOutcome =
  | { readonly outcome: "import-running" }
  | { readonly outcome: "erased" }
  | { readonly outcome: "held" }
  | { readonly outcome: "registered"; readonly recordNo: number };

export interface ChangeParts {
  readonly databases: Databases;
  readonly keeper: TicketedKeeper;
  /** Whether changes of a person wait for a proof (`incident/desk/held-changes.ts`). */
  readonly isHeld: (personKey: string) => Promise<boolean>;
}

export async function registerChange(parts: ChangeParts, change: Change): Promise<ChangeOutcome> {
  const lock = jobLocks.import;
  const outcome = await parts.databases.register.withLock(lock, () => registerAlone(parts, change));
  return outcome ?? { outcome: "import-running" };
}

async function registerAlone(
  { databases, keeper, isHeld }: ChangeParts,
  { personKey, draft, changeId, held, at }: Change,
): Promise<ChangeOutcome> {
  const person = renderUuid(personKey);
  const wrapped = (await register.listKeys(databases.keys, [personKey])).get(person);
  if (wrapped === undefined) return { outcome: "erased" };
  if (await isHeld(person)) {
    const row = { ...held, changeId: renderUuid(changeId), personKey: person, askedAt: at };
    await store.appendHeld(databases.register, row);
    return { outcome: "held" };
  }
  const encoder = new LineEncoder(keeper, 1);
  encoder.take({ line: 1, row: { line: 1, cells: [] }, draft });
  const batch = await encoder.index();
  const recordNo = await store.getNextRecordNo(databases.register, person);
  const place = { personKey, kind: recordKinds.personLine, recordNo };
  const source = `change ${renderUuid(changeId)}`;
  const answer = await keeper.seal({
    source,
    items: [{ ...place, wrappedKey: wrapped, facts: batch.factsAt(0) }],
  });
  const sealed = answer.items[0]?.sealed;
  if (sealed === undefined) throw new Breach("a change came back unsealed", { person: encodeHex(personKey) });
  const lines = new AcceptedLines(batch, 0);
  lines.addSame(0, { personKey, recordCount: recordNo, latestContent: 0n, names: [] });
  await commit(databases, lines, { sealed, eventNumber: answer.eventNumber }, changeId, at.getTime());
  return { outcome: "registered", recordNo };
}

async function commit(
  databases: Databases,
  lines: AcceptedLines,
  { sealed, eventNumber }: { readonly sealed: Uint8Array; readonly eventNumber: bigint },
  sourceId: Uint8Array,
  atMs: number,
): Promise<void> {
  const columns = {
    eventNumber,
    bytes: sealed,
    sealedStarts: [0],
    sealedLengths: [sealed.length],
    wrappedStarts: [0],
    wrappedLengths: [0],
  };
  const { batch } = lines;
  const { moves } = prefecturesOf(lines);
  const tokens = new TokenRows(batch.tokenCount);
  batch.visitFindable(0, (kind, at) => tokens.add(kind, batch.highAt(at), batch.lowAt(at), 0));
  await databases.register.transact(async (tx) => {
    const file = { fileDigest: null, mappingDigest: null };
    await sources.appendSource(tx, { sourceId, kind: "change", ...file, atMs });
    const counts = { accepted: 1, known: 0, rejected: 0, receivedCount: 0n, receivedYen: 0n };
    const only = { batchNo: 0, firstLine: 1, lastLine: 1, rowsRead: 1, rejectsBytes: 0 };
    await sources.appendBatch(tx, sourceId, { ...only, ...counts }, atMs);
    await appendMoves(tx, sourceId, 0, moves, atMs);
    await register.appendRecordRows(tx, register.recordRowsOf(lines, columns, sourceId, atMs));
    await appendRecordBatch(tx, recordBatchOf(sourceId, 1, 1, columns));
    await register.appendTokens(tx, tokens.inOrder(lines.keys));
    await sources.appendFinished(tx, sourceId, 1, atMs);
  });
}
