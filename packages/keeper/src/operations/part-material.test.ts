import { WireWriter } from "@kura/kernel/wire.ts";
import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { wrappedKeyBytes } from "../protocol/protocol.ts";
import { PartMaterial } from "./part-material.ts";

type Given = readonly (readonly [person: number, recordNo: number, bytes: number])[];

function materialOf(given: Given, change: (records: Uint8Array) => Uint8Array = (records) => records) {
  const writer = new WireWriter();
  for (const [person, recordNo, bytes] of given) {
    writer.u16(person).u8(1).u32(recordNo).bytes(new Uint8Array(bytes).fill(recordNo));
  }
  const wrappedKeys = Buffer.alloc(3 * wrappedKeyBytes);
  wrappedKeys[wrappedKeyBytes] = 2;
  const personKeys = Buffer.from(Array.from({ length: 48 }, (_, i) => i >> 4));
  const records = change(writer.finish().slice());
  return new PartMaterial({ extractId: "", part: 0, personKeys, wrappedKeys, records });
}

const numbersOf = (material: PartMaterial, person: number): number[] =>
  material.takeRecords(person).map(({ recordNo }) => recordNo);

describe("the material of a part", () => {
  it("gives each person their own records, and knows who has a key", () => {
    const material = materialOf([
      [0, 1, 40],
      [2, 1, 50],
      [2, 2, 60],
    ]);
    expect(material.persons).toEqual(["00".repeat(16), "01".repeat(16), "02".repeat(16)]);
    expect([0, 1, 2].map((person) => material.isThere(person, new Set()))).toEqual([false, true, false]);
    expect(material.listThere(new Set([material.persons[1] ?? ""]))).toEqual([]);
    expect([2, 3].map((count) => material.isOf(count))).toEqual([false, true]);
    expect([0, 1, 2].map((person) => numbersOf(material, person))).toEqual([[1], [], [1, 2]]);
    expect(material.personBytesMax).toBe(110);
  });

  it("gives a person no record of whoever was passed over", () => {
    const material = materialOf([
      [0, 7, 40],
      [1, 8, 40],
    ]);
    expect(numbersOf(material, 1)).toEqual([8]);
  });

  const twoRecords: Given = [
    [0, 1, 40],
    [1, 1, 40],
  ];
  it.each<[string, Given, ((records: Uint8Array) => Uint8Array)?]>([
    ["out of the order of their persons", [...twoRecords].reverse()],
    ["of a person who is not in it", [[3, 1, 40]]],
    ["of too many bytes", [[0, 1, limits.factsBytes + 100]]],
    ["too many of one person", Array.from({ length: limits.openRecords + 1 }, (_, i) => [0, i, 1] as const)],
    ["cut in a record", twoRecords, (records) => records.subarray(0, -1)],
    ["cut in a head", twoRecords, (records) => records.subarray(0, 60)],
    ["longer than they say", twoRecords, (records) => Buffer.concat([records, Buffer.alloc(5)])],
  ])("refuses records %s, before anything is journalled", (_, given, change) => {
    expect(() => materialOf(given, change)).toThrow("a part is not laid out like that");
  });
});
