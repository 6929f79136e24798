import { createHash, createSecretKey, hkdfSync } from "node:crypto";
import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { verifyInclusion } from "@kura/tlog/proof.ts";
import { hashLeaf, hashNode } from "@kura/tlog/tree.ts";
import { describe, expect, it } from "vitest";
import { BulkCmac } from "../crypto/bulk-cmac.ts";
import type { JournalEvent } from "../journal/journal-event.ts";
import { LogLeaves } from "./log-leaf.ts";

const leaves = new LogLeaves(createSecretKey(new Uint8Array(32).fill(2)));
const [one, two] = ["11".repeat(16), "22".repeat(16)] as const;
const link = (fill: string) => ({ n: 1, hash: fill.repeat(32) });
const look: JournalEvent = {
  kind: "opened",
  session: "00",
  actor: "test",
  office: "test",
  orderNumber: 1,
  purpose: "claim",
  caseId: "c",
  caseKind: "claim",
  order: "",
  signature: "",
  fields: [1],
  records: 2,
  persons: [one, two],
  links: [link("aa"), link("bb")],
};
const json = encodeUtf8('{"kind":"test"}');

describe("what the log says of an event", () => {
  it("is a tree over the event and its persons, each under a salt of its own", () => {
    const [a, b, c] = leaves.partHashes({ event: look, number: 5, json }) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(encodeHex(a)).toBe(encodeHex(hashLeaf(Buffer.concat([leaves.salt(5), json]))));
    const link = Buffer.from("aa".repeat(32), "hex");
    expect(encodeHex(b)).toBe(encodeHex(hashLeaf(Buffer.concat([leaves.salt(5, one), link]))));
    const entry = leaves.entryOf({ event: look, number: 5, json });
    expect(encodeHex(entry)).toBe(encodeHex(hashNode(hashNode(a, b), c)));
    // One person is shown without a word of the other: their part, and two hashes.
    verifyInclusion(1n, b, { size: 3n, root: entry }, [a, c]);
  });

  it("of an event about nobody is its one part", () => {
    const event: JournalEvent = { kind: "honey", persons: 3 } as JournalEvent;
    const entry = leaves.entryOf({ event, number: 1, json });
    expect(encodeHex(entry)).toBe(encodeHex(hashLeaf(Buffer.concat([leaves.salt(1), json]))));
  });

  it("is the same made alone or beside others, whatever of them have persons", () => {
    const none: JournalEvent = { kind: "honey", persons: 3 } as JournalEvent;
    const single: JournalEvent = { ...look, persons: [two], links: [link("cc")] };
    const events = [look, none, single, single, look, none].map((event, i) => ({
      event,
      number: i + 1,
      json,
    }));
    const alone = events.map((event) => encodeHex(leaves.entryOf(event)));
    expect(leaves.entriesOf(events).map(encodeHex)).toEqual(alone);
    expect(leaves.entriesOf([])).toEqual([]);
  });

  it("has salts of two macs each, as docs/formats/log.md says", () => {
    const key = hkdfSync("sha256", new Uint8Array(32).fill(2), "", "kura/log-salt/2", 32);
    const cmac = new BulkCmac(createSecretKey(new Uint8Array(key)));
    const halves = [1, 2].map((half) =>
      Buffer.from(`${"00".repeat(7)}05${"00".repeat(7)}0${half}${one}`, "hex"),
    );
    expect(leaves.salt(5, one)).toEqual(cmac.equalMacs(Buffer.concat(halves), 32));
  });

  it("is another for another number, person or root, and cannot be told from the event alone", () => {
    const other = new LogLeaves(createSecretKey(new Uint8Array(32).fill(3)));
    const salts = [leaves.salt(1), leaves.salt(2), leaves.salt(1, one), leaves.salt(1, two), other.salt(1)];
    expect(new Set(salts.map(String)).size).toBe(salts.length);
    const guess = createHash("sha256").update(json).digest();
    const entries = [leaves, other].map((one) => one.entryOf({ event: look, number: 5, json }));
    expect(new Set([guess, ...entries].map(encodeHex)).size).toBe(3);
  });
});
