import { createSecretKey } from "node:crypto";
import { concatBytes, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { describe, expect, it } from "vitest";
import { BlindIndex } from "./blind-index.ts";
import { BulkCmac } from "./bulk-cmac.ts";
import { deriveKey } from "./key-file.ts";

const root = createSecretKey(new Uint8Array(32).fill(1));
const tokensOf = (
  index: BlindIndex,
  ...terms: readonly (readonly [kind: number, text: string])[]
): string[] => {
  const texts = terms.map(([, text]) => encodeUtf8(text));
  const starts = texts.map((_, i) => concatBytes(...texts.slice(0, i)).length);
  const lengths = texts.map((text) => text.length);
  const tokens = index.tokens({
    bytes: concatBytes(...texts),
    kinds: terms.map(([kind]) => kind),
    starts,
    lengths,
  });
  return Array.from(terms, (_, i) => tokens.toString("hex", i * 8, i * 8 + 8));
};
const tokenOf = (index: BlindIndex, kind: number, text: string): string | undefined =>
  tokensOf(index, [kind, text])[0];

describe("tokens", () => {
  it("of one text differ in every kind", () => {
    const index = new BlindIndex(root);
    const tokens = Array.from({ length: 255 }, (_, i) => tokenOf(index, i + 1, "19500101"));
    expect(new Set(tokens).size).toBe(255);
  });

  it("cannot be made without the root: not by a plain hash, and not under another root", () => {
    const token = tokenOf(new BlindIndex(root), 1, "19500101");
    const other = new BlindIndex(createSecretKey(new Uint8Array(32).fill(2)));
    expect(tokenOf(other, 1, "19500101")).not.toBe(token);
  });

  it("are the first eight bytes of the CMAC under the kind's key", () => {
    const cmac = new BulkCmac(createSecretKey(deriveKey(root, "kura/index/2/7")));
    const mac = cmac.macs({ bytes: encodeUtf8("a"), starts: [0], lengths: [1] }).toString("hex");
    expect(tokenOf(new BlindIndex(root), 7, "a")).toBe(mac.slice(0, 16));
  });

  it("are the same alone and among others, in whatever order of kinds", () => {
    const index = new BlindIndex(root);
    const terms = [
      [3, "スス|1950-01-01"],
      [1, "1234567890"],
      [3, ""],
      [7, "f".repeat(64)],
      [1, "1234567891"],
    ] as const;
    expect(tokensOf(index, ...terms)).toEqual(terms.map(([kind, text]) => tokenOf(index, kind, text)));
  });
});
