/**
 * What a batch of register lines asks of the keeper's blind index, and the answer, line by line.
 *
 * Kept in columns: a batch has thousands of lines with five terms each, and as objects they would cost more time to
 * collect than to make. The terms of a line stand together, in the order numbers, names, former names, content.
 */
import { FactListEncoder } from "@kura/kernel/fact-list.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { encodeTerm } from "@kura/keeper/protocol/protocol.ts";
import type { PersonDraft } from "../intake/draft.ts";
import type { PersonLine } from "../intake/parse-person.ts";
import type { PlainPerson } from "../intake/plain-person.ts";
import type { Row } from "../intake/table-file.ts";
import type { BatchBegun, DraftLine } from "../jobs/batch-work.ts";
import { jobLimits } from "../jobs/limits.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";
import { PlainTerms } from "./plain-terms.ts";
import { addFormerNameTerms, addNameTerms, addNumberTerms, termKinds } from "../vault/terms.ts";
import type { Token, Tokens } from "../vault/terms.ts";
import { addFactsOfPerson, contentDigest, contentDigestBytes } from "./facts.ts";
import type { LineTokens } from "./identify.ts";

/** Bytes of terms and of facts that a line usually has. */
const lineTermBytes = 250;
const lineFactBytes = 350;

/** Sections of a line's terms; each ends where the next begins. */
const sections = 4;
/** Which of two neighbouring 32-bit words is the upper half of a 64-bit one on this machine. */
const upper = new Int32Array(new BigInt64Array([1n]).buffer)[0] === 1 ? 1 : 0;
const [numbersEnd, namesEnd, formerNamesEnd, lineEnd] = [0, 1, 2, 3] as const;

export class IndexedBatch {
  /** As they were read, without what became of them. */
  readonly rows: readonly Row[];
  /** Encoded facts of all lines, and where those of each end. */
  readonly #facts: Uint8Array;
  readonly #factEnds: readonly number[];
  readonly #kinds: readonly number[];
  /** For each line, where each of its sections ends among the terms. */
  readonly #ends: readonly number[];
  readonly #tokens: Tokens;
  readonly #halves: Int32Array;

  constructor(
    rows: readonly Row[],
    facts: { readonly bytes: Uint8Array; readonly ends: readonly number[] },
    kinds: readonly number[],
    ends: readonly number[],
    tokens: Tokens,
  ) {
    this.rows = rows;
    this.#facts = facts.bytes;
    this.#factEnds = facts.ends;
    this.#kinds = kinds;
    this.#ends = ends;
    this.#tokens = tokens;
    this.#halves = new Int32Array(tokens.buffer, tokens.byteOffset, 2 * tokens.length);
  }

  /** The encoded facts of line `i`. */
  factsAt(i: number): Uint8Array {
    return this.#facts.subarray(this.#factEnds[i - 1] ?? 0, this.#factEnds[i] ?? 0);
  }

  /** Writes the encoded facts of line `i` behind their length. */
  writeFacts(i: number, writer: WireWriter): void {
    const [start, end] = [this.#factEnds[i - 1] ?? 0, this.#factEnds[i] ?? 0];
    writer.u32(end - start).copy(this.#facts, start, end);
  }

  /** What identifies line `i`. */
  tokensOf(i: number): LineTokens {
    return {
      numbers: this.#section(i, numbersEnd),
      names: this.#section(i, namesEnd),
      formerNames: this.#section(i, formerNamesEnd),
      content: this.#at(this.contentPlaceOf(i)),
    };
  }

  /** Place of the token of all that the line says. */
  contentPlaceOf(i: number): number {
    return this.#end(i, lineEnd) - 1;
  }

  /** Place of the token of that kind among the line's present names, or -1. */
  namePlaceOf(i: number, kind: number): number {
    for (let place = this.#start(i, namesEnd); place < this.#end(i, namesEnd); place++)
      if (this.#kinds[place] === kind) return place;
    return -1;
  }

  /**
   * Where the tokens begin by which line `i` is about somebody: its numbers; only a line without any is looked up by its names.
   */
  identifyingStart(i: number): number {
    return this.#start(i, numbersEnd);
  }

  /** Where they end. */
  identifyingEnd(i: number): number {
    const end = this.#end(i, numbersEnd);
    return this.#start(i, numbersEnd) === end ? this.#end(i, namesEnd) : end;
  }

  /** The upper half of the token at `place`, signed. */
  highAt(place: number): number {
    return this.#halves[2 * place + upper] ?? 0;
  }

  /** The lower half of the token at `place`, signed. */
  lowAt(place: number): number {
    return this.#halves[2 * place + 1 - upper] ?? 0;
  }

  get tokenCount(): number {
    return this.#tokens.length;
  }

  tokenAt(place: number): Token {
    return this.#at(place);
  }

  /** Every token under which the line's person is to be found, by its place, with its kind. */
  visitFindable(i: number, visit: (kind: number, place: number) => void): void {
    const hasKana = this.namePlaceOf(i, termKinds.kanaBirth) !== -1;
    for (let place = this.#start(i, numbersEnd); place < this.#end(i, formerNamesEnd); place++) {
      const kind = this.#kinds[place] ?? 0;
      const isPresentName = place >= this.#end(i, numbersEnd) && place < this.#end(i, namesEnd);
      // People are found by kana; the kanji name finds them only where no kana is recorded.
      if (isPresentName && hasKana && kind === termKinds.nameBirth) continue;
      visit(kind, place);
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

/** Whoever blinds terms: the keeper's client, or one ticket of somebody's order. */
export type Indexer = Pick<KeeperClient, "indexWritten">;

/** A batch that takes in its lines: encodes the facts and the terms of each, and keeps nothing else of it. */
export class LineEncoder implements BatchBegun<PersonLine, IndexedBatch> {
  readonly #keeper: Indexer;
  readonly #terms: WireWriter;
  readonly #factWriter: WireWriter;
  readonly #factLists: FactListEncoder;
  readonly #rows: Row[] = [];
  readonly #factEnds: number[] = [];
  readonly #kinds: number[] = [];
  readonly #ends: number[] = [];
  readonly #plainTerms: PlainTerms;
  /** Room for the digits of one content digest. */
  readonly #digest = Buffer.alloc(contentDigestBytes);
  #from: string | undefined;

  /** @param expectedRows makes room for them. */
  constructor(keeper: Indexer, expectedRows: number = jobLimits.personBatchRows) {
    this.#keeper = keeper;
    this.#terms = new WireWriter(expectedRows * lineTermBytes);
    this.#factWriter = new WireWriter(expectedRows * lineFactBytes);
    this.#factLists = new FactListEncoder(this.#factWriter);
    this.#plainTerms = new PlainTerms(this.#terms, this.#kinds);
  }

  /** Its questions must fit in what the keeper takes at once. */
  get isFull(): boolean {
    return this.#kinds.length >= jobLimits.batchTerms || this.#factWriter.length >= jobLimits.batchFactBytes;
  }

  take({ row, draft }: DraftLine<PersonLine>): void {
    this.#rows.push(row);
    this.#factLists.begin();
    if ("bytes" in draft) this.#takePlain(draft);
    else this.#takeDraft(draft);
  }

  #takeDraft(draft: PersonDraft): void {
    this.#from = draft.asOf;
    addFactsOfPerson(draft, this.#addFact);
    const facts = this.#factLists.end();
    addNumberTerms(draft, this.#addTerm);
    this.#ends.push(this.#kinds.length);
    addNameTerms(draft, this.#addTerm);
    this.#ends.push(this.#kinds.length);
    addFormerNameTerms(draft, this.#addTerm);
    this.#ends.push(this.#kinds.length);
    this.#endLine(facts);
  }

  #takePlain(person: PlainPerson): void {
    const { bytes, fields, starts, ends, count, asOf } = person;
    for (let i = 0; i < count; i++)
      this.#factLists.addEncoded(fields[i] ?? 0, bytes, starts[i] ?? 0, ends[i] ?? 0, asOf);
    const facts = this.#factLists.end();
    this.#plainTerms.addNumbers(person);
    this.#ends.push(this.#kinds.length);
    this.#plainTerms.addNames(person);
    this.#ends.push(this.#kinds.length);
    this.#plainTerms.addFormerNames(person);
    this.#ends.push(this.#kinds.length);
    this.#endLine(facts);
  }

  #endLine(facts: Uint8Array): void {
    this.#factEnds.push(this.#factWriter.length);
    // As `encodeTerm` writes it: digits by Node's own call, which every line has sixty-four of.
    this.#digest.write(contentDigest(facts), "latin1");
    this.#kinds.push(termKinds.personContent);
    this.#terms.u8(termKinds.personContent).bytes(this.#digest);
    this.#ends.push(this.#kinds.length);
  }

  async index(): Promise<IndexedBatch> {
    const tokens = await this.#keeper.indexWritten(this.#kinds.length, this.#terms.finish());
    const facts = { bytes: this.#factWriter.finish(), ends: this.#factEnds };
    return new IndexedBatch(this.#rows, facts, this.#kinds, this.#ends, tokens);
  }

  readonly #addFact = (field: number, value: string): void => {
    this.#factLists.add(field, value, this.#from);
  };

  readonly #addTerm = (kind: number, text: string): void => {
    this.#kinds.push(kind);
    encodeTerm(this.#terms, kind, text);
  };
}
