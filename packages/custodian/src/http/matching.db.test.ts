import { decodeFactList } from "@kura/kernel/fact-list.ts";
import { decodeOpenedPersons } from "@kura/keeper/protocol/orders.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf, sealedOf, TestApi, wire } from "../../test/api.ts";
import type { SignedInOverHttp } from "../../test/api.ts";
import { importText } from "../../test/import-text.ts";
import { unnumbered } from "../../test/matching-world.ts";
import { premiumFile, premiumLine, testPerson } from "../../test/people.ts";
import { uuidMaker } from "../db/uuid.ts";
import { runMatching } from "../matching/run-matching.ts";
import { fieldNumbers } from "../register/field.ts";

let api: TestApi;
let reviewer: SignedInOverHttp;
let colleague: SignedInOverHttp;
let officer: SignedInOverHttp;
const reason = "a synthetic reason";

beforeAll(async () => {
  api = await TestApi.start();
  const parts = { databases: api.test.custodian, keeper: api.keeper.client };
  const lost = [1, 2, 3].map((n) => premiumLine(unnumbered(testPerson(n)), "1985-06", 6_740, `R${n}`));
  await importText("premiums", premiumFile(...lost), parts);
  const by = { actor: "operator", office: "head-office" };
  const run = { ...parts, by, makeId: uuidMaker(), now: () => new Date(), onProgress: () => undefined };
  await runMatching(run);
  reviewer = await api.signIn(api.keeper.operator);
  colleague = await api.signIn(api.keeper.approver);
  officer = await api.signIn(api.keeper.officers[0]);
});
afterAll(() => api.stop());

const get = (path: string, { cookie } = reviewer) => api.ask("GET", path, { cookie });
const send = (owner: string, what: string, body: object, { cookie } = reviewer) =>
  api.ask("POST", `/api/matching/owners/${owner}/${what}`, { cookie, body });

async function owners(standing = "open"): Promise<string[]> {
  const { body } = await get(`/api/matching/owners?standing=${standing}`);
  return (body["owners"] as { owner: string }[]).map(({ owner }) => owner);
}

async function candidateOf(owner: string): Promise<string> {
  const { body } = await get(`/api/matching/owners/${owner}`);
  return (body["candidates"] as { person: string }[])[0]?.person ?? "";
}

describe("a list of candidates as a way to see persons without looks", () => {
  it("names nobody: keys, counts, months, and which features agree", async () => {
    const [owner = ""] = await owners();
    const shown = JSON.stringify([
      (await get("/api/matching/owners")).body,
      (await get(`/api/matching/owners/${owner}`)).body,
      (await get("/api/matching/backlog")).body,
    ]);
    expect(shown).toContain("kana name agrees");
    for (const secret of ["試験", "シケン", "一郎", "イチロウ", "1950", "9999", "架空"])
      expect(shown).not.toContain(secret);
  });

  it("is for who holds the purpose", async () => {
    const [owner = ""] = await owners();
    expect(problemOf(await get("/api/matching/owners", officer))).toBe("403 purpose-not-held");
    expect(problemOf(await get(`/api/matching/owners/${owner}`, officer))).toBe("403 purpose-not-held");
    const said = { kind: "accept", person: await candidateOf(owner), reason };
    expect(problemOf(await send(owner, "decisions", said, officer))).toBe("403 purpose-not-held");
    expect(problemOf(await send(owner, "posting", {}, officer))).toBe("403 purpose-not-held");
    expect(problemOf(await send(owner, "undoing", { reason }, officer))).toBe("403 purpose-not-held");
  });

  it("leads to an order: what the premiums said of an unknown owner is a look like any other, journalled and paid for", async () => {
    const [owner = ""] = await owners();
    const opening = { kind: "record-matching", reason, persons: [owner, await candidateOf(owner)] };
    const { body: about } = await api.ask("POST", "/api/cases", { cookie: reviewer.cookie, body: opening });
    const order = reviewer.orders.order({
      kind: "look",
      purpose: "record-matching",
      case: String(about["caseId"]),
      caseKind: "record-matching",
      persons: [owner.replaceAll("-", "")],
      fields: [fieldNumbers.kana],
    });
    const looked = await api.ask("POST", "/api/looks", { cookie: reviewer.cookie, body: wire(order) });
    const opened = decodeOpenedPersons(reviewer.orders.open(order, sealedOf(looked.body)));
    const facts = opened.persons.flatMap(({ records }) => records.flatMap(decodeFactList));
    expect(facts.map(({ value }) => value)).toEqual([expect.stringContaining("シケン")]);
  });
});

describe("a match over the API", () => {
  it("goes from acceptance to posting by two people, and back by undoing", async () => {
    const [owner = ""] = await owners();
    const person = await candidateOf(owner);
    const accepted = await send(owner, "decisions", { kind: "accept", person, reason });
    // Three owners tell the model too little to be sure.
    expect(accepted.body).toEqual({ state: "wants-second", person, acceptedBy: "operator" });
    expect(problemOf(await send(owner, "decisions", { kind: "second", reason }))).toBe("403 own-match");
    await send(owner, "decisions", { kind: "second", reason }, colleague);
    expect(await owners("to-ask")).toEqual([owner]);

    expect(problemOf(await send(owner, "posting", {}, colleague))).toBe("409 other-state");
    const opening = { kind: "record-matching", reason, persons: [person] };
    const { body: about } = await api.ask("POST", "/api/cases", { cookie: reviewer.cookie, body: opening });
    const asked = await send(owner, "question", { case: about["caseId"], reason });
    expect(asked.body).toMatchObject({
      match: { state: "asked" },
      letter: expect.stringContaining("{氏名} 様") as string,
    });
    expect(String(asked.body["letter"])).not.toContain("1985");

    const yes = { answer: "yes", reference: "REPLY-1", reason };
    expect(problemOf(await send(owner, "answers", yes))).toBe("403 own-match");
    expect((await send(owner, "answers", yes, colleague)).body).toMatchObject({ state: "confirmed" });
    expect((await send(owner, "posting", {}, colleague)).body).toMatchObject({ state: "posted", person });
    const undone = await send(owner, "undoing", { reason }, colleague);
    expect(undone.body).toEqual({ match: { state: "open" }, movedBack: 1, notMoved: 0 });
  });

  it("asks nobody in a case that is not about the candidate", async () => {
    const owner = (await owners())[1] ?? "";
    await send(owner, "decisions", { kind: "accept", person: await candidateOf(owner), reason });
    await send(owner, "decisions", { kind: "second", reason }, colleague);
    const opening = { kind: "record-matching", reason, persons: [] };
    const { body: about } = await api.ask("POST", "/api/cases", { cookie: reviewer.cookie, body: opening });
    const asked = await send(owner, "question", { case: about["caseId"], reason });
    expect(problemOf(asked)).toBe("403 person-not-in-case");
  });

  it("accepts nobody whom no run has found", async () => {
    const owner = (await owners()).at(-1) ?? "";
    const stranger = api.persons[4];
    const asked = await send(owner, "decisions", { kind: "accept", person: stranger, reason });
    expect(problemOf(asked)).toBe("409 not-a-candidate");
  });
});
