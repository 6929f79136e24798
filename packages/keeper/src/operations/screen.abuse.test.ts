import type { FactValue } from "@kura/kernel/fact-list.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  personKey,
  type RunningKeeper,
  valueOf,
} from "../../test/keeper-process.ts";
import { smallClerk } from "../../test/looks.ts";
import {
  agree,
  screenId,
  screenOrder,
  screenPartOf,
  type ScreenPlan,
  sealedPersons,
  sendScreen,
  stepsOf,
} from "../../test/screens.ts";
import { encodeHoneyPersons } from "../client-side.ts";
import type { OrderSession } from "../order-session.ts";
import type { OpenItem, SignedOrder } from "../protocol/orders.ts";
import { decodeEventNumber } from "../protocol/protocol.ts";
import type { Criterion } from "../protocol/screens.ts";

/** Holds one purpose of lists and few persons a day. */
const clerk = smallClerk("screening-clerk", { hour: 120, day: 120, days30: 120, softPercent: 100 });
let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let requester: OrderSession;
let approver: OrderSession;
let everybody: readonly OpenItem[];
let count = 0;

beforeAll(async () => {
  const value = {
    office: "head-office",
    isOfficer: false,
    isJob: false,
    purposes: ["extract-approval", "mailing", "record-matching"],
  };
  home = new KeeperHome([
    ...clerk.changes.map((change) =>
      change.part === "actor" && change.value !== null
        ? { ...change, value: { ...change.value, purposes: ["record-matching"] } }
        : change,
    ),
    { part: "actor", id: "approver", value },
  ]);
  await start();
  everybody = await sealedPersons(
    client,
    new Map(Array.from({ length: 60 }, (_, n) => [n + 1, factsOf(n + 1)])),
  );
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
}

async function restart(): Promise<void> {
  await client.close();
  await keeper.kill();
  await start();
}

/** Person n is born on day n of 1951, by turns a man and a woman, in two towns. */
function factsOf(n: number): FactValue[] {
  const day = new Date(Date.UTC(1951, 0, n)).toISOString().slice(0, 10);
  return [
    { field: 3, value: `試験 番号${n}` },
    { field: 4, value: n <= 10 ? "シケン アオイ" : "タメシ ハナコ" },
    { field: 7, value: day },
    { field: 8, value: n % 2 === 0 ? "female" : "male" },
    { field: 9, value: n <= 20 ? "1000001" : "5300001" },
    { field: 10, value: n <= 20 ? "架空県 架空市一丁目" : "架空県蜜蜂市二丁目" },
  ];
}

const inJanuary: Criterion = { bornFrom: "1951-01-01", bornTo: "1951-01-05" };
const newPlan = (criterion: Criterion = inJanuary, items = everybody): ScreenPlan => ({
  id: screenId((count += 1)),
  items,
  criterion,
});
const few = (items: readonly OpenItem[] = everybody): readonly OpenItem[] => items.slice(0, 10);
const refusedWith = (reason: string) => ({ outcome: "screen-refused", reason });

/** Asked for and agreed upon. */
async function agreed(plan: ScreenPlan, purpose = "record-matching"): Promise<SignedOrder> {
  const request = await screenOrder(client, requester, plan, { purpose });
  valueOf(await sendScreen(client, request));
  valueOf(await agree(client, approver, plan, request));
  return request;
}

async function personsWho(criterion: Criterion, purpose?: string): Promise<number[]> {
  const plan = newPlan(criterion);
  const { matched } = valueOf(await screenPartOf(client, plan, await agreed(plan, purpose)));
  return [...matched].flatMap((bit, i) => (bit === 1 ? [i + 1] : []));
}

async function lastEvents(limit: number): Promise<Record<string, unknown>[]> {
  const { journalEvents } = await client.events(1n, 1);
  const { events } = await client.events(journalEvents - BigInt(limit) + 1n, limit);
  return events.map(({ json }) => JSON.parse(json) as Record<string, unknown>);
}

const hexOf = (numbers: readonly number[]): string[] => numbers.map((n) => encodeHex(personKey(n)));

describe("a screen", () => {
  it("answers one bit for each candidate: who meets all of the criterion", async () => {
    expect(await personsWho(inJanuary)).toEqual([1, 2, 3, 4, 5]);
    expect(await personsWho({ ...inJanuary, sex: "female" })).toEqual([2, 4]);
    expect(await personsWho({ addressPrefix: "架空県　架空市", bornFrom: "1951-01-18" })).toEqual([
      18, 19, 20,
    ]);
    expect(await personsWho({ postalPrefix: "530", bornTo: "1951-01-22" }, "mailing")).toEqual([21, 22]);
    expect(await personsWho({ kanaPrefix: "しけん", bornFrom: "1951-01-09" })).toEqual([9, 10]);
  });

  it("is journalled as looks are: everybody who was compared, then everybody of whom it tells", async () => {
    const plan = newPlan();
    const { eventNumber } = valueOf(await screenPartOf(client, plan, await agreed(plan)));
    const [compared, found] = await lastEvents(2);
    expect(compared).toMatchObject({ kind: "screened", caseId: plan.id, actor: "operator", fields: [7] });
    expect(compared?.["persons"]).toHaveLength(60);
    expect(compared?.["links"]).toHaveLength(60);
    expect(found).toMatchObject({ kind: "found", fields: [7], persons: hexOf([1, 2, 3, 4, 5]) });
    expect(found?.["number"]).toBe(Number(eventNumber));
  });

  it("tells of everybody where not meeting it says as much: a sex, a wide range", async () => {
    for (const criterion of [{ ...inJanuary, sex: "male" }, { bornFrom: "1951-02-01" }]) {
      await personsWho(criterion);
      const [found] = await lastEvents(1);
      expect(found).toMatchObject({ kind: "found" });
      expect(found?.["persons"]).toHaveLength(60);
    }
  });

  it("goes on after a kill, part by part, and a part whose answer was lost is journalled again", async () => {
    const plan = newPlan();
    const request = await agreed(plan);
    const first = valueOf(await screenPartOf(client, plan, request));
    await restart();
    const again = valueOf(await screenPartOf(client, plan, request));
    expect(again.matched).toEqual(first.matched);
    expect(again.eventNumber).toBeGreaterThan(first.eventNumber);
  });

  it("of few persons needs nobody else, and costs what looks at them would", async () => {
    const clerks = await client.signIn(clerk.key);
    for (let n = 0; n < 12; n++) {
      const plan = newPlan({ bornFrom: "1951-01-01", bornTo: `1951-01-${30 - n}` }, few());
      const request = await screenOrder(client, clerks, plan);
      valueOf(await sendScreen(client, request));
      valueOf(await screenPartOf(client, plan, request));
    }
    // A birth date by halves: the same ten persons, again and again, and the budget of 120 is used up.
    const request = await screenOrder(client, clerks, newPlan(inJanuary, few()));
    expect(await sendScreen(client, request)).toMatchObject({ outcome: "budget-exhausted" });
    expect((await lastEvents(1))[0]).toMatchObject({ kind: "denied", orderKind: "screen" });
    await restart();
    const later = await screenOrder(client, await client.signIn(clerk.key), newPlan(inJanuary, few()));
    expect(await sendScreen(client, later)).toMatchObject({ outcome: "budget-exhausted" });
  });
});

describe("a custodian that was taken over", () => {
  it("screens nothing that a second actor has not agreed to", async () => {
    const plan = newPlan();
    const request = await screenOrder(client, requester, plan);
    valueOf(await sendScreen(client, request));
    expect(await screenPartOf(client, plan, request)).toMatchObject(refusedWith("not-agreed"));
  });

  it("widens or exchanges no candidate, in no part", async () => {
    const plan = newPlan(inJanuary, everybody.slice(0, 55));
    const request = await agreed(plan);
    for (const given of [
      everybody,
      everybody.slice(0, 54),
      [...everybody.slice(0, 54), ...everybody.slice(59)],
      [...everybody.slice(0, 54), ...everybody.slice(0, 1)],
      everybody.slice(0, 55).toReversed(),
    ]) {
      expect(await screenPartOf(client, plan, request, { given })).toMatchObject(
        refusedWith("other-persons"),
      );
    }
    const behind = new Uint8Array(32).fill(1);
    expect(await screenPartOf(client, plan, request, { behind })).toMatchObject(refusedWith("other-persons"));
    expect(await screenPartOf(client, plan, request, { part: 1 })).toMatchObject(refusedWith("other-part"));
    valueOf(await screenPartOf(client, plan, request));
  });

  it("asks about nobody twice in one part, also where the order says so", async () => {
    const twice = [...few(), ...few()];
    const plan = newPlan(inJanuary, twice);
    const request = await screenOrder(client, requester, plan);
    valueOf(await sendScreen(client, request));
    expect(await screenPartOf(client, plan, request)).toMatchObject(refusedWith("other-persons"));
    expect((await client.status()).journalEvents).toBeGreaterThan(0n);
  });

  it("exchanges no criterion: another order's, or the same text changed, is not this screen's", async () => {
    const plan = newPlan();
    const request = await agreed(plan);
    const other = await agreed(newPlan({ kanaPrefix: "シ" }));
    expect(await screenPartOf(client, plan, other)).toMatchObject(refusedWith("other-request"));
    const changed = { ...request, text: request.text.replace('"candidates":60', '"candidates":61') };
    expect(await screenPartOf(client, plan, changed)).toMatchObject(refusedWith("other-request"));
  });

  it("replays no order, and gives no order's screen another one", async () => {
    const plan = newPlan();
    const request = await agreed(plan);
    expect(await sendScreen(client, request)).toMatchObject({ outcome: "replayed" });
    const again = await screenOrder(client, requester, plan);
    expect(await sendScreen(client, again)).toMatchObject(refusedWith("screen-exists"));
  });

  it("has one part screened so often and no more", async () => {
    const plan = newPlan(inJanuary, few());
    const request = await screenOrder(client, requester, plan);
    valueOf(await sendScreen(client, request));
    for (let n = 0; n < 24; n++) valueOf(await screenPartOf(client, plan, request));
    expect(await screenPartOf(client, plan, request)).toMatchObject(refusedWith("screened-too-often"));
  });

  it("learns nothing of the criterion by its length", async () => {
    const lengthOf = async (criterion: Criterion): Promise<number> =>
      (
        JSON.parse((await screenOrder(client, requester, newPlan(criterion))).text) as {
          sealedCriterion: string;
        }
      ).sealedCriterion.length;
    expect(await lengthOf({ addressPrefix: "架空県架空市架空町大字架空字架空九千九百九十九番地" })).toBe(
      await lengthOf(inJanuary),
    );
  });
});

describe("an actor", () => {
  it("does not agree to their own screen, nor to another criterion, nor to another order", async () => {
    const plan = newPlan();
    const own = await screenOrder(client, approver, plan);
    valueOf(await sendScreen(client, own));
    expect(await agree(client, approver, plan, own)).toMatchObject(refusedWith("same-actor"));
    const asked = newPlan();
    const request = await screenOrder(client, requester, asked);
    valueOf(await sendScreen(client, request));
    const other = { ...asked, criterion: { ...inJanuary, bornTo: "1951-01-06" } };
    expect(await agree(client, approver, other, request)).toMatchObject(refusedWith("other-criterion"));
    expect(await agree(client, approver, asked, own)).toMatchObject(refusedWith("other-request"));
    valueOf(await agree(client, approver, asked, request));
    expect(await agree(client, approver, asked, request)).toMatchObject(refusedWith("agreed-before"));
  });

  it("is answered about the fields of their purpose only, and says which", async () => {
    const plan = newPlan({ ...inJanuary, sex: "male" });
    const mailing = await screenOrder(client, requester, plan, { purpose: "mailing" });
    expect(await sendScreen(client, mailing)).toMatchObject({ outcome: "field-not-allowed" });
    const hidden = await screenOrder(client, requester, plan, { purpose: "mailing", fields: [7] });
    expect(await sendScreen(client, hidden)).toMatchObject(refusedWith("other-fields"));
  });

  it("asks nothing alone for a purpose that may not look", async () => {
    const plan = newPlan(inJanuary, few());
    const request = await screenOrder(client, requester, plan, { purpose: "mailing" });
    valueOf(await sendScreen(client, request));
    expect(await screenPartOf(client, plan, request)).toMatchObject(refusedWith("not-agreed"));
  });

  it("meets a honey person: alone it is answered, an alarm, and the end of the session", async () => {
    const honey = encodeHoneyPersons([personKey(3)]);
    const { hpkeKey } = await client.status();
    const sealedPersons = requester.sealForNext("honey", hpkeKey, honey);
    const content = { kind: "honey", purpose: "honey", case: "", caseKind: "", sealedPersons } as const;
    valueOf(await client.order("honey", content, decodeEventNumber));

    const many = newPlan();
    const bulk = valueOf(await screenPartOf(client, many, await agreed(many)));
    expect([...bulk.matched.subarray(0, 6)]).toEqual([1, 1, 1, 1, 1, 0]);
    expect((await lastEvents(1))[0]).toMatchObject({ kind: "found" });

    const plan = newPlan(inJanuary, few());
    const request = await screenOrder(client, requester, plan);
    valueOf(await sendScreen(client, request));
    const { matched } = valueOf(await screenPartOf(client, plan, request));
    expect([...matched]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
    expect((await lastEvents(1))[0]).toMatchObject({ kind: "alarm", orderKind: "screen", actor: "operator" });
    const next = await screenOrder(client, requester, newPlan(inJanuary, few()));
    expect(await sendScreen(client, next)).toMatchObject({ outcome: "session-ended" });
  });

  it("finds nobody who was erased, and no event names them", async () => {
    await restart();
    valueOf(await client.erase(personKey(1)));
    const plan = newPlan();
    const { matched } = valueOf(await screenPartOf(client, plan, await agreed(plan)));
    expect(matched[0]).toBe(0);
    const [compared] = await lastEvents(2);
    expect(compared?.["persons"]).toHaveLength(59);
    expect(stepsOf(everybody)).toHaveLength(2);
  });
});
