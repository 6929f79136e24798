/**
 * Lines of a register file on their way in: index, identify, seal, append. Called by the import job.
 *
 * A batch goes through three steps that overlap with those of its neighbours: `index` asks the keeper for tokens,
 * `prepare` decides what each line is and has it sealed, `commit` writes. Plaintext lives only in the batch in hand.
 */
import { encodeFactList } from "@kura/kernel/fact-list.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import type { SealedItem, Term } from "@kura/keeper/protocol.ts";
import type { Databases, Tx } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { PersonDraft } from "../intake/draft.ts";
import type { BatchContext, BatchWork, DraftLine, PreparedBatch, RejectedLine } from "../jobs/batch-work.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { contactTerms, formerNameTerms, nameTerms, numberTerms, termKinds } from "../vault/terms.ts";
import type { Token } from "../vault/terms.ts";
import { Directory } from "./directory.ts";
import { contentText, factsOfPerson, recordKinds } from "./facts.ts";
import { identify } from "./identify.ts";
import type { LineTokens, PersonState } from "./identify.ts";
import * as store from "./store.ts";

/** A line with its tokens. */
interface IndexedLine extends LineTokens {
  readonly line: DraftLine<PersonDraft>;
  readonly facts: Uint8Array;
  readonly kanaToken: Token | undefined;
  readonly nameToken: Token | undefined;
  /** What the blind index is to hold for this line. */
  readonly findable: readonly { readonly kind: number; readonly token: Token }[];
}

interface Accepted {
  readonly indexed: IndexedLine;
  readonly person: PersonState;
  readonly recordNo: number;
}

export function registerWork(
  databases: Databases,
  keeper: KeeperClient,
  makeKey: () => Uint8Array,
): BatchWork<PersonDraft, readonly IndexedLine[]> {
  const directory = new Directory(databases.register);
  /** Wrapped keys of persons that the batch in hand or the one before made. */
  let recentKeys: Map<PersonState, Uint8Array> = new Map();
  return {
    index: (lines) => indexLines(lines, keeper),
    prepare: async (lines, context) => {
      await directory.load(
        lines.flatMap((line) => [...line.numbers, ...(line.numbers.length === 0 ? line.names : [])]),
      );
      const sorted = sortLines(lines, directory, makeKey);
      const formerKeys = await keysOf(sorted.accepted, recentKeys, databases);
      const items = await sealAccepted(sorted.accepted, formerKeys, keeper, context);
      recentKeys = new Map(items.flatMap(({ wrappedKey }, i) => newKey(sorted.accepted[i], wrappedKey)));
      return preparedBatch(sorted, items, recentKeys, databases, context);
    },
  };
}

async function indexLines(
  lines: readonly DraftLine<PersonDraft>[],
  keeper: KeeperClient,
): Promise<IndexedLine[]> {
  const terms: Term[] = [];
  const writer = new WireWriter(lines.length * 400);
  const parts = lines.map((line) => {
    const facts = factsOfPerson(line.draft);
    const places = {
      numbers: place(terms, numberTerms(line.draft)),
      names: place(terms, nameTerms(line.draft)),
      formerNames: place(terms, formerNameTerms(line.draft)),
      contacts: place(terms, contactTerms(line.draft)),
      content: terms.push({ kind: termKinds.personContent, text: contentText(facts) }) - 1,
    };
    return { line, facts: encodeFactList(facts, writer), places };
  });
  const tokens = await keeper.index(terms);
  return parts.map(({ line, facts, places }) => withTokens(line, facts, places, terms, tokens));
}

/** Where the terms of one sort stand in the question to the keeper: from, to. */
type Places = readonly [from: number, to: number];

function place(terms: Term[], more: readonly Term[]): Places {
  return [terms.length, terms.push(...more)];
}

function withTokens(
  line: DraftLine<PersonDraft>,
  facts: Uint8Array,
  places: { numbers: Places; names: Places; formerNames: Places; contacts: Places; content: number },
  terms: readonly Term[],
  tokens: readonly Token[],
): IndexedLine {
  const nameOfKind = (kind: number): number | undefined => {
    for (let i = places.names[0]; i < places.names[1]; i++) if (terms[i]?.kind === kind) return i;
    return undefined;
  };
  const kana = nameOfKind(termKinds.kanaBirth);
  const name = nameOfKind(termKinds.nameBirth);
  const findable: { kind: number; token: Token }[] = [];
  const addFindable = (from: number, to: number): void => {
    for (let i = from; i < to; i++) findable.push({ kind: terms[i]?.kind ?? 0, token: tokens[i] ?? 0n });
  };
  addFindable(...places.numbers);
  // People are found by kana; the kanji name finds them only where no kana is recorded.
  const found = kana ?? name;
  if (found !== undefined) addFindable(found, found + 1);
  addFindable(...places.formerNames);
  addFindable(...places.contacts);
  return {
    line,
    facts,
    numbers: tokens.slice(...places.numbers),
    names: tokens.slice(...places.names),
    formerNames: tokens.slice(...places.formerNames),
    content: tokens[places.content] ?? 0n,
    kanaToken: kana === undefined ? undefined : tokens[kana],
    nameToken: name === undefined ? undefined : tokens[name],
    findable,
  };
}

interface Sorted {
  readonly accepted: readonly Accepted[];
  readonly newPersons: readonly PersonState[];
  readonly tokens: readonly store.IndexedToken[];
  readonly knownCount: number;
  readonly rejected: readonly RejectedLine[];
}

/** Decides every line in its order; an accepted line is at once known to the lines behind it. */
function sortLines(lines: readonly IndexedLine[], directory: Directory, makeKey: () => Uint8Array): Sorted {
  const accepted: Accepted[] = [];
  const newPersons: PersonState[] = [];
  const tokens: store.IndexedToken[] = [];
  const rejected: RejectedLine[] = [];
  let knownCount = 0;
  for (const line of lines) {
    const byName = line.numbers.length === 0 ? directory.list(line.names) : [];
    const found = identify(line, directory.list(line.numbers), byName);
    if (found.kind === "known") knownCount += 1;
    else if (found.kind === "number-of-another") rejected.push(rejectNumber(line));
    else {
      const person = found.kind === "same" ? found.person : newPerson(makeKey());
      if (found.kind === "new") newPersons.push(person);
      accepted.push({ indexed: line, person, recordNo: person.recordCount });
      remember(line, person, directory, tokens);
    }
  }
  return { accepted, newPersons, tokens, knownCount, rejected };
}

function newPerson(personKey: Uint8Array): PersonState {
  return { personKey, recordCount: 0, latestContent: 0n, names: [], indexed: [] };
}

function remember(
  line: IndexedLine,
  person: PersonState,
  directory: Directory,
  tokens: store.IndexedToken[],
): void {
  person.recordCount += 1;
  person.latestContent = line.content;
  person.names.push(...line.names);
  for (const { kind, token } of line.findable) {
    if (person.indexed.includes(token)) continue;
    person.indexed.push(token);
    tokens.push({ kind, token, personKey: person.personKey });
  }
  for (const token of line.numbers.length > 0 ? line.numbers : line.names) directory.add(token, person);
}

function rejectNumber({ line }: IndexedLine): RejectedLine {
  return {
    line: line.line,
    cells: line.cells,
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
  accepted: readonly Accepted[],
  keys: ReadonlyMap<PersonState, Uint8Array>,
  keeper: KeeperClient,
  { source }: BatchContext,
): Promise<readonly SealedItem[]> {
  if (accepted.length === 0) return [];
  const answer = await keeper.seal({
    source,
    items: accepted.map(({ indexed, person, recordNo }) => ({
      personKey: person.personKey,
      kind: recordKinds.personLine,
      recordNo,
      wrappedKey: keys.get(person) ?? noKey,
      facts: indexed.facts,
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
  const records = accepted.map(({ indexed, person, recordNo }, i) => ({
    personKey: person.personKey,
    recordNo,
    kind: recordKinds.personLine,
    sealed: items[i]?.sealed ?? noKey,
    contentToken: indexed.content,
    kanaToken: indexed.kanaToken,
    nameToken: indexed.nameToken,
    sourceLine: indexed.line.line,
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
