/**
 * What a batch of register lines asks of the keeper's blind index, and the answer, line by line.
 *
 * Kept in columns: a batch has thousands of lines with five terms each, and as objects they would cost more time to
 * collect than to make. The terms of a line stand together, in the order numbers, names, former names, content.
 */
import { encodeFactList } from "@kura/kernel/fact-list.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { encodeTerm } from "@kura/keeper/protocol.ts";
import type { PersonDraft } from "../intake/draft.ts";
import type { DraftLine } from "../jobs/batch-work.ts";
import { jobLimits } from "../jobs/limits.ts";
import { nextTurn } from "../jobs/next-turn.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { addFormerNameTerms, addNameTerms, addNumberTerms, termKinds } from "../vault/terms.ts";
import type { Token, Tokens } from "../vault/terms.ts";
import { contentDigest, factsOfPerson } from "./facts.ts";
import type { LineTokens } from "./identify.ts";

/** Bytes of terms and of facts that a line usually has. */
const lineTermBytes = 250;
const lineFactBytes = 350;

/** Sections of a line's terms; each ends where the next begins. */
const sections = 4;
const [numbersEnd, namesEnd, formerNamesEnd, lineEnd] = [0, 1, 2, 3] as const;

export class IndexedBatch {
  readonly lines: readonly DraftLine<PersonDraft>[];
  /** Encoded facts of each line. */
  readonly facts: readonly Uint8Array[];
  readonly #kinds: readonly number[];
  /** For each line, where each of its sections ends among the terms. */
  readonly #ends: readonly number[];
  readonly #tokens: Tokens;

  constructor(
    lines: readonly DraftLine<PersonDraft>[],
    facts: readonly Uint8Array[],
    kinds: readonly number[],
    ends: readonly number[],
    tokens: Tokens,
  ) {
    this.lines = lines;
    this.facts = facts;
    this.#kinds = kinds;
    this.#ends = ends;
    this.#tokens = tokens;
  }

  /** What identifies line `i`. */
  tokensOf(i: number): LineTokens {
    return {
      numbers: this.#section(i, numbersEnd),
      names: this.#section(i, namesEnd),
      formerNames: this.#section(i, formerNamesEnd),
      content: this.contentOf(i),
    };
  }

  /** The token of all that the line says. */
  contentOf(i: number): Token {
    return this.#at(this.#end(i, lineEnd) - 1);
  }

  /** The token of that kind among the line's present names. */
  nameOfKind(i: number, kind: number): Token | undefined {
    for (let place = this.#start(i, namesEnd); place < this.#end(i, namesEnd); place++) {
      if (this.#kinds[place] === kind) return this.#at(place);
    }
    return undefined;
  }

  /** Every token under which the line's person is to be found, with its kind. */
  visitFindable(i: number, visit: (kind: number, token: Token) => void): void {
    const hasKana = this.nameOfKind(i, termKinds.kanaBirth) !== undefined;
    for (let place = this.#start(i, numbersEnd); place < this.#end(i, formerNamesEnd); place++) {
      const kind = this.#kinds[place] ?? 0;
      const isPresentName = place >= this.#end(i, numbersEnd) && place < this.#end(i, namesEnd);
      // People are found by kana; the kanji name finds them only where no kana is recorded.
      if (isPresentName && hasKana && kind === termKinds.nameBirth) continue;
      visit(kind, this.#at(place));
    }
  }

  #section(i: number, section: number): Token[] {
    const tokens: Token[] = [];
    const end = this.#end(i, section);
    for (let place = this.#start(i, section); place < end; place++) tokens.push(this.#at(place));
    return tokens;
  }

  #start(i: number, section: number): number {
    return this.#ends[i * sections + section - 1] ?? 0;
  }

  #end(i: number, section: number): number {
    return this.#ends[i * sections + section] ?? 0;
  }

  #at(place: number): Token {
    return this.#tokens[place] ?? 0n;
  }
}

/** Encodes the facts of every line and has its terms blinded. */
export async function indexLines(
  lines: readonly DraftLine<PersonDraft>[],
  keeper: KeeperClient,
): Promise<IndexedBatch> {
  const terms = new WireWriter(lines.length * lineTermBytes);
  const factWriter = new WireWriter(lines.length * lineFactBytes);
  const facts: Uint8Array[] = [];
  const kinds: number[] = [];
  const ends: number[] = [];
  const add = (kind: number, text: string): void => {
    kinds.push(kind);
    encodeTerm(terms, kind, text);
  };
  for (const [i, { draft }] of lines.entries()) {
    if (i % jobLimits.turnRows === 0) await nextTurn();
    const encoded = encodeFactList(factsOfPerson(draft), factWriter);
    facts.push(encoded);
    addNumberTerms(draft, add);
    ends.push(kinds.length);
    addNameTerms(draft, add);
    ends.push(kinds.length);
    addFormerNameTerms(draft, add);
    ends.push(kinds.length);
    add(termKinds.personContent, contentDigest(encoded));
    ends.push(kinds.length);
  }
  const tokens = await keeper.indexWritten(kinds.length, terms.finish());
  return new IndexedBatch(lines, facts, kinds, ends, tokens);
}
