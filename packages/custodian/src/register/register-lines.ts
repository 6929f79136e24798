/**
 * Lines of a register file on their way in: index, identify, seal, append. Called by the import job.
 *
 * A batch goes through three steps that overlap with those of its neighbours: `index` asks the keeper for tokens,
 * `prepare` decides what each line is and has it sealed, `commit` writes. Plaintext lives only in the batch in hand.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Databases, Tx } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { PersonLine } from "../intake/parse-person.ts";
import type { BatchContext, BatchWork, PreparedBatch, RejectedLine } from "../jobs/batch-work.ts";
import { jobLimits } from "../jobs/limits.ts";
import { nextTurn } from "../jobs/next-turn.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import type { Token } from "../vault/terms.ts";
import { AcceptedLines } from "./accepted-lines.ts";
import { Directory } from "./directory.ts";
import { identify } from "./identify.ts";
import type { Identification, PersonState } from "./identify.ts";
import { LineEncoder } from "./line-tokens.ts";
import type { IndexedBatch } from "./line-tokens.ts";
import { sealBatch } from "./seal-lines.ts";
import type { SealedBatch } from "./seal-lines.ts";
import { prefecturesOf } from "./prefectures-of-lines.ts";
import * as since from "./since/store.ts";
import { recordBatchOf } from "./sealed-batches/record-batch.ts";
import { appendRecordBatch } from "./sealed-batches/store.ts";
import * as store from "./store.ts";
import { TokenRows } from "./token-rows.ts";

/** Of these persons, those whose changes wait for a proof, by their keys as text (`incident/desk/held-changes.ts`). */
export type FindHeld = (personKeys: readonly string[]) => Promise<ReadonlySet<string>>;

export function registerWork(
  databases: Databases,
  keeper: KeeperClient,
  makeKey: () => Uint8Array,
  findHeld: FindHeld,
): BatchWork<PersonLine, IndexedBatch> {
  const directory = new Directory(databases.register);
  /** What the batches in flight bring, newest first: the wrapped keys of their persons. */
  let recent: readonly Promise<SealedBatch>[] = [];
  return {
    begin: () => new LineEncoder(keeper),
    decide: async (batch, context) => {
      const lines = new AcceptedLines(batch, context.batchNo);
      await directory.load(batch, lines);
      const known = knownOf(directory);
      const held = await heldAmong(known, findHeld);
      const reissued = await reissuedAmong(known, databases);
      const sorted = sortLines(lines, directory, held, makeKey);
      return {
        seal: async () => {
          const sealing = sealBatch(lines, recent, databases, keeper, context, reissued);
          // Who needs its keys meets the error; nobody else has to.
          sealing.catch(() => undefined);
          recent = [sealing, ...recent].slice(0, jobLimits.batchesInFlight);
          return preparedBatch(sorted, await sealing, databases, context);
        },
      };
    },
  };
}

interface Sorted {
  readonly lines: AcceptedLines;
  readonly tokens: TokenRows;
  readonly knownCount: number;
  readonly rejected: readonly RejectedLine[];
}

/** Decides every line in its order; an accepted line is at once known to the lines behind it. */
function sortLines(
  lines: AcceptedLines,
  directory: Directory,
  held: ReadonlySet<PersonState>,
  makeKey: () => Uint8Array,
): Sorted {
  const { batch } = lines;
  const findable = new TokenRows(batch.tokenCount);
  const rejected: RejectedLine[] = [];
  let knownCount = 0;
  for (let place = 0; place < batch.rows.length; place++) {
    const found = directory.isNew(batch, place) ? newPerson : identifyLine(batch, place, directory);
    if (found.kind === "known") knownCount += 1;
    else if (found.kind === "number-of-another") rejected.push(rejectNumber(batch, place));
    else if (found.kind === "several-persons") rejected.push(rejectSeveral(batch, place));
    else if (found.kind === "same" && held.has(found.person)) rejected.push(rejectHeld(batch, place));
    else if (found.kind === "new") {
      const i = lines.addNew(place, makeKey());
      directory.addNew(batch, place);
      batch.visitFindable(place, (kind, at) => findable.add(kind, batch.highAt(at), batch.lowAt(at), i));
    } else addSame(lines, place, found.person, directory, findable);
  }
  return { lines, tokens: findable, knownCount, rejected };
}

const newPerson: Identification = { kind: "new" };

function identifyLine(batch: IndexedBatch, place: number, directory: Directory): Identification {
  const line = batch.tokensOf(place);
  const byName = line.numbers.length === 0 ? directory.list(line.names) : [];
  return identify(line, directory.list(line.numbers), byName);
}

/** Further facts of a person, and what the blind index does not hold for them yet. */
function addSame(
  lines: AcceptedLines,
  place: number,
  person: PersonState,
  directory: Directory,
  findable: TokenRows,
): void {
  const { batch } = lines;
  const i = lines.addSame(place, person);
  batch.visitFindable(place, (kind, at) => {
    const token = batch.tokenAt(at);
    if (directory.list([token]).includes(person) || person.names.includes(token)) return;
    findable.add(kind, batch.highAt(at), batch.lowAt(at), i);
  });
  const { names, content } = batch.tokensOf(place);
  person.recordCount += 1;
  person.latestContent = content;
  person.names = [...person.names, ...names];
  for (let at = batch.identifyingStart(place); at < batch.identifyingEnd(place); at++)
    directory.add(batch.tokenAt(at), person);
}

function rejectNumber(batch: IndexedBatch, place: number): RejectedLine {
  const { line = 0, cells = [] } = batch.rows[place] ?? {};
  return {
    line,
    cells,
    reasons: [
      {
        code: "number-of-another-person",
        text: "the number is recorded for a person of another name or birth date; nothing was changed",
      },
    ],
  };
}

/** Who they are is not the line's to say: two entries of one human being are found and united by linkage. */
function rejectSeveral(batch: IndexedBatch, place: number): RejectedLine {
  const { line = 0, cells = [] } = batch.rows[place] ?? {};
  const code = "numbers-of-several-persons";
  const text =
    "the numbers are recorded for several persons of this name and birth date; nothing was changed";
  return { line, cells, reasons: [{ code, text }] };
}

/** A change of a person who is exposed in an incident: nothing is lost, the line is in the file of rejects and can be sent again. */
function rejectHeld(batch: IndexedBatch, place: number): RejectedLine {
  const { line = 0, cells = [] } = batch.rows[place] ?? {};
  const code = "held-for-proof";
  const text =
    "changes of this person wait for an independent proof (kura incident prove); nothing was changed";
  return { line, cells, reasons: [{ code, text }] };
}

/** Persons known before this batch whom its lines may be about, by their keys as text. */
type KnownPersons = ReadonlyMap<string, PersonState>;

function knownOf(directory: Directory): KnownPersons {
  return new Map([...directory.known()].map((person) => [renderUuid(person.personKey), person]));
}

/** Those of them who were given a new number, with its token. */
async function reissuedAmong(
  known: KnownPersons,
  { register }: Databases,
): Promise<ReadonlyMap<PersonState, Token>> {
  if (known.size === 0) return new Map();
  const tokens = await since.listReissuedNumbers(register, [...known.keys()]);
  return new Map(
    [...tokens].flatMap(([key, token]) => {
      const person = known.get(key);
      return person === undefined ? [] : [[person, token] as const];
    }),
  );
}

/** Those of them whose changes are held. */
async function heldAmong(known: KnownPersons, findHeld: FindHeld): Promise<ReadonlySet<PersonState>> {
  if (known.size === 0) return new Set();
  const held = await findHeld([...known.keys()]);
  return new Set([...known].flatMap(([key, person]) => (held.has(key) ? [person] : [])));
}

async function preparedBatch(
  { lines, tokens, knownCount, rejected }: Sorted,
  sealed: SealedBatch,
  databases: Databases,
  { sourceId, batchNo, atMs }: BatchContext,
): Promise<PreparedBatch> {
  // Made while the batches ahead are still written: the server, which takes one batch at a time, waits for nothing then. Between
  // the parts the sockets are looked at, or the server and the keeper would wait for the next piece of what they are taking in.
  const { codes, moves } = prefecturesOf(lines);
  await nextTurn();
  const records = store.recordRowsOf(lines, sealed.columns, sourceId, atMs);
  await nextTurn();
  const tokenRows = tokens.inOrder(lines.keys);
  await nextTurn();
  const [first, last] = [lines.lineAt(0), lines.lineAt(lines.count - 1)];
  const recordBatch = recordBatchOf(sourceId, first, last, sealed.columns);
  return {
    accepted: lines.count,
    known: knownCount,
    rejected,
    receivedCount: 0n,
    receivedYen: 0n,
    // CRASH: keys without their persons stay behind; they open nothing, and `kura audit` counts them.
    beforeCommit: () =>
      databases.keys.transact(async (tx) => {
        const written = await store.appendKeysOfLines(tx, lines, sealed.columns);
        if (written !== lines.newCount) throw new Breach("a new person came back without a key", {});
      }),
    commit: async (tx: Tx) => {
      if (lines.newCount > 0) {
        const firstNo = await store.takePersonNos(tx, sourceId, batchNo, codes);
        await store.appendPersons(tx, lines, firstNo, sourceId, atMs);
      }
      await since.appendMoves(tx, sourceId, batchNo, moves, atMs);
      await store.appendRecordRows(tx, records);
      if (lines.count > 0) await appendRecordBatch(tx, recordBatch);
      await store.appendTokens(tx, tokenRows);
    },
  };
}
