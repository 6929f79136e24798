import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CaseKind, caseKinds } from "../cases/case.ts";
import { type Field, fields } from "../register/field.ts";
import { makePolicy, readPolicy } from "./policy.ts";
import type { PolicyQuestion } from "./policy-question.ts";

const schema = readFileSync(new URL("schema.cedarschema", import.meta.url), "utf8");
const text = readFileSync(new URL("policy.cedar", import.meta.url), "utf8");
const policy = await readPolicy(undefined);

const inquiry = "pensionNumber schemeNumber name kana formerName formerKana birthDate diedOn".split(" ");
const needs: Partial<Record<string, readonly string[]>> = {
  "contribution-inquiry": inquiry,
  "call-centre-inquiry": inquiry,
  "record-matching": [...inquiry.slice(0, -1), "sex", "address"],
  "address-change": "pensionNumber name kana birthDate postalCode address phone email".split(" "),
  "annual-statement": ["birthDate", "diedOn"],
  receipt: [],
  audit: fields.filter((field) => !["postalCode", "address", "phone", "email"].includes(field)),
};

const alsoServed: Partial<Record<string, readonly string[]>> = {
  "record-matching": ["contribution-inquiry"],
  "annual-statement": ["claim", "contribution-inquiry", "call-centre-inquiry"],
  receipt: ["claim", "contribution-inquiry", "call-centre-inquiry", "incident-response"],
};

/** The policy once more, in the shortest other words. */
function oracle(question: PolicyQuestion): boolean {
  const { purpose, case: about } = question;
  const isServed = purpose === about.kind || alsoServed[purpose]?.includes(about.kind) === true;
  if (!about.isOpen || !isServed) return false;
  if (question.kind === "search") return purpose !== "receipt";
  if (!question.isAboutThem || (purpose === "call-centre-inquiry" && question.persons > 1)) return false;
  return question.fields.every((field) => needs[purpose]?.includes(field) ?? true);
}

const purpose = fc.constantFrom<string>(...caseKinds, "annual-statement", "receipt", "curiosity", "");
const about = fc.record({
  caseId: fc.uuid(),
  kind: fc.constantFrom<CaseKind>(...caseKinds),
  isOpen: fc.boolean(),
  openedBy: fc.constantFrom("clerk", "other"),
  office: fc.constantFrom("east", "west"),
});
const shared = {
  actor: fc.constantFrom("clerk", "other"),
  office: fc.constantFrom("east", "west"),
  case: about,
  atMs: fc.integer({ min: 0, max: 253_402_300_799_999 }),
};
const look = fc.record({
  kind: fc.constant("look" as const),
  ...shared,
  purpose,
  fields: fc.subarray<Field>([...fields]),
  persons: fc.integer({ min: 1, max: 50 }),
  isAboutThem: fc.boolean(),
});
const search = fc.record({ kind: fc.constant("search" as const), ...shared, purpose });
const plain = { kind: "search", actor: "a", office: "o", atMs: 0 } as const;
/** Most draws should be near the border: a purpose that fits its case, an open case about the person. */
const fitting = look.map((drawn) => ({
  ...drawn,
  purpose: drawn.case.kind as string,
  isAboutThem: true,
  case: { ...drawn.case, isOpen: true },
}));

describe("a decision that was kept is the one Cedar gives anew", () => {
  const agencies: Record<string, string> = {
    "the policy that comes with Kura": "",
    "one that names a moment": `@id("until") forbid (principal, action, resource)
      when { context.at["\\u{61}tMs"] > 100000000000000 };`,
    "one that names a case": `@id("case") forbid (principal, action, resource == Case::"known");`,
    "one that asks who opened it": `@id("own") forbid (principal, action, resource)
      unless { resource.openedBy == principal || resource.office == principal.office };`,
    "one with office hours": `@id("hours") forbid (principal, action, resource)
      unless { context.at.hour >= 8 && context.at.weekday <= 5 };`,
  };
  it.each(Object.keys(agencies))("by %s", (name) => {
    const full = `${text}\n${agencies[name] ?? ""}`;
    const kept = makePolicy(full, schema);
    fc.assert(
      fc.property(fitting, (drawn) => {
        for (const question of nearlyThe(drawn)) {
          expect(kept.decide(question)).toEqual(makePolicy(full, schema).decide(question));
        }
      }),
      { numRuns: 10 },
    );
  });

  /** Questions that differ from the first in one thing each, so that one answer may be given for another by mistake. */
  function nearlyThe(drawn: PolicyQuestion & { kind: "look" }): PolicyQuestion[] {
    const { case: its, atMs } = drawn;
    return [
      { ...drawn, atMs: 99_999_999_999_999 },
      { ...drawn, atMs: 100_000_000_000_001 },
      { ...drawn, atMs: atMs - (atMs % 86_400_000) },
      { ...drawn, atMs: atMs - (atMs % 86_400_000) + 43_200_000 },
      { ...drawn, case: { ...its, caseId: "known" } },
      { ...drawn, case: { ...its, openedBy: "other" } },
      { ...drawn, case: { ...its, openedBy: "clerk", office: "west" } },
      { ...drawn, persons: 1 },
      { ...drawn, persons: 2 },
      { ...drawn, fields: [...drawn.fields, "phone"] },
      drawn,
    ];
  }
});

describe("the policy that comes with Kura", () => {
  it("fits its schema", () => {
    expect(() => makePolicy(text, schema)).not.toThrow();
  });

  it("speaks only of fields and kinds of cases that exist", () => {
    const code = text.replaceAll(/\/\/[^\n]*/gu, "").replaceAll(/@id\("[^"]*"\)|Action::"[^"]*"/gu, "");
    const words = [...code.matchAll(/"([^"]*)"/gu)].map((match) => match[1] ?? "");
    expect(words.length).toBeGreaterThan(20);
    const known: readonly string[] = [...fields, ...caseKinds, "annual-statement", "receipt"];
    expect(words.filter((word) => !known.includes(word))).toEqual([]);
  });

  it("decides every question as ten lines of other words do", () => {
    fc.assert(
      fc.property(fc.oneof(look, fitting, search), (question) => {
        expect(policy.decide(question).isAllowed).toBe(oracle(question));
      }),
      { numRuns: 2_000 },
    );
  });

  it("says which policies decided, and under which text", () => {
    const closed: PolicyQuestion = {
      ...plain,
      purpose: "claim",
      case: { caseId: "c", kind: "claim", isOpen: false, openedBy: "a", office: "o" },
    };
    expect(policy.decide(closed)).toEqual({
      isAllowed: false,
      policies: ["the-case-is-open"],
      policyDigest: policy.digest,
    });
  });
});

describe("an agency's own policy", () => {
  const permit = '@id("all") permit (principal, action, resource);';

  it("decides in the place of ours", () => {
    const atNight =
      '@id("office-hours") forbid (principal, action, resource) unless { context.at.hour >= 8 && context.at.hour < 20 };';
    const own = makePolicy(`${permit}\n${atNight}`, schema);
    const at = (time: string): boolean =>
      own.decide({
        ...plain,
        purpose: "curiosity",
        atMs: Date.parse(time),
        case: { caseId: "c", kind: "audit", isOpen: true, openedBy: "a", office: "o" },
      }).isAllowed;
    expect([at("2026-04-01T12:00:00+09:00"), at("2026-04-01T02:00:00+09:00")]).toEqual([true, false]);
  });

  it("has another digest for another text", () => {
    expect(makePolicy(permit, schema).digest).not.toEqual(policy.digest);
  });

  it.each([
    ["is no policy", "permit everybody"],
    [
      "speaks of what there is not",
      '@id("x") permit (principal, action, resource) when { context.mood == "good" };',
    ],
    [
      "compares what cannot be equal",
      '@id("x") permit (principal, action, resource) when { resource.isOpen == "yes" };',
    ],
    ["has no name for a policy", "permit (principal, action, resource);"],
    ["has a name twice", `${permit}\n${permit}`],
  ])("is refused when it %s", (_why, bad) => {
    expect(() => makePolicy(bad, schema)).toThrow(expect.objectContaining({ code: "bad-policy" }));
  });

  it("refuses what a policy could not be evaluated for, also where it would only forbid", () => {
    const overflow =
      '@id("overflow") forbid (principal, action, resource) when { context.at.atMs * 9223372036854775807 > 0 };';
    const own = makePolicy(`${permit}\n${overflow}`, schema);
    const decision = own.decide({
      ...plain,
      purpose: "claim",
      atMs: 1_790_000_000_000,
      case: { caseId: "c", kind: "claim", isOpen: true, openedBy: "a", office: "o" },
    });
    expect(decision.isAllowed).toBe(false);
  });
});
