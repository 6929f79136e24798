import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { describe, expect, it } from "vitest";
import { ownVectors, vectorsFolder } from "../test/own-vectors.ts";
import { parseReceipt } from "./receipt.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const script = join(root, "tools/second-opinion/receipt.py");
const python = spawnSync("python3", ["--version"]).status === 0 ? "python3" : undefined;
const sha = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

describe("the package's own vectors", () => {
  it("are what the package makes, to the byte", async () => {
    const made = await ownVectors();
    expect(readdirSync(vectorsFolder).toSorted()).toEqual([...made.keys()].toSorted());
    for (const [name, text] of made) expect(readFileSync(join(vectorsFolder, name), "utf8")).toBe(text);
  });

  it.skipIf(python === undefined)("are judged alike by a verifier in another language", () => {
    const { status, stdout } = spawnSync("python3", [script, "--vectors", vectorsFolder], {
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^4\d receipts, 0 disagreements/u);
    expect(status).toBe(0);
  });
});

describe("the worked example of docs/formats/receipt.md", () => {
  const page = readFileSync(join(root, "docs/formats/receipt.md"), "utf8");
  const example = /```example\n(.*?)```/su.exec(page)?.[1] ?? "";
  const lines = new Map(
    example
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, 12).trim(), line.slice(12).trim()]),
  );
  const receipt = parseReceipt(readFileSync(join(vectorsFolder, "whole.json"), "utf8"));

  it("is event 2 of the vectors, step by step", () => {
    const [, event] = receipt.events;
    if (event === undefined) throw new Error("no event");
    const size = receipt.checkpoint.split("\n")[1];
    const link = sha("kura/person-event/1\n", encodeCanonical(event.entry));
    const part = sha("\0", bytes(event.salt), link);
    const commitment = sha("\x01", bytes(event.path.join("")), part);
    const logLeaf = sha("\0", commitment);
    // Leaf 3 of 8 is a right child, of a right child, of a left child.
    const [right, above, left] = event.proof.map(bytes);
    const two = sha("\x01", right ?? "", logLeaf);
    const root = sha("\x01", sha("\x01", above ?? "", two), left ?? "");
    expect(Object.fromEntries(lines)).toEqual({
      entry: encodeCanonical(event.entry),
      link: link.toString("hex"),
      salt: event.salt,
      part: part.toString("hex"),
      path: event.path.join(" "),
      commitment: commitment.toString("hex"),
      "log leaf": logLeaf.toString("hex"),
      proof: `${event.entry.number - 1} of ${size}`,
      root: root.toString("hex"),
    });
    expect(Buffer.from(receipt.checkpoint.split("\n")[2] ?? "", "base64").toString("hex")).toBe(
      lines.get("root"),
    );
    expect([event.commitment, event.part, event.parts]).toEqual([lines.get("commitment"), 2, 3]);
  });
});
