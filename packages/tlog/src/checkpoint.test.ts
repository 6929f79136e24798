import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import { encodeCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { parseNote } from "./note.ts";
import { emptyRoot } from "./tree.ts";

const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
const anyLine = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .map((line) => line.replaceAll(/[\p{Cc}\p{Cs}]/gu, "x"));

describe("a checkpoint", () => {
  it("and its text are one and the same", () => {
    const checkpoints = fc.record({
      origin: anyLine,
      size: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      extensions: fc.array(anyLine, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(checkpoints, (checkpoint) => {
        expect(parseCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
      }),
    );
  });

  it.each([
    ["only two lines", `log.example\n7\n`],
    ["an empty origin", `\n7\n${root}\n`],
    ["no last newline", `log.example\n7\n${root}`],
    ["an empty extension line", `log.example\n7\n${root}\n\n`],
    ["an empty line between", `log.example\n7\n${root}\n\nx\n`],
    ["a leading zero", `log.example\n07\n${root}\n`],
    ["a sign", `log.example\n+7\n${root}\n`],
    ["a negative size", `log.example\n-7\n${root}\n`],
    ["a fraction", `log.example\n7.0\n${root}\n`],
    ["an exponent", `log.example\n7e3\n${root}\n`],
    ["hexadecimal", `log.example\n0x7\n${root}\n`],
    ["wide digits", `log.example\n\uff17\n${root}\n`],
    ["a space after the size", `log.example\n7 \n${root}\n`],
    ["a size of 2^64", `log.example\n18446744073709551616\n${root}\n`],
    ["a root without padding", `log.example\n7\n${root.slice(0, -1)}\n`],
    ["a root with unused bits", `log.example\n7\n${root.replace("2I=", "2J=")}\n`],
    ["a root of 31 bytes", `log.example\n7\n${btoa("x".repeat(31))}\n`],
    ["a root of 33 bytes", `log.example\n7\n${btoa("x".repeat(33))}\n`],
    ["a carriage return", `log.example\r\n7\n${root}\n`],
    ["a carriage return behind the root", `log.example\n7\n${root}\r\n`],
    ["base64 for URLs", `log.example\n7\n${root.replace("/", "_")}\n`],
  ])("is refused with %s", (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: "malformed-checkpoint" }));
  });

  it("takes the largest size of 64 bits and an origin with spaces", () => {
    const text = `Go sum database tree 蔵\n18446744073709551615\n${root}\nextension\n`;
    expect(parseCheckpoint(text)).toMatchObject({ size: (1n << 64n) - 1n, extensions: ["extension"] });
    expect(encodeCheckpoint(parseCheckpoint(text))).toBe(text);
  });

  it("is not written with a line that would not be read back", () => {
    const head = { size: 1n, root: emptyRoot() };
    expect(() => encodeCheckpoint({ origin: "a\nb", ...head })).toThrow("control character");
    expect(() => encodeCheckpoint({ origin: "", ...head })).toThrow("empty");
    expect(() => encodeCheckpoint({ origin: "a", ...head, extensions: [""] })).toThrow("empty");
  });
});

describe.skipIf(!hasVectors)("the specification's checkpoint", () => {
  it("is parsed and written back to the byte", () => {
    const examples = readVector("02-c2sp-examples/c2sp-examples.json") as Record<string, string>;
    const { text } = parseNote(examples["cosignedCheckpoint_unverifiable_no_vkey"] ?? "");
    expect(parseCheckpoint(text)).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20852163n });
    expect(encodeCheckpoint(parseCheckpoint(text))).toBe(text);
  });
});
