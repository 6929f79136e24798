/** The command line of the keeper, and the secret it names. The secret never stands in an argument or a variable of the shell. */
import { closeSync, fstatSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Fault } from "@kura/kernel/fault.ts";
import type { UnsealingSecret } from "./crypto/key-file.ts";
import { limits } from "./limits.ts";

export const usage = `keeper init --dir DIR (--key-file FILE | --passphrase-fd N) [--head-dir DIR] [--genesis FILE]
            [--log-origin NAME]
keeper      --dir DIR (--key-file FILE | --passphrase-fd N) [--head-dir DIR] --socket PATH [--follow-stdin]

  --genesis FILE      the first roster statement, signed by two officers whom it names
  --log-origin NAME   the transparency log's name for ever, like log.example.go.jp/kura
`;

export interface Options {
  readonly isInit: boolean;
  readonly folder: string;
  /** Where the head file is: on another disk or machine it is worth more. */
  readonly headFolder: string;
  readonly socketPath: string;
  /** Stops when standard input ends: a parent that dies takes its keeper with it. */
  readonly followsStdin: boolean;
  /** Of the first roster statement, at `init`. */
  readonly genesisPath: string | undefined;
  /** The log's name, at `init`; made of its key unless given. */
  readonly logOrigin: string | undefined;
  readonly secret: UnsealingSecret;
}

/** @throws {Fault} `usage`, `bad-secret` */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const isInit = positionals.length === 1 && positionals[0] === "init";
  const folder = values.dir ?? "";
  const socketPath = values.socket ?? "";
  if ((positionals.length > 0 && !isInit) || folder === "" || (socketPath === "") !== isInit) {
    throw new Fault("usage", usage);
  }
  const secret = readSecret(values["key-file"], values["passphrase-fd"]);
  const followsStdin = values["follow-stdin"] ?? false;
  const genesisPath = values.genesis;
  const headFolder = values["head-dir"] ?? folder;
  const logOrigin = values["log-origin"];
  if (logOrigin !== undefined && !isOrigin(logOrigin)) throw new Fault("usage", usage);
  return { isInit, folder, headFolder, socketPath, followsStdin, genesisPath, logOrigin, secret };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    dir: text,
    socket: text,
    "head-dir": text,
    "key-file": text,
    "passphrase-fd": text,
    genesis: text,
    "log-origin": text,
    "follow-stdin": { type: "boolean" } as const,
  };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new Fault("usage", usage, { cause });
  }
}

/** A key's name in c2sp.org/signed-note: no space, no plus; here printable ASCII. */
function isOrigin(name: string): boolean {
  return /^[!-*,-~]+$/.test(name) && name.length <= limits.originBytes;
}

function readSecret(keyFile: string | undefined, passphraseFd: string | undefined): UnsealingSecret {
  if ((keyFile === undefined) === (passphraseFd === undefined)) throw new Fault("usage", usage);
  return keyFile === undefined ? readPassphrase(Number(passphraseFd)) : readKeyFile(keyFile);
}

function readKeyFile(path: string): UnsealingSecret {
  const bytes = readFileSync(path);
  if (bytes.length !== 32) throw new Fault("bad-secret", "a key file has 32 random bytes");
  return { kind: "key-file", bytes };
}

/** All of the descriptor, without one newline at its end. */
function readPassphrase(descriptor: number): UnsealingSecret {
  if (!Number.isInteger(descriptor) || descriptor < 0) throw new Fault("usage", usage);
  fstatSync(descriptor);
  const bytes = readFileSync(descriptor);
  if (descriptor > 2) closeSync(descriptor);
  const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length;
  if (end > limits.passphraseMaxBytes) throw new Fault("bad-secret", "the passphrase is too long");
  return { kind: "passphrase", bytes: bytes.subarray(0, end) };
}
