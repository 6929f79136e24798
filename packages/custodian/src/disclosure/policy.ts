/**
 * Whether the agency's policy lets a look or a search through: Cedar, in this process.
 *
 * A second line before the keeper's own: the keeper knows purposes, fields and budgets, the policy knows cases. Only
 * `look.ts` and `search.ts` ask. The answer names the policies that decided and the digest of the whole set; what Cedar
 * says of a request in words is never passed on, because it quotes the request. Semantics: docs.cedarpolicy.com. A decision
 * costs Cedar a third of a millisecond; equal questions are answered from `policy-cache.ts`.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { Fault } from "@kura/kernel/fault.ts";
import { DecisionCache } from "./policy-cache.ts";
import { momentOf, type PolicyQuestion } from "./policy-question.ts";

export interface Decision {
  readonly isAllowed: boolean;
  /** Ids of the policies that decided; none where nothing allows it. */
  readonly policies: readonly string[];
  /** SHA-256 of {@link Policy.policyText} and {@link Policy.schemaText}. */
  readonly policyDigest: Uint8Array;
}

export interface Policy {
  readonly digest: Uint8Array;
  readonly policyText: string;
  readonly schemaText: string;
  decide(question: PolicyQuestion): Decision;
}

const folder = new URL("./", import.meta.url);
/** Bytes of an agency's policy file. */
const policyBytesMax = 1024 * 1024;

/**
 * The agency's policy, or the one that comes with Kura.
 *
 * @throws {Fault} `bad-policy` when the text is no policy or speaks of what the schema does not have; the message has
 * the words of Cedar, which quote the policy and nothing else.
 */
export async function readPolicy(path: string | undefined): Promise<Policy> {
  const [policyText, schemaText] = await Promise.all([
    readFile(path ?? new URL("policy.cedar", folder), "utf8"),
    readFile(new URL("schema.cedarschema", folder), "utf8"),
  ]);
  return makePolicy(policyText, schemaText);
}

/** @throws {Fault} `bad-policy` */
export function makePolicy(policyText: string, schemaText: string): Policy {
  if (policyText.length > policyBytesMax) throw badPolicy(["it is above a megabyte"]);
  const parsedPolicies = policiesById(policyText);
  const policies = { staticPolicies: textsOf(parsedPolicies) };
  const validation = cedar.validate({ schema: schemaText, policies, validationSettings: { mode: "strict" } });
  if (validation.type === "failure") throw badPolicy(validation.errors.map(({ message }) => message));
  if (validation.validationErrors.length > 0) {
    throw badPolicy(validation.validationErrors.map(({ error }) => error.message));
  }
  const digest = createHash("sha256").update(policyText).update("\0").update(schemaText).digest();
  const preparsedPolicySetId = digest.toString("hex");
  const parsed = cedar.preparsePolicySet(preparsedPolicySetId, policies);
  if (parsed.type === "failure") throw badPolicy(parsed.errors.map(({ message }) => message));
  const policyDigest = new Uint8Array(digest);
  const cache = new DecisionCache<Decision>(JSON.stringify(parsedPolicies.map(({ json }) => json)));
  return {
    digest: policyDigest,
    policyText,
    schemaText,
    decide: (question) =>
      cache.get(question, momentOf(question.atMs), () => ({
        ...decideBy(preparsedPolicySetId, question),
        policyDigest,
      })),
  };
}

interface ParsedPolicy {
  readonly id: string;
  readonly text: string;
  readonly json: cedar.PolicyJson;
}

/** Under the `@id` of each, so that a decision can be read; every policy must have one of its own. */
function policiesById(policyText: string): ParsedPolicy[] {
  const parts = cedar.policySetTextToParts(policyText);
  if (parts.type === "failure") throw badPolicy(parts.errors.map(({ message }) => message));
  if (parts.policy_templates.length > 0) throw badPolicy(["templates are not used"]);
  const named = parts.policies.map((text): ParsedPolicy => {
    const parsed = cedar.policyToJson(text);
    const id = parsed.type === "success" ? parsed.json.annotations?.["id"] : undefined;
    if (parsed.type === "failure" || typeof id !== "string") throw badPolicy(["a policy has no @id"]);
    return { id, text, json: parsed.json };
  });
  if (new Set(named.map(({ id }) => id)).size !== named.length)
    throw badPolicy(["two policies have the same @id"]);
  return named;
}

function textsOf(policies: readonly ParsedPolicy[]): Record<string, string> {
  return Object.fromEntries(policies.map(({ id, text }) => [id, text]));
}

/** A policy that could not be evaluated counts as a refusal: Cedar would pass over it, also where it forbids. */
function decideBy(preparsedPolicySetId: string, question: PolicyQuestion): Omit<Decision, "policyDigest"> {
  const answer = cedar.statefulIsAuthorized({ ...requestOf(question), preparsedPolicySetId });
  if (answer.type === "failure") throw new Fault("policy-unanswered", "the policy could not be asked");
  const { decision, diagnostics } = answer.response;
  const isAllowed = decision === "allow" && diagnostics.errors.length === 0;
  return { isAllowed, policies: diagnostics.reason.toSorted() };
}

type Request = Omit<cedar.StatefulAuthorizationCall, "preparsedPolicySetId">;

/** Built to the schema by its types; asking Cedar to check it once more would cost twice the decision. */
function requestOf(question: PolicyQuestion): Request {
  const { actor, office, case: about } = question;
  const principal = { type: "Actor", id: actor };
  const resource = { type: "Case", id: about.caseId };
  const openedBy = { __entity: { type: "Actor", id: about.openedBy } };
  const { kind, isOpen } = about;
  return {
    principal,
    action: { type: "Action", id: question.kind },
    resource,
    context: contextOf(question),
    entities: [
      { uid: principal, attrs: { office }, parents: [] },
      { uid: resource, attrs: { kind, isOpen, openedBy, office: about.office }, parents: [] },
    ],
  };
}

function contextOf(question: PolicyQuestion): cedar.Context {
  const { purpose, atMs } = question;
  const shared = { purpose, at: { atMs, ...momentOf(atMs) } };
  if (question.kind === "search") return shared;
  const { fields, persons, isAboutThem } = question;
  return { ...shared, fields: [...fields], persons, isAboutThem };
}

function badPolicy(messages: readonly string[]): Fault<"bad-policy"> {
  return new Fault("bad-policy", `the policy file is refused: ${messages.join("; ")}`);
}
