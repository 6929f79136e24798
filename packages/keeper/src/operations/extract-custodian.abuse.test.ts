import { encodeHex } from "@kura/kernel/bytes.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  approve,
  ExtractDesks,
  makeExtract,
  type Plan,
  preview,
  refusedWith,
  release,
  releaseOrder,
  requestOrder,
  sealPartOf,
  sendOrder,
  termsOf,
} from "../../test/extracts.ts";
import { sealedPerson, valueOf } from "../../test/keeper-process.ts";
import { limits } from "../limits.ts";
import { encodeSearchTerms } from "../client-side.ts";
import { encodePreviewRequest } from "../protocol/extracts.ts";
import {
  decodeFoundPersons,
  decodeSealedAnswer,
  decodeSearchTokens,
  encodeRevealRequest,
  encodeSignedOrder,
} from "../protocol/orders.ts";

let desks: ExtractDesks;
beforeAll(async () => {
  const value = {
    office: "head-office",
    isOfficer: false,
    isJob: false,
    purposes: ["extract-approval", "claim"],
  };
  desks = await ExtractDesks.open([{ part: "actor", id: "approver", value }]);
});
afterAll(() => desks.close());

/** The approver finds the plan's persons by the number that all of them have; how many were shown. */
async function searchInCase(
  head: { readonly purpose: string; readonly case: string; readonly caseKind: string },
  { items }: Plan,
): Promise<number> {
  const { hpkeKey } = await desks.client.status();
  const terms = encodeSearchTerms([{ kind: 1, text: "9999-999999" }]);
  const sealedTerms = desks.approver.sealForNext("search", hpkeKey, terms);
  const order = desks.approver.order({ kind: "search", ...head, sealedTerms });
  const begun = await desks.client.call("search", encodeSignedOrder(order), decodeSearchTokens);
  const asked = encodeRevealRequest({ search: valueOf(begun).search, items: items.slice(0, 1) });
  const shown = valueOf(await desks.client.call("reveal", asked, decodeSealedAnswer));
  return decodeFoundPersons(desks.approver.open(order, shown)).persons.length;
}

describe("a custodian that was taken over", () => {
  it("shows the approver harmless persons: the extract they do not stand in is never sealed", async () => {
    const plan = await desks.newPlan();
    const harmless = await Promise.all([21, 22, 23].map((n) => sealedPerson(desks.client, n)));
    await desks.approve(plan, { items: harmless });
    expect(await sealPartOf(desks.client, plan)).toMatchObject(refusedWith("other-sample"));
    // Nor with them: they are not whom the request's digest is of.
    expect(await sealPartOf(desks.client, plan, harmless)).toMatchObject(refusedWith("other-selection"));
    await desks.restart();
    expect(await sealPartOf(desks.client, plan)).toMatchObject(refusedWith("other-sample"));
  });

  it("does not take it back by showing the true ones afterwards", async () => {
    const plan = await desks.newPlan();
    const request = requestOrder(desks.requester, plan);
    valueOf(await sendOrder(desks.client, "extract", request));
    const [first, ...others] = plan.items;
    if (first === undefined) throw new Error("nobody is in the plan");
    const exchanged = [await sealedPerson(desks.client, 24), ...others];
    valueOf(await preview(desks.client, desks.approver, plan, { items: exchanged }));
    valueOf(await preview(desks.client, desks.approver, plan));
    valueOf(await approve(desks.client, desks.approver, plan, request));
    expect(await sealPartOf(desks.client, plan)).toMatchObject(refusedWith("other-sample"));
  });

  it("passes no search in a case that has the extract's name for a preview", async () => {
    const plan = await desks.newPlan();
    const request = requestOrder(desks.requester, plan);
    valueOf(await sendOrder(desks.client, "extract", request));
    expect(await searchInCase({ purpose: "claim", case: plan.id, caseKind: "claim" }, plan)).toBe(1);
    const approval = await approve(desks.client, desks.approver, plan, request);
    expect(approval).toMatchObject(refusedWith("not-previewed"));
  });

  it("leaves nobody out of what the approver drew, and draws no honey row and no fewer rows", async () => {
    const plan = await desks.newPlan();
    valueOf(await sendOrder(desks.client, "extract", requestOrder(desks.requester, plan)));
    const persons = plan.items.map((item) => encodeHex(item.personKey));
    const head = { purpose: "extract-approval", case: plan.id, caseKind: "extract" } as const;
    const order = desks.approver.order({ kind: "preview", ...head, rows: [0, 2, 3], persons });
    const payload = encodePreviewRequest({ order, items: plan.items.slice(1) });
    expect(await desks.client.call("preview", payload, () => undefined)).toMatchObject(
      refusedWith("other-sample"),
    );
    for (const rows of [[0, 1, 2], [0], [0, 2, 4]]) {
      expect(
        await preview(desks.client, desks.approver, plan, { rows, items: plan.items.slice(0, rows.length) }),
      ).toMatchObject(refusedWith("other-sample"));
    }
  });

  it("plays a holder's release again: nothing leaves, and one release stands in the journal", async () => {
    const plan = await desks.newPlan();
    await makeExtract(desks.client, desks.approver, plan);
    const { journalEvents } = await desks.client.status();
    const order = await releaseOrder(desks.client, desks.recipient, plan, 0, 1);
    const ask = () => desks.client.call("release", encodeSignedOrder(order), decodeSealedAnswer);
    expect((await ask()).outcome).toBe("ok");
    expect((await ask()).outcome).toBe("replayed");
    const { events } = await desks.client.events(journalEvents + 1n, 100);
    expect(events.filter(({ json }) => json.includes('"kind":"released"'))).toHaveLength(1);
  });

  it("seals a part again and again, each time an event of its persons, and no more than that", async () => {
    const plan = await desks.newPlan();
    await makeExtract(desks.client, desks.approver, plan);
    for (let again = 1; again < limits.partSealings; again++) valueOf(await sealPartOf(desks.client, plan));
    expect(await sealPartOf(desks.client, plan)).toMatchObject(refusedWith("sealed-too-often"));
    const { journalEvents } = await desks.client.status();
    await desks.restart();
    expect(await sealPartOf(desks.client, plan)).toMatchObject(refusedWith("sealed-too-often"));
    const { events } = await desks.client.events(journalEvents + 1n, 100);
    expect(events.filter(({ json }) => json.includes('"kind":"extracted"'))).toEqual([]);
    // What was sealed stays what it was.
    expect((await release(desks.client, desks.recipient, plan, 0, plan.terms.rows)).outcome).toBe("ok");
  });
});

describe("what was approved cannot be widened", () => {
  it("by more persons, others, or fewer", async () => {
    const plan = await desks.newPlan();
    await desks.approve(plan);
    const more = await sealedPerson(desks.client, 9);
    expect(await sealPartOf(desks.client, plan, [...plan.items, more])).toMatchObject(
      refusedWith("other-persons"),
    );
    expect(await sealPartOf(desks.client, plan, plan.items.slice(1))).toMatchObject(
      refusedWith("other-persons"),
    );
    const other = [more, ...plan.items.slice(1)];
    expect(await sealPartOf(desks.client, plan, other)).toMatchObject(refusedWith("other-selection"));
    expect(await sealPartOf(desks.client, plan, plan.items, 1)).toMatchObject(refusedWith("other-part"));
    expect(await release(desks.client, desks.recipient, plan, 0, 4)).toMatchObject(refusedWith("not-sealed"));
  });

  it("by one person twice, asked for so, which would break their chain and the next start", async () => {
    const plan = await desks.newPlan({}, [1, 2, 3, 4, 5]);
    const items = [...plan.items, ...plan.items.slice(0, 1)];
    const twice = { ...plan, items, terms: termsOf(items) };
    await desks.approve(twice);
    expect(await sealPartOf(desks.client, twice)).toMatchObject(refusedWith("other-persons"));
    await desks.restart();
    expect(await sealPartOf(desks.client, twice)).toMatchObject(refusedWith("other-persons"));
  });

  it("by columns that its purpose does not need", async () => {
    const plan = await desks.newPlan({ fields: [3, 12] });
    const outcome = await sendOrder(desks.client, "extract", requestOrder(desks.requester, plan));
    expect(outcome).toMatchObject({ outcome: "field-not-allowed" });
  });

  it("by a signature that was made for less", async () => {
    const plan = await desks.newPlan();
    const order = requestOrder(desks.requester, plan);
    const text = order.text.replace('"fields":[3,10]', '"fields":[3,10,9]');
    expect((await sendOrder(desks.client, "extract", { ...order, text })).outcome).toBe("bad-signature");
  });
});
