import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventText } from "./event-text.ts";
import type { JournalEvent } from "./journal-event.ts";

const time = "2026-01-02T03:04:05.678Z";
const asEvent = (members: Record<string, unknown>): JournalEvent => members as unknown as JournalEvent;

/** The text, or the code of the refusal. */
function told(encode: () => string): string | undefined {
  try {
    return encode();
  } catch (error) {
    return `refused: ${codeOf(error)}`;
  }
}

/** What `text` says of the event, and what the generic encoder says. */
function bothOf(text: EventText, event: Record<string, unknown>): [string | undefined, string | undefined] {
  const given: Canonical = { ...(event as Record<string, Canonical>), number: 7, time };
  return [told(() => text.encode(asEvent(event), 7, time)), told(() => encodeCanonical(given))];
}

const strings = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  // Half a pair, what JSON escapes, and what looks like an escape.
  fc.constantFrom("\ud800", "a\udfff", "\\ud800", '"', "\\", "\u0000", "\u2028", "蔵", "toJSON"),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    strings,
    fc.maxSafeInteger(),
    fc.double(),
    fc.constantFrom<unknown>(null, true, undefined, 1n, -0, 2 ** 53),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom("n", "hash", "actor", "10", "9", "__proto__", "toJSON", ""), strings),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;
const names = fc.oneof(
  fc.constantFrom("actor", "links", "fields", "stated", "rows", "number", "time", "10", "9"),
  strings,
);
const events = fc
  .tuple(fc.constantFrom("opened", "found", "started"), fc.dictionary(names, values, { maxKeys: 8 }))
  .map(([kind, members]) => ({ ...members, kind }));

const look = {
  kind: "opened",
  session: "ab",
  actor: "test-clerk",
  office: "test-office",
  orderNumber: 5,
  purpose: "claim",
  caseId: "case",
  caseKind: "claim",
  order: "cd",
  signature: "AA==",
  fields: [1, 3],
  records: 1,
  persons: ["11"],
  links: [{ n: 1, hash: "ef" }],
} satisfies Record<string, unknown>;

describe("an event's text", () => {
  it("is canonical JSON as the generic encoder writes it, or refused as that refuses it, whatever the event holds", () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 6 }), (several) => {
        // One encoder for all of them: what it learned of one must not show in another.
        const text = new EventText();
        for (const event of several) {
          const [ours, generic] = bothOf(text, event);
          expect(ours).toBe(generic);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("of a look is so too, with any of its members exchanged, missing, or beside another", () => {
    const member = fc.constantFrom(...Object.keys(look));
    fc.assert(
      fc.property(member, values, fc.constantFrom("set", "remove", "rename", "add"), (name, value, how) => {
        const text = new EventText();
        const { [name]: old, ...rest } = look as Record<string, unknown>;
        const removed = how === "remove" ? rest : { ...rest, [`${name}s`]: old };
        const changed = how === "set" ? { ...look, [name]: value } : { ...look, other: value };
        const one = how === "set" || how === "add" ? changed : { ...removed, kind: "opened" };
        for (const event of [look, one, look]) {
          const [ours, generic] = bothOf(text, event);
          expect(ours).toBe(generic);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("of the same kind with a member more or less, or in another order, is its own", () => {
    const text = new EventText();
    const links = [{ n: 1, hash: "aa" }];
    const event = { kind: "found", persons: ["1"], links, fields: [1] };
    const others = [
      { ...event, rows: [2] },
      { fields: [1], links, persons: [], kind: "found" },
    ];
    for (const one of [event, ...others, event]) {
      const [ours, generic] = bothOf(text, one);
      expect(ours).toBe(generic);
    }
  });
});
