/** Fields in the words of the glossary: what people read, where programs read the names of `register/field.ts`. */
import type { Field } from "../register/field.ts";
import { exposedName, type FieldMask, numbersIn } from "./field-mask.ts";

export type Language = "en" | "ja";

const words: Readonly<Record<Language, Readonly<Record<Field | "history", string>>>> = {
  en: {
    pensionNumber: "pension number",
    schemeNumber: "number of the scheme",
    name: "name",
    kana: "name in kana",
    formerName: "former name",
    formerKana: "former name in kana",
    birthDate: "birth date",
    sex: "sex",
    postalCode: "postal code",
    address: "address",
    phone: "telephone number",
    email: "e-mail address",
    diedOn: "date of death",
    history: "premium entries and who looked",
  },
  ja: {
    pensionNumber: "基礎年金番号",
    schemeNumber: "制度別の番号",
    name: "氏名",
    kana: "氏名(カナ)",
    formerName: "旧氏名",
    formerKana: "旧氏名(カナ)",
    birthDate: "生年月日",
    sex: "性別",
    postalCode: "郵便番号",
    address: "住所",
    phone: "電話番号",
    email: "電子メールアドレス",
    diedOn: "死亡日",
    history: "納付記録と閲覧記録",
  },
};

/** In the order of their numbers; one that has no name yet is a number. */
export function fieldWordsIn(mask: FieldMask, language: Language): string[] {
  return numbersIn(mask).map((number) => {
    const field = exposedName(number);
    if (field !== undefined) return words[language][field];
    return language === "ja" ? `項目${number}` : `field ${number}`;
  });
}
