/**
 * SQL as text: a query is the words a reviewer sees, and the values that never join them.
 *
 * Made by {@link sql} and nothing else; a look-alike from parsed JSON is a value like any other, because a query is
 * known by its private field and not by its shape.
 */

/** What PostgreSQL can bind. `undefined` is absent on purpose: it is always a mistake. */
export type Value = string | number | bigint | boolean | Uint8Array | Date | null | readonly Value[];

export class Query {
  readonly #words: readonly string[];
  readonly values: readonly Value[];
  /** Of the prepared statement, once for each connection; absent where a query is planned anew each time. */
  readonly name: string | undefined;

  constructor(words: readonly string[], values: readonly Value[], name?: string) {
    this.#words = words;
    this.values = values;
    this.name = name;
  }

  /** The same, prepared under a name: always with the same words. */
  named(name: string): Query {
    return new Query(this.#words, this.values, name);
  }

  /** The statement with `$1…$n` where the values go. */
  get text(): string {
    return this.#words.reduce((text, word, i) => `${text}$${i}${word}`);
  }

  /** Whether `x` was made by {@link sql}. */
  static is(x: unknown): x is Query {
    return typeof x === "object" && x !== null && #words in x;
  }

  /** The words and values of a template, nested queries spliced in as words. */
  static join(strings: readonly string[], parts: readonly (Value | Query)[]): Query {
    const words = [strings[0] ?? ""];
    const values: Value[] = [];
    const extend = (word: string): void => {
      words[words.length - 1] += word;
    };
    for (const [i, part] of parts.entries()) {
      if (Query.is(part)) {
        extend(part.#words[0] ?? "");
        words.push(...part.#words.slice(1));
        values.push(...part.values);
      } else {
        values.push(part);
        words.push("");
      }
      extend(strings[i + 1] ?? "");
    }
    return new Query(words, values);
  }
}

/** Substitutions become parameters; nested queries become words. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Value | Query)[]): Query {
  for (const [i, part] of parts.entries()) {
    if (part === undefined) throw new TypeError(`sql: substitution ${i} is undefined`);
  }
  return Query.join(strings, parts);
}

/** A statement from a file or a catalogue of ours; never from outside. */
export function sqlText(text: string): Query {
  return new Query([text], []);
}
