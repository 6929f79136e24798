// Invented Japanese pension records: a register of people and orphaned old records of some of them, with the errors
// that the record repair of 2007 met: kana guessed from kanji codes, lost voiced marks, wrong eras, dates a day off,
// surnames before marriage, lost spaces, missing kanji. Names come from reference lists; nobody in here exists.

import { roundKana } from "../src/ja/kana.ts";
import { randomFrom, type Random } from "../src/random.ts";
import { shuffle, zipf, type SyntheticRow } from "./synthetic.ts";

export interface NameLists {
  /** Kanji, kana; commonest first. */
  readonly surnames: readonly (readonly [string, string])[];
  readonly men: readonly (readonly [string, string])[];
  readonly women: readonly (readonly [string, string])[];
}

export interface Pensioners {
  readonly register: SyntheticRow[];
  readonly orphans: SyntheticRow[];
}

const PREFECTURES = [
  "東京都",
  "大阪府",
  "神奈川県",
  "愛知県",
  "埼玉県",
  "千葉県",
  "兵庫県",
  "北海道",
  "福岡県",
  "静岡県",
  "茨城県",
  "広島県",
  "京都府",
  "宮城県",
  "新潟県",
];
const ERAS = [1867, 1911, 1925, 1988];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** A register of `people` and `orphanCount` old records, 85 % of which belong to somebody in it. */
export function pensioners(lists: NameLists, people: number, orphanCount: number, seed: number): Pensioners {
  const random = randomFrom(seed);
  const register = Array.from({ length: people }, (_, k) => registerRow(random, lists, k));
  const orphans = Array.from({ length: orphanCount }, (_, k) => {
    const belongs = random() < 0.85;
    const person = belongs ? pick(random, register) : registerRow(random, lists, people + k);
    return orphanRow(random, lists, person, k);
  });
  return { register: shuffle(random, register), orphans: shuffle(random, orphans) };
}

function registerRow(random: Random, lists: NameLists, k: number): SyntheticRow {
  const isMan = random() < 0.5;
  const given = isMan ? lists.men : lists.women;
  const [surname, surnameKana] = lists.surnames[zipf(random, lists.surnames.length, 12)] ?? ["", ""];
  const [name, nameKana] = given[zipf(random, given.length, 40)] ?? ["", ""];
  const month = 1 + Math.floor(random() * 12);
  return {
    id: `r${k}`,
    person: `P${k}`,
    surname,
    given_name: name,
    surname_kana: surnameKana,
    given_kana: nameKana,
    sex: isMan ? "1" : "2",
    birth_date: dateText(1915 + Math.floor(random() * 60), month, 1 + Math.floor(random() * 28)),
    prefecture: PREFECTURES[zipf(random, PREFECTURES.length, 4)] ?? "",
  };
}

const dateText = (year: number, month: number, day: number): string =>
  `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

function orphanRow(random: Random, lists: NameLists, person: SyntheticRow, k: number): SyntheticRow {
  const hit = (rate: number): boolean => random() < rate;
  const row: SyntheticRow = { ...person, id: `o${k}` };
  if (person["sex"] === "2" && hit(0.2))
    [row["surname"] = "", row["surname_kana"] = ""] = pick(random, lists.surnames.slice(0, 800));
  if (hit(0.1)) row["given_kana"] = misread(random, lists, row["given_name"] ?? "", row["given_kana"] ?? "");
  if (hit(0.06)) row["surname_kana"] = wrongKana(random, row["surname_kana"] ?? "");
  if (hit(0.06)) row["given_kana"] = wrongKana(random, row["given_kana"] ?? "");
  if (hit(0.25)) {
    row["surname_kana"] = roundKana(row["surname_kana"] ?? "");
    row["given_kana"] = roundKana(row["given_kana"] ?? "");
  }
  if (hit(0.6)) [row["surname"], row["given_name"]] = ["", ""];
  if (hit(0.03))
    [row["surname_kana"], row["given_kana"]] = [`${row["surname_kana"] ?? ""}${row["given_kana"] ?? ""}`, ""];
  if (hit(0.14)) row["birth_date"] = wrongBirth(random, row["birth_date"] ?? "");
  if (hit(0.02)) row["sex"] = row["sex"] === "1" ? "2" : "1";
  if (hit(0.3)) row["prefecture"] = pick(random, PREFECTURES);
  if (hit(0.2)) row["prefecture"] = "";
  return row;
}

function misread(random: Random, lists: NameLists, kanji: string, kana: string): string {
  const others = [...lists.men, ...lists.women].filter(
    ([written, sound]) => written === kanji && sound !== kana,
  );
  return others.length === 0 ? kana : (pick(random, others)[1] ?? kana);
}

const SHAPES: Readonly<Record<string, string>> = {
  ソ: "ン",
  ン: "ソ",
  シ: "ツ",
  ツ: "シ",
  ク: "ワ",
  ワ: "ク",
};

function wrongKana(random: Random, kana: string): string {
  const shaped = Array.from(kana, (sign) => SHAPES[sign] ?? sign).join("");
  if (shaped !== kana && random() < 0.5) return shaped;
  const at = Math.floor(random() * kana.length);
  return (
    kana.slice(0, at) +
    pick(random, Array.from("アイウエオカキクケコサシスセソタチツテトナニ")) +
    kana.slice(at + 1)
  );
}

function wrongBirth(random: Random, text: string): string {
  const [year = 0, month = 1, day = 1] = text.split("-").map(Number);
  const kind = random();
  if (kind < 0.3) return dateText(year, month, Math.min(28, day + 1));
  if (kind < 0.5) return dateText(year + (random() < 0.5 ? 14 : -14), month, day);
  if (kind < 0.6) return dateText(year + (ERAS[2] ?? 0) - (ERAS[1] ?? 0), month, day);
  if (kind < 0.75) return dateText(year, 1 + Math.floor(random() * 12), day);
  if (kind < 0.9) return dateText(year + (random() < 0.5 ? 1 : -1), month, day);
  return dateText(
    1915 + Math.floor(random() * 60),
    1 + Math.floor(random() * 12),
    1 + Math.floor(random() * 28),
  );
}
