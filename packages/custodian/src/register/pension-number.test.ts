import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PensionNumber } from "./pension-number.ts";
import { parsePensionNumber, parseSchemeNumber, renderPensionNumber } from "./pension-number.ts";

const digits = fc.stringMatching(/^[0-9]{10}$/);

describe("a pension number", () => {
  it("shown and read again is the same number, leading zeros kept", () => {
    fc.assert(
      fc.property(digits, (text) => {
        const number = parsePensionNumber(text);
        expect(number).toBe(text);
        expect(parsePensionNumber(renderPensionNumber(text as PensionNumber))).toBe(text);
      }),
    );
  });

  it.each([
    "1234-567890",
    "１２３４－５６７８９０",
    "1234‐567890",
    "1234−567890",
    "1234ー567890",
    "  1234567890　",
  ])("is read from %j", (text) => expect(parsePensionNumber(text)).toBe("1234567890"));

  it.each([
    "123456789",
    "12345678901",
    "12345-67890",
    "1234--567890",
    "1234 567890",
    "1234-56789O",
    "-1234567890",
    "1234-567890-1150",
    "一二三四五六七八九〇",
    "",
  ])("is not read from %j", (text) => expect(parsePensionNumber(text)).toBeUndefined());

  it("has no check digit: a neighbour of a valid number is valid, so a number alone never identifies", () => {
    expect(parsePensionNumber("1234567891")).toBe("1234567891");
  });
});

describe("a scheme number", () => {
  it.each([
    ["ab-12 34", "AB1234"],
    ["Ａ－１", "A1"],
    ["厚 1234-567890", "厚1234567890"],
    ["ｲ-123", "イ123"],
  ])("is read from %j as %j", (text, number) => expect(parseSchemeNumber(text)).toBe(number));

  it.each(["", " - ", "A".repeat(21), "A/1", "A=1", "あ1"])("is not read from %j", (text) =>
    expect(parseSchemeNumber(text)).toBeUndefined(),
  );

  it("read again is the same number", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "Z", "9", "-", " ", "ー", "厚", "ｱ", "ｶﾞ"), maxLength: 15 }),
        (text) => {
          const number = parseSchemeNumber(text);
          expect(number === undefined ? undefined : parseSchemeNumber(number)).toBe(number);
        },
      ),
    );
  });
});
