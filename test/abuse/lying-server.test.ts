/**
 * A server in an agency's place that lies from the first minute: to a recipient who has met no keeper yet it names a key of
 * its own, to answer in the keeper's place.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endOf, KuraFolder } from "../system/kura-folder.ts";

const itsOwnKey = Buffer.alloc(65, 4).toString("base64");
const answers: Readonly<Record<string, unknown>> = {
  "/api/sign-in/challenge": { nonce: Buffer.alloc(32).toString("base64") },
  "/api/sign-in": { session: "00".repeat(16), expiresMs: 1, keeperKey: itsOwnKey },
};

let folder: KuraFolder;
let server: Server;
let url: string;
let asked: string[] = [];

beforeAll(async () => {
  folder = await KuraFolder.make();
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(JSON.stringify(answers[request.url ?? ""] ?? {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const made = await endOf(folder.spawn(["roster", "key", at("recipient.key"), "recipient"]));
  if (made.code !== 0) throw new Error("a key could not be made");
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await folder.remove();
});

const at = (name: string): string => join(folder.path, name);

it.each([
  ["is not believed by who was told no key", [], "unknown-keeper"],
  ["is not believed by who was told the agency's key", ["--keeper", "the-agency's"], "other-keeper"],
])("a server that lies from the first minute %s, and is asked for nothing", async (_, told, refusal) => {
  asked = [];
  const args = ["open", at("extract.age"), "--server", url, "--out", at("rows.csv"), ...told];
  const { code, stderr } = await endOf(folder.spawn(args, { KURA_ACTOR_KEY: at("recipient.key") }));
  expect({ code, refusal: /\[([\w-]+)\]$/mu.exec(stderr)?.[1] }).toEqual({ code: 1, refusal });
  expect(asked).toEqual(Object.keys(answers));
  for (const name of ["rows.csv", "kura-known-keepers"])
    await expect(readFile(at(name))).rejects.toMatchObject({ code: "ENOENT" });
});
