/**
 * Signers from counted seeds: never a key of anybody's. For tests only.
 */
import type { Signer, SignerType } from "../src/signer.ts";
import { createSigner } from "../src/signer.ts";
import { keyType } from "../src/verifier-key.ts";

/** The signer of this name, type and number: always the same. */
export async function signerOf(
  name: string,
  type: SignerType = keyType.ed25519,
  number = 1,
): Promise<Signer> {
  return await createSigner(name, type, new Uint8Array(32).fill(number));
}

/** Whether this platform has ML-DSA-44; where it has not, tests of it skip. */
export const hasMlDsa44: boolean = await signerOf("probe", keyType.mlDsa44).then(
  () => true,
  () => false,
);

if (!hasMlDsa44) process.stderr.write("tlog: this platform lacks ML-DSA-44, its tests are skipped\n");
