import { expect, it } from "vitest";
import { encodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { fieldNumbers } from "./field.ts";
import { prefectureIn, prefectureName } from "./prefecture.ts";

function prefectureOf(address: string | undefined, postalCode: string | undefined): number {
  const facts: FactValue[] = [{ field: fieldNumbers.name, value: "東京都 架空", from: "2001-01-01" }];
  if (postalCode !== undefined) facts.push({ field: fieldNumbers.postalCode, value: postalCode });
  if (address !== undefined) facts.push({ field: fieldNumbers.address, value: address, to: "2020-01-01" });
  return prefectureIn(encodeFactList([...facts, { field: fieldNumbers.phone, value: "0312345678" }]));
}

it("is what the address begins with, all forty-seven of them", () => {
  for (let code = 1; code <= 47; code++) {
    expect(prefectureOf(`${prefectureName(code)}架空市一丁目`, "000")).toBe(code);
    expect(prefectureOf(prefectureName(code), undefined)).toBe(code);
  }
});

it("is that of the postal code where the address does not say it", () => {
  expect(prefectureOf("横浜市鶴見区本町1番", "2300051")).toBe(14);
  expect(prefectureOf(undefined, "9000001")).toBe(47);
  expect(prefectureOf("山形市架空町", undefined)).toBe(0);
});

it.each([
  [undefined, undefined],
  ["架空県試験市", undefined],
  ["神奈", undefined],
  ["", ""],
  ["London", "SW1A"],
])("is not guessed from %s %s", (address, postalCode) => {
  expect(prefectureOf(address, postalCode)).toBe(0);
});
