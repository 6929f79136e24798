/** The console's files: what a browser may do with them, and that nothing else of the disk is among them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerFile, type ConsoleFile, type ConsoleFiles, readConsoleFiles } from "./console-files.ts";

let folder: string;
let files: ConsoleFiles;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kura-console-"));
  mkdirSync(join(folder, "dist/assets"), { recursive: true });
  writeFileSync(join(folder, "secret.js"), "secret");
  writeFileSync(join(folder, "dist/index.html"), "<title>page</title>");
  writeFileSync(join(folder, "dist/assets/index-abc.js"), "script");
  writeFileSync(join(folder, "dist/assets/notes.txt"), "notes");
  files = readConsoleFiles(join(folder, "dist"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function get(path: string): ConsoleFile {
  const file = files.find(path);
  if (file === undefined) throw new Error(`no such file: ${path}`);
  return file;
}
const found = (path: string): string | undefined => {
  const file = files.find(path);
  return file === undefined ? undefined : Buffer.from(file.plain).toString();
};

describe("the console's files", () => {
  it("are the page for every screen, and each asset by its name", () => {
    const page = "<title>page</title>";
    expect(["/", "/cases", "/cases/0192-a/persons/1", "/index.html"].map(found)).toEqual([
      page,
      page,
      page,
      page,
    ]);
    expect(found("/assets/index-abc.js")).toBe("script");
  });

  it.each([
    "/../secret.js",
    "/assets/../../secret.js",
    "/secret.js",
    "/assets/gone.js",
    "/assets/notes.txt",
    "/.env",
  ])("are not %s", (path) => expect(found(path)).toBeUndefined());

  it("let a browser run what is ours alone, and keep the page nowhere", () => {
    const { headers } = answerFile(get("/cases"), "");
    expect(headers.get("Cache-Control")).toBe("no-store");
    const policy = headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/u);
  });

  it("are sent packed as the browser takes them, and unpack to what they were", async () => {
    const asset = get("/assets/index-abc.js");
    const unpacked = async (coding: string, unpack: (bytes: Buffer) => Buffer): Promise<string> =>
      unpack(Buffer.from(await answerFile(asset, coding).arrayBuffer())).toString();
    await expect(unpacked("gzip, br", brotliDecompressSync)).resolves.toBe("script");
    await expect(unpacked("gzip", gunzipSync)).resolves.toBe("script");
    expect(answerFile(asset, "").headers.get("Cache-Control")).toContain("immutable");
  });

  it("are not there at all where nothing was built", () => {
    expect(() => readConsoleFiles(folder)).toThrow("not built");
  });
});
