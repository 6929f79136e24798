import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { wholeNumber } from "./whole-number.ts";

describe("a number that is typed", () => {
  it.each([
    ["0", 0],
    ["12", 12],
    ["007", 7],
    ["93", 93],
  ])("is taken as %s", (text, number) => {
    expect(wholeNumber(0, 93)(text)).toBe(number);
  });

  it.each(["", " ", "-1", "+1", "1.0", "1e3", "0x10", "NaN", "Infinity", "94", "1 2", "９", "9".repeat(17)])(
    "is refused as %j, with the bounds and not the text",
    (text) => {
      expect(() => wholeNumber(0, 93)(text)).toThrow(new InvalidArgumentError("a whole number, 0 to 93."));
    },
  );

  it("never loses a digit", () => {
    expect(wholeNumber(1)("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => wholeNumber(1)("9007199254740993")).toThrow("1 or more");
  });
});
