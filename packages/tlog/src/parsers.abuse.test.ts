import { encodeBase64, encodeUtf8 } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeVectors } from "../test/own-vectors.ts";
import { encodeCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { decodeBundle, encodeBundle } from "./entry-bundle.ts";
import { verdictOf } from "./fault.ts";
import { encodeNote, encodeSignatureLines, parseNote, parseSignatureLines } from "./note.ts";
import { parsePolicy } from "./policy.ts";
import { parseTilePath, tilePath } from "./tile.ts";
import { encodeTlogProof, parseTlogProof } from "./tlog-proof.ts";
import { encodeVerifierKey, parseVerifierKey } from "./verifier-key.ts";
import { encodeAddCheckpoint, parseAddCheckpoint, parseSizeBody } from "./witness-message.ts";

const vectors = await makeVectors();

function vector(path: string): string {
  return new TextDecoder().decode(vectors.get(path));
}

const note = vector("log/checkpoint");

/** Bodies are bytes: a lone surrogate of the drawn text never reaches their parser. */
function rewriteRequest(text: string): string {
  const again = new TextDecoder().decode(encodeAddCheckpoint(parseAddCheckpoint(encodeUtf8(text))));
  return again === text.toWellFormed() ? text : again;
}

/** A parser with its inverse, and something that it accepts. */
const formats: readonly [string, (text: string) => string, string][] = [
  ["note", (text) => encodeNote(parseNote(text)), note],
  [
    "signature lines",
    (text) => encodeSignatureLines(parseSignatureLines(text)),
    note.slice(note.indexOf("\u2014")),
  ],
  ["checkpoint", (text) => encodeCheckpoint(parseCheckpoint(text)), parseNote(note).text],
  ["tlog proof", (text) => encodeTlogProof(parseTlogProof(text)), vector("entry-299.tlog-proof")],
  ["witness request", rewriteRequest, vector("add-checkpoint.txt")],
  ["conflict", (text) => `${parseSizeBody(encodeUtf8(text))}\n`, "20852163\n"],
  [
    "verifier key",
    (text) => encodeVerifierKey(parseVerifierKey(text)),
    /\S+\+\S+/.exec(vector("policy.txt"))?.[0] ?? "",
  ],
  ["tile path", (text) => tilePath(parseTilePath(text)), "tile/3/x001/x234/067.p/12"],
];

/** One to three small edits: what a careless or hostile hand does to a file. */
const edits = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    insert: fc.oneof(
      fc.constantFrom("", "\n", "\r", " ", "0", "+", "=", "\u2014", "\u0000", "\ufeff", "\ud800", "A", "a"),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

/** The text again if it was accepted, the verdict if it was refused; anything else thrown passes through. */
function outcome(rewrite: (text: string) => string, text: string): string {
  try {
    return rewrite(text);
  } catch (error) {
    const verdict = verdictOf(error);
    if (verdict === undefined) throw error;
    return verdict;
  }
}

describe("a parser given hostile text either refuses it or gives the same text back", () => {
  it.each(formats)("%s", (_, rewrite, good) => {
    expect(rewrite(good)).toBe(good);
    fc.assert(
      fc.property(edits, (steps) => {
        let text = good;
        for (const { at, remove, insert } of steps) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
        }
        expect([text, "malformed", "unavailable"]).toContain(outcome(rewrite, text));
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect([text, "malformed", "unavailable"]).toContain(outcome(rewrite, text));
      }),
    );
  });

  it("policy, which has no inverse, is refused or read", () => {
    const good = vector("policy.txt");
    const read = (text: string): string => parsePolicy(text).quorum.kind;
    fc.assert(
      fc.property(edits, (steps) => {
        let text = good;
        for (const { at, remove, insert } of steps) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
        }
        expect(["group", "witness", "none", "malformed", "unavailable"]).toContain(outcome(read, text));
      }),
      { numRuns: 400 },
    );
  });

  it("entry bundle", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 1, max: 256 }), (bytes, width) => {
        const rewrite = (): string => encodeBase64(encodeBundle(decodeBundle(bytes, width)));
        expect([encodeBase64(bytes), "malformed"]).toContain(outcome(rewrite, ""));
      }),
    );
  });
});

describe("a parser given too much stops at its bound", () => {
  it.each(formats)("%s", (_, rewrite) => {
    for (const flood of ["A".repeat(5_000_000), "\n".repeat(5_000_000), "9".repeat(5_000_000)]) {
      expect(outcome(rewrite, flood)).toBe("malformed");
    }
  });

  it("takes extra data of a megabyte and not of more", () => {
    const proof = { index: 0n, hashes: [], checkpoint: note };
    const most = { ...proof, extra: new Uint8Array(1_000_000).fill(7) };
    expect(parseTlogProof(encodeTlogProof(most)).extra).toHaveLength(1_000_000);
    const more = encodeTlogProof({ ...proof, extra: new Uint8Array(1_000_001) });
    expect(outcome((text) => encodeTlogProof(parseTlogProof(text)), more)).toBe("malformed");
  });
});
