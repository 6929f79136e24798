// Invented records with known truth, for tests and benchmarks: people with names made of syllables, several records
// per person, and the errors of real files (typing, nicknames, exchanged names, missing values, moves, second dates).
// Nobody in here exists. Deterministic by seed.

import { randomFrom, type Random } from "../src/random.ts";

export type SyntheticRow = Record<string, string>;

const ONSETS = [
  "b",
  "br",
  "c",
  "ch",
  "d",
  "dr",
  "f",
  "g",
  "gr",
  "h",
  "j",
  "k",
  "l",
  "m",
  "n",
  "p",
  "pr",
  "r",
  "s",
  "sh",
  "st",
  "t",
  "tr",
  "v",
  "w",
  "wh",
];
const VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ie", "oo", "ou"];
const CODAS = ["", "", "n", "r", "l", "s", "ll", "nd", "rd", "tt", "ck", "m", "th", "nt", "ng"];
const ENDINGS = ["", "", "son", "ton", "ley", "er", "man", "ford", "well", "s"];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Draws index k with probability falling like 1 / (k + shift). */
export function zipf(random: Random, size: number, shift: number): number {
  const k = Math.floor(shift * ((size / shift + 1) ** random() - 1));
  return Math.min(size - 1, k);
}

/** Distinct invented words. */
export function words(
  random: Random,
  count: number,
  syllables: number,
  endings: readonly string[] = [""],
): string[] {
  const made = new Set<string>();
  while (made.size < count) {
    let word = "";
    for (let k = 0; k < syllables; k++)
      word += pick(random, ONSETS) + pick(random, VOWELS) + (k === syllables - 1 ? pick(random, CODAS) : "");
    made.add(word + pick(random, endings));
  }
  return [...made];
}

/** One typing error: a letter lost, doubled, replaced or exchanged with its neighbour. */
export function typo(random: Random, text: string): string {
  if (text.length < 2) return text;
  const at = Math.floor(random() * (text.length - 1));
  const letter = "abcdefghijklmnopqrstuvwxyz"[Math.floor(random() * 26)] ?? "a";
  const replacement = /\d/.test(text[at] ?? "") ? String(Math.floor(random() * 10)) : letter;
  switch (Math.floor(random() * 4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + replacement + text.slice(at);
    case 2:
      return text.slice(0, at) + replacement + text.slice(at + 1);
    default:
      return text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
  }
}

const NICKNAMED = [
  "william",
  "robert",
  "elizabeth",
  "margaret",
  "john",
  "thomas",
  "james",
  "mary",
  "charles",
  "henry",
  "edward",
  "richard",
  "katherine",
  "anne",
  "joseph",
];
const SHORT: Readonly<Record<string, string>> = {
  william: "bill",
  robert: "bob",
  elizabeth: "betty",
  margaret: "peggy",
  john: "jack",
  thomas: "tom",
  james: "jim",
  mary: "polly",
  charles: "charlie",
  henry: "harry",
  edward: "ned",
  richard: "dick",
  katherine: "kate",
  anne: "nancy",
  joseph: "joe",
};

export interface HistoricalOptions {
  readonly people: number;
  readonly recordsPerPerson: number;
  /** 0 clean … 1 as dirty as the worst public sets. */
  readonly dirt: number;
  readonly seed: number;
}

interface Lists {
  readonly givenNames: readonly string[];
  readonly surnames: readonly string[];
  readonly places: readonly string[];
  readonly occupations: readonly string[];
}

interface Person {
  readonly id: string;
  readonly given: string;
  readonly middle: string;
  readonly surname: string;
  readonly place: string;
  readonly dob: string;
  readonly postcode: string;
  readonly occupation: string;
  readonly sex: string;
}

const draw = (random: Random, list: readonly string[], shift: number): string =>
  list[zipf(random, list.length, shift)] ?? "";

/** People of earlier centuries, several records each: names, dates, places, fake postcodes, sex, occupation. */
export function historicalPeople({
  people,
  recordsPerPerson,
  dirt,
  seed,
}: HistoricalOptions): SyntheticRow[] {
  const random = randomFrom(seed);
  const lists = {
    givenNames: [...NICKNAMED, ...words(random, 600, 2)],
    surnames: words(random, 6000, 2, ENDINGS),
    places: words(random, 1200, 2, ["ton", "ham", "bury", "shire", " upon sea"]),
    occupations: words(random, 250, 3),
  };
  const rows: SyntheticRow[] = [];
  for (let k = 0; k < people; k++) {
    const person = inventPerson(random, lists, k);
    const count = 1 + Math.floor(-Math.log(1 - random() + 1e-12) * (recordsPerPerson - 1) + random());
    for (let r = 0; r < Math.min(count, 40); r++) {
      const bad = r === 0 ? 0 : dirt * random() * 1.6;
      rows.push({
        unique_id: `${person.id}-${r}`,
        cluster: person.id,
        ...writeDown(random, lists, person, bad),
      });
    }
  }
  return shuffle(random, rows);
}

function inventPerson(random: Random, lists: Lists, k: number): Person {
  const year = 1600 + Math.floor(300 * Math.sqrt(random()));
  return {
    id: `Q${k}`,
    given: draw(random, lists.givenNames, 8),
    middle: random() < 0.4 ? draw(random, lists.givenNames, 8) : "",
    surname: draw(random, lists.surnames, 60),
    place: draw(random, lists.places, 20),
    dob:
      random() < 0.2
        ? `${year}-01-01`
        : dateText(year, 1 + Math.floor(random() * 12), 1 + Math.floor(random() * 28)),
    postcode: postcodeText(random),
    occupation: draw(random, lists.occupations, 5),
    sex: random() < 0.8 ? "male" : "female",
  };
}

function writeDown(random: Random, lists: Lists, person: Person, bad: number): SyntheticRow {
  const hit = (rate: number): boolean => random() < rate * bad;
  let [g, s] = [person.given, person.surname];
  if (hit(0.25)) g = SHORT[g] ?? typo(random, g);
  if (hit(0.3)) g = typo(random, g);
  if (hit(0.15) && person.middle !== "") g = person.middle;
  if (hit(0.3)) s = typo(random, s);
  if (hit(0.08)) s = draw(random, lists.surnames, 60);
  if (hit(0.05)) [g, s] = [s, g];
  const parts = [random() < 0.1 ? "sir" : "", g, random() < 0.6 ? person.middle : "", s];
  const full = parts.filter((part) => part !== "").join(" ");
  const place = random() < 0.5 ? typo(random, person.place) : draw(random, lists.places, 20);
  const moved =
    random() < 0.6 ? `${person.postcode.slice(0, -2)}${pick(random, UNITS)}` : postcodeText(random);
  return {
    full_name: hit(0.1) ? typo(random, full) : full,
    first_name: hit(0.08) ? "" : g,
    surname: hit(0.08) ? "" : s,
    dob: hit(0.35) ? "" : hit(0.35) ? wrongDate(random, person.dob) : person.dob,
    birth_place: hit(0.4) ? "" : hit(0.35) ? place : person.place,
    postcode_fake: hit(0.5) ? "" : hit(0.6) ? moved : person.postcode,
    gender: hit(0.2) ? "" : hit(0.05) ? (person.sex === "male" ? "female" : "male") : person.sex,
    occupation: hit(0.6) ? "" : hit(0.4) ? draw(random, lists.occupations, 5) : person.occupation,
  };
}

const dateText = (year: number, month: number, day: number): string =>
  `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

function wrongDate(random: Random, dob: string): string {
  const [year = "", month = "", day = ""] = dob.split("-");
  const kind = random();
  if (kind < 0.25) return `${year}-01-01`;
  if (kind < 0.5) return `${year}-${month}-${String(1 + Math.floor(random() * 28)).padStart(2, "0")}`;
  if (kind < 0.65) return `${year}-${day > "12" ? month : day}-${day > "12" ? day : month}`;
  if (kind < 0.85) return `${Number(year) + (random() < 0.5 ? 1 : -1)}-${month}-${day}`;
  return `${Number(year) + Math.floor(random() * 20) - 10}-${month}-${day}`;
}

const AREAS = ["ab", "ba", "cb", "de", "ex", "gl", "hr", "ip", "l", "m", "ne", "ox", "pl", "s", "ta", "wr"];

const UNITS = ["ab", "cd", "ef", "gh", "jk", "lm", "np", "qr"];

const postcodeText = (random: Random): string =>
  `${pick(random, AREAS)}${1 + Math.floor(random() * 30)} ${Math.floor(random() * 10)}${pick(random, UNITS)}`;

/** Puts rows in random order. */
export function shuffle<T>(random: Random, rows: T[]): T[] {
  for (let k = rows.length - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [rows[k], rows[other]] = [rows[other] as T, rows[k] as T];
  }
  return rows;
}

/** Payments as two banks see them, one to one: later, sometimes less a fee, the memo cut or misspelt. */
export function payments(
  count: number,
  seed: number,
): { readonly sent: SyntheticRow[]; readonly received: SyntheticRow[] } {
  const random = randomFrom(seed);
  const payers = words(random, Math.ceil(count / 12), 2, ENDINGS);
  const reasons = ["paym", "rent", "invoice", "salary", "gift", "dues", "loan", "fee"];
  const sent: SyntheticRow[] = [];
  const received: SyntheticRow[] = [];
  for (let k = 0; k < count; k++) {
    const amount = Math.round(Math.exp(2 + 5 * random()) * 100) / 100;
    const day = Math.floor(random() * 365);
    const memo =
      `${payers[zipf(random, payers.length, 20)] ?? ""} ${pick(random, ["", "", "a", "c", "m"])} ${pick(random, reasons)}`.replace(
        / +/g,
        " ",
      );
    const later = random() < 0.8 ? Math.floor(random() * 4) : Math.floor(random() * 25);
    const got = random() < 0.5 ? amount : Math.round(amount * (1 - 0.06 * random() ** 2) * 100) / 100;
    let seen = memo;
    if (random() < 0.4) seen = typo(random, seen);
    if (random() < 0.3) seen = seen.slice(0, 8 + Math.floor(random() * 4));
    sent.push({
      unique_id: `s${k}`,
      ground_truth: String(k),
      memo,
      transaction_date: isoDay(day),
      amount: String(amount),
    });
    received.push({
      unique_id: `r${k}`,
      ground_truth: String(k),
      memo: seen,
      transaction_date: isoDay(day + later),
      amount: String(got),
    });
  }
  return { sent: shuffle(random, sent), received: shuffle(random, received) };
}

const isoDay = (day: number): string => new Date(Date.UTC(2022, 0, 1 + day)).toISOString().slice(0, 10);

/** Ten thousand people in the manner of RLdata10000: names and parts of a birth date, a tenth of them twice, one error each. */
export function civilRegister(count: number, duplicates: number, seed: number): SyntheticRow[] {
  const random = randomFrom(seed);
  const givenNames = words(random, 150, 2);
  const surnames = words(random, 600, 2, ENDINGS);
  const rows: SyntheticRow[] = [];
  for (let k = 0; k < count - duplicates; k++) {
    const row: SyntheticRow = {
      id: `p${k}`,
      truth: String(k),
      fname_c1: givenNames[zipf(random, givenNames.length, 10)] ?? "",
      fname_c2: random() < 0.02 ? (givenNames[zipf(random, givenNames.length, 10)] ?? "") : "",
      lname_c1: surnames[zipf(random, surnames.length, 25)] ?? "",
      by: String(1930 + Math.floor(random() * 75)),
      bm: String(1 + Math.floor(random() * 12)),
      bd: String(1 + Math.floor(random() * 28)),
    };
    rows.push(row);
    if (k >= duplicates) continue;
    const column = pick(random, ["fname_c1", "lname_c1", "lname_c1", "by", "bm", "bd"]);
    const wrong = column.startsWith("b")
      ? String(Number(row[column] ?? 0) + (random() < 0.5 ? 1 : 2))
      : typo(random, row[column] ?? "");
    rows.push({ ...row, id: `d${k}`, [column]: wrong });
  }
  return shuffle(random, rows);
}
