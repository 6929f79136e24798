import { expect, it } from "vitest";
import { limits } from "../limits.ts";
import { RecentEntries } from "./recent-entries.ts";

const entry = (number: number): Uint8Array => {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
};
const numbersOf = (entries: readonly Uint8Array[]): number[] =>
  entries.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));

/** As after a start behind the last signed head. */
function keptFrom(from: number, count: number): RecentEntries {
  const recent = new RecentEntries();
  for (let number = from; number < from + count; number++) recent.put(number, entry(number));
  return recent;
}

it("gives back what it was given since the start", () => {
  expect(new RecentEntries().list(1, 1)).toEqual([]);
  const recent = keptFrom(1_000, 5);
  expect(numbersOf(recent.list(1_000, 5))).toEqual([1_000, 1_001, 1_002, 1_003, 1_004]);
  expect(recent.list(999, 2)).toEqual([]);
  expect(recent.list(1_000, 6)).toEqual([]);
});

it("forgets the oldest, and gives none rather than others", () => {
  const recent = keptFrom(1_000, limits.entriesKept + 500);
  const last = 1_000 + limits.entriesKept + 499;
  expect(numbersOf(recent.list(last - 2, 3))).toEqual([last - 2, last - 1, last]);
  expect(numbersOf(recent.list(last - limits.entriesKept + 1, 1))).toEqual([last - limits.entriesKept + 1]);
  expect(recent.list(last - limits.entriesKept, 1)).toEqual([]);
});
