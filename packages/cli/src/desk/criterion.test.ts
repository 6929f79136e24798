import { describe, expect, it } from "vitest";
import { criterionOf } from "./criterion.ts";

describe("what a clerk says becomes a criterion", () => {
  it.each([
    [{ bornFrom: "1951-04-01" }, { bornFrom: "1951-04-01" }],
    [
      { postalPrefix: "100-00", sex: "女" },
      { postalPrefix: "100-00", sex: "female" },
    ],
    // An age is reached on the day before the birthday.
    [
      { reaches: "75", in: "2026-04" },
      { bornFrom: "1951-04-02", bornTo: "1951-05-01" },
    ],
    [
      { reaches: "75", in: "2026-12" },
      { bornFrom: "1951-12-02", bornTo: "1952-01-01" },
    ],
    // Who was born on 29 February reaches it on the 28th.
    [
      { reaches: "75", in: "2027-02" },
      { bornFrom: "1952-02-02", bornTo: "1952-03-01" },
    ],
    [
      { age: "75", on: "2026-03-31" },
      { bornFrom: "1950-04-02", bornTo: "1951-04-01" },
    ],
    [
      { age: "75", on: "2027-02-27" },
      { bornFrom: "1951-03-01", bornTo: "1952-02-28" },
    ],
    [
      { age: "75", on: "2027-02-28" },
      { bornFrom: "1951-03-02", bornTo: "1952-03-01" },
    ],
  ])("%j", (said, criterion) => {
    expect(criterionOf(said)).toEqual(criterion);
  });

  it.each([
    {},
    { sex: "female" },
    { bornFrom: "1951-02-30" },
    { bornFrom: "1951-02-02", bornTo: "1951-02-01" },
    { age: "75" },
    { age: "seventy-five", on: "2026-03-31" },
    { reaches: "75", in: "April" },
    { reaches: "75", in: "2026-04", bornFrom: "1951-01-01" },
    { reaches: "75", in: "2199-12" },
    { postalPrefix: "1" },
    { addressPrefix: "" },
    { addressPrefix: "架".repeat(200) },
    { kanaPrefix: "シ", sex: "neither" },
  ])("%j is none, and no message repeats what was typed", (said) => {
    expect(() => criterionOf(said)).toThrow(expect.objectContaining({ code: "bad-criterion" }));
  });
});
