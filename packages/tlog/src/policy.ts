/**
 * Trust policies (c2sp.org/tlog-policy): which logs, which witnesses, and how many of them are enough. Parsing only;
 * verify.ts applies a policy.
 *
 *     log <vkey> [<url>]                    the key's name is the log's origin; never of type 0x04, which only cosigns
 *     witness <name> <vkey> [<url>]
 *     group <name> <k>|any|all <name>...    at least k of these, each defined above, each in one group only
 *     quorum <name>|none                    exactly once; `none` asks for no cosignature
 *
 * Items are separated by spaces and tabs; empty lines and lines that begin with `#` are ignored; there are no comments
 * behind a line. Every line ends in a newline. Names are octets, compared as such. No public key is listed twice as a log
 * or twice as a witness, under whatever name and type: so a witness counts once, in one place.
 *
 * A witness's Ed25519 key is often published as type 0x01. It stands for the same key as a cosigner, type 0x04: the two
 * sign messages that cannot be confused, and cosignature lines carry the ID of 0x04.
 */
import { decodeUtf8, encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { TlogFault } from "./fault.ts";
import { policyBytesMax, policyItemsMax } from "./limits.ts";
import type { VerifierKey } from "./verifier-key.ts";
import { createVerifierKey, keyType, parseVerifierKey } from "./verifier-key.ts";

export interface PolicyLog {
  /** Its name is the origin of the log's checkpoints. */
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

export interface PolicyWitness {
  /** Its name in the policy; means nothing outside. */
  readonly name: string;
  /** Of type 0x04 or 0x06. */
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

/** A rule over witnesses: satisfied by nobody's word, by one witness, or by `threshold` of its members. */
export type Quorum =
  | { readonly kind: "none" }
  | { readonly kind: "witness"; readonly witness: PolicyWitness }
  | {
      readonly kind: "group";
      readonly name: string;
      readonly threshold: number;
      readonly members: readonly Quorum[];
    };

export interface Policy {
  /** May be empty: then the caller knows its log from elsewhere and adds it. */
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum: Quorum;
}

/** @throws {TlogFault} `malformed-policy`, `malformed-key`, `unsupported-algorithm`; evidence has the line's number */
export function parsePolicy(text: Uint8Array | string): Policy {
  const draft: Draft = {
    logs: [],
    witnesses: [],
    keys: new Set(),
    names: new Map(),
    members: new Set(),
    quorum: undefined,
  };
  for (const [i, line] of splitLines(text).entries()) {
    const items = line.split(/[ \t]+/).filter((item) => item !== "");
    if (items.length === 0 || items[0]?.startsWith("#") === true) continue;
    try {
      readLine(items, draft);
    } catch (error) {
      if (!(error instanceof TlogFault)) throw error;
      throw new TlogFault(error.code, error.message, { ...error.evidence, line: i + 1 }, { cause: error });
    }
  }
  const { logs, witnesses, quorum } = draft;
  if (quorum === undefined) throw malformed("it has no quorum line");
  return { logs, witnesses, quorum };
}

/** Whether the witnesses for which `hasCosigned` is true satisfy the rule. */
export function isSatisfied(quorum: Quorum, hasCosigned: (witness: PolicyWitness) => boolean): boolean {
  if (quorum.kind === "none") return true;
  if (quorum.kind === "witness") return hasCosigned(quorum.witness);
  return quorum.members.filter((member) => isSatisfied(member, hasCosigned)).length >= quorum.threshold;
}

/** What is known while reading. Names and items are octet strings: one character per octet. */
interface Draft {
  readonly logs: PolicyLog[];
  readonly witnesses: PolicyWitness[];
  /** `log` or `witness`, and the public key: what must not repeat. */
  readonly keys: Set<string>;
  readonly names: Map<string, Quorum>;
  /** Names that are in a group already. */
  readonly members: Set<string>;
  quorum: Quorum | undefined;
}

function splitLines(text: Uint8Array | string): readonly string[] {
  const bytes = typeof text === "string" ? encodeUtf8(text) : text;
  if (bytes.length > policyBytesMax) throw malformed("it is too long");
  let octets = "";
  for (const byte of bytes) {
    if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a) || byte === 0x7f)
      throw malformed("it has a control character");
    octets += String.fromCharCode(byte);
  }
  const lines = octets.split("\n");
  if (lines.pop() !== "") throw malformed("the last line does not end in a newline");
  return lines;
}

function readLine(items: readonly string[], draft: Draft): void {
  if (draft.logs.length + draft.names.size >= policyItemsMax) throw malformed("it has too many lines");
  const [keyword, ...rest] = items;
  switch (keyword) {
    case "log":
      return readLog(rest, draft);
    case "witness":
      return readWitness(rest, draft);
    case "group":
      return readGroup(rest, draft);
    case "quorum":
      return readQuorum(rest, draft);
    default:
      throw malformed("a line begins with no known keyword");
  }
}

function readLog([vkey, url, ...more]: readonly string[], draft: Draft): void {
  if (vkey === undefined || more.length > 0) throw malformed("a log line is: log <vkey> [<url>]");
  const key = parseVerifierKey(textOf(vkey));
  // What such a key signs says that the tree was seen, not that it is the log's: a cosigner would be the log.
  if (key.type === keyType.cosignature) throw malformed("a log's key is a cosigner's");
  claimKey("log", key, draft);
  draft.logs.push({ key, url: readUrl(url) });
}

function readWitness([octets, vkey, url, ...more]: readonly string[], draft: Draft): void {
  if (octets === undefined || vkey === undefined || more.length > 0) {
    throw malformed("a witness line is: witness <name> <vkey> [<url>]");
  }
  const key = cosignerKey(parseVerifierKey(textOf(vkey)));
  claimKey("witness", key, draft);
  const witness = { name: textOf(octets), key, url: readUrl(url) };
  define(octets, { kind: "witness", witness }, draft);
  draft.witnesses.push(witness);
}

function readGroup([octets, rule, ...members]: readonly string[], draft: Draft): void {
  if (octets === undefined || rule === undefined || members.length === 0) {
    throw malformed("a group line is: group <name> <k>|any|all <name>...");
  }
  const rules = members.map((member) => joinGroup(member, draft));
  const threshold = readThreshold(rule, members.length);
  define(octets, { kind: "group", name: textOf(octets), threshold, members: rules }, draft);
}

function readQuorum([octets, ...more]: readonly string[], draft: Draft): void {
  if (octets === undefined || more.length > 0) throw malformed("a quorum line is: quorum <name>|none");
  if (draft.quorum !== undefined) throw malformed("there is a second quorum line");
  const named: Quorum | undefined = octets === none ? { kind: "none" } : draft.names.get(octets);
  if (named === undefined) throw malformed("the quorum names nothing defined above it");
  draft.quorum = named;
}

function readThreshold(rule: string, members: number): number {
  if (rule === "any") return 1;
  if (rule === "all") return members;
  const threshold = /^[1-9][0-9]{0,3}$/.test(rule) ? Number(rule) : 0;
  if (threshold < 1 || threshold > members)
    throw malformed("a threshold is not between 1 and the number of members");
  return threshold;
}

function define(octets: string, quorum: Quorum, draft: Draft): void {
  if (octets === none || draft.names.has(octets)) throw malformed("a name is defined twice");
  draft.names.set(octets, quorum);
}

function joinGroup(octets: string, draft: Draft): Quorum {
  const member = draft.names.get(octets);
  if (member === undefined) throw malformed("a group names nothing defined above it");
  if (draft.members.has(octets)) throw malformed("a name is a member twice");
  draft.members.add(octets);
  return member;
}

function claimKey(role: "log" | "witness", key: VerifierKey, draft: Draft): void {
  const claim = `${role} ${encodeHex(key.publicKey)}`;
  if (draft.keys.has(claim)) throw malformed(`a ${role} key is listed twice`);
  draft.keys.add(claim);
}

function cosignerKey(key: VerifierKey): VerifierKey {
  if (key.type === keyType.cosignature || key.type === keyType.mlDsa44) return key;
  if (key.type === keyType.ed25519) return createVerifierKey(key.name, keyType.cosignature, key.publicKey);
  throw new TlogFault("unsupported-algorithm", "a witness has a key type that cannot cosign", {
    type: key.type,
  });
}

/** A fragment alone is no address: it is a comment where none is allowed. */
function readUrl(octets: string | undefined): string | undefined {
  if (octets?.startsWith("#") === true) throw malformed("a comment stands behind a line");
  return octets === undefined ? undefined : textOf(octets);
}

/** Octets as text: UTF-8 where they are that, otherwise one character per octet. */
function textOf(octets: string): string {
  const bytes = Uint8Array.from(octets, (char) => char.charCodeAt(0));
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (codeOf(error) !== "malformed-utf8") throw error;
    return octets;
  }
}

/** The predefined name: a quorum, never a member, never defined. */
const none = "none";

function malformed(why: string): TlogFault {
  return new TlogFault("malformed-policy", `not a policy: ${why}`);
}
