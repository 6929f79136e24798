import type { FactValue } from "@kura/kernel/fact-list.ts";
import { describe, expect, it } from "vitest";
import { meets, tellsOfOthers } from "./screen-match.ts";

const fact = (field: number, value: string): FactValue => ({ field, value });
const first: readonly FactValue[] = [
  fact(4, "シケン ハナコ"),
  fact(7, "1951-04-02"),
  fact(8, "female"),
  fact(9, "1000001"),
  fact(10, "架空県 試験市一丁目"),
];
const moved: readonly FactValue[] = [fact(9, "5300001"), fact(10, "架空県蜜蜂市二丁目")];

describe("somebody meets a criterion", () => {
  it.each([
    [{ bornFrom: "1951-04-02", bornTo: "1951-04-02" }, true],
    [{ bornFrom: "1951-04-03" }, false],
    [{ bornTo: "1951-04-01" }, false],
    [{ kanaPrefix: "シケンハナ" }, true],
    [{ kanaPrefix: "シケンタ" }, false],
    [{ bornFrom: "1951-04-01", sex: "female" }, true],
    [{ bornFrom: "1951-04-01", sex: "male" }, false],
    // By what the newest record says that has the field: where somebody lived before does not count.
    [{ addressPrefix: "架空県蜜蜂市" }, true],
    [{ addressPrefix: "架空県試験市" }, false],
    [{ postalPrefix: "530", addressPrefix: "架空県" }, true],
    [{ postalPrefix: "100" }, false],
  ])("%j: %s", (criterion, isMet) => {
    expect(meets([first, moved], criterion)).toBe(isMet);
  });

  it("by any of several values of one record, and never without the field", () => {
    expect(meets([[fact(7, "1951-04-02"), fact(7, "1952-01-01")]], { bornFrom: "1952-01-01" })).toBe(true);
    expect(meets([[fact(10, "架空県")]], { bornFrom: "1900-01-01" })).toBe(false);
    expect(meets([], { addressPrefix: "架" })).toBe(false);
  });
});

describe("not meeting it tells as much", () => {
  it.each([
    [{ bornFrom: "1951-04-01", bornTo: "1951-04-30" }, false],
    [{ bornFrom: "1951-04-01", bornTo: "1952-03-31" }, false],
    [{ bornFrom: "1951-04-01", bornTo: "1952-04-01" }, true],
    [{ bornFrom: "1951-04-01" }, true],
    [{ bornTo: "1951-04-01" }, true],
    [{ addressPrefix: "架空県", sex: "female" }, true],
    [{ addressPrefix: "架空県", kanaPrefix: "シ", postalPrefix: "10" }, false],
  ])("%j: %s", (criterion, tells) => {
    expect(tellsOfOthers(criterion)).toBe(tells);
  });
});
