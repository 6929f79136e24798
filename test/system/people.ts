/** Lines of persons and premiums for whole-system tests. All are called 試験 (test); their numbers begin with 9999. */

export const personHeader = "基礎年金番号,氏名,カナ氏名,生年月日,性別,住所";
export const premiumHeader = "基礎年金番号,氏名,カナ氏名,生年月日,年月,制度,区分,納付額,受付番号";

export interface TestPerson {
  readonly number: string;
  readonly name: string;
  readonly kana: string;
  readonly birthDate: string;
  readonly address: string;
}

/** The n-th, n below a million; no two share a number or a birth date. */
export function testPerson(n: number): TestPerson {
  return {
    number: `9999-${String(n).padStart(6, "0")}`,
    name: "試験 架空子",
    kana: "シケン カクウコ",
    birthDate: new Date(Date.UTC(1950, 0, 2 + n)).toISOString().slice(0, 10),
    address: `架空県試験市${n}番地`,
  };
}

export function personLine(n: number, changed: Partial<TestPerson> = {}): string {
  const person = { ...testPerson(n), ...changed };
  return [person.number, person.name, person.kana, person.birthDate, "女", person.address].join(",");
}

export interface TestPremium {
  readonly month: string;
  readonly amount: string;
  readonly reference: string;
}

export function premiumLine(n: number, changed: Partial<TestPremium> = {}): string {
  const { number, name, kana, birthDate } = testPerson(n);
  const { month = "2024-04", amount = "16980", reference = `R${n}` } = changed;
  return [number, name, kana, birthDate, month, "国民年金第1号", "納付", amount, reference].join(",");
}

export function fileOf(header: string, lines: readonly string[]): string {
  return `${[header, ...lines].join("\n")}\n`;
}

/** Words of these people that no message may repeat. */
export const secrets: readonly RegExp[] = [/試験/u, /シケン/u, /9999-?\d{6}/u, /架空/u];
