import { describe, expect, it } from "vitest";
import { foldCell, isRefusal } from "./cell.ts";
import { parseDateCell, parseMonthCell } from "./date-cell.ts";
import { dateFormatReader, isDateFormat } from "./date-format.ts";
import {
  parsePensionNumberCell,
  parsePhoneCell,
  parsePostalCodeCell,
  parseSchemeNumberCell,
  parseYenCell,
} from "./number-cell.ts";
import { parseAddressCell, parseEmailCell, parseKanaCell, parseNameCell } from "./text-cell.ts";
import { parseKindCell, parseSchemeCell, parseSexCell } from "./word-cell.ts";

type Parse = (text: string) => unknown;

/** The value, or the code of the refusal. */
function outcomeOf(parse: Parse, text: string): unknown {
  const folded = foldCell(text);
  if (isRefusal(folded)) return folded.code;
  const outcome = parse(folded);
  return typeof outcome === "object" && outcome !== null && "code" in outcome ? outcome.code : outcome;
}

function raw(parse: Parse, text: string): unknown {
  const outcome = parse(text);
  return typeof outcome === "object" && outcome !== null && "code" in outcome ? outcome.code : outcome;
}

describe("a date", () => {
  it.each([
    ["1955-01-02", "1955-01-02"],
    ["1955/1/2", "1955-01-02"],
    ["1955.1.2", "1955-01-02"],
    ["19550102", "1955-01-02"],
    ["１９５５年１月２日", "1955-01-02"],
    ["1955-01-02 00:00:00", "1955-01-02"],
    ["1955-01-02T00:00:00", "1955-01-02"],
    ["昭和30年1月2日", "1955-01-02"],
    ["昭和３０年 １月 ２日", "1955-01-02"],
    ["S30.1.2", "1955-01-02"],
    ["s30/01/02", "1955-01-02"],
    ["S300102", "1955-01-02"],
    ["昭30.1.2", "1955-01-02"],
    ["平成元年1月8日", "1989-01-08"],
    ["令和元年5月1日", "2019-05-01"],
    ["大正1年7月30日", "1912-07-30"],
    ["明治45年7月29日", "1912-07-29"],
    ["昭和64年1月7日", "1989-01-07"],
  ])("written %s is read", (text, date) => expect(outcomeOf(parseDateCell, text)).toBe(date));

  it.each([
    ["昭和65年1月1日", "era-year-out-of-range"],
    ["昭和64年1月8日", "era-year-out-of-range"],
    ["S650101", "era-year-out-of-range"],
    ["平成元年1月7日", "era-year-out-of-range"],
    ["昭和0年1月1日", "era-year-out-of-range"],
    ["昭和30年2月30日", "no-such-day"],
    ["1955-13-01", "no-such-day"],
    ["19550230", "no-such-day"],
    ["1955-01-02 13:30:00", "date-form"],
    ["02/01/1955", "date-form"],
    ["55-01-02", "date-form"],
    ["不明", "date-form"],
    ["1955-1/2", "date-form"],
  ])("written %s is refused as %s", (text, code) => expect(outcomeOf(parseDateCell, text)).toBe(code));

  it("in a stated format is read in that format only", () => {
    const read = dateFormatReader("DD/MM/YYYY");
    expect(parseDateCell("02/01/1955", read)).toBe("1955-01-02");
    expect(parseDateCell("1955-01-02", read)).toMatchObject({ code: "date-form" });
    expect(parseDateCell("31/02/1955", read)).toMatchObject({ code: "no-such-day" });
  });

  it("format names a year, a month, at most one day", () => {
    expect(["YYYYMMDD", "D.M.YYYY", "YYYY/MM", "YYYY年M月D日"].every(isDateFormat)).toBe(true);
    expect(["YYMMDD", "YYYY", "MM/DD", "YYYY(.*)MM", "YYYYMMDDDD", ""].some(isDateFormat)).toBe(false);
  });
});

describe("a month", () => {
  it.each([
    ["2024-05", "2024-05"],
    ["2024/5", "2024-05"],
    ["202405", "2024-05"],
    ["2024年5月分", "2024-05"],
    ["令和6年5月", "2024-05"],
    ["R6.5", "2024-05"],
    ["R0605", "2024-05"],
    ["昭和64年1月", "1989-01"],
    ["平成元年1月", "1989-01"],
    ["2024-05-01", "2024-05"],
  ])("written %s is read", (text, month) => expect(outcomeOf(parseMonthCell, text)).toBe(month));

  it.each([
    ["2024-13", "month-out-of-range"],
    ["202400", "month-out-of-range"],
    ["令和6年13月", "month-out-of-range"],
    ["昭和65年1月", "era-year-out-of-range"],
    ["平成31年5月", "era-year-out-of-range"],
    ["五月", "month-form"],
  ])("written %s is refused as %s", (text, code) => expect(outcomeOf(parseMonthCell, text)).toBe(code));
});

describe("a number", () => {
  it("of ten digits is a pension number, with or without hyphen, in any width", () => {
    for (const text of ["1234567890", "1234-567890", "１２３４－５６７８９０", " 1234‐567890 "]) {
      expect(outcomeOf(parsePensionNumberCell, text)).toBe("1234567890");
    }
  });

  it("of nine or eleven digits is refused, and the text says that a zero may be lost", () => {
    expect(parsePensionNumberCell("123456789")).toMatchObject({
      code: "pension-number-digits",
      text: /leading zero/u,
    });
    expect(outcomeOf(parsePensionNumberCell, "12345678901")).toBe("pension-number-digits");
    expect(outcomeOf(parsePensionNumberCell, "12345-67890")).toBe("pension-number-digits");
  });

  it.each([
    [parsePostalCodeCell, "〒100-0001", "1000001"],
    [parsePostalCodeCell, "１００－０００１", "1000001"],
    [parsePostalCodeCell, "100-001", "postal-code-form"],
    [parsePhoneCell, "０３（１２３４）５６７８", "0312345678"],
    [parsePhoneCell, "+81-90-0000-0000", "+819000000000"],
    [parsePhoneCell, "call me", "phone-form"],
    [parseSchemeNumberCell, "ab-12 34", "AB1234"],
    [parseSchemeNumberCell, "----", "scheme-number-form"],
  ] as const)("%# is folded or refused", (parse, text, expected) =>
    expect(outcomeOf(parse, text)).toBe(expected),
  );

  it.each([
    ["16980", 16_980],
    ["１６，９８０円", 16_980],
    ["¥16,980", 16_980],
    ["￥ 16980", 16_980],
    ["16980.00", 16_980],
    ["0", 0],
    ["-100", "negative-yen"],
    ["▲100", "negative-yen"],
    ["△1,000", "negative-yen"],
    ["(100)", "negative-yen"],
    ["¥-100", "negative-yen"],
    ["100.5", "yen-fraction"],
    ["1,00", "yen-form"],
    ["1e5", "yen-form"],
    ["99999999999999999999", "yen-too-large"],
  ])("of yen written %s", (text, expected) => expect(outcomeOf(parseYenCell, text)).toBe(expected));
});

describe("a name", () => {
  it("stays as written but for width and outer space", () => {
    expect(parseNameCell("　山田　太郎 ")).toBe("山田 太郎");
    expect(parseNameCell("ＳＭＩＴＨ　ＪＯＨＮ")).toBe("SMITH JOHN");
    expect(parseNameCell("髙橋﨑邊")).toBe("髙橋﨑邊");
  });

  it("keeps compatibility ideographs and variation selectors, which NFKC would replace", () => {
    expect(parseNameCell("\ufa19田")).toBe("\ufa19田");
    expect(parseNameCell("葛\u{e0100}城")).toBe("葛\u{e0100}城");
  });

  it.each([
    ["山\u0000田", "control-character"],
    ["山\n田", "control-character"],
    ["山\u202e田", "control-character"],
    ["山\ufffd田", "undecodable"],
    ["=cmd|' /C calc'!A0", "formula-cell"],
    ["＝SUM(A1)", "formula-cell"],
    ["@SUM(1)", "formula-cell"],
    ["+1+1", "formula-cell"],
    ["-1", "formula-cell"],
    ["山".repeat(201), "name-too-long"],
    ["山".repeat(5000), "cell-too-long"],
  ])("%j is refused as %s", (text, code) => expect(raw(parseNameCell, text)).toBe(code));

  it("in kana becomes full-width katakana, and is refused in kanji", () => {
    expect(parseKanaCell("ﾔﾏﾀﾞ ﾀﾛｳ")).toBe("ヤマダ タロウ");
    expect(parseKanaCell("やまだ　たろう")).toBe("ヤマダ タロウ");
    expect(raw(parseKanaCell, "山田タロウ")).toBe("kana-form");
  });

  it("in an address may span lines, which become spaces", () => {
    expect(parseAddressCell("架空市\r\n１－２－３")).toBe("架空市 1-2-3");
    expect(raw(parseAddressCell, "=HYPERLINK(1)")).toBe("formula-cell");
  });

  it("of a mailbox is checked for its form only", () => {
    expect(outcomeOf(parseEmailCell, "Ｔａｒｏ＠example.jp")).toBe("Taro@example.jp");
    expect(outcomeOf(parseEmailCell, "taro.example.jp")).toBe("email-form");
    expect(outcomeOf(parseEmailCell, "a@b")).toBe("email-form");
  });
});

describe("a word", () => {
  it.each([
    [parseSexCell, ["男", "男性", "1", "M", "male", "Ｍ"], "male"],
    [parseSexCell, ["女", "女性", "2", "F", "Female", "２"], "female"],
    [parseSexCell, ["不明", "9", "0"], "unknown"],
    [parseSexCell, ["3", "neither"], "sex-form"],
    [parseSchemeCell, ["国民年金第1号", "第１号", "national1", "1", "国年"], "national1"],
    [parseSchemeCell, ["厚生年金", "厚年", "Employees", "2号"], "employees"],
    [parseSchemeCell, ["第三号", "national3"], "national3"],
    [parseSchemeCell, ["7", ""], "scheme-form"],
    [parseKindCell, ["納付", "納付済み", "Paid"], "paid"],
    [parseKindCell, ["3/4免除", "４分の３免除", "exemptThreeQuarters"], "exemptThreeQuarters"],
    [parseKindCell, ["学生納付特例", "student"], "student"],
    [parseKindCell, ["追納", "paid late"], "paidLate"],
    [parseKindCell, ["1"], "kind-form"],
  ] as const)("%# is known in its spellings", (parse, texts, expected) => {
    for (const text of texts) expect(outcomeOf(parse, text)).toBe(expected);
  });

  it("never becomes a refusal that holds it", () => {
    const secret = "秘密の値1234";
    for (const parse of [
      parseSexCell,
      parseSchemeCell,
      parseKindCell,
      parseDateCell,
      parseMonthCell,
      parseYenCell,
    ]) {
      expect(JSON.stringify(parse(secret))).not.toContain("秘密");
    }
  });
});
