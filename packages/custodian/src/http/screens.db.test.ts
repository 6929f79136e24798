import { createHash } from "node:crypto";
import type { Criterion } from "@kura/keeper/protocol/screens.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Asked, nowhere, problemOf, type SignedInOverHttp, TestApi, wire } from "../../test/api.ts";
import { importText } from "../../test/import-text.ts";
import { personFile } from "../../test/people.ts";
import { agreeOrder, screenOrder } from "../../test/screens.ts";
import { journalSource } from "../disclosure/journal-source.ts";
import { projectJournal } from "../disclosure/project-journal.ts";
import { QueueWorker } from "../queue/worker.ts";
import { screenKind, screenWork } from "../screens/run-screen.ts";

let api: TestApi;
let operator: SignedInOverHttp;
let approver: SignedInOverHttp;
let clerk: SignedInOverHttp;
let keeperKey: Uint8Array;

beforeAll(async () => {
  api = await TestApi.start();
  operator = await api.signIn(api.keeper.operator);
  approver = await api.signIn(api.keeper.approver);
  clerk = await api.signIn(api.keeper.counter[0]);
  ({ hpkeKey: keeperKey } = await api.keeper.client.status());
  const parts = { databases: api.test.custodian, keeper: api.keeper.client };
  await importText("persons", personFile(1_001, 1_070), parts);
});
afterAll(() => api.stop());

const now = (): Date => new Date();
const post = ({ cookie }: SignedInOverHttp, path: string, body: unknown = {}): Promise<Asked> =>
  api.ask("POST", path, { cookie, body });
const get = ({ cookie }: SignedInOverHttp, path: string): Promise<Asked> => api.ask("GET", path, { cookie });

async function mustBe(asked: Promise<Asked>): Promise<Record<string, unknown>> {
  const answer = await asked;
  if (answer.status !== 200) throw new Error(problemOf(answer));
  return answer.body;
}

/** What `kura start` does beside serving. */
async function workQueue(): Promise<void> {
  const databases = api.test.custodian;
  const works = new Map([[screenKind, screenWork({ databases, keeper: api.keeper.client, now })]]);
  await new QueueWorker({ register: databases.register, works, now, onFailed: () => undefined }).turn();
  await projectJournal(databases.register, journalSource(api.keeper.client));
}

const criterion: Criterion = { kanaPrefix: "シケン ハナ" };

async function planned(criteria: object = { all: true }) {
  const body = { criteria, reason: "a synthetic reason" };
  const { screen, candidates, selection } = await mustBe(post(operator, "/api/screens/plans", body));
  return { screenId: String(screen), candidates: Number(candidates), selection: String(selection) };
}

/** Asked for by the operator; its order. */
async function askedFor(purpose = "record-matching") {
  const plan = await planned();
  const order = screenOrder(keeperKey, operator.orders, plan, criterion, purpose);
  await mustBe(post(operator, `/api/screens/${plan.screenId}/request`, wire(order)));
  return { ...plan, order };
}

async function agreed(purpose?: string): Promise<string> {
  const { screenId, order } = await askedFor(purpose);
  const yes = agreeOrder(keeperKey, approver.orders, screenId, order, criterion);
  await mustBe(post(approver, `/api/screens/${screenId}/agree`, wire(yes)));
  return screenId;
}

describe("a screen over HTTP", () => {
  it("is planned, asked for, agreed to, worked off, and makes a worklist", async () => {
    const screen = await agreed();
    const job = await mustBe(post(approver, `/api/screens/${screen}/run`));
    expect(job).toMatchObject({ kind: "screen", state: "queued", parts: 1, partsDone: 0 });
    await workQueue();
    const done = await mustBe(get(operator, `/api/jobs/${String(job["job"])}`));
    expect(done).toMatchObject({ state: "done", partsDone: 1 });
    const { screens } = await mustBe(get(operator, "/api/screens"));
    const [shown] = screens as Record<string, unknown>[];
    expect(shown).toMatchObject({ screen, askedBy: "operator", agreedBy: "approver", partsDone: 1 });
    expect(JSON.stringify(shown)).not.toContain("ハナ");
    const list = { kind: "corrections", title: "a synthetic list", fields: ["name"] };
    const made = await mustBe(post(operator, "/api/worklists", { ...list, criteria: { screen } }));
    expect(made["persons"]).toBe(shown?.["found"]);
    expect(Number(made["persons"])).toBeGreaterThan(0);
  });

  it("is taken back while it waits, and then compares nobody", async () => {
    const screen = await agreed();
    const job = await mustBe(post(operator, `/api/screens/${screen}/run`));
    await mustBe(post(operator, `/api/jobs/${String(job["job"])}/cancel`));
    await workQueue();
    const { screens } = await mustBe(get(operator, "/api/screens"));
    expect((screens as Record<string, unknown>[])[0]).toMatchObject({ screen, partsDone: 0, found: 0 });
  });

  it("is not agreed to by who asked, nor in other words, and the reason says so", async () => {
    const { screenId, order } = await askedFor();
    const path = `/api/screens/${screenId}/agree`;
    // It awaits whoever may agree, with what they need to sign it; nothing says what is looked for.
    const { waiting } = await mustBe(get(approver, "/api/waiting"));
    const shown = (waiting as Record<string, unknown>[]).find(({ id }) => id === screenId);
    expect(shown).toMatchObject({ kind: "screen", by: "operator", isOwn: false, purpose: "record-matching" });
    expect(shown?.["request"]).toBe(createHash("sha256").update(order.text).digest("hex"));
    expect(JSON.stringify(shown)).not.toContain("ハナ");
    expect(JSON.stringify((await get(operator, "/api/waiting")).body)).not.toContain(screenId);
    const others = agreeOrder(keeperKey, approver.orders, screenId, order, { kanaPrefix: "シケン タロ" });
    const refused = await post(approver, path, wire(others));
    expect([refused.status, refused.body["because"]]).toEqual([409, ["other-criterion"]]);
    const own = agreeOrder(keeperKey, operator.orders, screenId, order, criterion);
    expect(problemOf(await post(operator, path, wire(own)))).toBe("403 purpose-not-held");
  });
});

describe("the budget that a screen shows", () => {
  it("has each candidate of one that was asked alone, every time, and none of one that two agreed upon", async () => {
    const usedBy = async (session: SignedInOverHttp): Promise<unknown> => {
      await projectJournal(api.test.custodian.register, journalSource(api.keeper.client));
      return (await mustBe(get(session, "/api/budget")))["used"];
    };
    const screen = await agreed();
    await mustBe(post(operator, `/api/screens/${screen}/run`));
    await workQueue();
    expect(await usedBy(operator)).toEqual({ hour: 0, day: 0, days30: 0 });
    const { screens } = await mustBe(get(operator, "/api/screens"));
    const { found } = (screens as { readonly screen: string; readonly found: number }[])[0] ?? { found: 0 };
    for (const times of [1, 2]) {
      const plan = await planned({ screen });
      const order = screenOrder(keeperKey, operator.orders, plan, criterion);
      await mustBe(post(operator, `/api/screens/${plan.screenId}/request`, wire(order)));
      const used = times * found;
      expect(await usedBy(operator)).toEqual({ hour: used, day: used, days30: used });
    }
  });
});

describe("who may not", () => {
  it("plan, ask for, agree to, work off or see screens, is told no", async () => {
    const { screenId } = await askedFor();
    const body = { criteria: { all: true }, reason: "a synthetic reason" };
    const officer = await api.signIn(api.keeper.officers[0]);
    for (const asked of [
      post(officer, "/api/screens/plans", body),
      post(officer, `/api/screens/${screenId}/run`),
      get(officer, "/api/screens"),
      post(clerk, `/api/screens/${screenId}/agree`, wire({ text: "{}", signature: new Uint8Array(64) })),
    ]) {
      expect(problemOf(await asked)).toBe("403 purpose-not-held");
    }
    expect(problemOf(await post(operator, `/api/screens/${nowhere}/run`))).toBe("409 screen-refused");
  });

  it("select whom it found for another purpose than their own", async () => {
    const screen = await agreed("record-matching");
    await mustBe(post(operator, `/api/screens/${screen}/run`));
    await workQueue();
    // The clerk changes addresses, and does not match records.
    const list = {
      kind: "mailing-targets",
      title: "a synthetic list",
      fields: ["name"],
      criteria: { screen },
    };
    expect(problemOf(await post(clerk, "/api/worklists", list))).toBe("403 purpose-not-held");
    const body = { criteria: { screen }, reason: "a synthetic reason" };
    expect(problemOf(await post(clerk, "/api/screens/plans", body))).toBe("403 purpose-not-held");
    const { screens } = await mustBe(get(clerk, "/api/screens"));
    expect(screens).toEqual([]);
  });
});
