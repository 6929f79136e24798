/**
 * The OS user that runs PostgreSQL when we are root, and what that user can reach.
 *
 * A user of Kura's own is made once with the system's `useradd` or `adduser`; where neither works, an existing
 * `postgres` or `nobody` serves. Source: PostgreSQL 18, chapter 18.1 (the server refuses root).
 */
import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { Fault } from "@kura/kernel/fault.ts";

const run = promisify(execFile);

export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const ownName = "kura-postgres";

/** @throws {Fault} `postgres-user` when the system has no user to offer. */
export async function getUnprivilegedUser(): Promise<OsUser> {
  const own = await findUser(ownName);
  if (own !== undefined) return own;
  await makeUser();
  for (const name of [ownName, "postgres", "nobody"]) {
    const user = await findUser(name);
    if (user !== undefined) return user;
  }
  throw new Fault("postgres-user", "no unprivileged OS user for PostgreSQL; run as an ordinary user instead");
}

/** Whether `user` may enter `dir`, judged by the mode of the folder and of each one above it. */
export async function canReach(dir: string, user: OsUser): Promise<boolean> {
  for (let path = dir; ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && !mayEnter(found, user)) return false;
    if (path === dirname(path)) return true;
  }
}

function mayEnter(
  folder: { readonly mode: number; readonly uid: number; readonly gid: number },
  user: OsUser,
): boolean {
  if (folder.uid === user.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === user.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

async function findUser(name: string): Promise<OsUser | undefined> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const line = passwd.split("\n").find((candidate) => candidate.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

/** Tries both families of tools; that neither worked is seen by the caller, who looks for the user again. */
async function makeUser(): Promise<void> {
  const attempts: readonly (readonly [string, readonly string[]])[] = [
    ["useradd", ["--system", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", ownName]],
    ["adduser", ["-S", "-D", "-H", "-s", "/sbin/nologin", ownName]],
  ];
  for (const [command, args] of attempts) {
    const isMade = await run(command, [...args]).then(
      () => true,
      () => false,
    );
    if (isMade) return;
  }
}
