import { randomFillSync } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyFile, newKey, openKeyFile, type UnsealingSecret } from "./key-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keys-"));
  path = join(folder, "keys.sealed");
});
afterEach(() => rmSync(folder, { recursive: true }));

const fill = (bytes: Uint8Array): void => {
  randomFillSync(bytes);
};
const passphrase = (text: string): UnsealingSecret => ({
  kind: "passphrase",
  bytes: new TextEncoder().encode(text),
});

describe("the key file", () => {
  it("gives back every key it was made with, and those of a rotation", () => {
    const made = createKeyFile(path, passphrase("only for this test"), fill);
    const keks = [...made.keys.keks, newKey(fill)];
    made.save({ ...made.keys, keks });
    const { keys } = openKeyFile(path, passphrase("only for this test"), fill);
    expect(keys.keks.map((key) => key.export())).toEqual(keks.map((key) => key.export()));
    expect(keys.fixedRoot.equals(made.keys.fixedRoot)).toBe(true);
    expect(keys.logSaltRoot.equals(made.keys.logSaltRoot)).toBe(true);
    expect(keys.headKey.equals(made.keys.headKey)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("refuses a passphrase too short to be one", () => {
    expect(() => createKeyFile(path, passphrase("short"), fill)).toThrow("at least 12 bytes");
  });

  it("wipes the secret it was given", () => {
    const secret: UnsealingSecret = { kind: "key-file", bytes: new Uint8Array(32).fill(9) };
    createKeyFile(path, secret, fill);
    expect(secret.bytes).toEqual(new Uint8Array(32));
  });

  it("is missing until it is made", () => {
    expect(() => openKeyFile(path, passphrase("only for this test"), fill)).toThrow("no key file");
  });
});
