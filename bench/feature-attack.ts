/**
 * `feature-attack`: what a thief of the feature table learns from counting, while a run of matching is under way.
 *
 * The thief has every token with its person, knows which sort each token is of, and knows how often every value really
 * occurs in this very register (no thief knows so much). They guess value for token by rank: where n tokens occur equally
 * often, one guess in n is right on average. `theirs` is the same attack on tokens of a given name alone, as a naive index
 * would have them. Also: how many persons tokens string together, with and without a feature of surname and birth date.
 */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { generateSample } from "../packages/cli/src/sample/generate-sample.ts";
import { partsOf } from "../packages/keeper/src/reading/name-slips.ts";
import { figure } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";

export async function run({ args }: BenchOptions): Promise<readonly Figure[]> {
  const at = args.indexOf("--persons");
  const persons = at === -1 ? 1_250_000 : Number(args[at + 1]);
  const dir = await mkdtemp(join(tmpdir(), "kura-bench-"));
  try {
    await generateSample({ persons, seed: 1, outDir: dir, premiumPersons: 1, historyMonths: 1 });
    const path = join(dir, "persons.csv");
    return [
      ...(await attack(path, "YYYY-MM-DD".length, "")),
      ...(await attack(path, "YYYY-MM".length, asDense)),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Birth months in the place of days: as many people of one "day" as in a register thirty times as large. */
const asDense = ", as dense as 30 times as many";

async function attack(path: string, dateLength: number, density: string): Promise<Figure[]> {
  const [full, given, written, alone] = [new Counts(), new Counts(), new Counts(), new Counts()];
  const [strung, withSurname] = [new Strings(), new Strings()];
  let persons = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const cells = line.split(",");
    if (cells[0] === "基礎年金番号") continue;
    const day = `${(cells[5] ?? "").slice(0, dateLength)}${cells[6]}`;
    const [kana, kanji] = [partsOf(cells[2] ?? "", "kana"), partsOf(cells[1] ?? "", "kanji")];
    const features = [
      `1${kana.full}${day}`,
      `2${kanji.full}${day}`,
      `3${kana.given}${day}`,
      `4${kanji.given}${day}`,
    ];
    full.add(features[0] ?? "");
    given.add(features[2] ?? "");
    written.add(features[3] ?? "");
    alone.add(`${cells[6]}${kana.given}`);
    strung.add(features);
    withSurname.add([...features, `5${kana.surname}${day}`]);
    persons += 1;
  }
  const share = (counts: Counts): number => counts.expectedRight() / persons;
  const naive = share(alone);
  const note = `${persons} persons; theirs: tokens of the given name alone`;
  return [
    figure(`named by rank: whole kana name${density}`, share(full), naive, "share of persons", note),
    figure(`named by rank: given name in kana${density}`, share(given), naive, "share of persons", note),
    figure(`named by rank: given name in kanji${density}`, share(written), naive, "share of persons", note),
    figure(
      `largest group strung together${density}`,
      strung.largest(),
      withSurname.largest(),
      "persons",
      "theirs: with surname and birth date as a feature",
    ),
    figure(
      `mean group of a person${density}`,
      strung.mean(),
      withSurname.mean(),
      "persons",
      "theirs: with surname and birth date as a feature",
    ),
  ];
}

/** How often each value occurs. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(value: string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /** Persons named rightly on average: of each class of equally frequent values one guess is right. */
  expectedRight(): number {
    return [...new Set(this.#counts.values())].reduce((sum, frequency) => sum + frequency, 0);
  }
}

/** Persons that share a feature, and whoever shares one with those. */
class Strings {
  readonly #parents: number[] = [];
  readonly #firstOf = new Map<string, number>();

  add(features: readonly string[]): void {
    const person = this.#parents.push(this.#parents.length) - 1;
    for (const feature of features) {
      const first = this.#firstOf.get(feature);
      if (first === undefined) this.#firstOf.set(feature, person);
      else this.#parents[this.#rootOf(person)] = this.#rootOf(first);
    }
  }

  largest(): number {
    return this.#sizes().reduce((most, size) => Math.max(most, size), 0);
  }

  /** Of the group that a person drawn at random is in. */
  mean(): number {
    const sizes = this.#sizes();
    return sizes.reduce((sum, size) => sum + size * size, 0) / this.#parents.length;
  }

  #sizes(): number[] {
    const sizes = new Map<number, number>();
    for (let person = 0; person < this.#parents.length; person++) {
      const root = this.#rootOf(person);
      sizes.set(root, (sizes.get(root) ?? 0) + 1);
    }
    return [...sizes.values()];
  }

  #rootOf(person: number): number {
    let root = person;
    while (this.#parents[root] !== root) {
      const parent = this.#parents[root] ?? root;
      this.#parents[root] = this.#parents[parent] ?? parent;
      root = parent;
    }
    return root;
  }
}
