import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Canonical, encodeCanonical } from "./canonical.ts";

/** The same once more: a copy with its members in order, and the platform's own JSON. */
function inOrder(value: Canonical): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, inOrder(member)]));
}

// Keys that look like indices would be put in front by the platform, not by the text.
const key = fc.string({ unit: "grapheme" }).map((text) => `k${text}`);
const { value } = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary-ascii" }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(key, tie("value"), { maxKeys: 6 }),
  ),
}));

describe("a value has one text", () => {
  it("which is the platform's JSON of its members in order", () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(encodeCanonical(one)).toBe(JSON.stringify(inOrder(one)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [{ b: 1, a: [] }, '{"a":[],"b":1}'],
    [["", "", null, ""], '["","",null,""]'],
    ['"\\\n\u007f蔵', '"\\"\\\\\\n\u007f蔵"'],
    [-0, "0"],
    [{}, "{}"],
  ])("%j", (one, text) => {
    expect(encodeCanonical(one)).toBe(text);
  });
});

describe("what has no canonical form is refused", () => {
  const none: readonly unknown[] = [
    1.5,
    Number.NaN,
    2 ** 53,
    "\ud800",
    { a: undefined },
    [undefined],
    1n,
    { "\ud800": 1 },
  ];
  it.each(none)("value %#", (one) => {
    expect(() => encodeCanonical(one as Canonical)).toThrow(
      expect.objectContaining({ code: "not-canonical" }),
    );
  });
});
