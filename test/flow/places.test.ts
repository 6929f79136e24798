/**
 * Where an instance can live: an ordinary user's folder, one that only root can enter, a path longer than a socket's, and
 * with a PostgreSQL of the operator's own.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { canReach } from "@kura/custodian/db/unprivileged-user.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import { getHealth } from "../system/health.ts";
import { importFile } from "../system/import-run.ts";
import { endOf, KuraFolder, root } from "../system/kura-folder.ts";
import type { FolderOptions } from "../system/kura-folder.ts";
import { fileOf, personHeader, personLine } from "../system/people.ts";
import { withDatabases } from "../system/register-view.ts";

const folders: KuraFolder[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0).reverse()) await folder.remove();
});

async function makeFolder(options?: FolderOptions): Promise<KuraFolder> {
  const folder = await KuraFolder.make(options);
  folders.push(folder);
  return folder;
}

/** What an instance answers that is started, fed, stopped, and started again for a command. */
async function live(folder: KuraFolder): Promise<object> {
  const first = await folder.start("--empty");
  const health = await getHealth(first.url);
  const path = join(folder.path, "three.csv");
  await writeFile(
    path,
    fileOf(
      personHeader,
      [1, 2, 3].map((n) => personLine(n)),
    ),
  );
  const { accepted } = await importFile(folder, "persons", path);
  process.kill(first.pid, "SIGINT");
  const { code } = await endOf(first);
  const { known } = await importFile(folder, "persons", path);
  return { status: health.body["status"], accepted, code, known, left: await folder.processes() };
}

const lived = { status: "ok", accepted: 3, code: 0, known: 3, left: [] };

const isRoot = process.getuid?.() === 0;
/** `nobody` of Linux, who owns nothing and may read what everybody may. */
const nobody = { name: "nobody", uid: 65_534, gid: 65_534 };
const canBeNobody =
  isRoot && (await canReach(join(root, "packages"), nobody)) && (await canReach(process.execPath, nobody));

describe("an instance lives", () => {
  it("in a folder that only its owner can enter", async () => {
    expect(await live(await makeFolder({ mode: 0o700 }))).toEqual(lived);
  });

  it("at a path longer than that of any socket", async () => {
    const long = ["長い名前の".repeat(8), "folder".repeat(12), "kura-data"].join("/");
    const folder = await makeFolder({ dataName: long });
    expect(Buffer.byteLength(folder.dataDir)).toBeGreaterThan(200);
    expect(await live(folder)).toEqual(lived);
  });

  it.skipIf(!canBeNobody)(
    "as an ordinary user's (needs root, and sources that everybody may read)",
    async () => {
      expect(await live(await makeFolder({ user: nobody }))).toEqual(lived);
    },
  );

  it("on a PostgreSQL of the operator's own", async () => {
    const server = await makeFolder();
    await server.start("--empty");
    await withDatabases(server, "owner", async ({ register }) => {
      for (const name of ["own", "own_keys"]) await register.list(sqlText(`create database ${name}`));
    });
    const socketDir = encodeURIComponent(join(server.dataDir, "run-postgres"));
    const folder = await makeFolder({ env: { KURA_DATABASE_URL: `postgres://kura_owner@${socketDir}/own` } });
    expect(await live(folder)).toEqual(lived);
    expect(await readdir(folder.dataDir)).not.toContain("postgres");
  });
});
