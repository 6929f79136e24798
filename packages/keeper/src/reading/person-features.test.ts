import { randomBytes } from "node:crypto";
import { createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordKinds } from "../../../custodian/src/register/facts.ts";
import { fieldNumbers } from "../../../custodian/src/register/field.ts";
import { FeatureTokens } from "./feature-tokens.ts";
import { dateForms, nameForms, otherSexForm, PersonFeatures, suspenseOwnerKind } from "./person-features.ts";

const fresh = (): PersonFeatures => new PersonFeatures(new FeatureTokens(createSecretKey(randomBytes(32))));

interface Said {
  readonly name?: string;
  readonly kana?: string;
  readonly formerName?: string;
  readonly formerKana?: string;
  readonly birthDate?: string;
  readonly sex?: string;
}

const factsOf = (said: Said) =>
  Object.entries(said).map(([name, value]) => ({
    field: fieldNumbers[name as keyof Said],
    value: value as string,
  }));

const hanako: Said = {
  name: "斎藤 裕子",
  kana: "サイトウ ヒロコ",
  formerName: "渡邊",
  formerKana: "ワタナベ",
  birthDate: "1935-03-05",
  sex: "female",
};

/** The forms under which the owner meets the person. */
function meetings(person: Said, owner: Said, learned: readonly Said[] = []): number[] {
  const features = fresh();
  for (const one of learned) features.ofPerson([factsOf(one)]);
  const tokens = new Set(
    features.ofPerson([factsOf(person)]).features.map(({ token }) => Buffer.from(token).toString("hex")),
  );
  return features
    .ofOwner(factsOf(owner))
    .features.filter(({ token }) => tokens.has(Buffer.from(token).toString("hex")))
    .map(({ form }) => form)
    .toSorted((a, b) => a - b);
}

const { kana, kanaLookalike, kanaOtherReading, kanji, givenKana, givenKanji, givenKanaCut } = nameForms;
const asSaid = { kana: "サイトウ ヒロコ", birthDate: "1935-03-05", sex: "female" };

describe("an unknown owner meets the person", () => {
  it.each<[string, Said, number[]]>([
    ["as said", asSaid, [kana, givenKana]],
    ["in kanji, of whatever form", { ...asSaid, kana: "", name: "齊藤　裕子" }, [kanji, givenKanji]],
    ["with voiced marks and small kana lost", { ...asSaid, kana: "ｻｲﾄｳ ﾋﾛｺﾞ" }, [kana, givenKana]],
    [
      "under the former surname",
      { ...asSaid, kana: "ワタナベ ヒロコ", name: "渡辺裕子" },
      [kana, kanji, givenKana],
    ],
    ["without the space", { ...asSaid, kana: "サイトウヒロコ" }, [kana, givenKanaCut]],
    ["with another surname, by the given name", { ...asSaid, kana: "タナカ ヒロコ" }, [givenKana]],
    ["as the other sex", { ...asSaid, sex: "male" }, [kana + otherSexForm, givenKana + otherSexForm]],
    [
      "a day off",
      { ...asSaid, birthDate: "1935-03-06" },
      [kana, givenKana].map((form) => form + 8 * dateForms.dayOff),
    ],
    [
      "with day and month exchanged",
      { ...asSaid, birthDate: "1935-05-03" },
      [kana, givenKana].map((form) => form + 8 * dateForms.dayAndMonth),
    ],
    // Shōwa 10 as Taishō 10.
    [
      "in another era",
      { ...asSaid, birthDate: "1921-03-05" },
      [kana, givenKana].map((form) => form + 8 * dateForms.era),
    ],
  ])("%s", (_, owner, forms) => {
    expect(meetings(hanako, owner)).toEqual(forms);
  });

  it("with a letter that looks like another", () => {
    const person = { ...hanako, kana: "ハットリ ヒロコ" };
    // ッ is read as ツ, and ツ as シ.
    expect(meetings(person, { ...asSaid, kana: "ハシトリ ヒロコ" })).toContain(kanaLookalike);
  });

  it("under another reading of the kanji, once the register has shown that there is one", () => {
    const owner = { ...asSaid, kana: "サイトウ ユウコ" };
    expect(meetings(hanako, owner)).toEqual([]);
    const learned = [{ name: "見本 裕子", kana: "ミホン ユウコ", birthDate: "1960-01-01", sex: "female" }];
    expect(meetings(hanako, owner, learned)).toContain(kanaOtherReading);
  });

  it("never on a name or a birth date alone", () => {
    expect(meetings(hanako, { ...asSaid, birthDate: "1936-03-05" })).toEqual([]);
    expect(meetings(hanako, { ...asSaid, kana: "ミホン タロウ" })).toEqual([]);
    expect(meetings(hanako, { kana: "サイトウ ヒロコ", sex: "female" })).toEqual([]);
    expect(meetings(hanako, { birthDate: "1935-03-05", sex: "female" })).toEqual([]);
    // One surname and one birthday are no feature either: they would string a birthday's people together.
    expect(meetings(hanako, { ...asSaid, kana: "サイトウ ミツコ" })).toEqual([]);
  });
});

describe("features", () => {
  it("of two runs have nothing in common", () => {
    const token = (): string[] =>
      fresh()
        .ofPerson([factsOf(hanako)])
        .features.map((one) => Buffer.from(one.token).toString("hex"));
    const first = new Set(token());
    expect(token().filter((one) => first.has(one))).toEqual([]);
  });

  it("come with how rare the name is in the register, in four classes and no finer", () => {
    const features = fresh();
    const learn = (name: string, kana: string): unknown =>
      features.ofPerson([factsOf({ name, kana, birthDate: "1960-01-01", sex: "female" })]);
    for (let i = 0; i < 1_000; i++) learn(`多い ${i}`, `オオイ ${String.fromCharCode(0x30a2 + (i % 40))}`);
    learn("珍しい 名", "メズラシイ メイ");
    const rarity = (kana: string): number => features.ofOwner(factsOf({ ...asSaid, kana })).rarity;
    expect(rarity("オオイ ア")).toBe(0);
    expect(rarity("メズラシイ メイ")).toBe(3);
    expect(rarity("オオイア")).toBe(0);
  });

  it("of a decoy are on no day that a slip reaches", () => {
    const features = fresh();
    const hex = (owner: Said, shift = 0): string[] =>
      features.ofOwner(factsOf(owner), shift).features.map((one) => Buffer.from(one.token).toString("hex"));
    const own = new Set(hex(asSaid));
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 28 }), fc.boolean(), (days, isBefore) => {
        expect(hex(asSaid, isBefore ? -days : days).filter((one) => own.has(one))).toEqual([]);
      }),
    );
  });

  it("keep the custodian's numbers of fields and of records", () => {
    expect(suspenseOwnerKind).toBe(recordKinds.suspenseOwner);
    expect(meetings(hanako, asSaid)).not.toEqual([]);
  });

  it("take any text", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 40 });
    fc.assert(
      fc.property(fc.record({ name: text, kana: text, birthDate: text, sex: text }), (said) => {
        const features = fresh();
        features.ofPerson([factsOf(said)]);
        expect(features.ofOwner(factsOf({ ...said, birthDate: "1950-01-01" })).features.length).toBeLessThan(
          1_000,
        );
      }),
    );
  });
});
