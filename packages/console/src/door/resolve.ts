/**
 * What an approver of a revision signs: the digest of words that name the revision by its own digest, and so every count
 * and person in it. The custodian makes the same words (`incident/resolve/words.ts`) and refuses any other.
 */
import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import type { OrderContent } from "./order-session.ts";

/** Serves orders of kind `resolve` in the usual roster. */
const decisionPurpose = "incident-decision";

export async function approvalOrder(
  incident: string,
  revision: number,
  revisionDigest: string,
): Promise<OrderContent> {
  const subject = "revision";
  const text = encodeCanonical({ incident, words: { subject, revision, revisionDigest } });
  const hashed = await crypto.subtle.digest("SHA-256", encodeUtf8(`kura/incident-words/1\n${text}`));
  const head = { purpose: decisionPurpose, case: incident, caseKind: "incident" } as const;
  return { kind: "resolve", ...head, subject, digest: encodeHex(new Uint8Array(hashed)) };
}
