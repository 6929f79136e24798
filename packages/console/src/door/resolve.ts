/**
 * What an actor stands for in an incident: the digest of words, signed in an order. Of a revision the words name its own
 * digest, and so every count and person in it. The custodian makes the same words (`incident/resolve/words.ts`) and refuses
 * any other.
 */
import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import type { Words } from "../api/shapes-incident.ts";
import type { OrderContent } from "./order-session.ts";

/** Serves orders of kind `resolve` in the usual roster. */
export const decisionPurpose = "incident-decision";

export async function wordsOrder(incident: string, words: Words): Promise<OrderContent> {
  const text = encodeCanonical({ incident, words: { ...words } });
  const hashed = await crypto.subtle.digest("SHA-256", encodeUtf8(`kura/incident-words/1\n${text}`));
  const head = { purpose: decisionPurpose, case: incident, caseKind: "incident" } as const;
  return { kind: "resolve", ...head, subject: words.subject, digest: encodeHex(new Uint8Array(hashed)) };
}
