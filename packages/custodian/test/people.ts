/** Synthetic people as lines of files: all are called 試験 (test) and their numbers begin with 9999. */

export const personHeader = "基礎年金番号,氏名,カナ氏名,生年月日,性別,住所";
export const premiumHeader = "基礎年金番号,氏名,カナ氏名,生年月日,年月,制度,区分,納付額,受付番号";

const given = ["一郎", "二郎", "三郎", "花子", "雪子", "月子", "太郎", "春子"] as const;
const givenKana = [
  "イチロウ",
  "ジロウ",
  "サブロウ",
  "ハナコ",
  "ユキコ",
  "ツキコ",
  "タロウ",
  "ハルコ",
] as const;

export interface TestPerson {
  readonly number: string;
  readonly name: string;
  readonly kana: string;
  readonly birthDate: string;
  readonly address: string;
}

/** The n-th of a people in which no two share a number or a birth date. */
export function testPerson(n: number): TestPerson {
  const day = new Date(Date.UTC(1950, 0, 1 + n)).toISOString().slice(0, 10);
  return {
    number: `9999-${String(n).padStart(6, "0")}`,
    name: `試験 ${given[n % given.length]}`,
    kana: `シケン ${givenKana[n % givenKana.length]}`,
    birthDate: day,
    address: `架空県試験市${n}番地`,
  };
}

export function personLine(person: TestPerson): string {
  return [person.number, person.name, person.kana, person.birthDate, "女", person.address].join(",");
}

/** A file of persons from to, both ends included. */
export function personFile(from: number, to: number): string {
  const lines = Array.from({ length: to - from + 1 }, (_, i) => personLine(testPerson(from + i)));
  return `${[personHeader, ...lines].join("\n")}\n`;
}

export function premiumLine(
  person: Partial<TestPerson>,
  month: string,
  amountYen = 16_980,
  reference = "",
): string {
  const { number = "", name = "", kana = "", birthDate = "" } = person;
  return [number, name, kana, birthDate, month, "国民年金第1号", "納付", String(amountYen), reference].join(
    ",",
  );
}

export function premiumFile(...lines: readonly string[]): string {
  return `${[premiumHeader, ...lines].join("\n")}\n`;
}
