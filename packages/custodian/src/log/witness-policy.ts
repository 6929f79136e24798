/** The policy file that names the witnesses of this log (c2sp.org/tlog-policy). Its `log` lines mean nothing here. */
import { readFile } from "node:fs/promises";
import { Fault } from "@kura/kernel/fault.ts";
import { parsePolicy, type Policy } from "@kura/tlog/policy.ts";

/** @throws {Fault} `bad-witnesses` when one of them cannot be asked; `TlogFault` for a file that is no policy. */
export async function findWitnessPolicy(path: string | undefined): Promise<Policy | undefined> {
  if (path === undefined) return undefined;
  const policy = parsePolicy(await readFile(path));
  const unasked = policy.witnesses.find(({ url }) => url === undefined || !/^https?:\/\//.test(url));
  if (unasked !== undefined)
    throw new Fault("bad-witnesses", `the witness ${unasked.name} has no http(s) address in ${path}`);
  return policy;
}
