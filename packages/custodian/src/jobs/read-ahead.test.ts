import { describe, expect, test } from "vitest";
import { readAhead } from "./read-ahead.ts";

async function* countTo(end: number, made: number[]): AsyncGenerator<number> {
  for (let i = 0; i < end; i++) {
    made.push(i);
    yield i;
  }
}

describe("readAhead", () => {
  test("gives every item once, in order", async () => {
    const items: number[] = [];
    for await (const item of readAhead(countTo(10, []), 3)) items.push(item);
    expect(items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("makes items before they are taken, and no more than its depth of them", async () => {
    const made: number[] = [];
    for await (const item of readAhead(countTo(10, made), 2)) {
      await new Promise((done) => setTimeout(done, 1));
      expect(made.length).toBeGreaterThan(Math.min(item + 1, 9));
      expect(made.length).toBeLessThanOrEqual(item + 3);
    }
  });

  test("throws an error where its item would have been", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error("the source failed");
    }
    const items: number[] = [];
    const read = async (): Promise<void> => {
      for await (const item of readAhead(failing(), 3)) items.push(item);
    };
    await expect(read()).rejects.toThrow("the source failed");
    expect(items).toEqual([1]);
  });

  test("ends its source when the reader stops early", async () => {
    let isEnded = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        isEnded = true;
      }
    }
    for await (const item of readAhead(endless(), 2)) if (item === 3) break;
    expect(isEnded).toBe(true);
  });
});
