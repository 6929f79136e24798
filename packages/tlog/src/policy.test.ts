import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { describe, expect, it } from "vitest";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import { isSatisfied, parsePolicy } from "./policy.ts";
import type { Policy } from "./policy.ts";
import { createVerifierKey, encodeVerifierKey, keyType } from "./verifier-key.ts";

/** A cosigner's verifier key from a number: a different public key for each. */
function vkey(number: number, type: 1 | 4 = keyType.cosignature, name = `w${number}.example`): string {
  return encodeVerifierKey(createVerifierKey(name, type, new Uint8Array(32).fill(number)));
}

function accepts(policy: Policy, ...cosigners: readonly string[]): boolean {
  return isSatisfied(policy.quorum, ({ name }) => cosigners.includes(name));
}

const refused = expect.objectContaining({ code: "malformed-policy" });

describe("a policy", () => {
  const text = `
# the specification's example, with keys
log ${vkey(1, keyType.ed25519, "log.example")}

witness X1 ${vkey(11)}
witness X2 ${vkey(12)} https://x2.example/
witness X3 ${vkey(13)}
group X-witnesses 2 X1 X2 X3

witness Y1 ${vkey(21)}
  witness\t Y2 ${vkey(22)}
witness Y3 ${vkey(23)}
group Y-witnesses any Y1 Y2 Y3
 \t
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

  it("asks for as many of each group as it says", () => {
    const policy = parsePolicy(text);
    expect(policy.logs.map(({ key }) => key.name)).toEqual(["log.example"]);
    expect(policy.witnesses.map(({ url }) => url)).toContain("https://x2.example/");
    expect(accepts(policy, "X1", "X3", "Y2")).toBe(true);
    expect(accepts(policy, "X1", "X2", "X3", "Y1", "Y2", "Y3")).toBe(true);
    expect(accepts(policy, "X1", "Y1", "Y2", "Y3")).toBe(false);
    expect(accepts(policy, "X1", "X2", "X3")).toBe(false);
    expect(accepts(policy)).toBe(false);
  });

  it("may ask for nobody, or for one witness", () => {
    expect(accepts(parsePolicy("quorum none\n"))).toBe(true);
    const one = parsePolicy(`witness W ${vkey(1)}\nquorum W\n`);
    expect([accepts(one), accepts(one, "W")]).toEqual([false, true]);
  });

  it("takes a witness's plain Ed25519 key for the cosigner key that it is", () => {
    const { witnesses } = parsePolicy(`witness W ${vkey(1, keyType.ed25519)}\nquorum W\n`);
    expect(witnesses.map(({ key }) => encodeVerifierKey(key))).toEqual([vkey(1)]);
  });

  it("compares names as octets, and takes octets that are no UTF-8", () => {
    const kelvin = `witness K ${vkey(1)}\nwitness \u212a ${vkey(2)}\ngroup G all K \u212a\nquorum G\n`;
    expect(parsePolicy(kelvin).witnesses.map(({ name }) => name)).toEqual(["K", "\u212a"]);
    const raw = Uint8Array.of(
      ...encodeUtf8(`witness `),
      0xe9,
      ...encodeUtf8(` ${vkey(1)}\nquorum `),
      0xe9,
      0x0a,
    );
    expect(parsePolicy(raw).quorum).toMatchObject({ kind: "witness" });
  });

  it("names the line that is wrong", () => {
    expect(() => parsePolicy(`log ${vkey(1, 1)}\n\nwitnes W\n`)).toThrow(
      expect.objectContaining({ code: "malformed-policy", evidence: { line: 3 } }),
    );
  });

  const w = (name: string, number: number): string => `witness ${name} ${vkey(number)}\n`;

  it.each([
    ["nothing", ""],
    ["no quorum", w("W", 1)],
    ["two quorums", `${w("W", 1)}quorum W\nquorum W\n`],
    ["a quorum that names nothing", "quorum W\n"],
    ["a quorum named before it is defined", `quorum W\n${w("W", 1)}`],
    ["a carriage return", "quorum none\r\n"],
    ["a form feed in a comment", "# \f\nquorum none\n"],
    ["a delete character in a comment", "# \u007f\nquorum none\n"],
    ["no last newline", "quorum none"],
    ["a comment behind a quorum", "quorum none # really\n"],
    ["a comment behind a witness", `witness W ${vkey(1)} #note\nquorum W\n`],
    [
      "a comment behind a witness with an address",
      `witness W ${vkey(1)} https://w.example/ #note\nquorum W\n`,
    ],
    ["a log key twice", `log ${vkey(1, 1)}\nlog ${vkey(1, 1)}\nquorum none\n`],
    ["a log key twice under two names", `log ${vkey(1, 1)}\nlog ${vkey(1, 1, "b.example")}\nquorum none\n`],
    ["a witness key twice", `${w("A", 1)}${w("B", 1)}quorum A\n`],
    ["a name twice", `${w("A", 1)}${w("A", 2)}quorum A\n`],
    ["a group with a witness's name", `${w("A", 1)}group A any A\nquorum A\n`],
    ["the name none", `${w("none", 1)}quorum none\n`],
    ["none as a member", `${w("A", 1)}group G any A none\nquorum G\n`],
    ["a member twice", `${w("A", 1)}group G any A A\nquorum G\n`],
    ["a member in two groups", `${w("A", 1)}${w("B", 2)}group G any A\ngroup H all A B\nquorum H\n`],
    ["a member that is defined later", `group G any A\n${w("A", 1)}quorum G\n`],
    ["a group that is its own member", `${w("A", 1)}group G any A G\nquorum G\n`],
    ["a group without members", `${w("A", 1)}group G any\nquorum A\n`],
    ["a threshold of 0", `${w("A", 1)}group G 0 A\nquorum G\n`],
    ["a threshold above the members", `${w("A", 1)}group G 2 A\nquorum G\n`],
    ["a negative threshold", `${w("A", 1)}group G -1 A\nquorum G\n`],
    ["a threshold with a leading zero", `${w("A", 1)}group G 01 A\nquorum G\n`],
    ["a threshold in upper case", `${w("A", 1)}group G ALL A\nquorum G\n`],
    ["an unknown keyword", "quorums none\n"],
    ["a vertical tab between items", "quorum\vnone\n"],
    ["a no-break space between items", "quorum\u00a0none\n"],
  ])("is refused with %s", (_, policy) => {
    expect(() => parsePolicy(policy)).toThrow(refused);
  });

  it("takes no cosigner's Ed25519 key for a log's: who saw a tree is not who made it (as torchwood 0.10.0)", () => {
    expect(() => parsePolicy(`log ${vkey(1)}\nquorum none\n`)).toThrow(refused);
  });

  it("is refused with a key that is malformed, or cannot cosign", () => {
    const ecdsa = encodeVerifierKey(createVerifierKey("e.example", keyType.ecdsa, Uint8Array.of(1, 2)));
    expect(() => parsePolicy(`witness W ${ecdsa}\nquorum W\n`)).toThrow(
      expect.objectContaining({ code: "unsupported-algorithm", evidence: { type: 2, line: 1 } }),
    );
    expect(() => parsePolicy(`log ${vkey(1, 1)}x\nquorum none\n`)).toThrow(
      expect.objectContaining({ code: "malformed-key" }),
    );
  });
});

interface Vectors {
  readonly vkeyForm: { readonly accept: readonly Named[]; readonly reject: readonly Named[] };
  readonly sigsumForm: {
    readonly valid: {
      readonly policy: string;
      readonly quorumOfG3: readonly { witnesses: number[]; sufficient: boolean }[];
    };
    readonly numericThreshold: {
      readonly policy: string;
      readonly cases: readonly { A: number[]; B: number[]; sufficient: boolean }[];
    };
    readonly invalid: readonly { readonly name: string; readonly policyHexKeys: string }[];
  };
}

interface Named {
  readonly name: string;
  readonly policy: string;
}

describe.skipIf(!hasVectors)("the policies of other implementations", () => {
  const empty = { vkeyForm: { accept: [], reject: [] }, sigsumForm: { invalid: [] } };
  const { vkeyForm, sigsumForm } = (hasVectors ? readVector("06-tlog-policy/policy.json") : empty) as Vectors;
  // The specification forbids what that parser allows: comments behind a line, one key twice.
  const isStrict = ({ policy }: Named): boolean =>
    !/[^\s].*#/.test(policy) &&
    new Set(policy.match(/\+A\S+/g)).size === (policy.match(/\+A\S+/g) ?? []).length;

  it.each(vkeyForm.accept.filter(isStrict))("are taken: $name", ({ policy }) => {
    expect(parsePolicy(policy).witnesses.length).toBeGreaterThan(0);
  });

  it.each(vkeyForm.accept.filter((named) => !isStrict(named)))(
    "are refused where the specification is stricter: $name",
    ({ policy }) => {
      expect(() => parsePolicy(policy)).toThrow(refused);
    },
  );

  it.each(vkeyForm.reject)("are refused: $name", ({ policy }) => {
    expect(() => parsePolicy(`${policy}\n`)).toThrow(refused);
  });

  it.each(sigsumForm.invalid)("are refused in sigsum's form: $name", ({ policyHexKeys }) => {
    expect(() => parsePolicy(withVkeys(policyHexKeys))).toThrow(refused);
  });

  it("count as sigsum counts, member by member", () => {
    const { valid, numericThreshold } = sigsumForm;
    const nested = parsePolicy(withVkeys(valid.policy));
    for (const { witnesses, sufficient } of valid.quorumOfG3) {
      expect(accepts(nested, ...witnesses.map((n) => `W${n}`))).toBe(sufficient);
    }
    const numeric = parsePolicy(withVkeys(numericThreshold.policy));
    for (const { A, B, sufficient } of numericThreshold.cases) {
      expect(accepts(numeric, ...A.map((n) => `A${n}`), ...B.map((n) => `B${n}`))).toBe(sufficient);
    }
    expect(valid.quorumOfG3.length + numericThreshold.cases.length).toBeGreaterThan(20);
  });
});

/** Sigsum names keys by their hex alone: plain Ed25519 keys, of logs and of witnesses. */
function withVkeys(policy: string): string {
  return policy.replaceAll(/\b[0-9a-f]{64}\b/g, (hex) => {
    const publicKey = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    return encodeVerifierKey(createVerifierKey("key.example", keyType.ed25519, publicKey));
  });
}
