/**
 * The demo actors of an agency that was made as a demonstration: their key files, handed to whoever opens the console.
 *
 * An agency of one's own has none: it is started with a first statement of its own (`KURA_GENESIS`), the command line
 * then names no demo keys, and a key that is not in the keeper's roster is not offered and would open nothing. What is
 * given away here lies in clear beside the demo's folder anyway; the console says on every screen that it is a demo.
 */
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { encodeActorKey, parseActorKey } from "@kura/keeper/order-session.ts";
import { decodeUtf8 } from "@kura/kernel/bytes.ts";
import type { RosterView } from "../disclosure/roster-view.ts";

export interface DemoActor {
  readonly actor: string;
  readonly credential: string;
  /** SubjectPublicKeyInfo in base64, as in the roster. */
  readonly publicKey: string;
  /** The key file's one line. */
  readonly keyFile: string;
}

/** @throws {Fault} `bad-actor-key` */
export function readDemoActors(paths: readonly string[]): DemoActor[] {
  return paths.map((path) => {
    const key = parseActorKey(readFileSync(path));
    const { actor, credential, privateKey } = key;
    const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
    return { actor, credential, publicKey, keyFile: decodeUtf8(encodeActorKey(key)) };
  });
}

/** Those whose key the roster knows as theirs. */
export function listEnrolled(actors: readonly DemoActor[], roster: RosterView): DemoActor[] {
  return actors.filter(({ actor, credential, publicKey }) => {
    const known = roster.credentials[credential];
    return known?.kind === "key-file" && known.actor === actor && known["publicKey"] === publicKey;
  });
}
