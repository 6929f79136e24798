import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  approve,
  ExtractDesks,
  extractId,
  honeyRow,
  makeExtract,
  type Plan,
  preview,
  refusedWith,
  release,
  releaseOrder,
  requestOrder,
  rowsOf,
  sealPartOf,
  sendOrder,
  termsOf,
} from "../../test/extracts.ts";
import { facts, personKey, sealedPerson, valueOf } from "../../test/keeper-process.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { type OrderSession, SessionKeys } from "../order-session.ts";
import { decodeReleased } from "../protocol/extracts.ts";
import { decodeSealedAnswer, encodeSignedOrder, type SignedOrder } from "../protocol/orders.ts";
import { decodeChallenge, decodeSignedIn, encodeSignInRequest } from "../protocol/sign-in.ts";

let desks: ExtractDesks;
beforeAll(async () => {
  // Holds both purposes: what keeps them from approving their own is the rule of two alone.
  const value = {
    office: "head-office",
    isOfficer: false,
    isJob: false,
    purposes: ["extract-approval", "mailing"],
  };
  desks = await ExtractDesks.open([{ part: "actor", id: "approver", value }]);
});
afterAll(() => desks.close());

const persons = [1, 2, 3];
const rowOfPerson = [facts[1]?.value, facts[2]?.value];
const head = (plan: Plan, purpose: string) => ({ purpose, case: plan.id, caseKind: "extract" }) as const;
const askRelease = (order: SignedOrder) =>
  desks.client.call("release", encodeSignedOrder(order), decodeSealedAnswer);
const everyChunk = (plan: Plan) => release(desks.client, desks.recipient, plan, 0, plan.terms.rows);
async function signInAt(workstation: string): Promise<OrderSession> {
  const challenge = valueOf(await desks.client.call("challenge", new Uint8Array(), decodeChallenge));
  const keys = new SessionKeys();
  const request = encodeSignInRequest(keys.signIn(desks.home.actors.recipient, challenge, workstation));
  const { hpkeKey } = await desks.client.status();
  return keys.begin(valueOf(await desks.client.call("sign-in", request, decodeSignedIn)), hpkeKey);
}

async function eventsFrom(from: bigint): Promise<Record<string, unknown>[]> {
  const { events } = await desks.client.events(from, 100);
  return events.map(({ json }) => JSON.parse(json) as Record<string, unknown>);
}

describe("an extract", () => {
  it("is opened by its holder, row by row, with the columns that were approved, and no others", async () => {
    const plan = await desks.newPlan();
    const { sealed } = await makeExtract(desks.client, desks.approver, plan);
    expect(rowsOf(sealed, valueOf(await release(desks.client, desks.recipient, plan, 2, 1)), 2)).toEqual([
      rowOfPerson,
    ]);
    expect(rowsOf(sealed, valueOf(await everyChunk(plan)), 0)).toEqual([
      rowOfPerson,
      honeyRow,
      rowOfPerson,
      rowOfPerson,
    ]);
  });

  it("is journalled as looks are: each person's own chain names it", async () => {
    const plan = await desks.newPlan();
    const { sealed } = await makeExtract(desks.client, desks.approver, plan);
    const [event] = await eventsFrom(sealed.eventNumber);
    expect(event).toMatchObject({
      kind: "extracted",
      caseId: plan.id,
      actor: "operator",
      fields: [3, 10],
      persons: persons.map((n) => encodeHex(personKey(n))),
    });
    expect(event?.["links"]).toHaveLength(persons.length);
    const { eventNumber } = valueOf(await release(desks.client, desks.recipient, plan, 1, 2));
    expect((await eventsFrom(eventNumber))[0]).toMatchObject({
      kind: "released",
      actor: "recipient",
      workstation: "test-desk",
      firstRow: 1,
      rows: 2,
    });
  });

  it("names itself by the tokens of its honey rows", async () => {
    const plan = await desks.newPlan({ fields: [3, 7], honeyAt: [0] });
    const request = requestOrder(desks.requester, plan);
    valueOf(await sendOrder(desks.client, "extract", request));
    valueOf(await preview(desks.client, desks.approver, plan));
    valueOf(await approve(desks.client, desks.approver, plan, request, [["試験 架空", "1950-01-01"]]));
    const { honey } = valueOf(await sealPartOf(desks.client, plan));
    expect(honey.map(({ row, kind }) => ({ row, kind }))).toEqual([{ row: 0, kind: 4 }]);
    // A list of addresses has no birth date: there the name with the address names it.
    const addresses = await makeExtract(desks.client, desks.approver, await desks.newPlan());
    expect(addresses.sealed.honey.map(({ row, kind }) => ({ row, kind }))).toEqual([{ row: 1, kind: 9 }]);
  });

  it("is the same extract to a keeper that was killed and started again", async () => {
    const plan = await desks.newPlan();
    const { sealed } = await makeExtract(desks.client, desks.approver, plan);
    await desks.restart();
    expect(rowsOf(sealed, valueOf(await everyChunk(plan)), 0)).toHaveLength(4);
    expect(await everyChunk({ ...plan, id: extractId(999) })).toMatchObject(refusedWith("unknown-extract"));
  });

  it("may be sealed again where a job lost an answer, with the same persons only", async () => {
    const plan = await desks.newPlan();
    const { sealed } = await makeExtract(desks.client, desks.approver, plan);
    const again = valueOf(await sealPartOf(desks.client, plan));
    expect(Buffer.from(again.chunks).equals(Buffer.from(sealed.chunks))).toBe(false);
    expect(rowsOf(again, valueOf(await everyChunk(plan)), 0)).toHaveLength(4);
    const others = await Promise.all([4, 5, 6].map((n) => sealedPerson(desks.client, n)));
    expect(await sealPartOf(desks.client, plan, others)).toMatchObject(refusedWith("other-selection"));
  });

  it("leaves an empty row for who was erased meanwhile", async () => {
    const gone = 77;
    const plan = await desks.newPlan({ honeyAt: [] }, [1, gone]);
    await desks.approve(plan);
    valueOf(await desks.client.erase(personKey(gone)));
    const sealed = valueOf(await sealPartOf(desks.client, plan));
    expect(rowsOf(sealed, valueOf(await everyChunk(plan)), 0)).toEqual([rowOfPerson, []]);
    const [event] = await eventsFrom(sealed.eventNumber);
    expect(event?.["persons"]).toEqual([encodeHex(personKey(1))]);
  });
});

describe("whoever approves is a second actor who has seen what it is", () => {
  it("not the desks.requester, and not who holds the key it is for", async () => {
    const own = await desks.newPlan();
    const request = requestOrder(desks.approver, own);
    valueOf(await sendOrder(desks.client, "extract", request));
    expect(await preview(desks.client, desks.approver, own)).toMatchObject(refusedWith("same-actor"));
    expect(await approve(desks.client, desks.approver, own, request)).toMatchObject(
      refusedWith("same-actor"),
    );
    const forThem = await desks.newPlan({ holder: "approver-key" });
    const asked = requestOrder(desks.requester, forThem);
    valueOf(await sendOrder(desks.client, "extract", asked));
    expect(await approve(desks.client, desks.approver, forThem, asked)).toMatchObject(
      refusedWith("same-actor"),
    );
    // Somebody without the purpose does not come so far.
    expect((await approve(desks.client, desks.requester, own, request)).outcome).toBe("purpose-not-held");
  });

  it("not without having seen some of the persons", async () => {
    const plan = await desks.newPlan();
    const request = requestOrder(desks.requester, plan);
    valueOf(await sendOrder(desks.client, "extract", request));
    expect(await approve(desks.client, desks.approver, plan, request)).toMatchObject(
      refusedWith("not-previewed"),
    );
    const seen = valueOf(await preview(desks.client, desks.approver, plan));
    expect(seen.persons.map(({ maskedName }) => maskedName)).toEqual(["試○ 花○", "試○ 花○", "試○ 花○"]);
    valueOf(await approve(desks.client, desks.approver, plan, request));
    expect(await approve(desks.client, desks.approver, plan, request)).toMatchObject(
      refusedWith("approved-before"),
    );
  });

  it("not of another request than the one they saw", async () => {
    const plan = await desks.newPlan();
    valueOf(await sendOrder(desks.client, "extract", requestOrder(desks.requester, plan)));
    valueOf(await preview(desks.client, desks.approver, plan));
    const wider = requestOrder(desks.requester, { ...plan, terms: { ...plan.terms, fields: [1, 3, 10] } });
    expect(await sendOrder(desks.client, "extract", wider)).toMatchObject(refusedWith("extract-exists"));
    expect(await approve(desks.client, desks.approver, plan, wider)).toMatchObject(
      refusedWith("other-request"),
    );
  });

  it("not with honey rows that do not fit, so that none can be told by its shape", async () => {
    const plan = await desks.newPlan();
    const request = requestOrder(desks.requester, plan);
    valueOf(await sendOrder(desks.client, "extract", request));
    valueOf(await preview(desks.client, desks.approver, plan));
    for (const honey of [[], [["試験 架空"]], [honeyRow, honeyRow]]) {
      expect((await approve(desks.client, desks.approver, plan, request, honey)).outcome).toBe(
        "does-not-open",
      );
    }
  });
});

describe("a file that was copied is nobody's", () => {
  it("before it was approved: nothing is sealed, nothing is released", async () => {
    const plan = await desks.newPlan();
    valueOf(await sendOrder(desks.client, "extract", requestOrder(desks.requester, plan)));
    expect(await sealPartOf(desks.client, plan)).toMatchObject(refusedWith("not-approved"));
    expect(await everyChunk(plan)).toMatchObject(refusedWith("not-approved"));
  });

  it("after that: not for its desks.requester, its desks.approver, or anybody who is not its holder", async () => {
    const plan = await desks.newPlan({ holder: "operator-key" });
    await makeExtract(desks.client, desks.approver, plan);
    expect(await everyChunk(plan)).toMatchObject(refusedWith("not-the-holder"));
    expect((await release(desks.client, desks.approver, plan, 0, 1)).outcome).toBe("purpose-not-held");
    expect((await release(desks.client, desks.requester, plan, 0, 1)).outcome).toBe("purpose-not-held");
  });

  it("with the holder's key on another machine", async () => {
    const plan = await desks.newPlan();
    await makeExtract(desks.client, desks.approver, plan);
    const elsewhere = await signInAt("thief-pc");
    expect(await release(desks.client, elsewhere, plan, 0, 1)).toMatchObject(
      refusedWith("other-workstation"),
    );
    const denied = (await eventsFrom((await desks.client.status()).journalEvents)).at(-1);
    expect(denied).toMatchObject({ kind: "denied", actor: "recipient", reason: "other-workstation" });
  });

  it("with the holder's key at two desks at once: each opening is counted with its session, one elsewhere is refused", async () => {
    const plan = await desks.newPlan();
    const { sealed } = await makeExtract(desks.client, desks.approver, plan);
    const [here, beside, away] = [desks.recipient, await signInAt("test-desk"), await signInAt("thief-pc")];
    const orderOf = (session: OrderSession) => releaseOrder(desks.client, session, plan, 0, 4);
    const orders = [await orderOf(here), await orderOf(beside), await orderOf(away)] as const;
    const from = (await desks.client.status()).journalEvents + 1n;
    const answers = await desks.client.together(() => [
      askRelease(orders[0]),
      askRelease(orders[1]),
      askRelease(orders[2]),
    ]);
    for (const [session, order, answer] of [
      [here, orders[0], answers[0]],
      [beside, orders[1], answers[1]],
    ] as const) {
      const released = decodeReleased(session.open(order, valueOf(answer)));
      expect(rowsOf(sealed, released, 0)).toHaveLength(4);
    }
    expect(answers[2]).toMatchObject(refusedWith("other-workstation"));
    expect((await eventsFrom(from)).map(({ kind, session, rows }) => [kind, session, rows])).toEqual([
      ["released", here.session, 4],
      ["released", beside.session, 4],
      ["denied", away.session, undefined],
    ]);
  });

  it("from the revocation on, also where it comes while the holder opens it: what was released before stands", async () => {
    const plan = await desks.newPlan();
    const { sealed } = await makeExtract(desks.client, desks.approver, plan);
    const before = valueOf(await release(desks.client, desks.recipient, plan, 0, 1));
    const order = await releaseOrder(desks.client, desks.recipient, plan, 2, 2);
    const revoke = desks.approver.order({ kind: "revoke", ...head(plan, "extract-approval") });
    const from = (await desks.client.status()).journalEvents + 1n;
    // Both wait for one write: the release is journalled first, and revoked when it could be answered.
    const [waiting, revoked] = await desks.client.together(() => [
      askRelease(order),
      sendOrder(desks.client, "end-extract", revoke),
    ]);
    expect(revoked.outcome).toBe("ok");
    expect(waiting).toMatchObject(refusedWith("revoked"));
    expect(rowsOf(sealed, before, 0)).toEqual([rowOfPerson]);
    expect(await everyChunk(plan)).toMatchObject(refusedWith("revoked"));
    // Counted rather once too often: the rows that were journalled and given to nobody.
    expect((await eventsFrom(from)).map(({ kind, reason, rows }) => [kind, reason, rows])).toEqual([
      ["released", undefined, 2],
      ["extract-ended", "revoked", undefined],
      ["denied", "revoked", undefined],
      ["denied", "revoked", undefined],
    ]);
  });

  it("once it was revoked, or its destruction was attested, also after a restart", async () => {
    const revoked = await desks.newPlan();
    await makeExtract(desks.client, desks.approver, revoked);
    valueOf(await everyChunk(revoked));
    const revoke = desks.approver.order({ kind: "revoke", ...head(revoked, "extract-approval") });
    valueOf(await sendOrder(desks.client, "end-extract", revoke));
    expect(await everyChunk(revoked)).toMatchObject(refusedWith("revoked"));
    expect(await sealPartOf(desks.client, revoked)).toMatchObject(refusedWith("revoked"));
    const destroyed = await desks.newPlan();
    await makeExtract(desks.client, desks.approver, destroyed);
    const attest = desks.recipient.order({ kind: "attest-destroyed", ...head(destroyed, "extract-receipt") });
    valueOf(await sendOrder(desks.client, "end-extract", attest));
    expect(await everyChunk(destroyed)).toMatchObject(refusedWith("destroyed"));
    await desks.restart();
    expect(await everyChunk(revoked)).toMatchObject(refusedWith("revoked"));
    expect(await everyChunk(destroyed)).toMatchObject(refusedWith("destroyed"));
  });

  it("once it has expired, also when the clock is set back behind that", async () => {
    const own = await ExtractDesks.open();
    const plan = await own.newPlan({ expiresMs: Date.now() + 60_000 });
    await makeExtract(own.client, own.approver, plan);
    for (const clockMs of [70_000, 0, -30_000]) {
      await own.restart(clockMs);
      const late = await release(own.client, own.recipient, plan, 0, 1);
      expect(late, `clock ${clockMs}`).toMatchObject(refusedWith("expired"));
    }
    await own.close();
  });

  it("with a file key that belongs to another extract", async () => {
    const [one, other] = [await desks.newPlan(), await desks.newPlan()];
    await makeExtract(desks.client, desks.approver, one);
    await makeExtract(desks.client, desks.approver, other);
    const moved = await release(desks.client, desks.recipient, { ...one, id: other.id }, 0, 1, {
      case: one.id,
    });
    expect(moved.outcome).toBe("does-not-open");
  });

  it("not by the keys of other chunks", async () => {
    const plan = await desks.newPlan();
    const { sealed } = await makeExtract(desks.client, desks.approver, plan);
    const released = valueOf(await release(desks.client, desks.recipient, plan, 0, 1));
    expect(() => rowsOf(sealed, released, 2)).toThrow("does not open");
    expect(await release(desks.client, desks.recipient, plan, 4, 1)).toMatchObject(
      refusedWith("no-such-chunk"),
    );
  });
});

describe("an order is refused", () => {
  it.each([
    ["whose case is no extract", { case: "case-1" }],
    ["whose case is of another kind", { caseKind: "claim" }],
    ["with chunks that do not divide a part", { chunkRows: 7 }],
    ["with honey rows out of order", { honeyAt: [2, 1] }],
    ["for a machine without a plain name", { workstation: "a machine" }],
  ])("%s", async (_why, change) => {
    const { id, terms } = await desks.newPlan();
    const order = desks.requester.order({
      kind: "extract",
      purpose: "mailing",
      case: id,
      caseKind: "extract",
      ...terms,
      ...change,
    });
    expect((await sendOrder(desks.client, "extract", order)).outcome).toBe("malformed-order");
  });

  it("when its holder is nobody, or it would live too long", async () => {
    const nobody = await desks.newPlan({ holder: "nobody-key" });
    const long = await desks.newPlan({ expiresMs: Date.now() + 94 * 24 * 3_600_000 });
    for (const [plan, reason] of [
      [nobody, "unknown-holder"],
      [long, "expiry-out-of-range"],
    ] as const) {
      const outcome = await sendOrder(desks.client, "extract", requestOrder(desks.requester, plan));
      expect(outcome).toMatchObject(refusedWith(reason));
    }
  });
});

describe("a budget of extracts", () => {
  it("is not evaded by many small ones, and a restart resets nothing", async () => {
    const small = { hour: 10, day: 10, days30: 10, softPercent: 80 };
    const large = { hour: 500, day: 2_000, days30: 20_000, softPercent: 80 };
    const value = {
      budget: large,
      actorBudget: large,
      ingestTermsPerDay: 1_000_000_000,
      ingestRecordsPerDay: 1_000_000_000,
      extracts: { holder: small, office: large, agency: large },
    };
    const own = await ExtractDesks.open([{ part: "agency", id: "agency", value }]);
    let approved = 0;
    for (let i = 0; i < 5; i++) {
      if (i === 2) await own.restart();
      const plan = await own.newPlan();
      const request = requestOrder(own.requester, plan);
      valueOf(await sendOrder(own.client, "extract", request));
      valueOf(await preview(own.client, own.approver, plan));
      const outcome = (await approve(own.client, own.approver, plan, request)).outcome;
      expect(outcome).toBe(i < 2 ? "ok" : "budget-exhausted");
      approved += outcome === "ok" ? termsOf(plan.items).rows : 0;
    }
    await own.close();
    expect(approved).toBeLessThanOrEqual(small.hour);
  });
});
