/**
 * The accepted lines of one batch and the persons that they made, in columns: nearly every line of a first import makes a
 * person nobody asks for again, who need not become an object.
 *
 * Kept while the batch is in flight: later lines find here who is not in the database yet.
 */
import { personKeyBytes } from "@kura/keeper/protocol/protocol.ts";
import type { PersonState } from "./identify.ts";
import type { IndexedBatch } from "./line-tokens.ts";
import { TokenTable } from "./token-table.ts";

export class AcceptedLines {
  readonly batch: IndexedBatch;
  readonly batchNo: number;
  /** Key of each line's person, side by side. */
  readonly keys: Uint8Array;
  /** Of each accepted line: its index in the batch, its number among the person's records, and whether it made the person. */
  readonly places: Int32Array;
  readonly recordNos: Int32Array;
  readonly #isFirst: Uint8Array;
  #count = 0;
  #newCount = 0;
  /** Lines that made a person, under the tokens that identify them. */
  readonly #byToken: TokenTable;
  /** Of the persons that somebody asked for, by the line that made them. */
  readonly #made: Map<number, PersonState> = new Map();
  /** Persons who were there before, by accepted line. */
  readonly #older: Map<number, PersonState> = new Map();

  /** @param batchNo of the batch in its source. */
  constructor(batch: IndexedBatch, batchNo: number) {
    this.batchNo = batchNo;
    const rows = batch.rows.length;
    this.batch = batch;
    this.keys = new Uint8Array(rows * personKeyBytes);
    this.places = new Int32Array(rows);
    this.recordNos = new Int32Array(rows);
    this.#isFirst = new Uint8Array(rows);
    this.#byToken = new TokenTable(batch.tokenCount);
  }

  get count(): number {
    return this.#count;
  }

  /** Persons whom the batch made. */
  get newCount(): number {
    return this.#newCount;
  }

  isFirst(i: number): boolean {
    return this.#isFirst[i] === 1;
  }

  /** Its line in the source. */
  lineAt(i: number): number {
    return this.batch.rows[this.places[i] ?? 0]?.line ?? 0;
  }

  keyAt(i: number): Uint8Array {
    return this.keys.subarray(i * personKeyBytes, (i + 1) * personKeyBytes);
  }

  /** A line that makes a person, and its index here. */
  addNew(place: number, personKey: Uint8Array): number {
    const i = this.#add(place, personKey, 0);
    this.#isFirst[i] = 1;
    this.#newCount += 1;
    const { batch } = this;
    for (let at = batch.identifyingStart(place); at < batch.identifyingEnd(place); at++)
      this.#byToken.add(batch.highAt(at), batch.lowAt(at), i);
    return i;
  }

  /** A line with further facts of a person, and its index here. */
  addSame(place: number, person: PersonState): number {
    const i = this.#add(place, person.personKey, person.recordCount);
    this.#older.set(i, person);
    return i;
  }

  #add(place: number, personKey: Uint8Array, recordNo: number): number {
    const i = this.#count;
    this.#count += 1;
    this.keys.set(personKey, i * personKeyBytes);
    this.places[i] = place;
    this.recordNos[i] = recordNo;
    return i;
  }

  /** The line's person, where the line did not make them. */
  olderAt(i: number): PersonState | undefined {
    return this.#older.get(i);
  }

  /** Lines about persons whom other batches made. */
  *older(): Generator<PersonState> {
    for (const person of this.#older.values()) if (person.madeIn?.batchNo !== this.batchNo) yield person;
  }

  /** Whether a line of this batch made a person with that token. */
  hasMade(high: number, low: number): boolean {
    return this.#byToken.has(high, low);
  }

  /** The persons whom lines of this batch made under that token. */
  listMade(high: number, low: number): PersonState[] {
    return this.#byToken.list(high, low).map((i) => this.#stateOf(i));
  }

  /** Those of the persons with these keys whom lines of this batch made. @param tails last four bytes of each key. */
  *findMade(tails: ReadonlySet<number>): Generator<PersonState> {
    const view = new DataView(this.keys.buffer);
    for (let i = 0; i < this.#count; i++) {
      if (this.isFirst(i) && tails.has(view.getInt32((i + 1) * personKeyBytes - 4))) yield this.#stateOf(i);
    }
  }

  #stateOf(i: number): PersonState {
    const known = this.#made.get(i);
    if (known !== undefined) return known;
    const { names, content } = this.batch.tokensOf(this.places[i] ?? 0);
    const state: PersonState = {
      // A copy: a view would keep the memory of the whole batch.
      personKey: this.keyAt(i).slice(),
      recordCount: 1,
      latestContent: content,
      names,
      madeIn: { batchNo: this.batchNo, line: i },
    };
    this.#made.set(i, state);
    return state;
  }
}
