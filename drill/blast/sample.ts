/** Values of the sample agency's persons, to be looked for in stolen bytes, and whose they are. */
import { ByteScan, type Hit } from "../../test/system/byte-scan.ts";
import { type Agency, caseReason } from "./agency.ts";

/** Values that are looked for, at least: of as many persons as it takes. */
export const sampledValues = 1_000;

/** Who stands behind a word. */
export class Sample {
  readonly #persons = new Map<string, Set<number>>();
  readonly scan: ByteScan;

  constructor(lines: Agency["lines"], secret: Buffer) {
    let person = -1;
    for (const cells of lines) {
      person += 1;
      if (this.#persons.size >= sampledValues) break;
      const [number = "", name = "", kana = ""] = cells;
      const [address = "", phone = "", email = ""] = cells.slice(8);
      for (const word of [
        number,
        number.replace("-", ""),
        name,
        name.replace("　", ""),
        kana,
        address,
        phone,
        email,
      ]) {
        if (word.length >= 3) this.#persons.set(word, (this.#persons.get(word) ?? new Set()).add(person));
      }
    }
    this.scan = new ByteScan([...this.#persons.keys(), caseReason], secret);
  }

  get values(): number {
    return this.#persons.size;
  }

  /** Persons whose values were found, in any encoding. */
  exposed(hits: readonly Hit[]): number {
    return new Set(hits.flatMap(({ word }) => [...(this.#persons.get(word) ?? [])])).size;
  }
}
