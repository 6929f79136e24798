import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeTicket } from "../changes/changeable.ts";
import { problemOf, sealedOf, TestApi, wire } from "../../test/api.ts";
import type { SignedInOverHttp } from "../../test/api.ts";
import { sqlText } from "../db/sql.ts";
import { uuidMaker } from "../db/uuid.ts";
import { addEvidence, openIncident } from "../incident/incidents.ts";
import { PersonSet } from "../incident/person-set.ts";
import type { Case } from "../cases/case.ts";

let api: TestApi;
let clerk: SignedInOverHttp;
let about: Case;
/** Another one in each test, from 1. */
let personNo = 0;
let before: bigint;
beforeAll(async () => {
  api = await TestApi.start();
  clerk = await api.signIn(api.keeper.operator);
});
afterAll(() => api.stop());
beforeEach(async () => {
  personNo = (personNo % api.persons.length) + 1;
  about = await api.openCase(clerk.cookie, [person()]);
  before = await records();
});

function person(): string {
  return api.persons[personNo - 1] ?? "";
}

async function look(): Promise<string> {
  const order = clerk.orders.order({
    kind: "look",
    purpose: "claim",
    case: about.caseId,
    caseKind: "claim",
    persons: [person().replaceAll("-", "")],
    fields: [10],
  });
  const asked = await api.ask("POST", "/api/looks", { cookie: clerk.cookie, body: wire(order) });
  return new TextDecoder().decode(clerk.orders.open(order, sealedOf(asked.body)));
}

async function change(values: object, purpose = "registration") {
  const order = clerk.orders.order({
    kind: "ingest",
    purpose,
    case: about.caseId,
    caseKind: "claim",
    ...changeTicket,
  });
  const body = { order: wire(order), person: person(), values };
  return api.ask("POST", "/api/changes", { cookie: clerk.cookie, body });
}

async function records(): Promise<bigint> {
  const row = await api.test.auditor.register.get<{ n: bigint }>(
    sqlText("select count(*) as n from records"),
  );
  return row.n;
}

async function expose(): Promise<void> {
  const parts = { register: api.test.custodian.register, now: () => new Date(), makeId: uuidMaker() };
  const opening = { title: "a list was found", actor: "officer-1", office: "head", isWrongful: true };
  const incident = await openIncident(parts, { ...opening, knownAt: new Date() });
  await addEvidence(parts, incident, "officer-1", {
    subject: { kind: "list", persons: PersonSet.of([personNo]), fields: 0b10, rows: 1 },
    window: {},
    source: "police",
  });
}

describe("a change at the counter", () => {
  it("is one record more, which the next look shows, and its lines add up", async () => {
    await look();
    const changed = await change({ address: "架空県新町9番地", phone: "0312345678" });
    expect([changed.status, changed.body["outcome"], changed.body["record"]]).toEqual([200, "registered", 1]);
    expect(await look()).toContain("架空県新町9番地");
    expect(await records()).toBe(before + 1n);
  });

  it("finds the person under the new name", async () => {
    await look();
    const changed = await change({ name: "試験 改姓子", kana: "シケン カイセイコ", birthDate: "1950-01-03" });
    expect(changed.status).toBe(200);
    const tokens = await api.test.auditor.register.get<{ n: bigint }>(
      sqlText(
        `select count(*) as n from person_tokens t join persons p using (person_key) where p.person_no = ${personNo}`,
      ),
    );
    expect(tokens.n).toBeGreaterThan(2n);
  });

  it("is held from minute zero where the person is exposed: nothing is changed, and that it was asked is kept", async () => {
    await look();
    await expose();
    const asked = await change({ address: "架空県新町9番地" });
    expect(asked.body["outcome"]).toBe("held");
    expect(await records()).toBe(before);
    const officer = await api.signIn(api.keeper.officers[0]);
    const { body } = await api.ask("GET", "/api/held-changes", { cookie: officer.cookie });
    expect(body["held"]).toMatchObject([{ fields: ["address"], isHeld: true, actor: "operator" }]);
    expect(JSON.stringify(body)).not.toContain("新町");
  });
});

describe("no change without", () => {
  it("a look at the person in this session and case", async () => {
    expect(problemOf(await change({ address: "架空県新町9番地" }))).toBe("403 not-looked-at");
  });

  it("a purpose for it", async () => {
    await look();
    expect(problemOf(await change({ address: "架空県新町9番地" }, "claim"))).toBe("403 purpose-not-held");
    expect(await records()).toBe(before);
  });

  it("values of the right form, and the answer repeats none of them", async () => {
    await look();
    const asked = await change({ postalCode: "12-34", email: "nobody" });
    expect(problemOf(asked)).toBe("400 malformed-change");
    expect(asked.body["because"]).toContain("postalCode");
    expect(JSON.stringify(asked.body)).not.toMatch(/12-34|nobody/u);
    expect(problemOf(await change({}))).toBe("400 malformed-change");
    expect(problemOf(await change({ name: "試験 改姓子" }))).toBe("400 malformed-change");
  });

  it("a case about the person that is open", async () => {
    await look();
    await api.ask("POST", `/api/cases/${about.caseId}/close`, {
      cookie: clerk.cookie,
      body: { reason: "done" },
    });
    expect(problemOf(await change({ address: "架空県新町9番地" }))).toBe("409 case-closed");
  });

  it("the right to see held ones: a member of staff without the purpose is shown none", async () => {
    const counter = await api.signIn(api.keeper.approver);
    expect(problemOf(await api.ask("GET", "/api/held-changes", { cookie: counter.cookie }))).toBe(
      "403 purpose-not-held",
    );
  });
});
