/** What two actors stand for, with a real keeper: nothing comes of one actor's word, and what comes is in the journal. */
import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases, type TestDatabases } from "../../../test/databases.ts";
import { importText } from "../../../test/import-text.ts";
import { startTestKeeper, type TestKeeper } from "../../../test/keeper.ts";
import { personFile, personHeader, personLine, testPerson } from "../../../test/people.ts";
import { signInTo, type TestSession } from "../../../test/signed-in.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { decodeFactList } from "@kura/kernel/fact-list.ts";
import { sqlText } from "../../db/sql.ts";
import { parseUuid, uuidMaker } from "../../db/uuid.ts";
import { journalSource } from "../../disclosure/journal-source.ts";
import { projectJournal } from "../../disclosure/project-journal.ts";
import { listSealed } from "../../disclosure/sealed-material.ts";
import { fieldNumbers } from "../../register/field.ts";
import { listByTokens } from "../../register/store.ts";
import { termKinds } from "../../vault/terms.ts";
import { findHeld } from "../desk/held-changes.ts";
import { addEvidence, openIncident } from "../incidents.ts";
import { PersonSet } from "../person-set.ts";
import { findRevision } from "../revision.ts";
import { listIncidents } from "../store.ts";
import { type ReissueParts, runReissue } from "./reissue.ts";
import { listOpenProposals, resolveContent, resolveWords } from "./resolve.ts";
import { revisionWords, type Words } from "./words.ts";

const persons = 7;
const exposed = [1, 2, 3, 4, 5];
const block = "7700-7701";

let keeper: TestKeeper;
let test: TestDatabases;
let parts: ReissueParts;
let one: TestSession;
let other: TestSession;
let incidentId: string;

beforeEach(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  const { register } = test.custodian;
  let drawn = 0;
  parts = {
    register,
    databases: test.custodian,
    keeper: keeper.client,
    now: () => new Date(),
    makeId: uuidMaker(),
    catchUp: async () => void (await projectJournal(register, journalSource(keeper.client))),
    randomBelow: (bound) => (drawn += 7) % bound,
  };
  await importFile();
  one = await signInTo(keeper.client, keeper.officers[0]);
  other = await signInTo(keeper.client, keeper.officers[1]);
  const opening = { title: "a list was found", actor: "officer-1", office: "head", isWrongful: true };
  incidentId = await openIncident(parts, { ...opening, knownAt: new Date() });
  await addEvidence(parts, incidentId, "officer-1", {
    subject: { kind: "list", persons: PersonSet.of(exposed), fields: 0b1010, rows: exposed.length },
    window: {},
    source: "police",
  });
  return async () => {
    await test.drop();
    await keeper.stop();
  };
});

const importFile = () =>
  importText("persons", personFile(1, persons), { databases: test.custodian, keeper: keeper.client });

async function say(session: TestSession, words: Words, signed: Words = words): Promise<string> {
  const order = session.orders.order(resolveContent(incidentId, signed, "incident-decision"));
  return (await resolveWords(parts, incidentId, words, session.asker.actor, order)).outcome;
}

async function newest(): Promise<{ revisionNo: number; digest: Uint8Array; approvedBy: string | undefined }> {
  const revision = await findRevision(parts.register, incidentId);
  if (revision === undefined) throw new Error("there is no revision");
  return revision;
}

async function approve(): Promise<void> {
  const { revisionNo, digest } = await newest();
  expect(await say(other, revisionWords(revisionNo, digest))).toBe("done");
}

const keyOf = async (no: number): Promise<string> =>
  (
    await test.auditor.register.get<{ person_key: string }>(
      sqlText(`select person_key from persons where person_no = ${no}`),
    )
  ).person_key;

async function countEvents(kind: string): Promise<number> {
  await parts.catchUp();
  const row = await test.auditor.register.get<{ n: bigint }>(
    sqlText(`select count(*) as n from journal_events where kind = '${kind}'`),
  );
  return Number(row.n);
}

describe("a revision", () => {
  it("is approved by another actor's signed order over its digest, which is in the journal", async () => {
    const { revisionNo, digest } = await newest();
    const words = revisionWords(revisionNo, digest);
    expect(await say(one, words)).toBe("own-revision");
    expect(await countEvents("resolved")).toBe(0);
    expect(await say(other, words)).toBe("done");
    expect((await newest()).approvedBy).toBe("officer-2");
    expect(await countEvents("resolved")).toBe(1);
    expect(await say(other, words)).toBe("approved-before");
  });

  it("is not approved by an order over other words, nor without an order of this session", async () => {
    const { revisionNo, digest } = await newest();
    const words = revisionWords(revisionNo, digest);
    expect(await say(other, words, { subject: "closing", reason: "something else" })).toBe("other-words");
    const changed = revisionWords(
      revisionNo,
      digest.map((byte) => byte ^ 1),
    );
    expect(await say(other, changed)).toBe("other-revision");
    const order = other.orders.order(resolveContent(incidentId, words, "incident-decision"));
    const forged = { ...order, signature: order.signature.map((byte) => byte ^ 1) };
    expect(await resolveWords(parts, incidentId, words, "officer-2", forged)).toEqual({
      outcome: "bad-signature",
    });
    expect((await newest()).approvedBy).toBeUndefined();
  });
});

describe("two actors", () => {
  it("close an incident; one alone, however often, does not, and its flags hold on", async () => {
    const words = { subject: "closing", reason: "reports are out" } as const;
    expect(await say(one, words)).toBe("proposed");
    expect(await say(one, words)).toBe("proposed");
    expect((await listIncidents(parts.register, 1, incidentId))[0]?.isOpen).toBe(true);
    expect(await findHeld(parts.register, [await keyOf(1)])).toEqual(new Set([await keyOf(1)]));
    const [open] = await listOpenProposals(parts, incidentId);
    expect(open).toMatchObject({ words, proposedBy: "officer-1" });
    expect(await say(other, open?.words ?? words)).toBe("done");
    expect((await listIncidents(parts.register, 1, incidentId))[0]?.isOpen).toBe(false);
    expect(await listOpenProposals(parts, incidentId)).toEqual([]);
    expect(await say(one, words)).toBe("incident-closed");
  });

  it("let the changes of one person through, and of nobody else", async () => {
    const [mine, theirs] = [await keyOf(1), await keyOf(2)];
    const words = { subject: "proof", person: mine, proof: "a visit" } as const;
    expect(await say(one, words)).toBe("proposed");
    expect(await findHeld(parts.register, [mine, theirs])).toEqual(new Set([mine, theirs]));
    expect(await say(other, words)).toBe("done");
    expect(await findHeld(parts.register, [mine, theirs])).toEqual(new Set([theirs]));
    expect(await listOpenProposals(parts, incidentId)).toEqual([]);
  });
});

describe("an exchange of numbers", () => {
  async function order(): Promise<void> {
    const { revisionNo, digest } = await newest();
    const shared = { revision: revisionNo, revisionDigest: encodeHex(digest), persons: exposed.length };
    const words = { subject: "reissue", ...shared, block } as const;
    expect(await say(one, words)).toBe("proposed");
    expect(await runReissue(parts, incidentId, "operator")).toEqual({ outcome: "not-seconded" });
    expect(await say(other, words)).toBe("done");
  }

  /** Everything that was there before, without what an exchange adds. */
  async function before(): Promise<unknown> {
    const texts = [
      "select r::text from records r where kind = 1",
      "select p::text from persons p",
      "select e::text from premium_entries e",
    ].map((text) =>
      test.auditor.register.list<{ text: string }>(
        sqlText(`select md5(string_agg(t.r, ',' order by t.r)) as text from (${text}) t (r)`),
      ),
    );
    return Promise.all(texts);
  }

  const holders = async (number: string): Promise<readonly string[]> => {
    const tokens = await keeper.client.index([{ kind: termKinds.pensionNumber, text: number }]);
    return (await listByTokens(parts.register, [...tokens])).map(({ personKey }) => personKey);
  };

  it("takes an approved revision, and words of its digest and number of persons", async () => {
    const { revisionNo, digest } = await newest();
    const shared = {
      subject: "reissue",
      revision: revisionNo,
      revisionDigest: encodeHex(digest),
      block,
    } as const;
    expect(await say(one, { ...shared, persons: exposed.length })).toBe("not-approved");
    await approve();
    expect(await say(one, { ...shared, persons: exposed.length - 1 })).toBe("other-revision");
    expect(await say(one, { ...shared, persons: exposed.length, block: "7701-7700" })).toBe(
      "block-too-small",
    );
  });

  it("gives everybody of the revision another number, keeps the old one findable, and touches nothing else", async () => {
    await approve();
    await order();
    const state = await before();
    const result = await runReissue(parts, incidentId, "operator");
    const counts = { persons: 5, reissued: 5, before: 0, erased: 0 };
    expect(result).toEqual({ outcome: "done", counts });
    expect(await before()).toEqual(state);
    for (const no of exposed) {
      expect(await holders(testPerson(no).number.replace("-", ""))).toEqual([await keyOf(no)]);
    }
    const found = await Promise.all(
      [7, 14, 21, 28, 35].map((n) => holders(`77000000${String(n).padStart(2, "0")}`)),
    );
    const keys = await Promise.all(exposed.map(keyOf));
    expect(found.flat().toSorted()).toEqual(keys.toSorted());
    // Each person is told in their own chain.
    await parts.catchUp();
    const told = await test.auditor.register.list<{ person_key: string }>(
      sqlText("select person_key from disclosures where kind = 'reissued' order by person_key"),
    );
    expect(told.map(({ person_key }) => person_key)).toEqual(keys.toSorted());
    expect(await runReissue(parts, incidentId, "operator")).toEqual({ outcome: "done", counts });
    // The file that everybody came from still says nothing new.
    expect(await importFile()).toMatchObject({ accepted: 0, known: persons, rejected: 0 });
  });

  it("is not taken back by a later line under the old number", async () => {
    await approve();
    await order();
    await runReissue(parts, incidentId, "operator");
    const person = await keyOf(1);
    expect(await say(one, { subject: "proof", person, proof: "a visit" })).toBe("proposed");
    expect(await say(other, { subject: "proof", person, proof: "a visit" })).toBe("done");
    const moved = personLine({ ...testPerson(1), address: "東京都架空区一丁目" });
    const both = { databases: test.custodian, keeper: keeper.client };
    expect(await importText("persons", `${personHeader}\n${moved}\n`, both)).toMatchObject({ accepted: 1 });
    const { items } = await listSealed(test.custodian, [parseUuid(person)]);
    const opened = await keeper.client.open({
      purpose: "claim",
      caseId: "case",
      fields: [fieldNumbers.pensionNumber, fieldNumbers.address],
      items,
    });
    const facts = opened.outcome === "ok" ? (opened.value.items[0] ?? []).flatMap(decodeFactList) : [];
    const valuesOf = (field: number) =>
      facts.filter((fact) => fact.field === field).map(({ value }) => value);
    expect(valuesOf(fieldNumbers.address).at(-1)).toBe("東京都架空区一丁目");
    expect(valuesOf(fieldNumbers.pensionNumber)).toHaveLength(2);
    expect(valuesOf(fieldNumbers.pensionNumber).at(-1)).toMatch(/^77/u);
  });

  it("goes on where it was stopped, behind the keeper's event and before the commit", async () => {
    await approve();
    await order();
    const stopped = {
      ...parts,
      makeId: () => {
        throw new Error("stopped");
      },
    };
    await expect(runReissue(stopped, incidentId, "operator")).rejects.toThrow("stopped");
    expect(await countEvents("reissued")).toBe(1);
    const rows = await test.auditor.register.list(sqlText("select from number_reissues"));
    expect(rows).toEqual([]);
    expect(await runReissue(parts, incidentId, "operator")).toMatchObject({
      counts: { persons: 5, reissued: 5, before: 0, erased: 0 },
    });
    expect(await countEvents("reissued")).toBe(2);
  });
});
