/**
 * Who the register knows under given tokens, including persons of batches that are still being committed.
 *
 * One directory serves one import. It holds the persons of the batches in flight, so its memory does not grow.
 */
import { renderUuid } from "../db/uuid.ts";
import type { Reader } from "../db/database.ts";
import { jobLimits } from "../jobs/limits.ts";
import { Recent } from "../jobs/recent.ts";
import { halvesOf } from "../vault/terms.ts";
import type { Token } from "../vault/terms.ts";
import type { AcceptedLines } from "./accepted-lines.ts";
import type { PersonState } from "./identify.ts";
import type { IndexedBatch } from "./line-tokens.ts";
import * as store from "./store.ts";
import { TokenFilter } from "./token-filter.ts";

const nobody: readonly PersonState[] = [];

/** Persons by token, as one batch sees them. */
export class Directory {
  readonly #reader: Reader;
  /** Persons whom the batches in flight found, newest batch first. */
  readonly #recent = new Recent<Token, PersonState[]>();
  #current: Map<Token, PersonState[]> = new Map();
  /** What the batches in flight accepted, this one first: whom they made is found there. */
  #lines: readonly AcceptedLines[] = [];

  /** What this import has added, when it began on an empty register and so knows all there is; undecided at first. */
  #added: TokenFilter | "not-all" | undefined;

  /** @param reader of a register that nobody else writes to meanwhile. */
  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Begins a batch, whose accepted lines will be `lines`: loads everyone recorded under a token that identifies a line of it. */
  async load(batch: IndexedBatch, lines: AcceptedLines): Promise<void> {
    this.#recent.push(this.#current);
    this.#lines = this.#lines.slice(0, jobLimits.batchesInFlight);
    this.#added ??= (await store.isRegisterEmpty(this.#reader)) ? new TokenFilter() : "not-all";
    const asked = this.#listAsked(batch);
    const rows = await store.listByTokens(
      this.#reader,
      asked.map((at) => batch.tokenAt(at)),
    );
    const states = await this.#statesOf(rows.map((row) => row.personKey));
    this.#current = new Map();
    for (const { token, personKey } of rows) {
      const state = states.get(personKey);
      if (state !== undefined) addTo(this.#current, token, state);
    }
    // Whoever a batch in flight has added is in the filter too.
    for (const at of asked) {
      const token = batch.tokenAt(at);
      for (const state of this.#recent.get(token) ?? []) addTo(this.#current, token, state);
      for (const recent of this.#lines)
        for (const state of recent.listMade(batch.highAt(at), batch.lowAt(at)))
          addTo(this.#current, token, state);
    }
    this.#lines = [lines, ...this.#lines];
  }

  /** Places of the identifying tokens that somebody may have. */
  #listAsked(batch: IndexedBatch): number[] {
    const added = this.#added;
    const asked: number[] = [];
    for (let i = 0; i < batch.rows.length; i++) {
      for (let at = batch.identifyingStart(i); at < batch.identifyingEnd(i); at++) {
        const isNobodys = added instanceof TokenFilter && !added.mayHave(batch.highAt(at), batch.lowAt(at));
        if (!isNobodys) asked.push(at);
      }
    }
    return asked;
  }

  /** Everyone whom a line of this batch may be about and who was there before it. */
  known(): ReadonlySet<PersonState> {
    return new Set([...this.#current.values()].flat());
  }

  /** Whether nobody at all has an identifying token of the line. */
  isNew(batch: IndexedBatch, place: number): boolean {
    for (let at = batch.identifyingStart(place); at < batch.identifyingEnd(place); at++) {
      if (this.#lines[0]?.hasMade(batch.highAt(at), batch.lowAt(at)) === true) return false;
      if (this.#current.size > 0 && this.#current.has(batch.tokenAt(at))) return false;
    }
    return true;
  }

  /** Everyone recorded under one of the tokens, each once. */
  list(tokens: readonly Token[]): readonly PersonState[] {
    let found: readonly PersonState[] = nobody;
    for (const token of tokens) {
      const [high, low] = halvesOf(token);
      const made = this.#lines[0]?.listMade(high, low) ?? nobody;
      const more = [...(this.#current.get(token) ?? nobody), ...made];
      if (more.length > 0) found = [...new Set([...found, ...more])];
    }
    return found;
  }

  /** Notes that the line made a person, who is in this batch's `lines`: the batches behind will ask for the tokens. */
  addNew(batch: IndexedBatch, place: number): void {
    if (!(this.#added instanceof TokenFilter)) return;
    for (let at = batch.identifyingStart(place); at < batch.identifyingEnd(place); at++)
      this.#added.add(batch.highAt(at), batch.lowAt(at));
  }

  /** Makes a person findable by the later lines of this batch and by the next batches. */
  add(token: Token, state: PersonState): void {
    if (this.#added instanceof TokenFilter) this.#added.add(...halvesOf(token));
    addTo(this.#current, token, state);
  }

  /** One state for each person: a person touched by a batch in flight keeps the state that batch moved on. */
  async #statesOf(keys: readonly string[]): Promise<Map<string, PersonState>> {
    const states = new Map<string, PersonState>();
    const wanted = new Set(keys);
    if (wanted.size === 0) return states;
    const tails = new Set(keys.map((key) => Number.parseInt(key.slice(-8), 16) | 0));
    const made = this.#lines.flatMap((lines) => [...lines.findMade(tails)]);
    for (const state of new Set([...[...this.#recent.values()].flat(), ...made])) {
      const key = renderUuid(state.personKey);
      if (wanted.has(key)) states.set(key, state);
    }
    const missing = [...wanted].filter((key) => !states.has(key));
    for (const row of await store.listRecordTokens(this.#reader, missing)) {
      let state = states.get(row.personKey);
      if (state === undefined) {
        const personKey = store.personKeyOf(row.personKey);
        state = { personKey, recordCount: 0, latestContent: 0n, names: [] };
        states.set(row.personKey, state);
      }
      state.recordCount = row.recordNo + 1;
      state.latestContent = row.contentToken;
      state.names = [...state.names, ...row.names];
    }
    return states;
  }
}

function addTo(map: Map<Token, PersonState[]>, token: Token, state: PersonState): void {
  const found = map.get(token);
  if (found === undefined) map.set(token, [state]);
  else if (!found.includes(state)) found.push(state);
}
