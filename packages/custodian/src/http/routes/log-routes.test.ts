import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FixtureLog } from "../../log/log.fixture.ts";
import { LogFolder } from "../../log/log-folder.ts";
import { LogPublisher } from "../../log/publish-log.ts";
import { answerLog } from "./log-routes.ts";

let path: string;
let app: Hono;
let log: FixtureLog;
beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), "kura-log-"));
  const folder = new LogFolder(path);
  log = await FixtureLog.make();
  log.grow(300);
  await folder.publish((await new LogPublisher(folder, log).writeTiles()).note);
  app = new Hono();
  app.get("/log/*", (context) => answerLog(context, folder));
});
afterAll(() => rm(path, { recursive: true, force: true }));

describe("the log is served", () => {
  it("with a checkpoint that nobody keeps", async () => {
    const response = await app.request("/log/checkpoint");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toBe(await log.checkpoint());
  });

  it.each([
    ["tile/0/000", 8192],
    ["tile/0/001.p/44", 44 * 32],
    ["tile/1/000.p/1", 32],
    ["tile/entries/000", 256 * 34],
  ])("with the tile %s, to be kept for ever and read from anywhere", async (tile, bytes) => {
    const response = await app.request(`/log/${tile}`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect((await response.bytes()).length).toBe(bytes);
  });

  it.each([
    "tile/0/002",
    "tile/0/0",
    "tile/0/001.p/45",
    "tile/64/000",
    "tile/0/000.p/256",
    "",
    "../head",
    "tile/0/..%2f..%2fcheckpoint",
    "tile/0/000/../../../../etc/passwd",
    "checkpoint/",
    "tile/0/000.1.new",
  ])("and nothing else: %j", async (other) => {
    expect((await app.request(`/log/${other}`)).status).toBe(404);
  });
});
