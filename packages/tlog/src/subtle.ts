/**
 * The platform's public-key cryptography, behind the few WebCrypto calls that this package makes. Internal to it.
 *
 * Ed25519 is in Node and current browsers; ML-DSA-44 (FIPS 204) is in Node from 24.7 and hardly elsewhere. What the
 * platform lacks is an answer, `unsupported`, and never a `valid`. No key is cached: a key's import costs less than a
 * verification.
 */
import { concatBytes, decodeHex } from "@kura/kernel/bytes.ts";
import { TlogFault } from "./fault.ts";
import { keyType } from "./verifier-key.ts";

/** What is used of `crypto.subtle`. Pass another implementation where the platform's will not do. */
export interface Subtle {
  importKey(
    format: "pkcs8" | "raw" | "raw-public" | "raw-seed",
    key: Uint8Array<ArrayBuffer>,
    algorithm: { readonly name: string },
    isExtractable: boolean,
    usages: ("sign" | "verify")[],
  ): Promise<unknown>;
  exportKey(format: "jwk", key: unknown): Promise<unknown>;
  sign(
    algorithm: { readonly name: string },
    key: unknown,
    message: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
  verify(
    algorithm: { readonly name: string },
    key: unknown,
    signature: Uint8Array<ArrayBuffer>,
    message: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}

export type SignatureVerdict = "invalid" | "unsupported" | "valid";

/** The platform's own; `undefined` where there is none (a page that was not served securely). */
export function platformSubtle(): Subtle | undefined {
  const platform: unknown = globalThis.crypto?.subtle;
  // Types of browsers know fewer formats than browsers do.
  return platform as Subtle | undefined;
}

/** Ed25519 (RFC 8032) or ML-DSA-44 with an empty context, by the type of the key. */
export async function verifyRaw(
  type: number,
  publicKey: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
  subtle: Subtle | undefined,
): Promise<SignatureVerdict> {
  const algorithm = algorithmOf(type);
  if (algorithm === undefined || subtle === undefined) return "unsupported";
  if (signature.length !== algorithm.signatureBytes) return "invalid";
  let key: unknown;
  try {
    key = await subtle.importKey(algorithm.publicFormat, publicKey.slice(), algorithm, false, ["verify"]);
  } catch (error) {
    if (isUnsupported(error)) return "unsupported";
    if (nameOf(error) === "DataError") return "invalid";
    throw error;
  }
  return (await subtle.verify(algorithm, key, signature.slice(), message.slice())) ? "valid" : "invalid";
}

/** A signing function over a 32-byte seed, and its public key. @throws {TlogFault} `unsupported-algorithm` */
export async function importSeed(
  type: number,
  seed: Uint8Array,
  subtle: Subtle | undefined,
): Promise<{ publicKey: Uint8Array; sign: (message: Uint8Array) => Promise<Uint8Array> }> {
  const algorithm = algorithmOf(type);
  if (algorithm === undefined || subtle === undefined) throw unsupported(type);
  if (seed.length !== 32) throw new TlogFault("malformed-key", "a seed is 32 bytes long");
  const isEd25519 = algorithm.seedFormat === "pkcs8";
  const material = isEd25519 ? concatBytes(ed25519Pkcs8, seed) : seed.slice();
  let key: unknown;
  try {
    key = await subtle.importKey(algorithm.seedFormat, material, algorithm, true, ["sign"]);
  } catch (error) {
    if (isUnsupported(error)) throw unsupported(type, error);
    throw error;
  }
  const jwk = await subtle.exportKey("jwk", key);
  const publicKey = decodeBase64Url(memberOf(jwk, isEd25519 ? "x" : "pub"));
  return {
    publicKey,
    sign: async (message) => new Uint8Array(await subtle.sign(algorithm, key, message.slice())),
  };
}

interface Algorithm {
  readonly name: string;
  readonly publicFormat: "raw" | "raw-public";
  readonly seedFormat: "pkcs8" | "raw-seed";
  readonly signatureBytes: number;
}

const ed25519: Algorithm = { name: "Ed25519", publicFormat: "raw", seedFormat: "pkcs8", signatureBytes: 64 };
const mlDsa44: Algorithm = {
  name: "ML-DSA-44",
  publicFormat: "raw-public",
  seedFormat: "raw-seed",
  signatureBytes: 2420,
};

/** RFC 8410, section 7: what precedes the 32-byte seed in PKCS #8. */
const ed25519Pkcs8 = decodeHex("302e020100300506032b657004220420");

function algorithmOf(type: number): Algorithm | undefined {
  if (type === keyType.ed25519 || type === keyType.cosignature) return ed25519;
  return type === keyType.mlDsa44 ? mlDsa44 : undefined;
}

/** `TypeError` comes where not even the key format's name is known. */
function isUnsupported(error: unknown): boolean {
  return error instanceof TypeError || nameOf(error) === "NotSupportedError";
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}

function unsupported(type: number, cause?: unknown): TlogFault {
  return new TlogFault(
    "unsupported-algorithm",
    "the platform cannot sign with this key type",
    { type },
    { cause },
  );
}

function memberOf(jwk: unknown, member: string): string {
  const value = typeof jwk === "object" && jwk !== null ? Reflect.get(jwk, member) : undefined;
  if (typeof value !== "string")
    throw new TlogFault("unsupported-algorithm", "the platform exports no public key");
  return value;
}

function decodeBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
