/**
 * The lines of the persons file, as an agency would send them: kanji name, kana, former surname, dates in ISO 8601.
 */
import type { Day, NamePart, SamplePerson } from "./person.ts";

export const personHeader =
  "基礎年金番号,漢字氏名,カナ氏名,旧姓,旧姓カナ,生年月日,性別,郵便番号,住所,電話番号,メールアドレス,死亡年月日,旧制度番号1,旧制度番号2\n";

/** The line of a person; with a second number a second line follows, under the name of then. */
export function personLines(person: SamplePerson): string {
  const name = fullName(person.surname, person.given, "written");
  const kana = fullName(person.surname, person.given, "kana");
  const former = person.formerSurname;
  const first = personLine(
    person,
    person.pensionNumber,
    [name, kana, former?.written ?? "", former?.kana ?? ""],
    true,
  );
  if (person.secondNumber === undefined) return first;
  const then = former ?? person.surname;
  const names = [fullName(then, person.given, "written"), fullName(then, person.given, "kana"), "", ""];
  return first + personLine(person, person.secondNumber, names, false);
}

/** Surname and given name with the full-width space of Japanese forms. */
export function fullName(surname: NamePart, given: NamePart, form: "written" | "kana"): string {
  return `${surname[form]}　${given[form]}`;
}

/** `YYYY-MM-DD`, or nothing. */
export function dayText(day: Day | undefined): string {
  if (day === undefined) return "";
  return `${day.year}-${String(day.month).padStart(2, "0")}-${String(day.day).padStart(2, "0")}`;
}

export function sexText(female: boolean): string {
  return female ? "女" : "男";
}

function personLine(
  person: SamplePerson,
  number: string,
  names: readonly string[],
  current: boolean,
): string {
  const { place, schemeNumbers } = person;
  const reached = current ? [person.phone, person.email, dayText(person.died)] : ["", "", ""];
  const old = current ? [schemeNumbers[0] ?? "", schemeNumbers[1] ?? ""] : ["", ""];
  const about = [dayText(person.born), sexText(person.female), place.postalCode, place.address];
  return `${[number, ...names, ...about, ...reached, ...old].join(",")}\n`;
}
