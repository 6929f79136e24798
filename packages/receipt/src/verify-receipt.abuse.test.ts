import { encodeHex } from "@kura/kernel/bytes.ts";
import { parsePolicy } from "@kura/tlog/policy.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeAttacks } from "../test/attacks.ts";
import { makeScreened } from "../test/screened.ts";
import { hana } from "../test/test-agency.ts";
import { encodeReceipt, parseReceipt } from "./receipt.ts";
import { verifyReceipt } from "./verify-receipt.ts";

const { whole, policy, attacks } = await makeAttacks();
const trusted = parsePolicy(policy);
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (thrown: { code?: string }) => thrown.code ?? "",
  );

describe("a receipt", () => {
  it("is believed when it is whole, and says what it holds", async () => {
    const verified = await verifyReceipt(parseReceipt(encodeReceipt(whole)), trusted);
    expect(verified).toMatchObject({
      person: hana,
      premiumEntries: 3,
      premiumsLogged: 2,
      records: 4,
      recordsLogged: 3,
    });
    expect(verified.events.map(({ kind, purpose }) => `${kind} ${purpose}`)).toEqual([
      "opened claim",
      "opened contribution-inquiry",
      "opened claim",
      "receipt receipt",
    ]);
    expect(verified.verified.cosignatures).toHaveLength(1);
  });

  it("says by which criterion's fields the person was compared, and of which answers it was told", async () => {
    const [screened] = await makeScreened();
    if (screened === undefined) throw new Error("no receipt");
    const { events } = await verifyReceipt(screened.receipt, trusted);
    expect(events.map(({ kind, fields }) => `${kind} ${fields.join()}`)).toEqual([
      "opened 1,3",
      "screened 7",
      "found 7",
      "screened 7",
      "receipt ",
    ]);
  });

  it.each(attacks)("is refused when $name: $code", async ({ code, receipt }) => {
    expect(await codeOf(verifyReceipt(parseReceipt(encodeReceipt(receipt)), trusted))).toBe(code);
  });

  it("is refused with any one character changed", async () => {
    const text = encodeReceipt(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 2),
        fc.constantFrom("0", "f", "a", "9", " ", "x"),
        async (at, put) => {
          fc.pre(text[at] !== put);
          const changed = text.slice(0, at) + put + text.slice(at + 1);
          const verified = await Promise.resolve(changed)
            .then(parseReceipt)
            .then((receipt) => verifyReceipt(receipt, trusted))
            .catch(() => undefined);
          // A signature line of a key that the policy does not name may say anything; here there is none.
          expect(verified).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("a file is no receipt", () => {
  it.each([
    ["that is empty", ""],
    ["that is no JSON", "receipt\n"],
    ["with a blank", encodeReceipt(whole).replace('"format":', '"format": ')],
    ["without its newline", encodeReceipt(whole).trimEnd()],
    ["with more than it may have", encodeReceipt(whole).replace('"format"', '"also":1,"format"')],
    ["of another format", encodeReceipt(whole).replace("kura-receipt/1", "kura-receipt/2")],
    [
      "with an upper case hash",
      encodeReceipt(whole).replace(encodeHex(Buffer.from(hana, "hex")), "A".repeat(32)),
    ],
  ])("%s", async (_, text) => {
    expect(await codeOf(Promise.resolve(text).then(parseReceipt))).toBe("malformed-receipt");
  });
});
