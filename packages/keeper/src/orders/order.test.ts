import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Order, orderText } from "../client-side.ts";
import { parseOrder } from "./order.ts";

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((drawn) => Buffer.from(drawn).toString("hex"));
const name = fc
  .string({ minLength: 1, maxLength: 20 })
  .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
const look: fc.Arbitrary<Order> = fc.record({
  v: fc.constant(1),
  kind: fc.constant("look"),
  session: hex(16),
  number: fc.integer({ min: 1 }),
  atMs: fc.integer({ min: 0 }),
  purpose: name,
  case: name,
  caseKind: name,
  persons: fc.uniqueArray(hex(16), { minLength: 1, maxLength: 50 }),
  fields: fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 20 }),
});

const order = {
  v: 1,
  session: "ab".repeat(16),
  number: 1,
  atMs: 1,
  purpose: "p",
  case: "c",
  caseKind: "k",
} as const;

describe("the text of an order", () => {
  it("is read as the order that was written", () => {
    const property = fc.property(look, (drawn) => {
      expect(parseOrder(orderText(drawn))).toEqual(drawn);
    });
    fc.assert(property);
  });

  it("has one writing: any other is refused", () => {
    const text = orderText({ ...order, kind: "rotate" });
    expect(parseOrder(text).kind).toBe("rotate");
    for (const other of [
      ` ${text}`,
      `${text}\n`,
      text.replace('"v":1', '"v":1.0'),
      text.replace(/"v":1/, '"v":1,"v":1'),
    ]) {
      expect(() => parseOrder(other)).toThrow("malformed order");
    }
  });

  const wrong: Record<string, object> = {
    "of no kind": { ...order, kind: "open" },
    "of another version": { ...order, kind: "rotate", v: 2 },
    "with a member more": { ...order, kind: "rotate", persons: [] },
    "with a member less": { ...order, kind: "erase", person: "ab".repeat(16) },
    "with number 0": { ...order, kind: "rotate", number: 0 },
    "with a session in capitals": { ...order, kind: "rotate", session: "AB".repeat(16) },
    "for nobody": { ...order, kind: "look", persons: [], fields: [1] },
    "for 51 persons": {
      ...order,
      kind: "look",
      fields: [1],
      persons: Array.from({ length: 51 }, (_, i) => String(i).padStart(32, "0")),
    },
    "for a person twice": {
      ...order,
      kind: "look",
      persons: ["ab".repeat(16), "ab".repeat(16)],
      fields: [1],
    },
    "for field 256": { ...order, kind: "look", persons: ["ab".repeat(16)], fields: [256] },
    "to look without a case": { ...order, kind: "look", case: "", persons: ["ab".repeat(16)], fields: [1] },
    "to search without terms": { ...order, kind: "search", sealedTerms: "" },
    "to search for what is too short to be sealed": {
      ...order,
      kind: "search",
      sealedTerms: btoa("x".repeat(80)),
    },
    "to ingest below nothing": { ...order, kind: "ingest", source: "s", terms: -1, records: 0 },
    "to ingest without bound": { ...order, kind: "ingest", source: "s", terms: 1e12, records: 0 },
  };
  it.each(Object.keys(wrong))("%s is refused", (name_) => {
    expect(() => parseOrder(orderText(wrong[name_] as Order))).toThrow("malformed order");
  });
});
