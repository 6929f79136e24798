import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { entryOf, entryTexts, type Unlinked } from "./person-event.ts";

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(encodeHex);
const text = fc.string({ unit: "grapheme" }).filter((one) => one.isWellFormed());

describe("the text of a person's entry", () => {
  it("is the canonical JSON of it, for every event and person", () => {
    const events = fc.record({ actor: text, office: text, purpose: text, caseId: text, caseKind: text });
    fc.assert(
      fc.property(events, hex(16), hex(32), fc.nat(), fc.nat(), (named, person, previous, n, number) => {
        const event: Unlinked = {
          kind: "opened",
          ...named,
          session: "ab".repeat(16),
          orderNumber: 3,
          order: "",
          signature: "",
          fields: [3, 1],
          persons: [person],
          records: 1,
        };
        const stamp = { number, timeMs: 1_790_000_000_000 };
        expect(entryTexts(event, stamp)(person, n, previous)).toBe(
          encodeCanonical({ ...entryOf(event, person, stamp, { n, previous }) }),
        );
      }),
    );
  });
});
