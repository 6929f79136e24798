/**
 * Which extract did this table come from? Compared by tokens: nothing of the store is opened.
 *
 * Three traces, from weak to strong: the extracts that hold the sample's persons; the order of the rows, which is each
 * extract's own; honey rows, which are in one extract only. All of them are told, so that whoever reads can weigh them.
 */
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import { listByTokens } from "../../register/store.ts";
import type { Token } from "../../vault/terms.ts";
import type { ExtractParts } from "../extracts.ts";
import * as store from "./store.ts";

export interface Trace {
  readonly extractId: string;
  /** Rows of the sample that are in this extract, honey rows included. */
  readonly rows: number;
  readonly honeyRows: number;
  /** Pairs of neighbours among them, and how many stand in the extract's own order. */
  readonly pairs: number;
  readonly pairsInOrder: number;
}

/** The sample's rows as terms; best traces first. */
export async function listTraces(
  { databases, keeper }: ExtractParts,
  sample: readonly (readonly Term[])[],
): Promise<Trace[]> {
  const terms = sample.flat();
  const tokens = await keeper.index(terms);
  const distinct = [...new Set(tokens)];
  const found = [
    ...(await listByTokens(databases.register, distinct)),
    ...(await store.listByNameToken(databases.register, distinct)),
  ];
  const persons = new Map<string, Set<string>>();
  for (const { token, kind, personKey } of found) {
    const key = `${kind} ${token}`;
    persons.set(key, (persons.get(key) ?? new Set()).add(personKey));
  }
  const keys = [...new Set(found.map(({ personKey }) => personKey))];
  const rows = await store.listRowsOf(databases.register, keys, distinct);
  const byExtract = Map.groupBy(rows, ({ extractId }) => extractId);
  const traces = [...byExtract].map(([extractId, own]) =>
    traceOf(extractId, own, placesOf(sample, tokens, persons)),
  );
  return traces
    .filter((trace) => trace.rows > 0)
    .toSorted((a, b) => b.honeyRows - a.honeyRows || b.rows - a.rows || b.pairsInOrder - a.pairsInOrder);
}

/** What each row of the sample can be found by. */
interface SampleRow {
  readonly persons: ReadonlySet<string>;
  readonly tokens: ReadonlySet<Token>;
}

function placesOf(
  sample: readonly (readonly Term[])[],
  tokens: BigInt64Array,
  persons: ReadonlyMap<string, ReadonlySet<string>>,
): SampleRow[] {
  let next = 0;
  return sample.map((terms) => {
    const own = terms.map(({ kind }) => ({ kind, token: tokens[next++] ?? 0n }));
    const sets = own.flatMap(({ kind, token }) => persons.get(`${kind} ${token}`) ?? []);
    // A person who has all of the row's terms; where no one has, whoever has one.
    const [first = new Set<string>(), ...others] = sets;
    const all = new Set([...first].filter((person) => others.every((set) => set.has(person))));
    const some = new Set(sets.flatMap((set) => [...set]));
    return { persons: all.size > 0 ? all : some, tokens: new Set(own.map(({ token }) => token)) };
  });
}

function traceOf(
  extractId: string,
  own: readonly {
    readonly row: number;
    readonly person: string | undefined;
    readonly token: Token | undefined;
  }[],
  sample: readonly SampleRow[],
): Trace {
  const rowOfPerson = new Map(own.map(({ person, row }) => [person, row] as const));
  const rowOfToken = new Map(own.map(({ token, row }) => [token, row] as const));
  let honeyRows = 0;
  const places: number[] = [];
  for (const { persons, tokens } of sample) {
    const honey = [...tokens].map((token) => rowOfToken.get(token)).find((row) => row !== undefined);
    const person = [...persons].map((key) => rowOfPerson.get(key)).find((row) => row !== undefined);
    const row = honey ?? person;
    if (honey !== undefined) honeyRows += 1;
    if (row !== undefined) places.push(row);
  }
  const steps = places.slice(1).map((row, i) => row > (places[i] ?? row));
  return {
    extractId,
    rows: places.length,
    honeyRows,
    pairs: steps.length,
    pairsInOrder: steps.filter(Boolean).length,
  };
}
