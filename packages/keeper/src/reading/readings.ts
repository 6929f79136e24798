/**
 * How kanji name parts are read, learned from those who bear them: who is written alike and called otherwise.
 * In the memory of one run of matching; never written or answered.
 */
export class Readings {
  readonly #maxPairs: number;
  readonly #maxOthers: number;
  #pairs = 0;
  /** By kanji, how many are read so. */
  readonly #read = new Map<string, Map<string, number>>();
  /** By kana, the kanji that are read so. */
  readonly #written = new Map<string, Set<string>>();
  readonly #known = new Map<string, readonly string[]>();
  readonly #bearers = new Map<string, number>();
  #people = 0;

  constructor(maxPairs: number, maxOthers: number) {
    this.#maxPairs = maxPairs;
    this.#maxOthers = maxOthers;
  }

  learn(kanji: string, kana: string): void {
    this.#people += 1;
    if (this.#bearers.has(kana) || this.#bearers.size < this.#maxPairs) {
      this.#bearers.set(kana, (this.#bearers.get(kana) ?? 0) + 1);
    }
    const readings = this.#read.get(kanji) ?? new Map<string, number>();
    const count = readings.get(kana);
    if (count === undefined) {
      if (this.#pairs >= this.#maxPairs) return;
      this.#pairs += 1;
      const written = this.#written.get(kana) ?? new Set<string>();
      this.#written.set(kana, written.add(kanji));
      this.#read.set(kanji, readings);
    }
    readings.set(kana, (count ?? 0) + 1);
  }

  /** The share of those learned who are called so; never 0. */
  shareOf(kana: string): number {
    return ((this.#bearers.get(kana) ?? 0) + 1) / (this.#people + 1);
  }

  /** What somebody called `kana` may be called by who knows only the kanji; the likeliest first. */
  othersOf(kana: string): readonly string[] {
    const known = this.#known.get(kana);
    if (known !== undefined) return known;
    const likely = new Map<string, number>();
    for (const kanji of this.#written.get(kana) ?? []) {
      const readings = this.#read.get(kanji) ?? new Map<string, number>();
      const total = readings.values().reduce((sum, count) => sum + count, 0);
      const bearers = readings.get(kana) ?? 0;
      for (const [other, count] of readings) {
        if (other !== kana) likely.set(other, (likely.get(other) ?? 0) + (bearers * count) / total);
      }
    }
    const others = [...likely].sort((a, b) => b[1] - a[1]).slice(0, this.#maxOthers);
    const names = others.map(([other]) => other);
    this.#known.set(kana, names);
    return names;
  }
}
