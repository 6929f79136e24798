import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHex, encodeHex } from "@kura/kernel/bytes.ts";
import { parseCivilMonth } from "@kura/kernel/civil-date.ts";
import type { CivilMonth } from "@kura/kernel/civil-date.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { chainStart, entryBytes, entryDigest, verifyChain } from "./chain.ts";
import type { ChainedEntry } from "./chain.ts";
import { kindOfNumber, premiumKinds, schemeOfNumber, schemes } from "./entry.ts";
import type { LedgerEntry, PremiumKind, Scheme } from "./entry.ts";

const personKey = new Uint8Array(16).fill(7);

function chainOf(entries: readonly LedgerEntry[], key: Uint8Array = personKey): ChainedEntry[] {
  let previous = chainStart;
  return entries.map((entry) => {
    const source = { sourceId: new Uint8Array(16).fill(9), sourceLine: entry.entryNo + 1 };
    previous = entryDigest(previous, key, entry, source);
    return { ...entry, ...source, digest: previous };
  });
}

const anyChain = fc
  .array(
    fc.record({
      month: fc
        .integer({ min: 1, max: 12 })
        .map((m) => parseCivilMonth(`2020-${String(m).padStart(2, "0")}`) as CivilMonth),
      scheme: fc.constantFrom(...schemes),
      kind: fc.constantFrom(...premiumKinds),
      amountYen: fc.maxSafeInteger().map((yen) => parseYen(yen)),
      remunerationYen: fc.integer({ min: 1, max: 750_000 }).map((yen) => parseYen(yen)),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((entries) => chainOf(entries.map((entry, i) => ({ ...entry, entryNo: i + 1 }))));

describe("the chain of a person's entries", () => {
  it("is whole as it was written, also when it is empty", () => {
    expect(verifyChain(personKey, [])).toEqual({ kind: "whole", head: { entryNo: 0, digest: chainStart } });
    fc.assert(
      fc.property(anyChain, (chain) => {
        const head = { entryNo: chain.length, digest: chain.at(-1)?.digest ?? chainStart };
        expect(verifyChain(personKey, chain, head)).toEqual({ kind: "whole", head });
      }),
    );
  });

  const changes: readonly [what: string, change: (entry: ChainedEntry) => ChainedEntry][] = [
    ["month", (entry) => ({ ...entry, month: parseCivilMonth("1999-01") as CivilMonth })],
    ["scheme", (entry) => ({ ...entry, scheme: entry.scheme === "mutual" ? "seamen" : "mutual" })],
    ["kind", (entry) => ({ ...entry, kind: entry.kind === "paid" ? "unpaid" : "paid" })],
    ["yen", (entry) => ({ ...entry, amountYen: parseYen(entry.amountYen === 0 ? 1 : 0 - entry.amountYen) })],
    ["remuneration", (entry) => ({ ...entry, remunerationYen: parseYen(750_001) })],
    ["reversal", (entry) => ({ ...entry, reverses: 99 })],
    ["source", (entry) => ({ ...entry, sourceId: new Uint8Array(16) })],
    ["source line", (entry) => ({ ...entry, sourceLine: 0 })],
  ];

  it.each(changes)("shows a changed %s at the entry where it was changed", (_what, change) => {
    fc.assert(
      fc.property(anyChain, fc.nat(), (chain, random) => {
        const at = random % chain.length;
        const changed = chain.map((entry, i) => (i === at ? change(entry) : entry));
        expect(verifyChain(personKey, changed)).toEqual({ kind: "altered", entryNo: at + 1 });
      }),
    );
  });

  it("shows that it is another person's", () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        expect(verifyChain(new Uint8Array(16).fill(8), chain)).toEqual({ kind: "altered", entryNo: 1 });
      }),
    );
  });

  it("shows an entry taken out, and one taken out with the rest numbered anew", () => {
    fc.assert(
      fc.property(
        anyChain.filter((chain) => chain.length > 1),
        (chain) => {
          const without = chain.slice(1);
          expect(verifyChain(personKey, without)).toEqual({ kind: "misnumbered", entryNo: 2, expectedNo: 1 });
          const renumbered = without.map((entry) => ({ ...entry, entryNo: entry.entryNo - 1 }));
          expect(verifyChain(personKey, renumbered)).toEqual({ kind: "altered", entryNo: 1 });
        },
      ),
    );
  });

  it("shows entries cut off at the end only to one who knows the head", () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        const head = { entryNo: chain.length, digest: chain.at(-1)?.digest ?? chainStart };
        const cut = chain.slice(0, -1);
        expect(verifyChain(personKey, cut).kind).toBe("whole");
        expect(verifyChain(personKey, cut, head)).toEqual({
          kind: "other-head",
          entryNo: chain.length - 1,
          expectedNo: chain.length,
        });
      }),
    );
  });

  it("shows a head whose number is not that of its digest", () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        const head = { entryNo: chain.length + 1, digest: chain.at(-1)?.digest ?? chainStart };
        expect(verifyChain(personKey, chain, head).kind).toBe("other-head");
      }),
    );
  });

  it("takes keys and digests of their length only", () => {
    const [entry] = chainOf([
      {
        entryNo: 1,
        month: parseCivilMonth("2020-04") as CivilMonth,
        scheme: "national1",
        kind: "paid",
        amountYen: parseYen(16_540),
      },
    ]);
    if (entry === undefined) throw new Error("the fixture has one entry");
    expect(() => entryDigest(new Uint8Array(31), personKey, entry, entry)).toThrow(Breach);
    expect(() => entryDigest(chainStart, new Uint8Array(15), entry, entry)).toThrow(Breach);
    expect(() =>
      entryDigest(chainStart, personKey, entry, { ...entry, sourceId: new Uint8Array(17) }),
    ).toThrow(Breach);
    expect(() => entryDigest(chainStart, personKey, { ...entry, entryNo: 0 }, entry)).toThrow(Breach);
  });
});

describe("the worked example of docs/formats/premium-chain.md", () => {
  const document = readFileSync(
    new URL("../../../../docs/formats/premium-chain.md", import.meta.url),
    "utf8",
  );
  const blocks = [...document.matchAll(/```example\n([\s\S]*?)```/g)].map(([, block = ""]) =>
    Object.fromEntries(
      block
        .trim()
        .split("\n")
        .map((line) => line.split(/\s{2,}/).slice(0, 2)),
    ),
  );

  it("has a first entry and its reversal", () => {
    expect(blocks.map((block) => block["entryNo"])).toEqual(["00000001", "00000002"]);
  });

  it("is what the code computes", () => {
    for (const block of blocks) {
      const hex = (name: string) => String(block[name]);
      const number = (name: string) => Number.parseInt(hex(name), 16);
      const months = number("month");
      const entry: LedgerEntry = {
        entryNo: number("entryNo"),
        month: parseCivilMonth(
          `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`,
        ) as CivilMonth,
        scheme: schemeOfNumber(number("scheme")) as Scheme,
        kind: kindOfNumber(number("kind")) as PremiumKind,
        amountYen: parseYen(Number(BigInt.asIntN(64, BigInt(`0x${hex("amountYen")}`)))),
        ...(number("remunerationYen") === 0 ? {} : { remunerationYen: parseYen(number("remunerationYen")) }),
        ...(number("reverses") === 0 ? {} : { reverses: number("reverses") }),
      };
      const source = { sourceId: decodeHex(hex("sourceId")), sourceLine: number("sourceLine") };
      const digest = entryDigest(decodeHex(hex("previous")), decodeHex(hex("personKey")), entry, source);
      expect(encodeHex(digest)).toBe(hex("digest"));
    }
  });

  it("is the SHA-256 of its fields in the order of the page", () => {
    for (const { digest, ...fields } of blocks) {
      const bytes = decodeHex(Object.values(fields).join(""));
      expect(bytes.length).toBe(entryBytes);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(digest);
    }
  });

  it("is itself a chain", () => {
    expect(blocks[1]?.["previous"]).toBe(blocks[0]?.["digest"]);
  });
});
