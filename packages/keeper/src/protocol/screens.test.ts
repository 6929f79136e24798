import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import {
  candidateStep,
  type Criterion,
  decodeCriterion,
  encodeCriterion,
  fieldsOfCriterion,
} from "./screens.ts";

const day = fc.date({
  min: new Date("1900-01-01T00:00:00Z"),
  max: new Date("2026-12-31T00:00:00Z"),
  noInvalidDate: true,
});
const dayText = day.map((date) => date.toISOString().slice(0, 10));
const anyCriterion: fc.Arbitrary<Criterion> = fc.record(
  {
    bornFrom: dayText,
    postalPrefix: fc.stringMatching(/^\d{2,7}$/),
    addressPrefix: fc.constantFrom("架空県", "架空県 試験市", "ｶｸｳ１丁目"),
    kanaPrefix: fc.constantFrom("シ", "しけん", "ジュン"),
    sex: fc.constantFrom("male", "female", "unknown"),
  },
  { requiredKeys: ["bornFrom"] },
);

describe("a criterion", () => {
  it("has one length and one writing, whatever it says", () => {
    fc.assert(
      fc.property(anyCriterion, (criterion) => {
        const bytes = encodeCriterion(criterion);
        expect(bytes).toHaveLength(limits.criterionBytes);
        expect(encodeCriterion(decodeCriterion(bytes))).toEqual(bytes);
        expect(fieldsOfCriterion(decodeCriterion(bytes))).toEqual(fieldsOfCriterion(criterion));
      }),
    );
  });

  it.each([
    [{ addressPrefix: "架空県　試験市 １丁目" }, { addressPrefix: "架空県試験市1丁目" }],
    [{ postalPrefix: "１００-０" }, { postalPrefix: "1000" }],
    [{ kanaPrefix: "じゅん" }, { kanaPrefix: "シユン" }],
  ])("%j is said in its normal form", (said, normal) => {
    expect(decodeCriterion(encodeCriterion(said))).toEqual(normal);
  });

  it("in another writing is none: longer, shorter, padded with something, not normal, a sex alone", () => {
    const bytes = encodeCriterion({ kanaPrefix: "シ" });
    const padded = bytes.slice();
    padded[padded.length - 1] = 1;
    const written = (...texts: readonly string[]): Uint8Array => {
      const writer = new WireWriter();
      for (const text of texts) writer.text(text);
      return writer.bytes(new Uint8Array(limits.criterionBytes - writer.length - 4)).finish();
    };
    for (const bad of [
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Uint8Array.of(0)]),
      padded,
      written("", "", "", "", "し", ""),
      written("", "", "", "", "", "female"),
      written("", "", "", "", "", ""),
      written("1951-02-30", "", "", "", "", ""),
    ]) {
      expect(() => decodeCriterion(bad)).toThrow(expect.objectContaining({ code: "malformed-frame" }));
    }
    expect(decodeCriterion(written("", "", "", "", "シ", ""))).toEqual({ kanaPrefix: "シ" });
  });
});

describe("the worked example of docs/formats/screen.md", () => {
  const page = readFileSync(new URL("../../../../docs/formats/screen.md", import.meta.url), "utf8");
  const example = /```example\n(.*?)```/su.exec(page)?.[1] ?? "";

  it("is what the protocol makes of it", () => {
    const criterion = encodeCriterion({ bornFrom: "1951-04-02", bornTo: "1951-05-01" });
    const keys = (first: number, count: number): Uint8Array =>
      Buffer.concat(Array.from({ length: count }, (_, i) => new Uint8Array(16).fill(first + i)));
    const step = (behind: Uint8Array, personKeys: Uint8Array): Buffer =>
      createHash("sha256").update(candidateStep(behind, personKeys)).digest();
    const last = step(new Uint8Array(32), keys(3, 1));
    expect(example.trim().split("\n")).toEqual([
      `criterion   ${encodeHex(criterion.subarray(0, 48))}`,
      `sha-256     ${createHash("sha256").update(criterion).digest("hex")}`,
      `part 1      ${last.toString("hex")}`,
      `selection   ${step(last, keys(1, 2)).toString("hex")}`,
    ]);
  });
});
