import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { PersonIndex } from "./person-index.ts";

const hash = (n: number): string => n.toString(16).padStart(64, "0");

describe("the index of persons", () => {
  it("gives everybody a number of their own and keeps their last link, through many doublings", () => {
    const index = new PersonIndex();
    const persons = Array.from({ length: 20_000 }, () => randomBytes(16).toString("hex"));
    for (const [i, person] of persons.entries())
      expect(index.advance(person, { n: 1, hash: hash(i) })).toBe(i + 1);
    for (const [i, person] of persons.entries()) {
      expect(index.findNumber(person)).toBe(i + 1);
      expect(index.lastLink(person)).toEqual({ n: 1, hash: hash(i) });
    }
    expect(index.size).toBe(20_000);
  });

  it("tells persons apart whose keys begin alike", () => {
    const index = new PersonIndex();
    for (let i = 1; i <= 50; i++)
      index.advance(`00000000${i.toString(16).padStart(24, "0")}`, { n: 1, hash: hash(i) });
    expect(index.findNumber(`00000000${(50).toString(16).padStart(24, "0")}`)).toBe(50);
    expect(index.findNumber("0".repeat(32))).toBeUndefined();
  });

  it("refuses a link that does not follow", () => {
    const index = new PersonIndex();
    const person = "ab".repeat(16);
    index.advance(person, { n: 1, hash: hash(1) });
    expect(() => index.advance(person, { n: 3, hash: hash(3) })).toThrow("has a gap");
    expect(() => index.advance(person, { n: 1, hash: hash(3) })).toThrow("has a gap");
    expect(index.lastLink(person)).toEqual({ n: 1, hash: hash(1) });
  });
});
