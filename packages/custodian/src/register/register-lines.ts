/**
 * Lines of a register file on their way in: index, identify, seal, append. Called by the import job.
 *
 * A batch goes through three steps that overlap with those of its neighbours: `index` asks the keeper for tokens,
 * `prepare` decides what each line is and has it sealed, `commit` writes. Plaintext lives only in the batch in hand.
 */
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { SealedColumns } from "@kura/keeper/protocol.ts";
import type { Databases, Tx } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { PersonLine } from "../intake/parse-person.ts";
import type { BatchContext, BatchWork, PreparedBatch, RejectedLine } from "../jobs/batch-work.ts";
import { jobLimits } from "../jobs/limits.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { termKinds } from "../vault/terms.ts";
import { Directory } from "./directory.ts";
import { recordKinds } from "./facts.ts";
import { identify } from "./identify.ts";
import type { LineTokens, PersonState } from "./identify.ts";
import { LineEncoder } from "./line-tokens.ts";
import type { IndexedBatch } from "./line-tokens.ts";
import * as store from "./store.ts";

interface Accepted {
  /** Index of the line in its batch. */
  readonly place: number;
  readonly person: PersonState;
  readonly recordNo: number;
}

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
      const identifying = batch.identifyingTokens();
      await directory.load(identifying);
      const held = await heldAmong(identifying, directory, findHeld);
      const sorted = sortLines(batch, directory, held, makeKey);
      return {
        seal: async () => {
          const sealing = sealBatch(batch, sorted, recent, databases, keeper, context);
          // Who needs its keys meets the error; nobody else has to.
          sealing.catch(() => undefined);
          recent = [sealing, ...recent].slice(0, jobLimits.batchesInFlight);
          return preparedBatch(batch, sorted, await sealing, databases, context);
        },
      };
    },
  };
}

/** By its numbers a line is about somebody; only a line without any is looked up by its names. */
function identifyingTokens({ numbers, names }: LineTokens): LineTokens["numbers"] {
  return numbers.length > 0 ? numbers : names;
}

interface Sorted {
  readonly accepted: readonly Accepted[];
  readonly newPersons: readonly PersonState[];
  readonly tokens: store.TokenRows;
  readonly knownCount: number;
  readonly rejected: readonly RejectedLine[];
}

/** Decides every line in its order; an accepted line is at once known to the lines behind it. */
function sortLines(
  batch: IndexedBatch,
  directory: Directory,
  held: ReadonlySet<PersonState>,
  makeKey: () => Uint8Array,
): Sorted {
  const accepted: Accepted[] = [];
  const newPersons: PersonState[] = [];
  const findable = new store.TokenRows();
  const rejected: RejectedLine[] = [];
  let knownCount = 0;
  for (let place = 0; place < batch.rows.length; place++) {
    const line = batch.tokensOf(place);
    const byName = line.numbers.length === 0 ? directory.list(line.names) : [];
    const found = identify(line, directory.list(line.numbers), byName);
    if (found.kind === "known") knownCount += 1;
    else if (found.kind === "number-of-another") rejected.push(rejectNumber(batch, place));
    else if (found.kind === "same" && held.has(found.person)) rejected.push(rejectHeld(batch, place));
    else {
      const person = found.kind === "same" ? found.person : newPerson(makeKey());
      if (found.kind === "new") newPersons.push(person);
      accepted.push({ place, person, recordNo: person.recordCount });
      addFindable(batch, place, person, directory, findable);
      remember(line, person, directory);
    }
  }
  return { accepted, newPersons, tokens: findable, knownCount, rejected };
}

function newPerson(personKey: Uint8Array): PersonState {
  return { personKey, recordCount: 0, latestContent: 0n, names: [] };
}

/** What the blind index does not hold for this person yet. */
function addFindable(
  batch: IndexedBatch,
  place: number,
  person: PersonState,
  directory: Directory,
  findable: store.TokenRows,
): void {
  const isNew = person.recordCount === 0;
  batch.visitFindable(place, (kind, at) => {
    if (!isNew) {
      const token = batch.tokenAt(at);
      if (directory.list([token]).includes(person) || person.names.includes(token)) return;
    }
    const [high, low] = batch.halvesAt(at);
    findable.add(kind, high, low, person.personKey);
  });
}

function remember(line: LineTokens, person: PersonState, directory: Directory): void {
  person.recordCount += 1;
  person.latestContent = line.content;
  person.names = [...person.names, ...line.names, ...line.formerNames];
  for (const token of identifyingTokens(line)) directory.add(token, person);
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

/** A change of a person who is exposed in an incident: nothing is lost, the line is in the file of rejects and can be sent again. */
function rejectHeld(batch: IndexedBatch, place: number): RejectedLine {
  const { line = 0, cells = [] } = batch.rows[place] ?? {};
  const code = "held-for-proof";
  const text =
    "changes of this person wait for an independent proof (kura incident prove); nothing was changed";
  return { line, cells, reasons: [{ code, text }] };
}

/** Persons known before this batch whom its lines may be about, and whose changes are held. */
async function heldAmong(
  tokens: Parameters<Directory["load"]>[0],
  directory: Directory,
  findHeld: FindHeld,
): Promise<ReadonlySet<PersonState>> {
  const known = new Map<string, PersonState>();
  for (const token of tokens) {
    for (const person of directory.list([token])) known.set(renderUuid(person.personKey), person);
  }
  if (known.size === 0) return new Set();
  const held = await findHeld([...known.keys()]);
  return new Set([...known].flatMap(([key, person]) => (held.has(key) ? [person] : [])));
}

const noBytes = new Uint8Array();

/** What the keeper made of one batch, in the order of the accepted lines. */
class SealedBatch {
  readonly #accepted: readonly Accepted[];
  readonly #columns: SealedColumns;

  constructor(accepted: readonly Accepted[], columns: SealedColumns) {
    this.#accepted = accepted;
    this.#columns = columns;
  }

  /** The sealed record of accepted line `i`. */
  sealedAt(i: number): Uint8Array {
    const { bytes, sealedStarts, sealedLengths } = this.#columns;
    const start = sealedStarts[i] ?? 0;
    return bytes.subarray(start, start + (sealedLengths[i] ?? 0));
  }

  /** Wrapped keys of the persons that this batch made. */
  newKeys(): Map<PersonState, Uint8Array> {
    const { bytes, wrappedStarts, wrappedLengths } = this.#columns;
    const keys = new Map<PersonState, Uint8Array>();
    for (const [i, { person }] of this.#accepted.entries()) {
      const start = wrappedStarts[i] ?? 0;
      const length = wrappedLengths[i] ?? 0;
      if (length > 0) keys.set(person, bytes.subarray(start, start + length));
    }
    return keys;
  }
}

const nothingSealed: SealedColumns = {
  bytes: noBytes,
  wrappedStarts: [],
  wrappedLengths: [],
  sealedStarts: [],
  sealedLengths: [],
};

async function sealBatch(
  batch: IndexedBatch,
  { accepted, newPersons }: Sorted,
  recent: readonly Promise<SealedBatch>[],
  databases: Databases,
  keeper: KeeperClient,
  { source }: BatchContext,
): Promise<SealedBatch> {
  if (accepted.length === 0) return new SealedBatch(accepted, nothingSealed);
  const made = new Set(newPersons);
  const older = accepted.map(({ person }) => person).filter((person) => !made.has(person));
  const keys = await keysOf(older, recent, databases);
  const answer = await keeper.sealInColumns({
    source,
    items: accepted.map(({ place, person, recordNo }) => ({
      personKey: person.personKey,
      kind: recordKinds.personLine,
      recordNo,
      // Empty for a person of this batch: the keeper makes one key, however many of their lines there are.
      wrappedKey: keys.get(person) ?? noBytes,
      facts: batch.factsAt(place),
    })),
  });
  if (answer.outcome !== "ok") {
    throw new Fault(
      "keeper-refused",
      `the keeper refused to seal a batch: ${answer.outcome}: ${answer.reason}`,
    );
  }
  return new SealedBatch(accepted, answer.value);
}

/**
 * Wrapped keys of persons who were there before this batch: made by a batch in flight, or stored.
 *
 * @throws {Breach} when one has none: sealed under a new key, their former records would never open again.
 */
async function keysOf(
  persons: readonly PersonState[],
  recentBatches: readonly Promise<SealedBatch>[],
  databases: Databases,
): Promise<Map<PersonState, Uint8Array>> {
  const keys = new Map<PersonState, Uint8Array>();
  if (persons.length === 0) return keys;
  const recent = (await Promise.all(recentBatches)).map((batch) => batch.newKeys());
  const stored = await store.listKeys(
    databases.keys,
    persons.map((person) => person.personKey),
  );
  for (const person of persons) {
    const made = recent.find((map) => map.has(person))?.get(person);
    const wrapped = made ?? stored.get(renderUuid(person.personKey));
    if (wrapped === undefined) {
      throw new Breach("a registered person has no key", { person: renderUuid(person.personKey) });
    }
    keys.set(person, wrapped);
  }
  return keys;
}

function preparedBatch(
  batch: IndexedBatch,
  { accepted, newPersons, tokens, knownCount, rejected }: Sorted,
  sealed: SealedBatch,
  databases: Databases,
  context: BatchContext,
): PreparedBatch {
  return {
    accepted: accepted.length,
    known: knownCount,
    rejected,
    receivedCount: 0n,
    receivedYen: 0n,
    // CRASH: keys without their persons stay behind; they open nothing, and `kura audit` counts them.
    beforeCommit: () => {
      const keys = sealed.newKeys();
      if (keys.size !== newPersons.length) throw new Breach("a new person came back without a key", {});
      const rows = [...keys].map(([{ personKey }, wrapped]) => ({ personKey, wrapped }));
      return databases.keys.transact((tx) => store.appendKeys(tx, rows));
    },
    commit: async (tx: Tx) => {
      if (newPersons.length > 0) {
        const firstNo = await store.takePersonNos(tx, context.sourceId, context.batchNo, newPersons.length);
        const personKeys = newPersons.map((person) => person.personKey);
        await store.appendPersons(tx, personKeys, firstNo, context.sourceId, context.atMs);
      }
      await store.appendRecords(tx, recordsOf(batch, accepted, sealed), context.sourceId, context.atMs);
      await store.appendTokens(tx, tokens);
    },
  };
}

/** One by one: made when they are written. */
function* recordsOf(
  batch: IndexedBatch,
  accepted: readonly Accepted[],
  sealed: SealedBatch,
): Generator<store.RecordRow> {
  for (const [i, { place, person, recordNo }] of accepted.entries()) {
    yield {
      personKey: person.personKey,
      recordNo,
      kind: recordKinds.personLine,
      sealed: sealed.sealedAt(i),
      contentToken: batch.contentOf(place),
      kanaToken: batch.nameOfKind(place, termKinds.kanaBirth),
      nameToken: batch.nameOfKind(place, termKinds.nameBirth),
      sourceLine: batch.rows[place]?.line ?? 0,
    };
  }
}
