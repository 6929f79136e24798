/**
 * Who the register knows under given tokens, including persons of batches that are still being committed.
 *
 * One directory serves one import. It holds the persons of the batches in flight, so its memory does not grow.
 */
import { renderUuid } from "../db/uuid.ts";
import type { Reader } from "../db/database.ts";
import { Recent } from "../jobs/recent.ts";
import type { Token } from "../vault/terms.ts";
import type { PersonState } from "./identify.ts";
import * as store from "./store.ts";
import { TokenFilter } from "./token-filter.ts";

const nobody: readonly PersonState[] = [];

/** Persons by token, as one batch sees them. */
export class Directory {
  readonly #reader: Reader;
  readonly #recent = new Recent<Token, PersonState[]>();
  #current: Map<Token, PersonState[]> = new Map();

  /** What this import has added, when it began on an empty register and so knows all there is; undecided at first. */
  #added: TokenFilter | "not-all" | undefined;

  /** @param reader of a register that nobody else writes to meanwhile. */
  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Begins a batch: loads everyone recorded under `tokens`. */
  async load(tokens: readonly Token[]): Promise<void> {
    this.#recent.push(this.#current);
    this.#added ??= (await store.isRegisterEmpty(this.#reader)) ? new TokenFilter() : "not-all";
    const added = this.#added;
    const asked = added === "not-all" ? tokens : tokens.filter((token) => added.mayHave(token));
    const rows = await store.listByTokens(this.#reader, asked);
    const states = await this.#statesOf(rows.map((row) => row.personKey));
    this.#current = new Map();
    for (const { token, personKey } of rows) {
      const state = states.get(personKey);
      if (state !== undefined) addTo(this.#current, token, state);
    }
    // Whoever a batch in flight has added is in the filter too.
    for (const token of asked) {
      for (const state of this.#recent.get(token) ?? []) addTo(this.#current, token, state);
    }
  }

  /** Everyone recorded under one of the tokens, each once. */
  list(tokens: readonly Token[]): readonly PersonState[] {
    let found: readonly PersonState[] = nobody;
    for (const token of tokens) {
      const more = this.#current.get(token) ?? nobody;
      found = found.length === 0 ? more : [...new Set([...found, ...more])];
    }
    return found;
  }

  /** Makes a person of this batch findable by its later lines and by the next batch. */
  add(token: Token, state: PersonState): void {
    if (this.#added instanceof TokenFilter) this.#added.add(token);
    addTo(this.#current, token, state);
  }

  /** One state for each person: a person touched by a batch in flight keeps the state that batch moved on. */
  async #statesOf(keys: readonly string[]): Promise<Map<string, PersonState>> {
    const states = new Map<string, PersonState>();
    const wanted = new Set(keys);
    if (wanted.size === 0) return states;
    for (const state of new Set([...this.#recent.values()].flat())) {
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
