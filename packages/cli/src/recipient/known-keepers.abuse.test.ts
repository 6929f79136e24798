import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meetKeeper } from "./known-keepers.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kura-known-"));
});
afterAll(() => rm(folder, { recursive: true }));

const agency = "https://kura.example";

describe("a server that names another keeper", () => {
  it("is refused at the first meeting, with nothing remembered", async () => {
    const path = join(folder, "a.keepers");
    await expect(meetKeeper(path, { origin: agency, told: "invented" })).rejects.toMatchObject({
      code: "unknown-keeper",
    });
    const told = { origin: agency, told: "invented", expected: "first" };
    await expect(meetKeeper(path, told)).rejects.toMatchObject({ code: "other-keeper" });
    await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is refused after the first meeting, and what is known stays", async () => {
    const path = join(folder, "b.keepers");
    await expect(meetKeeper(path, { origin: agency, told: "first", expected: "first" })).resolves.toBe(
      "first",
    );
    await expect(meetKeeper(path, { origin: agency, told: "first" })).resolves.toBe("first");
    const invented = meetKeeper(path, { origin: agency, told: "invented" });
    await expect(invented).rejects.toMatchObject({ code: "other-keeper" });
    await expect(readFile(path, "utf8")).resolves.toBe(`${agency} first\n`);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it("is another agency's affair: each has a line of its own", async () => {
    const path = join(folder, "c.keepers");
    await meetKeeper(path, { origin: agency, told: "first", expected: "first" });
    const other = { origin: "https://other.example", told: "second" };
    await expect(meetKeeper(path, other)).rejects.toMatchObject({ code: "unknown-keeper" });
    await expect(meetKeeper(path, { ...other, expected: "second" })).resolves.toBe("second");
    await expect(meetKeeper(path, { origin: agency, told: "second" })).rejects.toThrow("another keeper");
  });
});
