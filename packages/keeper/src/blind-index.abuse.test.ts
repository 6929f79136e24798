import { createHmac, createSecretKey } from "node:crypto";
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { describe, expect, it } from "vitest";
import { BlindIndex } from "./blind-index.ts";
import { deriveKey } from "./key-file.ts";

const root = createSecretKey(new Uint8Array(32).fill(1));
const tokenOf = (index: BlindIndex, kind: number, text: string): string => {
  const target = Buffer.alloc(8);
  index.writeToken(kind, encodeUtf8(text), target, 0);
  return target.toString("hex");
};

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

  it("are the first eight bytes of the HMAC under the kind's key", () => {
    const mac = createHmac("sha256", deriveKey(root, "kura/index/1/7")).update("a").digest("hex");
    expect(tokenOf(new BlindIndex(root), 7, "a")).toBe(mac.slice(0, 16));
  });
});
