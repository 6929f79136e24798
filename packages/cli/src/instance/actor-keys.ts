/**
 * The key files of actors on this machine: the one that signs this operator's orders, and those of a first start.
 *
 * A first start makes two demo officers and an operator beside the keeper's key file, so that there is something to try
 * at once. An agency enrols its own people with a statement of its own (`KURA_GENESIS`) and has none of these files.
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "@kura/kernel/fault.ts";
import { makeDemoGenesis } from "@kura/keeper/demo-genesis.ts";
import { encodeActorKey, parseActorKey } from "@kura/keeper/order-session.ts";
import type { ActorKey } from "@kura/keeper/order-session.ts";
import type { InstancePaths } from "./paths.ts";

/** `KURA_ACTOR_KEY`, or the demo operator's. */
export function actorKeyPath(paths: InstancePaths, env: NodeJS.ProcessEnv): string {
  return env["KURA_ACTOR_KEY"] ?? demoKeyPath(paths, "operator");
}

/** The key that signs this operator's orders, when there is one. @throws {Fault} `bad-actor-key` */
export async function findActorKey(
  paths: InstancePaths,
  env: NodeJS.ProcessEnv,
): Promise<ActorKey | undefined> {
  try {
    return parseActorKey(await readFile(actorKeyPath(paths, env)));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes the demo actors' key files beside the keeper's key file, and gives the path of their first statement. */
export async function makeDemoActors(paths: InstancePaths): Promise<string> {
  const { genesis, officers, operator, approver, recipient, counter } = makeDemoGenesis();
  for (const key of [...officers, operator, approver, recipient, ...counter]) {
    const path = demoKeyPath(paths, key.actor);
    // Of a first start that was stopped; nothing was enrolled with it.
    await rm(path, { force: true });
    await writeFile(path, encodeActorKey(key), { mode: 0o400, flag: "wx" });
  }
  const path = `${paths.keyFile}.demo-genesis`;
  await writeFile(path, genesis, { mode: 0o600 });
  return path;
}

/** The demo actors' key files that are there; an agency with a statement of its own has none. */
export async function listDemoKeys(paths: InstancePaths, env: NodeJS.ProcessEnv): Promise<string[]> {
  if (env["KURA_GENESIS"] !== undefined) return [];
  const folder = dirname(paths.keyFile);
  const start = `${basename(paths.keyFile)}.demo-`;
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith(start) && name !== `${start}genesis`)
    .toSorted()
    .map((name) => join(folder, name));
}

/** Whether this agency is a demonstration: a sample is loaded, and anybody may enter. */
export async function hasDemoActors(paths: InstancePaths, env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await listDemoKeys(paths, env)).length > 0;
}

function demoKeyPath({ keyFile }: InstancePaths, actor: string): string {
  return `${keyFile}.demo-${actor}`;
}
