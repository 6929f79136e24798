/**
 * Where an instance keeps its things. One folder holds all but the keeper's key file, which stands beside it: whoever
 * copies the folder has not copied the key.
 */
import { join, resolve } from "node:path";

export interface InstancePaths {
  /** `KURA_DATA`, or `kura-data` where the command is run. */
  readonly dataDir: string;
  /** Written while an instance runs: how its parts are reached. */
  readonly instanceFile: string;
  readonly keeperDir: string;
  /** Typed at `kura start --passphrase`; unseals the keeper instead of the key file. */
  readonly passphrase?: Uint8Array;
  /** 32 random bytes that unseal the keeper; `KURA_KEY_FILE`, or `kura-data.key` beside the folder. */
  readonly keyFile: string;
  /** Files of the sample agency while they are loaded: plaintext of nobody, beside the folder and not in it. */
  readonly sampleDir: string;
  /** Says how far the loading of the sample agency has come. */
  readonly sampleMark: string;
}

export function instancePaths(env: NodeJS.ProcessEnv, workingDir: string): InstancePaths {
  const dataDir = resolve(workingDir, env["KURA_DATA"] ?? "kura-data");
  return {
    dataDir,
    instanceFile: join(dataDir, "instance.json"),
    keeperDir: join(dataDir, "keeper"),
    keyFile: resolve(workingDir, env["KURA_KEY_FILE"] ?? `${dataDir}.key`),
    sampleDir: `${dataDir}.sample`,
    sampleMark: join(dataDir, "sample-agency"),
  };
}
