// Invented sets in the shapes that record linkage is usually tried on: products of two shops, a bibliography and its
// citations, restaurants of two guides, citations of few papers, voters. Nothing is taken from any real set.
// Truth stands in column `truth`. Deterministic by seed.

import { randomFrom, type Random } from "../src/random.ts";
import { shuffle, typo, words, zipf, type SyntheticRow } from "./synthetic.ts";

export interface LinkShape {
  readonly first: SyntheticRow[];
  readonly second: SyntheticRow[];
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const common = (random: Random, list: readonly string[], shift: number): string =>
  list[zipf(random, list.length, shift)] ?? "";

interface Product {
  readonly brand: string;
  readonly line: string;
  readonly kind: string;
  readonly model: string;
  readonly traits: readonly string[];
  readonly price: number;
}

export interface ProductShape {
  /** Products that both shops sell, and those that only one of them does. */
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** How often a shop writes the model number: 1 electronics, 0 software. */
  readonly models: number;
  readonly seed: number;
}

/** Products of two shops, with siblings that differ in one trait or the number of the model. */
export function products({ both, onlyFirst, onlySecond, models, seed }: ProductShape): LinkShape {
  const random = randomFrom(seed);
  const lists = {
    brands: words(random, 60, 2),
    lines: words(random, 250, 2),
    kinds: words(random, 40, 2).map((word, k) =>
      k % 3 === 0 ? `${word} ${words(random, 1, 2)[0] ?? ""}` : word,
    ),
    traits: words(random, 120, 2),
    filler: words(random, 500, 2),
  };
  const made: Product[] = [];
  const count = both + onlyFirst + onlySecond;
  while (made.length < count) {
    const base = inventProduct(random, lists);
    const siblings = random() < 0.4 ? 1 + Math.floor(random() * 4) : 1;
    for (let k = 0; k < siblings && made.length < count; k++)
      made.push(k === 0 ? base : sibling(random, lists, base));
  }
  shuffle(random, made);
  const first = made
    .slice(0, both + onlyFirst)
    .map((product, k) => shopOne(random, lists, product, k, models));
  const second = [...made.slice(0, both), ...made.slice(both + onlyFirst)].map((product, k) =>
    shopTwo(random, lists, product, k < both ? k : k + onlyFirst, models),
  );
  return { first: shuffle(random, first), second: shuffle(random, second) };
}

type ProductLists = Readonly<Record<"brands" | "lines" | "kinds" | "traits" | "filler", readonly string[]>>;

const modelNumber = (random: Random): string =>
  `${pick(random, ["a", "dx", "k", "lx", "ps", "s", "tw", "v", "x"])}${Math.floor(10 + random() * 990)}${pick(random, ["", "", "b", "s", "w", "bk"])}`;

function inventProduct(random: Random, { brands, lines, kinds, traits }: ProductLists): Product {
  return {
    brand: common(random, brands, 6),
    line: common(random, lines, 60),
    kind: common(random, kinds, 8),
    model: modelNumber(random),
    traits: [common(random, traits, 12), common(random, traits, 12), `${1 + Math.floor(random() * 64)} gb`],
    price: Math.round(Math.exp(2.5 + 4 * random()) * 100) / 100,
  };
}

function sibling(random: Random, lists: ProductLists, base: Product): Product {
  return {
    ...base,
    model: random() < 0.8 ? `${base.model.slice(0, -1)}${Math.floor(random() * 10)}` : modelNumber(random),
    traits: base.traits.with(Math.floor(random() * 2), common(random, lists.traits, 12)),
    price: Math.round(base.price * (0.8 + 0.5 * random()) * 100) / 100,
  };
}

function filled(random: Random, lists: ProductLists, count: number): string {
  return Array.from({ length: count }, () => common(random, lists.filler, 30)).join(" ");
}

function shopOne(
  random: Random,
  lists: ProductLists,
  product: Product,
  k: number,
  models: number,
): SyntheticRow {
  const model = random() < models ? ` - ${product.model.toUpperCase()}` : "";
  return {
    id: `a${k}`,
    truth: `t${k}`,
    name: `${product.brand} ${product.line} ${product.traits[0]} ${product.kind}${model}`,
    description: `${product.brand} ${product.kind}${model}/ ${product.traits.join("/ ")}/ ${filled(random, lists, 10)}`,
    price: random() < 0.4 ? "" : String(product.price),
  };
}

function shopTwo(
  random: Random,
  lists: ProductLists,
  product: Product,
  k: number,
  models: number,
): SyntheticRow {
  const spelled = random() < 0.3 ? product.model.replace(/(\D+)(\d)/, "$1-$2") : product.model;
  const parts = [
    product.brand,
    random() < 0.8 ? product.line : "",
    random() < 0.75 * models ? spelled : "",
    random() < 0.6 ? (product.traits[0] ?? "") : "",
    random() < 0.4 ? (product.traits[1] ?? "") : "",
    random() < 0.7 ? product.kind : "",
    random() < 0.3 ? (product.traits[2] ?? "") : "",
    random() < 0.3 ? filled(random, lists, 2) : "",
  ].filter((part) => part !== "");
  const name = random() < 0.15 ? typo(random, parts.join(" ")) : parts.join(" ");
  return {
    id: `b${k}`,
    truth: `t${k}`,
    name,
    description: random() < 0.4 ? "" : `${product.traits.slice(0, 2).join(" ")} ${filled(random, lists, 6)}`,
    price: random() < 0.3 ? "" : String(Math.round(product.price * (0.75 + 0.35 * random()) * 100) / 100),
  };
}

interface Paper {
  readonly title: string;
  readonly authors: readonly (readonly [string, string])[];
  readonly venue: readonly [string, string];
  readonly year: number;
}

const SMALL_WORDS = ["a", "of", "for", "in", "the", "on", "and", "with", "using", "to"];

function inventPapers(random: Random, count: number): Paper[] {
  const topic = words(random, 900, 2);
  const given = words(random, 250, 2);
  const family = words(random, 900, 2);
  const venues = words(random, 12, 2).map((name): readonly [string, string] => [
    name.slice(0, 4),
    `international conference on ${name} ${pick(random, topic)}`,
  ]);
  const papers: Paper[] = [];
  while (papers.length < count) {
    const length = 4 + Math.floor(random() * 7);
    const title = Array.from({ length }, (_, k) =>
      k % 3 === 2 && random() < 0.7 ? pick(random, SMALL_WORDS) : common(random, topic, 40),
    ).join(" ");
    const team = Array.from({ length: 1 + Math.floor(random() * 4) }, (): readonly [string, string] => [
      common(random, given, 20),
      common(random, family, 80),
    ]);
    const year = 1990 + Math.floor(random() * 15);
    papers.push({ title, authors: team, venue: pick(random, venues), year });
    // Journal version of the same work, and a column that appears every year: alike and not the same.
    if (random() < 0.06)
      papers.push({
        title: typo(random, `${title} revisited`),
        authors: team,
        venue: pick(random, venues),
        year: year + 1,
      });
    if (random() < 0.03)
      papers.push({ title: "editors notes", authors: team, venue: pick(random, venues), year });
  }
  return papers.slice(0, count);
}

function citePaper(random: Random, paper: Paper, dirt: number): Omit<SyntheticRow, "id"> {
  const hit = (rate: number): boolean => random() < rate * dirt;
  const initials = random() < 0.7;
  const names = paper.authors.map(([given, family]) =>
    initials ? `${given.slice(0, 1)} ${family}` : `${given} ${family}`,
  );
  let title = paper.title;
  if (hit(0.3)) title = typo(random, title);
  if (hit(0.2)) title = title.split(" ").slice(0, -2).join(" ");
  if (hit(0.08)) title = `${title} ${pick(random, SMALL_WORDS)} ${paper.venue[0]}`;
  return {
    title,
    authors: hit(0.25) ? names.slice(0, 1).join(", ") : hit(0.1) ? "" : names.join(", "),
    venue: hit(0.4)
      ? ""
      : random() < 0.5
        ? paper.venue[0]
        : hit(0.4)
          ? typo(random, paper.venue[1])
          : paper.venue[1],
    year: hit(0.5) ? "" : hit(0.1) ? String(paper.year + 1) : String(paper.year),
  };
}

/** A clean bibliography and what a crawler found of it, several citations for some papers, and of other papers. */
export function bibliography(papers: number, others: number, seed: number): LinkShape {
  const random = randomFrom(seed);
  const made = inventPapers(random, papers + others);
  const first = made.slice(0, papers).map((paper, k) => ({
    id: `a${k}`,
    truth: `t${k}`,
    title: paper.title,
    authors: paper.authors.map((name) => name.join(" ")).join(", "),
    venue: paper.venue[0],
    year: String(paper.year),
  }));
  const second: SyntheticRow[] = [];
  for (const [k, paper] of made.entries()) {
    const times = k >= papers ? 1 : random() < 0.1 ? 0 : 1 + Math.floor(-Math.log(1 - random()) * 1.2);
    for (let t = 0; t < times; t++)
      second.push({ id: `b${k}-${t}`, truth: `t${k}`, ...citePaper(random, paper, 1) });
  }
  return { first: shuffle(random, first), second: shuffle(random, second) };
}

/** Few papers, cited many times each, carelessly. */
export function citations(papers: number, seed: number): SyntheticRow[] {
  const random = randomFrom(seed);
  const rows = inventPapers(random, papers).flatMap((paper, k) =>
    Array.from({ length: 1 + Math.floor(-Math.log(1 - random()) * 11) }, (_, t) => ({
      id: `c${k}-${t}`,
      truth: `t${k}`,
      ...citePaper(random, paper, 1.3),
    })),
  );
  return shuffle(random, rows);
}

/** Restaurants of two guides; chains have one name and many addresses. */
export function restaurants(both: number, onlyFirst: number, onlySecond: number, seed: number): LinkShape {
  const random = randomFrom(seed);
  const [nouns, streets, cities] = [words(random, 400, 2), words(random, 200, 2), words(random, 12, 2)];
  const kinds = words(random, 30, 2);
  const made = Array.from({ length: both + onlyFirst + onlySecond }, () => ({
    name:
      random() < 0.1
        ? common(random, nouns, 3)
        : `${pick(random, nouns)} ${pick(random, ["cafe", "grill", "house", "on main", "s", "bistro", ""])}`.trim(),
    street: `${1 + Math.floor(random() * 9000)} ${common(random, streets, 20)}`,
    suffix: pick(random, [
      ["st", "street"],
      ["ave", "avenue"],
      ["blvd", "boulevard"],
      ["rd", "road"],
    ]),
    city: common(random, cities, 4),
    phone: `${200 + Math.floor(random() * 9)}-${100 + Math.floor(random() * 900)}-${1000 + Math.floor(random() * 9000)}`,
    kind: [common(random, kinds, 5), common(random, kinds, 5)],
  }));
  const write = (at: number, isSecond: boolean): SyntheticRow => {
    const entry = made[at];
    if (entry === undefined) return {};
    return {
      id: `${isSecond ? "b" : "a"}${at}`,
      truth: `t${at}`,
      name:
        isSecond && random() < 0.25
          ? random() < 0.5
            ? `the ${entry.name}`
            : typo(random, entry.name)
          : entry.name,
      addr: `${entry.street} ${entry.suffix[isSecond && random() < 0.5 ? 1 : 0] ?? ""}`,
      city: isSecond && random() < 0.15 ? pick(random, cities) : entry.city,
      phone: isSecond ? entry.phone.replaceAll("-", random() < 0.5 ? "/" : "-") : entry.phone,
      type: entry.kind[isSecond && random() < 0.6 ? 1 : 0] ?? "",
    };
  };
  const first = made.slice(0, both + onlyFirst).map((_, k) => write(k, false));
  const second = [
    ...Array(both).keys(),
    ...Array.from({ length: onlySecond }, (_, k) => both + onlyFirst + k),
  ].map((k) => write(k, true));
  return { first: shuffle(random, first), second: shuffle(random, second) };
}

/** Voters of two years: some moved, some married, some mistyped; common names abound. */
export function voters(both: number, only: number, seed: number): LinkShape {
  const random = randomFrom(seed);
  const [given, family] = [words(random, 500, 2), words(random, 4000, 2, ["", "son", "man"])];
  const [cities, streets] = [words(random, 60, 2), words(random, 900, 2)];
  const invent = (k: number): SyntheticRow => ({
    truth: `t${k}`,
    first_name: common(random, given, 10),
    middle_name: random() < 0.8 ? common(random, given, 10) : "",
    last_name: common(random, family, 40),
    age: String(18 + Math.floor(random() * 75)),
    gender: random() < 0.5 ? "M" : "F",
    street: `${1 + Math.floor(random() * 4000)} ${common(random, streets, 100)} rd`,
    city: common(random, cities, 6),
    zip_code: String(27_000 + zipf(random, 900, 80)),
  });
  const people = Array.from({ length: both + 2 * only }, (_, k) => invent(k));
  const first = people.slice(0, both + only).map((row, k) => ({ id: `a${k}`, ...row }));
  const second = [...people.slice(0, both), ...people.slice(both + only)].map((row, k) => {
    const later: SyntheticRow = { id: `b${k}`, ...row };
    if (random() < 0.12)
      [later["street"] = "", later["zip_code"] = ""] = [
        `${1 + Math.floor(random() * 4000)} ${common(random, streets, 100)} rd`,
        String(27_000 + zipf(random, 900, 80)),
      ];
    if (random() < 0.05) later["city"] = common(random, cities, 6);
    if (row["gender"] === "F" && random() < 0.06) later["last_name"] = common(random, family, 40);
    for (const column of ["first_name", "last_name", "street"])
      if (random() < 0.06) later[column] = typo(random, later[column] ?? "");
    if (random() < 0.3) later["middle_name"] = (row["middle_name"] ?? "").slice(0, 1);
    later["age"] = String(Number(row["age"]) + (random() < 0.9 ? 2 : 1));
    return later;
  });
  return { first: shuffle(random, first), second: shuffle(random, second) };
}
