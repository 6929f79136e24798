import { decodeUtf8 } from "@kura/kernel/bytes.ts";
import { decodeFactList, encodeFactList } from "@kura/kernel/fact-list.ts";
import { WireReader, WireWriter } from "@kura/kernel/wire.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkFacts, projectFacts, RowProjector } from "./project.ts";

const text = fc.string({ unit: "grapheme-ascii", maxLength: 40 });
const factLists = fc.array(
  fc.record(
    {
      field: fc.integer({ min: 1, max: 8 }),
      value: text,
      from: fc.constant("2000-01-01"),
      to: fc.constant("2001-01-01"),
    },
    { requiredKeys: ["field", "value"] },
  ),
  { maxLength: 20 },
);
const orders = fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { minLength: 1 });

describe("a projection", () => {
  it("is the ordered facts, whole and in their order, and nothing else", () => {
    fc.assert(
      fc.property(factLists, orders, (facts, fields) => {
        const projected = projectFacts(encodeFactList(facts), new Set(fields));
        expect(decodeFactList(projected)).toEqual(facts.filter((fact) => fields.includes(fact.field)));
      }),
    );
  });

  it("is refused for bytes that are not a fact list, before they are sealed", () => {
    for (const bytes of [[], [1], [1, 3, 0, 0, 0], [1, 3, 0, 0, 0, 2, 65], [0, 0], [1, 3, 9, 0, 0, 0]]) {
      expect(() => checkFacts(Uint8Array.from(bytes))).toThrow("malformed frame");
    }
  });
});

describe("a row of an extract", () => {
  it("has for each column what the newest record that has the field says, and nothing of other fields", () => {
    const records = fc.array(factLists, { maxLength: 4 });
    const projectors = new Map<string, RowProjector>();
    fc.assert(
      fc.property(records, orders, (given, fields) => {
        // One projector for many rows, as in a part: nothing of the row before may be left in it.
        const projector = projectors.get(fields.join()) ?? new RowProjector(fields);
        projectors.set(fields.join(), projector);
        const writer = new WireWriter();
        projector.write(
          writer,
          given.map((facts) => encodeFactList(facts)),
        );
        const reader = new WireReader(writer.finish());
        const row = fields.map(() => decodeUtf8(reader.raw(reader.u16())));
        reader.end();
        expect(row).toEqual(
          fields.map((field) => {
            const newest = given.findLast((facts) => facts.some((fact) => fact.field === field)) ?? [];
            const values = newest.filter((fact) => fact.field === field).map(({ value }) => value);
            return values.join(";");
          }),
        );
      }),
    );
  });
});
