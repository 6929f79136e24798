import { encodeHex } from "@kura/kernel/bytes.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  approve,
  makeExtract,
  makePlan,
  type Plan,
  preview,
  release,
  requestOrder,
  sealPartOf,
  sendOrder,
} from "../../test/extracts.ts";
import {
  type Client,
  KeeperHome,
  type RunningKeeper,
  sealedPerson,
  valueOf,
} from "../../test/keeper-process.ts";
import { limits } from "../limits.ts";
import type { OrderSession } from "../order-session.ts";
import { encodePreviewRequest } from "../protocol-extracts.ts";

let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let requester: OrderSession;
let approver: OrderSession;
let recipient: OrderSession;
let count = 0;

beforeAll(async () => {
  home = new KeeperHome();
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

const newPlan = (): Promise<Plan> => makePlan(client, (count += 1), [1, 2, 3]);
const refusedWith = (reason: string) => ({ outcome: "extract-refused", reason });

describe("a custodian that was taken over", () => {
  const approved = async (plan: Plan, shown: Parameters<typeof preview>[3]) => {
    const request = requestOrder(requester, plan);
    valueOf(await sendOrder(client, "extract", request));
    valueOf(await preview(client, approver, plan, shown));
    valueOf(await approve(client, approver, plan, request));
  };

  it("shows the approver harmless persons: the extract they do not stand in is never sealed", async () => {
    const plan = await newPlan();
    const harmless = await Promise.all([21, 22, 23].map((n) => sealedPerson(client, n)));
    await approved(plan, { items: harmless });
    expect(await sealPartOf(client, plan)).toMatchObject(refusedWith("other-sample"));
    // Nor with them: they are not whom the request's digest is of.
    expect(await sealPartOf(client, plan, harmless)).toMatchObject(refusedWith("other-selection"));
    await restart();
    expect(await sealPartOf(client, plan)).toMatchObject(refusedWith("other-sample"));
  });

  it("does not take it back by showing the true ones afterwards", async () => {
    const plan = await newPlan();
    const request = requestOrder(requester, plan);
    valueOf(await sendOrder(client, "extract", request));
    const [first, ...others] = plan.items;
    if (first === undefined) throw new Error("nobody is in the plan");
    const exchanged = [await sealedPerson(client, 24), ...others];
    valueOf(await preview(client, approver, plan, { items: exchanged }));
    valueOf(await preview(client, approver, plan));
    valueOf(await approve(client, approver, plan, request));
    expect(await sealPartOf(client, plan)).toMatchObject(refusedWith("other-sample"));
  });

  it("leaves nobody out of what the approver drew, and draws no honey row and no fewer rows", async () => {
    const plan = await newPlan();
    valueOf(await sendOrder(client, "extract", requestOrder(requester, plan)));
    const persons = plan.items.map((item) => encodeHex(item.personKey));
    const head = { purpose: "extract-approval", case: plan.id, caseKind: "extract" } as const;
    const order = approver.order({ kind: "preview", ...head, rows: [0, 2, 3], persons });
    const payload = encodePreviewRequest({ order, items: plan.items.slice(1) });
    expect(await client.call("preview", payload, () => undefined)).toMatchObject(refusedWith("other-sample"));
    for (const rows of [[0, 1, 2], [0], [0, 2, 4]]) {
      expect(
        await preview(client, approver, plan, { rows, items: plan.items.slice(0, rows.length) }),
      ).toMatchObject(refusedWith("other-sample"));
    }
  });

  it("seals a part again and again, each time an event of its persons, and no more than that", async () => {
    const plan = await newPlan();
    await makeExtract(client, approver, plan);
    for (let again = 1; again < limits.partSealings; again++) valueOf(await sealPartOf(client, plan));
    expect(await sealPartOf(client, plan)).toMatchObject(refusedWith("sealed-too-often"));
    const { journalEvents } = await client.status();
    await restart();
    expect(await sealPartOf(client, plan)).toMatchObject(refusedWith("sealed-too-often"));
    const { events } = await client.events(journalEvents + 1n, 100);
    expect(events.filter(({ json }) => json.includes('"kind":"extracted"'))).toEqual([]);
    // What was sealed stays what it was.
    expect((await release(client, recipient, plan, 0, plan.terms.rows)).outcome).toBe("ok");
  });
});
