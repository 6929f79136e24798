/**
 * Lines of a premium file on their way in: to the person their number names, or into suspense. Called by the import job.
 *
 * Nothing is dropped and nothing is guessed: a line is posted to a person only when its number is in the register and the
 * names and birth date it gives, if any, are that person's. Every other line waits in suspense under an owner of its own,
 * whose particulars are sealed like a person's.
 */
import { encodeFactList } from "@kura/kernel/fact-list.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import type { Databases } from "../db/database.ts";
import { parseUuid, renderUuid } from "../db/uuid.ts";
import type { PremiumDraft } from "../intake/draft.ts";
import type { BatchContext, BatchWork, DraftLine, PreparedBatch, RejectedLine } from "../jobs/batch-work.ts";
import { Recent } from "../jobs/recent.ts";
import { contentDigest, factsOfIdentity, recordKinds } from "../register/facts.ts";
import * as register from "../register/store.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { addNameTerms, addNumberTerms, listTerms, termKinds } from "../vault/terms.ts";
import type { Token } from "../vault/terms.ts";
import { Accounts } from "./accounts.ts";
import { checkEntry } from "./check-entry.ts";
import { decideAccount } from "./decide-account.ts";
import type { RegisteredPerson } from "./decide-account.ts";
import { noteBatch, type PostedEntry } from "./batches/note-batch.ts";
import * as batches from "./batches/store.ts";
import * as store from "./store.ts";
import type { StoredEntry } from "./store.ts";

interface IndexedLine {
  readonly line: DraftLine<PremiumDraft>;
  readonly numbers: readonly Token[];
  readonly names: readonly Token[];
  readonly owner: Token;
}

/** Lines of one account, ready to be written. */
interface Posting {
  readonly ledger: store.Ledger;
  readonly accountKey: Uint8Array;
  readonly indexed: IndexedLine;
}

/** @param thisMonth for judging which months can be real. */
export function postingWork(
  databases: Databases,
  keeper: KeeperClient,
  makeKey: () => Uint8Array,
  thisMonth: CivilMonth,
): BatchWork<PremiumDraft, readonly IndexedLine[]> {
  let accounts: { readonly person: Accounts; readonly suspense: Accounts } | undefined;
  /** Owners made by the batches in flight, which may not be committed yet. */
  const recentOwners = new Recent<Token, Uint8Array>();
  return {
    begin: () => {
      const lines: DraftLine<PremiumDraft>[] = [];
      return { take: (line) => lines.push(line), isFull: false, index: () => indexLines(lines, keeper) };
    },
    decide: async (lines, context) => {
      accounts ??= {
        person: new Accounts(databases.register, "person", context.sourceId),
        suspense: new Accounts(databases.register, "suspense", context.sourceId),
      };
      const { plausible, rejected } = checkLines(lines, thisMonth);
      const owners = await findOwners(plausible, recentOwners, databases);
      const newOwners = new Map<Token, IndexedLine>();
      const postings = await assign(plausible, databases, (line) => {
        const found = owners.get(line.owner) ?? makeKey();
        if (!owners.has(line.owner)) newOwners.set(line.owner, line);
        owners.set(line.owner, found);
        return found;
      });
      recentOwners.push(new Map([...newOwners.keys()].map((token) => [token, owners.get(token) ?? noBytes])));
      for (const ledger of ["person", "suspense"] as const) {
        const own = postings.filter((posting) => posting.ledger === ledger);
        await accounts[ledger].load(distinctKeys(own), distinctMonths(own));
      }
      const posted = postAll(postings, accounts);
      return {
        seal: async () => {
          const [sealed, noted] = await Promise.all([
            sealOwners(newOwners, owners, keeper, context),
            noteBatch(keeper, context.sourceId, context.batchNo, entriesOf(posted)),
          ]);
          return preparedBatch(posted, sealed, noted, rejected, databases, context);
        },
      };
    },
  };
}

const noBytes = new Uint8Array();

/** Asks once for each distinct term: a file lists a person's months one below the other. */
async function indexLines(
  lines: readonly DraftLine<PremiumDraft>[],
  keeper: KeeperClient,
): Promise<IndexedLine[]> {
  const terms: Term[] = [];
  const places = new Map<string, number>();
  const placeOf = (term: Term): number => {
    const key = `${term.kind} ${term.text}`;
    const place = places.get(key) ?? terms.push(term) - 1;
    places.set(key, place);
    return place;
  };
  const parts = lines.map((line) => ({
    line,
    numbers: listTerms((add) => addNumberTerms(line.draft, add)).map(placeOf),
    names: listTerms((add) => addNameTerms(line.draft, add)).map(placeOf),
    owner: placeOf({
      kind: termKinds.ownerContent,
      text: contentDigest(encodeFactList(factsOfIdentity(line.draft))),
    }),
  }));
  const tokens = await keeper.index(terms);
  const at = (place: number): Token => tokens[place] ?? 0n;
  return parts.map(({ line, numbers, names, owner }) => ({
    line,
    numbers: numbers.map(at),
    names: names.map(at),
    owner: at(owner),
  }));
}

function checkLines(
  lines: readonly IndexedLine[],
  thisMonth: CivilMonth,
): { plausible: IndexedLine[]; rejected: RejectedLine[] } {
  const plausible: IndexedLine[] = [];
  const rejected: RejectedLine[] = [];
  for (const indexed of lines) {
    const check = checkEntry(indexed.line.draft.entry, thisMonth);
    const { line, row } = indexed.line;
    if (check.kind === "ok") plausible.push(indexed);
    else rejected.push({ line, cells: row.cells, reasons: [{ code: check.code, text: check.text }] });
  }
  return { plausible, rejected };
}

/** Owners of suspense who were there before, by all that a line says of them. */
async function findOwners(
  lines: readonly IndexedLine[],
  recent: Recent<Token, Uint8Array>,
  databases: Databases,
): Promise<Map<Token, Uint8Array>> {
  const tokens = [...new Set(lines.map((line) => line.owner))];
  const owners = new Map<Token, Uint8Array>();
  for (const token of tokens) {
    const owner = recent.get(token);
    if (owner !== undefined) owners.set(token, owner);
  }
  for (const { token, ownerKey } of await store.listOwners(
    databases.register,
    termKinds.ownerContent,
    tokens,
  )) {
    owners.set(token, parseUuid(ownerKey));
  }
  return owners;
}

/** Each line to its person, or to the owner that `ownerOf` gives for it. */
async function assign(
  lines: readonly IndexedLine[],
  databases: Databases,
  ownerOf: (line: IndexedLine) => Uint8Array,
): Promise<Posting[]> {
  const byNumber = await findPersons(lines, databases);
  return lines.map((indexed) => {
    const candidates = [...new Set(indexed.numbers.flatMap((number) => byNumber.get(number) ?? []))];
    const decision = decideAccount(indexed.names, candidates);
    return decision.kind === "person"
      ? { ledger: "person", accountKey: decision.person.personKey, indexed }
      : { ledger: "suspense", accountKey: ownerOf(indexed), indexed };
  });
}

async function findPersons(
  lines: readonly IndexedLine[],
  databases: Databases,
): Promise<Map<Token, RegisteredPerson[]>> {
  const numbers = [...new Set(lines.flatMap((line) => line.numbers))];
  const rows = await register.listByTokens(databases.register, numbers);
  const persons = new Map<string, { personKey: Uint8Array; names: Set<Token> }>();
  for (const { personKey } of rows) {
    if (!persons.has(personKey))
      persons.set(personKey, { personKey: parseUuid(personKey), names: new Set() });
  }
  const isNamed = lines.some((line) => line.names.length > 0 && line.numbers.length > 0);
  for (const row of isNamed ? await register.listRecordTokens(databases.register, [...persons.keys()]) : []) {
    for (const name of row.names) persons.get(row.personKey)?.names.add(name);
  }
  const byNumber = new Map<Token, RegisteredPerson[]>();
  for (const { token, personKey } of rows) {
    const person = persons.get(personKey);
    if (person !== undefined) byNumber.set(token, [...(byNumber.get(token) ?? []), person]);
  }
  return byNumber;
}

function distinctKeys(postings: readonly Posting[]): Uint8Array[] {
  return [...new Map(postings.map(({ accountKey }) => [renderUuid(accountKey), accountKey])).values()];
}

function distinctMonths(postings: readonly Posting[]): CivilMonth[] {
  return [...new Set(postings.map(({ indexed }) => indexed.line.draft.entry.month))];
}

interface SealedOwner extends store.OwnerRow {
  readonly wrapped: Uint8Array;
}

async function sealOwners(
  newOwners: ReadonlyMap<Token, IndexedLine>,
  owners: ReadonlyMap<Token, Uint8Array>,
  keeper: KeeperClient,
  { source }: BatchContext,
): Promise<SealedOwner[]> {
  if (newOwners.size === 0) return [];
  const rows = [...newOwners].map(([token, indexed]) => ({
    token,
    indexed,
    ownerKey: owners.get(token) ?? noBytes,
  }));
  const answer = await keeper.seal({
    source,
    items: rows.map(({ indexed, ownerKey }) => ({
      personKey: ownerKey,
      kind: recordKinds.suspenseOwner,
      recordNo: 0,
      wrappedKey: noBytes,
      facts: encodeFactList(factsOfIdentity(indexed.line.draft)),
    })),
  });
  if (answer.outcome !== "ok") {
    throw new Fault(
      "keeper-refused",
      `the keeper refused to seal owners: ${answer.outcome}: ${answer.reason}`,
    );
  }
  return rows.map(({ token, indexed, ownerKey }, i) => ({
    ownerKey,
    wrapped: answer.value.items[i]?.wrappedKey ?? noBytes,
    sealed: answer.value.items[i]?.sealed ?? noBytes,
    contentToken: token,
    sourceLine: indexed.line.line,
    tokens: ownerTokens(token, indexed),
  }));
}

/** By which an owner is found again: all that was said, and each number and name in it. */
function ownerTokens(content: Token, { line, numbers, names }: IndexedLine): store.OwnerRow["tokens"] {
  const kinds: number[] = [];
  addNumberTerms(line.draft, (kind) => kinds.push(kind));
  addNameTerms(line.draft, (kind) => kinds.push(kind));
  const tokens = [...numbers, ...names].map((token, i) => ({ kind: kinds[i] ?? 0, token }));
  return [{ kind: termKinds.ownerContent, token: content }, ...tokens];
}

/** What a batch adds to each ledger, and which of its lines repeat an entry. */
type Posted = Readonly<
  Record<
    store.Ledger,
    {
      readonly accepted: { accountKey: Uint8Array; entry: StoredEntry }[];
      readonly known: { accountKey: Uint8Array; entryNo: number; sourceLine: number }[];
    }
  >
>;

/** In the order of the lines, because each entry is chained to the one before. */
function postAll(postings: readonly Posting[], accounts: Readonly<Record<store.Ledger, Accounts>>): Posted {
  const all: Posted = { person: { accepted: [], known: [] }, suspense: { accepted: [], known: [] } };
  for (const { ledger, accountKey, indexed } of postings) {
    const { line, draft } = indexed.line;
    const posted = accounts[ledger].post(accountKey, draft.entry, draft.reference, line);
    if (posted.kind === "accepted") all[ledger].accepted.push({ accountKey, entry: posted.entry });
    else all[ledger].known.push({ accountKey, entryNo: posted.entryNo, sourceLine: line });
  }
  return all;
}

function entriesOf({ person, suspense }: Posted): PostedEntry[] {
  return [
    ...person.accepted.map((row) => ({ ledger: "person", ...row }) as const),
    ...suspense.accepted.map((row) => ({ ledger: "suspense", ...row }) as const),
  ];
}

function preparedBatch(
  posted: Posted,
  owners: readonly SealedOwner[],
  noted: batches.PremiumBatchRow | undefined,
  rejected: readonly RejectedLine[],
  databases: Databases,
  { sourceId, atMs }: BatchContext,
): PreparedBatch {
  const received = [...posted.person.accepted, ...posted.suspense.accepted];
  const keys = owners.map(({ ownerKey, wrapped }) => ({ personKey: ownerKey, wrapped }));
  return {
    accepted: received.length,
    known: posted.person.known.length + posted.suspense.known.length,
    rejected,
    receivedCount: BigInt(received.length),
    receivedYen: BigInt(received.reduce((sum, { entry }) => sum + entry.amountYen, 0)),
    beforeCommit: () => databases.keys.transact((tx) => register.appendKeys(tx, keys)),
    commit: async (tx) => {
      await store.appendOwners(tx, owners, sourceId, atMs);
      for (const ledger of ["person", "suspense"] as const) {
        await store.appendEntries(tx, ledger, posted[ledger].accepted, atMs);
        await store.appendKnownLines(tx, ledger, posted[ledger].known, sourceId);
      }
      if (noted !== undefined) await batches.appendPremiumBatch(tx, noted);
    },
  };
}
