/**
 * `kura log`: the transparency log for those who do not trust the agency. `verify` needs no instance, only a copy or an address;
 * `policy` prints the line by which everybody else knows this log.
 */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { logSource } from "@kura/custodian/log/log-source.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { parseCheckpoint } from "@kura/tlog/checkpoint.ts";
import { parseNote } from "@kura/tlog/note.ts";
import { parsePolicy } from "@kura/tlog/policy.ts";
import { verifyCheckpoint } from "@kura/tlog/verify.ts";
import { verifyLog } from "@kura/tlog/verify-log.ts";
import { logPlace } from "../log/log-place.ts";
import { withInstance } from "./connected.ts";

interface VerifyOptions {
  readonly policy?: string;
}

export function addLogCommand(program: Command): void {
  const log = program
    .command("log")
    .description("the transparency log: verify a whole one, name this one's key");
  log
    .command("verify <place>")
    .description(
      "re-hash every entry and tile of a log at an address or in a folder, and check who signed it",
    )
    .option("--policy <file>", "which keys must have signed (c2sp.org/tlog-policy)")
    .action(runVerify);
  log
    .command("policy")
    .description("print the policy line of this instance's log, for auditors and citizens")
    .option("--url <url>", "where the log is published")
    .action(runPolicy);
}

async function runVerify(place: string, { policy }: VerifyOptions): Promise<void> {
  const { checkpoint, fetchTile } = logPlace(place);
  const note = await checkpoint();
  const tree =
    policy === undefined
      ? { checkpoint: parseCheckpoint(parseNote(note).text), cosignatures: [] }
      : await verifyCheckpoint(note, parsePolicy(await readFile(policy)));
  const { origin, size, root } = tree.checkpoint;
  await verifyLog({ size, root }, fetchTile);
  const signed =
    policy === undefined
      ? "signatures NOT checked: say whose you accept with --policy"
      : `signed by the log and ${tree.cosignatures.length} witness(es) of the policy`;
  process.stdout.write(
    `${origin}: ${size} entries, every tile and the root ${encodeHex(root)} recomputed; ${signed}\n`,
  );
}

async function runPolicy({ url }: { readonly url?: string }): Promise<void> {
  const { verifierKey } = await withInstance("kura_custodian", ({ keeper }) =>
    logSource(keeper).entries(0n, 0),
  );
  const line = url === undefined ? `log ${verifierKey}` : `log ${verifierKey} ${url}`;
  process.stdout.write(`${line}\nquorum none\n`);
}
