/**
 * Which person of a batch has a token: an open-addressed table (Knuth 6.4) in one memory, so that the persons of a batch need not
 * become objects before somebody asks for one of them.
 *
 * Tokens are a pseudorandom function's output, so a half of one serves as its hash. Two persons may have the same token.
 */

/** Free places for each taken one, at least: a search then looks at one or two places. */
const sparsity = 2;

export class TokenTable {
  readonly #mask: number;
  /** Upper half, lower half, person and one, or 0 where the place is free. */
  readonly #places: Int32Array;
  #left: number;

  /** @param tokens at most so many are added. */
  constructor(tokens: number) {
    const places = 2 ** Math.ceil(Math.log2(sparsity * Math.max(tokens, 1)));
    this.#places = new Int32Array(3 * places);
    this.#mask = places - 1;
    this.#left = tokens;
  }

  /** @param person from 0. @throws {RangeError} for more tokens than stated. */
  add(high: number, low: number, person: number): void {
    this.#left -= 1;
    if (this.#left < 0) throw new RangeError("the table is full");
    const places = this.#places;
    let at = low & this.#mask;
    while (places[3 * at + 2] !== 0) at = (at + 1) & this.#mask;
    places[3 * at] = high;
    places[3 * at + 1] = low;
    places[3 * at + 2] = person + 1;
  }

  has(high: number, low: number): boolean {
    const places = this.#places;
    for (let at = low & this.#mask; places[3 * at + 2] !== 0; at = (at + 1) & this.#mask)
      if (places[3 * at] === high && places[3 * at + 1] === low) return true;
    return false;
  }

  /** Everyone who was added under the token. */
  list(high: number, low: number): number[] {
    const persons: number[] = [];
    const places = this.#places;
    for (let at = low & this.#mask; places[3 * at + 2] !== 0; at = (at + 1) & this.#mask)
      if (places[3 * at] === high && places[3 * at + 1] === low) persons.push((places[3 * at + 2] ?? 0) - 1);
    return persons;
  }
}
