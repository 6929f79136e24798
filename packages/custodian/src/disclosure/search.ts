/**
 * A search: terms sealed to the keeper in, masked persons out that only the session which signed can read.
 *
 *   order ─▶ case ─▶ policy ─▶ keeper (journals, gives tokens) ─▶ who has all tokens ─▶ keeper (opens, matches, masks, seals)
 *
 * The custodian sees tokens and whom they lead to, never a term. A search costs its actor budget also when it finds nobody.
 */
import type { SealedAnswer, SearchTokens, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import { parseUuid } from "../db/uuid.ts";
import { listByTokens } from "../register/store.ts";
import { askReveal, askSearch } from "../vault/orders.ts";
import {
  type Asker,
  type DoorParts,
  findCarryingCase,
  questionOf,
  type Refused,
  refuse,
  refuseAsKeeper,
} from "./door.ts";
import { disclosureLimits } from "./limits.ts";
import { parseSearchOrder } from "./order-text.ts";
import type { Decision } from "./policy.ts";
import { listSealed } from "./sealed-material.ts";

export type SearchOutcome =
  | { readonly outcome: "answered"; readonly answer: SealedAnswer; readonly decision: Decision }
  | Refused;

/** @throws {Fault} when a database or the keeper does not answer. */
export async function search(parts: DoorParts, asker: Asker, signed: SignedOrder): Promise<SearchOutcome> {
  const order = parseSearchOrder(signed.text);
  if (order === undefined) return { outcome: "malformed-order" };
  const about = await findCarryingCase(parts, asker, order);
  if (typeof about === "string") return refuse(parts, asker, order, about);
  const decision = parts.policy.decide({ kind: "search", ...questionOf(asker, order, about, parts.now()) });
  if (!decision.isAllowed) return refuse(parts, asker, order, "policy-denied", decision);
  const tokens = await askSearch(parts.keeper, signed);
  if (tokens.outcome !== "ok") return refuseAsKeeper(parts, asker, order, tokens.outcome);
  const candidates = await listCandidates(parts, tokens.value);
  if (candidates.length > disclosureLimits.candidates) {
    return refuse(parts, asker, order, "too-many-candidates", decision);
  }
  const { items } = await listSealed(parts.databases, candidates);
  const answer = await askReveal(parts.keeper, { search: tokens.value.search, items });
  if (answer.outcome !== "ok") return { outcome: answer.outcome };
  return { outcome: "answered", answer: answer.value, decision };
}

/** Who has every token. Tokens are eight bytes: the keeper matches again, on what it opens. */
async function listCandidates({ databases }: DoorParts, { tokens }: SearchTokens): Promise<Uint8Array[]> {
  const wanted = tokens.map(({ kind, token }) => ({ kind, token: Buffer.from(token).readBigInt64BE() }));
  if (wanted.length === 0) return [];
  const rows = await listByTokens(
    databases.register,
    wanted.map(({ token }) => token),
  );
  const found = new Map<string, Set<string>>();
  for (const { kind, token, personKey } of rows) {
    const has = found.get(personKey) ?? new Set();
    found.set(personKey, has.add(`${kind} ${token}`));
  }
  return [...found]
    .filter(([, has]) => wanted.every(({ kind, token }) => has.has(`${kind} ${token}`)))
    .map(([personKey]) => parseUuid(personKey));
}
