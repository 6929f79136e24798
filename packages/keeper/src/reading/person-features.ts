/**
 * What two descriptions of a person are compared by without being read: tokens of names with sex and birth date.
 *
 * Every feature is a compound of a name, the sex and the whole birth date; no name and no date stands alone, and there is
 * one part of a name only (the given one, in kana and in kanji), so that persons of one birthday are not strung together
 * through their surnames. A person has each feature once, as it is recorded. An unknown owner has besides those that the
 * slips of the 2007 records would have made of it: the official matching rules (voiced marks and small kana, variant
 * kanji, the lost space, ソ for ン, another reading, the other sex, a day off, day and month exchanged, the era).
 * Readings are learned from the register itself: what two persons of one kanji name are called.
 */
import type { FactValue } from "@kura/kernel/fact-list.ts";
import { parseCivilDate } from "@kura/kernel/civil-date.ts";
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import type { FeatureTokens } from "./feature-tokens.ts";
import { limits } from "../limits.ts";
import { dateSlips, givenCuts, joinNames, lookalikes, partsOf } from "./name-slips.ts";
import { tokenBytes } from "../protocol/protocol.ts";
import type { Feature, SubjectFeatures } from "../protocol/features.ts";
import { Readings } from "./readings.ts";

/** `recordKinds.suspenseOwner` of `custodian/src/register/facts.ts`; person-features.test.ts holds both together. */
export const suspenseOwnerKind = 2;

const field = { name: 3, kana: 4, formerName: 5, formerKana: 6, birthDate: 7, sex: 8 } as const;

/** How the name agrees: the lower three bits of a form. */
export const nameForms = {
  kana: 0,
  kanaLookalike: 1,
  kanaOtherReading: 2,
  kanji: 3,
  givenKana: 4,
  givenKanaOtherReading: 5,
  givenKanji: 6,
  givenKanaCut: 7,
} as const;

/** How the birth date agrees, times 8. */
export const dateForms = { same: 0, dayOff: 1, dayAndMonth: 2, era: 3 } as const;

/** Bits from which on a name is of the next class: one person in 2^13, 2^15, 2^17. */
const rarities: readonly number[] = [13, 15, 17];

/** The other sex: 32. */
export const otherSexForm = 32;

/** A sort of name, each under a key of its own. */
const sorts = { kana: 1, kanji: 2, givenKana: 3, givenKanji: 4 } as const;
type Sort = (typeof sorts)[keyof typeof sorts];

/** A name to compare by. */
interface NameForm {
  readonly form: number;
  readonly sort: Sort;
  readonly text: string;
  /** Without any slip. */
  readonly isAsSaid: boolean;
}

export class PersonFeatures {
  readonly #index: FeatureTokens;
  readonly #surnames = new Readings(limits.readings, limits.otherReadings);
  readonly #givens = new Readings(limits.readings, limits.otherReadings);

  constructor(index: FeatureTokens) {
    this.#index = index;
  }

  /** Of a registered person: under every name with every birth date and sex recorded. Learns how the names are read. */
  ofPerson(records: readonly (readonly FactValue[])[]): SubjectFeatures {
    const facts = records.flat();
    for (const record of records) this.#learn(record);
    const names = new Set<string>();
    const kanas = joinNames(valuesOf(facts, field.kana), valuesOf(facts, field.formerKana));
    const kanjis = joinNames(valuesOf(facts, field.name), valuesOf(facts, field.formerName));
    for (const kana of kanas) {
      const { full, given } = partsOf(kana, "kana");
      names.add(`${sorts.kana}${full}`);
      if (given !== "") names.add(`${sorts.givenKana}${given}`);
    }
    for (const kanji of kanjis) {
      const { full, given } = partsOf(kanji, "kanji");
      names.add(`${sorts.kanji}${full}`);
      if (given !== "") names.add(`${sorts.givenKanji}${given}`);
    }
    const births = new Set(valuesOf(facts, field.birthDate));
    const features: Feature[] = [];
    for (const name of [...names].slice(0, limits.featureNames)) {
      for (const birth of births) {
        for (const sex of sexesOf(facts))
          features.push(this.#feature(0, Number(name[0]) as Sort, name.slice(1), sex, birth));
      }
    }
    return { rarity: 0, features };
  }

  /** Of an unknown owner, as said and with slips; with `shiftDays`, of a decoy: as said, so many days away. */
  ofOwner(facts: readonly FactValue[], shiftDays = 0): SubjectFeatures {
    const birth = parseCivilDate(valuesOf(facts, field.birthDate)[0] ?? "");
    if (birth === undefined) return { rarity: 0, features: [] };
    const said = sexesOf(facts);
    const isSexSaid = said.length === 1;
    const forms = this.#formsOf(valuesOf(facts, field.kana)[0] ?? "", valuesOf(facts, field.name)[0] ?? "");
    const features = new Map<string, Feature>();
    for (const { form: dateForm, date } of dateSlips(birth, shiftDays)) {
      for (const { form, sort, text, isAsSaid } of forms) {
        // A second slip besides is tried only with the likeliest one of the date.
        if (!isAsSaid && dateForm > dateForms.dayOff) continue;
        for (const sex of isAsSaid && isSexSaid && dateForm <= dateForms.dayOff ? bothSexes : said) {
          const other = said.includes(sex) ? 0 : otherSexForm;
          const feature = this.#feature(form + 8 * dateForm + other, sort, text, sex, date);
          const key = `${sort}${text}${sex}${date}`;
          if (!features.has(key)) features.set(key, feature);
        }
      }
    }
    return { rarity: this.#rarityOf(facts), features: [...features.values()] };
  }

  /**
   * How rare the owner's kana name is in the register, in four classes: all that is said of a name beyond its tokens, because
   * namesakes of one birthday are what a match is taken for. 0, the commonest, where the parts cannot be told.
   */
  #rarityOf(facts: readonly FactValue[]): number {
    const { surname, given } = partsOf(valuesOf(facts, field.kana)[0] ?? "", "kana");
    if (given === "") return 0;
    const bits = -Math.log2(this.#surnames.shareOf(surname) * this.#givens.shareOf(given));
    return rarities.filter((least) => bits >= least).length;
  }

  #formsOf(kana: string, kanji: string): NameForm[] {
    const forms: NameForm[] = [];
    const add = (form: number, sort: Sort, text: string, isAsSaid: boolean): void => {
      if (text !== "") forms.push({ form, sort, text, isAsSaid });
    };
    const written = partsOf(kanji, "kanji");
    add(nameForms.kanji, sorts.kanji, written.full, true);
    add(nameForms.givenKanji, sorts.givenKanji, written.given, true);
    const { full, surname, given } = partsOf(kana, "kana");
    add(nameForms.kana, sorts.kana, full, true);
    add(nameForms.givenKana, sorts.givenKana, given, true);
    for (const other of lookalikes(kana))
      add(nameForms.kanaLookalike, sorts.kana, partsOf(other, "kana").full, false);
    for (const cut of given === "" ? givenCuts(full) : [])
      add(nameForms.givenKanaCut, sorts.givenKana, cut, false);
    // Where the kanji are known, they say it themselves.
    if (given === "" || written.full !== "") return forms;
    for (const other of this.#givens.othersOf(given)) {
      add(nameForms.kanaOtherReading, sorts.kana, surname + other, false);
      add(nameForms.givenKanaOtherReading, sorts.givenKana, other, false);
    }
    for (const other of this.#surnames.othersOf(surname))
      add(nameForms.kanaOtherReading, sorts.kana, other + given, false);
    return forms;
  }

  #learn(record: readonly FactValue[]): void {
    const [written, read] = [
      partsOf(lastOf(record, field.name), "kanji"),
      partsOf(lastOf(record, field.kana), "kana"),
    ];
    if (written.given === "" || read.given === "") return;
    this.#surnames.learn(written.surname, read.surname);
    this.#givens.learn(written.given, read.given);
  }

  #feature(form: number, sort: Sort, name: string, sex: string, birth: string): Feature {
    const token = Buffer.allocUnsafe(tokenBytes);
    this.#index.writeToken(sort, encodeUtf8(`${sex}${birth}${name}`), token, 0);
    return { form, token };
  }
}

const bothSexes: readonly string[] = ["male", "female"];

/** Both where none is recorded: then the sex says nothing. */
function sexesOf(facts: readonly FactValue[]): readonly string[] {
  const known = new Set(valuesOf(facts, field.sex).filter((sex) => bothSexes.includes(sex)));
  return known.size === 0 ? bothSexes : [...known];
}

function valuesOf(facts: readonly FactValue[], number: number): string[] {
  return facts.filter((fact) => fact.field === number).map((fact) => fact.value);
}

function lastOf(facts: readonly FactValue[], number: number): string {
  return valuesOf(facts, number).at(-1) ?? "";
}
