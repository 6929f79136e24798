/**
 * One PostgreSQL server for a test run, started when the first test asks for it: runs of pure tests do not pay for it.
 *
 * A test's process asks over a socket of this one (see `databases.ts`). With `KURA_TEST_DATABASE_URL` (a superuser's URL
 * of any database on a server of versions 15 to 18) that server is used and nothing is started.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { DatabaseTarget } from "../src/db/database.ts";
import { ownerRole, startEmbeddedServer } from "../src/db/embedded-server.ts";
import type { EmbeddedServer } from "../src/db/embedded-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Socket on which the server's address is asked for. */
    testServerSocket: string;
  }
}

/** Where test databases are made: the maintenance database of the server. */
export type TestServer =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "embedded"; readonly target: DatabaseTarget & { readonly kind: "socket" } };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), "kura-test-"));
  // Root hands the server to another OS user, who must get through to its files; they are closed to everybody else.
  await chmod(dir, 0o755);
  let started: Promise<EmbeddedServer> | undefined;
  const find = async (): Promise<TestServer> => {
    const url = process.env["KURA_TEST_DATABASE_URL"];
    if (url !== undefined) return { kind: "url", url };
    started ??= startEmbeddedServer(dir);
    const { socketDir, port } = await started;
    return { kind: "embedded", target: { kind: "socket", socketDir, port, ownerRole } };
  };
  const listener = createServer((socket) => {
    // A test's process that was killed meanwhile has no use for the answer.
    socket.on("error", () => socket.destroy());
    find().then(
      (server) => socket.end(JSON.stringify(server)),
      (thrown: unknown) => socket.end(JSON.stringify({ kind: "failed", reason: String(thrown) })),
    );
  });
  const path = join(dir, "ask");
  await new Promise<void>((resolve) => listener.listen(path, resolve));
  project.provide("testServerSocket", path);
  return async () => {
    await new Promise((resolve) => listener.close(resolve));
    await (await started)?.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
