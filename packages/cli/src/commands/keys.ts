/** `kura keys rotate|rewrap`: a new version of the key-encryption key, and everybody's data key wrapped under it. */
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { rewrapKeys, rotateKeys } from "@kura/custodian/register/rotate-keys.ts";
import { withInstance } from "./connected.ts";
import { progressBar } from "./progress-bar.ts";

export function addKeysCommand(program: Command): void {
  const command = program.command("keys").description("the keeper's keys");
  command
    .command("rotate")
    .description(
      "begin a new version of the key-encryption key and wrap every data key under it; work goes on meanwhile",
    )
    .action(() => runRotation(rotateKeys));
  command
    .command("rewrap")
    .description("go on with a rotation that was stopped")
    .action(() => runRotation(rewrapKeys));
}

async function runRotation(rotate: typeof rotateKeys): Promise<void> {
  const bar = progressBar(process.stderr, "keys");
  const outcome = await withInstance("kura_custodian", ({ databases, keeper }) =>
    rotate(databases, keeper, { onProgress: ({ done, total }) => bar.update(done, total, done) }),
  ).finally(() => bar.end());
  if (outcome.kind === "rotation-running") throw new Fault("rotation-running", "another rotation is running");
  const { kekVersion, rewrapped, passedOver, unopened } = outcome;
  process.stdout.write(`version ${kekVersion}: ${rewrapped} keys wrapped anew, ${passedOver} passed over\n`);
  if (unopened > 0) {
    throw new Fault(
      "keys-unopened",
      `${unopened} keys did not open; keep the former versions and run kura audit`,
    );
  }
}
