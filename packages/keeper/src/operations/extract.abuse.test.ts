import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  approve,
  extractId,
  honeyRow,
  makeExtract,
  makePlan,
  type Plan,
  preview,
  release,
  requestOrder,
  rowsOf,
  sealPartOf,
  sendOrder,
  termsOf,
} from "../../test/extracts.ts";
import {
  type Client,
  facts,
  KeeperHome,
  personKey,
  type RunningKeeper,
  sealedPerson,
  valueOf,
} from "../../test/keeper-process.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { type OrderSession, SessionKeys } from "../order-session.ts";
import { decodeChallenge, decodeSignedIn, encodeSignInRequest } from "../protocol-sign-in.ts";

let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let requester: OrderSession;
let approver: OrderSession;
let recipient: OrderSession;
let count = 0;

beforeAll(async () => {
  // Holds both purposes: what keeps them from approving their own is the rule of two alone.
  const value = {
    office: "head-office",
    isOfficer: false,
    isJob: false,
    purposes: ["extract-approval", "mailing"],
  };
  home = new KeeperHome([{ part: "actor", id: "approver", value }]);
  await start();
});
afterAll(async () => {
  await client.close();
  await keeper.stop();
  home.remove();
});

async function start(): Promise<void> {
  keeper = await home.start();
  client = await keeper.connect();
  requester = await client.session();
  approver = await client.signIn(home.actors.approver);
  recipient = await client.signIn(home.actors.recipient);
}

async function restart(): Promise<void> {
  await client.close();
  await keeper.kill();
  await start();
}

const persons = [1, 2, 3];
const rowOfPerson = [facts[1]?.value, facts[2]?.value];
const newPlan = (change?: Parameters<typeof makePlan>[3]): Promise<Plan> =>
  makePlan(client, (count += 1), persons, change);
const everyChunk = (plan: Plan) => release(client, recipient, plan, 0, plan.terms.rows);
const refusedWith = (reason: string) => ({ outcome: "extract-refused", reason });

async function signInAt(workstation: string): Promise<OrderSession> {
  const challenge = valueOf(await client.call("challenge", new Uint8Array(), decodeChallenge));
  const keys = new SessionKeys();
  const request = encodeSignInRequest(keys.signIn(home.actors.recipient, challenge, workstation));
  const { hpkeKey } = await client.status();
  return keys.begin(valueOf(await client.call("sign-in", request, decodeSignedIn)), hpkeKey);
}

async function eventsFrom(from: bigint): Promise<Record<string, unknown>[]> {
  const { events } = await client.events(from, 100);
  return events.map(({ json }) => JSON.parse(json) as Record<string, unknown>);
}

describe("an extract", () => {
  it("is opened by its holder, row by row, with the columns that were approved, and no others", async () => {
    const plan = await newPlan();
    const { sealed } = await makeExtract(client, approver, plan);
    expect(rowsOf(sealed, valueOf(await release(client, recipient, plan, 2, 1)), 2)).toEqual([rowOfPerson]);
    expect(rowsOf(sealed, valueOf(await everyChunk(plan)), 0)).toEqual([
      rowOfPerson,
      honeyRow,
      rowOfPerson,
      rowOfPerson,
    ]);
  });

  it("is journalled as looks are: each person's own chain names it", async () => {
    const plan = await newPlan();
    const { sealed } = await makeExtract(client, approver, plan);
    const [event] = await eventsFrom(sealed.eventNumber);
    expect(event).toMatchObject({
      kind: "extracted",
      caseId: plan.id,
      actor: "operator",
      fields: [3, 10],
      persons: persons.map((n) => encodeHex(personKey(n))),
    });
    expect(event?.["links"]).toHaveLength(persons.length);
    const { eventNumber } = valueOf(await release(client, recipient, plan, 1, 2));
    expect((await eventsFrom(eventNumber))[0]).toMatchObject({
      kind: "released",
      actor: "recipient",
      workstation: "test-desk",
      firstRow: 1,
      rows: 2,
    });
  });

  it("names itself by the tokens of its honey rows", async () => {
    const plan = await newPlan({ fields: [3, 7], honeyAt: [0] });
    const request = requestOrder(requester, plan);
    valueOf(await sendOrder(client, "extract", request));
    valueOf(await preview(client, approver, plan));
    valueOf(await approve(client, approver, plan, request, [["試験 架空", "1950-01-01"]]));
    const { honey } = valueOf(await sealPartOf(client, plan));
    expect(honey.map(({ row, kind }) => ({ row, kind }))).toEqual([{ row: 0, kind: 4 }]);
    // A list of addresses has no birth date: there the name with the address names it.
    const addresses = await makeExtract(client, approver, await newPlan());
    expect(addresses.sealed.honey.map(({ row, kind }) => ({ row, kind }))).toEqual([{ row: 1, kind: 9 }]);
  });

  it("is the same extract to a keeper that was killed and started again", async () => {
    const plan = await newPlan();
    const { sealed } = await makeExtract(client, approver, plan);
    await restart();
    expect(rowsOf(sealed, valueOf(await everyChunk(plan)), 0)).toHaveLength(4);
    expect(await everyChunk({ ...plan, id: extractId(999) })).toMatchObject(refusedWith("unknown-extract"));
  });

  it("may be sealed again where a job lost an answer, with the same persons only", async () => {
    const plan = await newPlan();
    const { sealed } = await makeExtract(client, approver, plan);
    const again = valueOf(await sealPartOf(client, plan));
    expect(Buffer.from(again.chunks).equals(Buffer.from(sealed.chunks))).toBe(false);
    expect(rowsOf(again, valueOf(await everyChunk(plan)), 0)).toHaveLength(4);
    const others = await Promise.all([4, 5, 6].map((n) => sealedPerson(client, n)));
    expect(await sealPartOf(client, plan, others)).toMatchObject(refusedWith("other-selection"));
  });

  it("leaves an empty row for who was erased meanwhile", async () => {
    const gone = 77;
    const plan = await makePlan(client, (count += 1), [1, gone], { honeyAt: [] });
    const request = requestOrder(requester, plan);
    valueOf(await sendOrder(client, "extract", request));
    valueOf(await preview(client, approver, plan));
    valueOf(await approve(client, approver, plan, request));
    valueOf(await client.erase(personKey(gone)));
    const sealed = valueOf(await sealPartOf(client, plan));
    expect(rowsOf(sealed, valueOf(await everyChunk(plan)), 0)).toEqual([rowOfPerson, []]);
    const [event] = await eventsFrom(sealed.eventNumber);
    expect(event?.["persons"]).toEqual([encodeHex(personKey(1))]);
  });
});

describe("whoever approves is a second actor who has seen what it is", () => {
  it("not the requester, and not who holds the key it is for", async () => {
    const own = await newPlan();
    const request = requestOrder(approver, own);
    valueOf(await sendOrder(client, "extract", request));
    expect(await preview(client, approver, own)).toMatchObject(refusedWith("same-actor"));
    expect(await approve(client, approver, own, request)).toMatchObject(refusedWith("same-actor"));
    const forThem = await newPlan({ holder: "approver-key" });
    const asked = requestOrder(requester, forThem);
    valueOf(await sendOrder(client, "extract", asked));
    expect(await approve(client, approver, forThem, asked)).toMatchObject(refusedWith("same-actor"));
    // Somebody without the purpose does not come so far.
    expect((await approve(client, requester, own, request)).outcome).toBe("purpose-not-held");
  });

  it("not without having seen some of the persons", async () => {
    const plan = await newPlan();
    const request = requestOrder(requester, plan);
    valueOf(await sendOrder(client, "extract", request));
    expect(await approve(client, approver, plan, request)).toMatchObject(refusedWith("not-previewed"));
    const seen = valueOf(await preview(client, approver, plan));
    expect(seen.persons.map(({ maskedName }) => maskedName)).toEqual(["試○ 花○", "試○ 花○", "試○ 花○"]);
    valueOf(await approve(client, approver, plan, request));
    expect(await approve(client, approver, plan, request)).toMatchObject(refusedWith("approved-before"));
  });

  it("not of another request than the one they saw", async () => {
    const plan = await newPlan();
    valueOf(await sendOrder(client, "extract", requestOrder(requester, plan)));
    valueOf(await preview(client, approver, plan));
    const wider = requestOrder(requester, { ...plan, terms: { ...plan.terms, fields: [1, 3, 10] } });
    expect(await sendOrder(client, "extract", wider)).toMatchObject(refusedWith("extract-exists"));
    expect(await approve(client, approver, plan, wider)).toMatchObject(refusedWith("other-request"));
  });

  it("not with honey rows that do not fit, so that none can be told by its shape", async () => {
    const plan = await newPlan();
    const request = requestOrder(requester, plan);
    valueOf(await sendOrder(client, "extract", request));
    valueOf(await preview(client, approver, plan));
    for (const honey of [[], [["試験 架空"]], [honeyRow, honeyRow]]) {
      expect((await approve(client, approver, plan, request, honey)).outcome).toBe("does-not-open");
    }
  });
});

describe("a file that was copied is nobody's", () => {
  it("before it was approved: nothing is sealed, nothing is released", async () => {
    const plan = await newPlan();
    valueOf(await sendOrder(client, "extract", requestOrder(requester, plan)));
    expect(await sealPartOf(client, plan)).toMatchObject(refusedWith("not-approved"));
    expect(await everyChunk(plan)).toMatchObject(refusedWith("not-approved"));
  });

  it("after that: not for its requester, its approver, or anybody who is not its holder", async () => {
    const plan = await newPlan({ holder: "operator-key" });
    await makeExtract(client, approver, plan);
    expect(await everyChunk(plan)).toMatchObject(refusedWith("not-the-holder"));
    expect((await release(client, approver, plan, 0, 1)).outcome).toBe("purpose-not-held");
    expect((await release(client, requester, plan, 0, 1)).outcome).toBe("purpose-not-held");
  });

  it("with the holder's key on another machine", async () => {
    const plan = await newPlan();
    await makeExtract(client, approver, plan);
    const elsewhere = await signInAt("thief-pc");
    expect(await release(client, elsewhere, plan, 0, 1)).toMatchObject(refusedWith("other-workstation"));
    const denied = (await eventsFrom((await client.status()).journalEvents)).at(-1);
    expect(denied).toMatchObject({ kind: "denied", actor: "recipient", reason: "other-workstation" });
  });

  it("once it has expired, was revoked, or its destruction was attested", async () => {
    const expired = await newPlan({ expiresMs: Date.now() + 4_000 });
    await makeExtract(client, approver, expired);
    const head = (plan: Plan, purpose: string) => ({ purpose, case: plan.id, caseKind: "extract" }) as const;
    const revoked = await newPlan();
    await makeExtract(client, approver, revoked);
    valueOf(await everyChunk(revoked));
    const revoke = approver.order({ kind: "revoke", ...head(revoked, "extract-approval") });
    valueOf(await sendOrder(client, "end-extract", revoke));
    expect(await everyChunk(revoked)).toMatchObject(refusedWith("revoked"));
    expect(await sealPartOf(client, revoked)).toMatchObject(refusedWith("revoked"));
    const destroyed = await newPlan();
    await makeExtract(client, approver, destroyed);
    const attest = recipient.order({ kind: "attest-destroyed", ...head(destroyed, "extract-receipt") });
    valueOf(await sendOrder(client, "end-extract", attest));
    expect(await everyChunk(destroyed)).toMatchObject(refusedWith("destroyed"));
    await expect
      .poll(async () => everyChunk(expired), { timeout: 30_000 })
      .toMatchObject(refusedWith("expired"));
    await restart();
    expect(await everyChunk(revoked)).toMatchObject(refusedWith("revoked"));
  });

  it("with a file key that belongs to another extract", async () => {
    const [one, other] = [await newPlan(), await newPlan()];
    await makeExtract(client, approver, one);
    await makeExtract(client, approver, other);
    const moved = await release(client, recipient, { ...one, id: other.id }, 0, 1, { case: one.id });
    expect(moved.outcome).toBe("does-not-open");
  });

  it("not by the keys of other chunks", async () => {
    const plan = await newPlan();
    const { sealed } = await makeExtract(client, approver, plan);
    const released = valueOf(await release(client, recipient, plan, 0, 1));
    expect(() => rowsOf(sealed, released, 2)).toThrow("does not open");
    expect(await release(client, recipient, plan, 4, 1)).toMatchObject(refusedWith("no-such-chunk"));
  });
});

describe("what was approved cannot be widened", () => {
  it("by more persons, others, or fewer", async () => {
    const plan = await newPlan();
    const request = requestOrder(requester, plan);
    valueOf(await sendOrder(client, "extract", request));
    valueOf(await preview(client, approver, plan));
    valueOf(await approve(client, approver, plan, request));
    const more = await sealedPerson(client, 9);
    expect(await sealPartOf(client, plan, [...plan.items, more])).toMatchObject(refusedWith("other-persons"));
    expect(await sealPartOf(client, plan, plan.items.slice(1))).toMatchObject(refusedWith("other-persons"));
    const other = [more, ...plan.items.slice(1)];
    expect(await sealPartOf(client, plan, other)).toMatchObject(refusedWith("other-selection"));
    expect(await sealPartOf(client, plan, plan.items, 1)).toMatchObject(refusedWith("other-part"));
    expect(await everyChunk(plan)).toMatchObject(refusedWith("not-sealed"));
  });

  it("by columns that its purpose does not need", async () => {
    const plan = await newPlan({ fields: [3, 12] });
    const outcome = await sendOrder(client, "extract", requestOrder(requester, plan));
    expect(outcome).toMatchObject({ outcome: "field-not-allowed" });
  });

  it("by a signature that was made for less", async () => {
    const plan = await newPlan();
    const order = requestOrder(requester, plan);
    const text = order.text.replace('"fields":[3,10]', '"fields":[3,10,9]');
    expect((await sendOrder(client, "extract", { ...order, text })).outcome).toBe("bad-signature");
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
    const { id, terms } = await newPlan();
    const order = requester.order({
      kind: "extract",
      purpose: "mailing",
      case: id,
      caseKind: "extract",
      ...terms,
      ...change,
    });
    expect((await sendOrder(client, "extract", order)).outcome).toBe("malformed-order");
  });

  it("when its holder is nobody, or it would live too long", async () => {
    const nobody = await newPlan({ holder: "nobody-key" });
    const long = await newPlan({ expiresMs: Date.now() + 94 * 24 * 3_600_000 });
    for (const [plan, reason] of [
      [nobody, "unknown-holder"],
      [long, "expiry-out-of-range"],
    ] as const) {
      const outcome = await sendOrder(client, "extract", requestOrder(requester, plan));
      expect(outcome).toMatchObject(refusedWith(reason));
    }
  });
});

describe("a budget of extracts", () => {
  it("is not evaded by many small ones, and a restart resets nothing", async () => {
    await client.close();
    await keeper.stop();
    home.remove();
    const small = { hour: 10, day: 10, days30: 10, softPercent: 80 };
    const large = { hour: 500, day: 2_000, days30: 20_000, softPercent: 80 };
    const value = {
      budget: large,
      actorBudget: large,
      ingestTermsPerDay: 1_000_000_000,
      ingestRecordsPerDay: 1_000_000_000,
      extracts: { holder: small, office: large, agency: large },
    };
    home = new KeeperHome([{ part: "agency", id: "agency", value }]);
    await start();
    let approved = 0;
    for (let i = 0; i < 5; i++) {
      if (i === 2) await restart();
      const plan = await newPlan();
      const request = requestOrder(requester, plan);
      valueOf(await sendOrder(client, "extract", request));
      valueOf(await preview(client, approver, plan));
      const outcome = (await approve(client, approver, plan, request)).outcome;
      expect(outcome).toBe(i < 2 ? "ok" : "budget-exhausted");
      approved += outcome === "ok" ? termsOf(plan.items).rows : 0;
    }
    expect(approved).toBeLessThanOrEqual(small.hour);
  });
});
