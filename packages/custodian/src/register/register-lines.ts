/**
 * Lines of a register file on their way in: index, identify, seal, append. Called by the import job.
 *
 * A batch goes through three steps that overlap with those of its neighbours: `index` asks the keeper for tokens,
 * `prepare` decides what each line is and has it sealed, `commit` writes. Plaintext lives only in the batch in hand.
 */
import { Fault } from "@kura/kernel/fault.ts";
import type { SealedItem } from "@kura/keeper/protocol.ts";
import type { Databases, Tx } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { PersonDraft } from "../intake/draft.ts";
import type { BatchContext, BatchWork, PreparedBatch, RejectedLine } from "../jobs/batch-work.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { termKinds } from "../vault/terms.ts";
import { Directory } from "./directory.ts";
import { recordKinds } from "./facts.ts";
import { identify } from "./identify.ts";
import type { LineTokens, PersonState } from "./identify.ts";
import { indexLines } from "./line-tokens.ts";
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
  /** Wrapped keys of persons that the batch in hand or the one before made. */
  let recentKeys: Map<PersonState, Uint8Array> = new Map();
  return {
    index: (lines) => indexLines(lines, keeper),
    prepare: async (batch, context) => {
      const tokens = batch.lines.map((_, i) => batch.tokensOf(i));
      await directory.load(tokens.flatMap(identifyingTokens));
      const sorted = sortLines(batch, tokens, directory, makeKey);
      const formerKeys = await keysOf(sorted.accepted, recentKeys, databases);
      const items = await sealAccepted(batch, sorted.accepted, formerKeys, keeper, context);
      recentKeys = new Map(items.flatMap(({ wrappedKey }, i) => newKey(sorted.accepted[i], wrappedKey)));
      return preparedBatch(batch, sorted, items, recentKeys, databases, context);
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
  readonly tokens: readonly store.IndexedToken[];
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
  const findable: store.IndexedToken[] = [];
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

/** What the blind index does not hold for this person yet. Contacts may be added twice: they are read as a set. */
function addFindable(
  batch: IndexedBatch,
  place: number,
  person: PersonState,
  directory: Directory,
  findable: store.IndexedToken[],
): void {
  const isNew = person.recordCount === 0;
  batch.visitFindable(place, (kind, token) => {
    if (!isNew && (directory.list([token]).includes(person) || person.names.includes(token))) return;
    findable.push({ kind, token, personKey: person.personKey });
  });
}

function remember(line: LineTokens, person: PersonState, directory: Directory): void {
  person.recordCount += 1;
  person.latestContent = line.content;
  person.names.push(...line.names, ...line.formerNames);
  for (const token of identifyingTokens(line)) directory.add(token, person);
}

function rejectNumber(batch: IndexedBatch, place: number): RejectedLine {
  const { line = 0, cells = [] } = batch.lines[place] ?? {};
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

/** Wrapped keys of persons who were there before this batch. */
async function keysOf(
  accepted: readonly Accepted[],
  recentKeys: ReadonlyMap<PersonState, Uint8Array>,
  databases: Databases,
): Promise<Map<PersonState, Uint8Array>> {
  const keys = new Map<PersonState, Uint8Array>();
  const older: PersonState[] = [];
  for (const { person, recordNo } of accepted) {
    if (recordNo === 0) continue;
    const recent = recentKeys.get(person);
    if (recent === undefined) older.push(person);
    else keys.set(person, recent);
  }
  const stored = await store.listKeys(
    databases.keys,
    older.map((person) => person.personKey),
  );
  for (const person of older) {
    const wrapped = stored.get(renderUuid(person.personKey));
    if (wrapped !== undefined) keys.set(person, wrapped);
  }
  return keys;
}

const noKey = new Uint8Array();

async function sealAccepted(
  batch: IndexedBatch,
  accepted: readonly Accepted[],
  keys: ReadonlyMap<PersonState, Uint8Array>,
  keeper: KeeperClient,
  { source }: BatchContext,
): Promise<readonly SealedItem[]> {
  if (accepted.length === 0) return [];
  const answer = await keeper.seal({
    source,
    items: accepted.map(({ place, person, recordNo }) => ({
      personKey: person.personKey,
      kind: recordKinds.personLine,
      recordNo,
      wrappedKey: keys.get(person) ?? noKey,
      facts: batch.facts[place] ?? noKey,
    })),
  });
  if (answer.outcome === "ok") return answer.value.items;
  throw new Fault(
    "keeper-refused",
    `the keeper refused to seal a batch: ${answer.outcome}: ${answer.reason}`,
  );
}

function newKey(accepted: Accepted | undefined, wrappedKey: Uint8Array): [PersonState, Uint8Array][] {
  return accepted === undefined || wrappedKey.length === 0 ? [] : [[accepted.person, wrappedKey]];
}

function preparedBatch(
  batch: IndexedBatch,
  { accepted, newPersons, tokens, knownCount, rejected }: Sorted,
  items: readonly SealedItem[],
  newKeys: ReadonlyMap<PersonState, Uint8Array>,
  databases: Databases,
  context: BatchContext,
): PreparedBatch {
  const keys = newPersons.map((person) => ({
    personKey: person.personKey,
    wrapped: newKeys.get(person) ?? noKey,
  }));
  const records = accepted.map(({ place, person, recordNo }, i) => ({
    personKey: person.personKey,
    recordNo,
    kind: recordKinds.personLine,
    sealed: items[i]?.sealed ?? noKey,
    contentToken: batch.tokensOf(place).content,
    kanaToken: batch.nameOfKind(place, termKinds.kanaBirth),
    nameToken: batch.nameOfKind(place, termKinds.nameBirth),
    sourceLine: batch.lines[place]?.line ?? 0,
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
      await store.appendRecords(tx, records, context.sourceId, context.atMs);
      await store.appendTokens(tx, tokens);
    },
  };
}
