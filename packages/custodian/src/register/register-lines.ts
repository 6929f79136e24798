/**
 * Lines of a register file on their way in: index, identify, seal, append. Called by the import job.
 *
 * A batch goes through three steps that overlap with those of its neighbours: `index` asks the keeper for tokens,
 * `prepare` decides what each line is and has it sealed, `commit` writes. Plaintext lives only in the batch in hand.
 */
import { Breach, Fault } from "@kura/kernel/fault.ts";
import type { SealedItem } from "@kura/keeper/protocol.ts";
import type { Databases, Tx } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { PersonDraft } from "../intake/draft.ts";
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

export function registerWork(
  databases: Databases,
  keeper: KeeperClient,
  makeKey: () => Uint8Array,
): BatchWork<PersonDraft, IndexedBatch> {
  const directory = new Directory(databases.register);
  /** Wrapped keys of the persons that the batches in flight make, newest first. */
  let recentKeys: readonly Promise<NewKeys>[] = [];
  return {
    begin: () => new LineEncoder(keeper),
    decide: async (batch, context) => {
      const tokens = batch.rows.map((_, i) => batch.tokensOf(i));
      await directory.load(tokens.flatMap(identifyingTokens));
      const sorted = sortLines(batch, tokens, directory, makeKey);
      return {
        seal: async () => {
          const sealing = sealBatch(batch, sorted, recentKeys, databases, keeper, context);
          const made = sealing.then(({ newKeys }) => newKeys);
          // Who needs these keys meets the error; nobody else has to.
          made.catch(() => undefined);
          recentKeys = [made, ...recentKeys].slice(0, jobLimits.batchesInFlight);
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
  tokens: readonly LineTokens[],
  directory: Directory,
  makeKey: () => Uint8Array,
): Sorted {
  const accepted: Accepted[] = [];
  const newPersons: PersonState[] = [];
  const findable = new store.TokenRows();
  const rejected: RejectedLine[] = [];
  let knownCount = 0;
  for (const [place, line] of tokens.entries()) {
    const byName = line.numbers.length === 0 ? directory.list(line.names) : [];
    const found = identify(line, directory.list(line.numbers), byName);
    if (found.kind === "known") knownCount += 1;
    else if (found.kind === "number-of-another") rejected.push(rejectNumber(batch, place));
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
  batch.visitFindable(place, (kind, token) => {
    if (!isNew && (directory.list([token]).includes(person) || person.names.includes(token))) return;
    findable.add(kind, token, person.personKey);
  });
}

function remember(line: LineTokens, person: PersonState, directory: Directory): void {
  person.recordCount += 1;
  person.latestContent = line.content;
  person.names.push(...line.names, ...line.formerNames);
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

const noBytes = new Uint8Array();

/** Wrapped keys of the persons that one batch made. */
type NewKeys = ReadonlyMap<PersonState, Uint8Array>;

interface SealedBatch {
  /** In the order of the accepted lines. */
  readonly items: readonly SealedItem[];
  readonly newKeys: NewKeys;
}

async function sealBatch(
  batch: IndexedBatch,
  { accepted, newPersons }: Sorted,
  recentKeys: readonly Promise<NewKeys>[],
  databases: Databases,
  keeper: KeeperClient,
  { source }: BatchContext,
): Promise<SealedBatch> {
  if (accepted.length === 0) return { items: [], newKeys: new Map() };
  const made = new Set(newPersons);
  const older = accepted.map(({ person }) => person).filter((person) => !made.has(person));
  const keys = await keysOf(older, recentKeys, databases);
  const answer = await keeper.seal({
    source,
    items: accepted.map(({ place, person, recordNo }) => ({
      personKey: person.personKey,
      kind: recordKinds.personLine,
      recordNo,
      // Empty for a person of this batch: the keeper makes one key, however many of their lines there are.
      wrappedKey: keys.get(person) ?? noBytes,
      facts: batch.facts[place] ?? noBytes,
    })),
  });
  if (answer.outcome !== "ok") {
    throw new Fault(
      "keeper-refused",
      `the keeper refused to seal a batch: ${answer.outcome}: ${answer.reason}`,
    );
  }
  const { items } = answer.value;
  const newKeys = new Map<PersonState, Uint8Array>();
  for (const [i, { person }] of accepted.entries()) {
    const wrappedKey = items[i]?.wrappedKey ?? noBytes;
    if (wrappedKey.length > 0) newKeys.set(person, wrappedKey);
  }
  return { items, newKeys };
}

/**
 * Wrapped keys of persons who were there before this batch: made by a batch in flight, or stored.
 *
 * @throws {Breach} when one has none: sealed under a new key, their former records would never open again.
 */
async function keysOf(
  persons: readonly PersonState[],
  recentKeys: readonly Promise<NewKeys>[],
  databases: Databases,
): Promise<Map<PersonState, Uint8Array>> {
  const keys = new Map<PersonState, Uint8Array>();
  if (persons.length === 0) return keys;
  const recent = await Promise.all(recentKeys);
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
  { items, newKeys }: SealedBatch,
  databases: Databases,
  context: BatchContext,
): PreparedBatch {
  const keys = newPersons.map((person) => ({
    personKey: person.personKey,
    wrapped: newKeys.get(person) ?? noBytes,
  }));
  return {
    accepted: accepted.length,
    known: knownCount,
    rejected,
    receivedCount: 0n,
    receivedYen: 0n,
    // CRASH: keys without their persons stay behind; they open nothing, and `kura audit` counts them.
    beforeCommit: () => databases.keys.transact((tx) => store.appendKeys(tx, keys)),
    commit: async (tx: Tx) => {
      if (newPersons.length > 0) {
        const firstNo = await store.takePersonNos(tx, context.sourceId, context.batchNo, newPersons.length);
        const personKeys = newPersons.map((person) => person.personKey);
        await store.appendPersons(tx, personKeys, firstNo, context.sourceId, context.atMs);
      }
      await store.appendRecords(tx, recordsOf(batch, accepted, items), context.sourceId, context.atMs);
      await store.appendTokens(tx, tokens);
    },
  };
}

/** One by one: made when they are written. */
function* recordsOf(
  batch: IndexedBatch,
  accepted: readonly Accepted[],
  items: readonly SealedItem[],
): Generator<store.RecordRow> {
  for (const [i, { place, person, recordNo }] of accepted.entries()) {
    yield {
      personKey: person.personKey,
      recordNo,
      kind: recordKinds.personLine,
      sealed: items[i]?.sealed ?? noBytes,
      contentToken: batch.contentOf(place),
      kanaToken: batch.nameOfKind(place, termKinds.kanaBirth),
      nameToken: batch.nameOfKind(place, termKinds.nameBirth),
      sourceLine: batch.rows[place]?.line ?? 0,
    };
  }
}
