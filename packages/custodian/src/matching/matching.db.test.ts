import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { premiumLine } from "../../test/people.ts";
import { findWaiting, listBacklog, listCandidates, listForReview } from "./decide/store.ts";
import { handbook, makeMatchingWorld, persons } from "../../test/matching-world.ts";
import type { MatchingWorld } from "../../test/matching-world.ts";
import { renderUuid } from "../db/uuid.ts";
import { listWorks } from "../works/works.ts";
import { renderEvidence } from "./agreement.ts";
import { matchingLock } from "./limits.ts";
import { emptyLeftScratch, runMatching } from "./run-matching.ts";
import type { MatchingReport } from "./run-matching.ts";

let world: MatchingWorld;
let report: MatchingReport;

beforeAll(async () => {
  world = await makeMatchingWorld([
    premiumLine(handbook(1, { kana: "シゲン イチロヴ" }), "1986-01", 6_740, "VOICED"),
    premiumLine(handbook(2, { name: "", kana: "ミホン サブロウ" }), "1986-01", 6_740, "RENAMED"),
    premiumLine(
      { name: "他人 某", kana: "タニン ボウ", birthDate: "1944-04-04" },
      "1986-01",
      6_740,
      "STRANGER",
    ),
    premiumLine({ birthDate: "1950-01-05" }, "1986-01", 6_740, "NAMELESS"),
    // Of a month that the person has paid as another insured.
    premiumLine(handbook(5, { name: "", kana: "シケン ツキゴ" }), "2024-04", 16_980, "TWICE"),
  ]);
  report = await world.match();
});
afterAll(() => world.remove());

const candidatesOf = async (reference: string) =>
  listCandidates(world.test.custodian.register, await world.owner(reference));

describe("a run of matching", () => {
  it("gives every owner who waits exactly one reason, and moves no yen", async () => {
    expect(report.owners).toBe(persons + 5);
    const { oneOwner, severalOwners, weak, nothingAgrees, saysTooLittle } = report;
    expect(oneOwner + severalOwners + weak + nothingAgrees + saysTooLittle).toBe(report.owners);
    expect([nothingAgrees, saysTooLittle]).toEqual([1, 1]);
    expect(await world.audit()).toEqual([]);
    expect(await world.rows("select * from suspense_settlements")).toEqual([]);
  });

  it("finds the person, with stage, score, evidence and period", async () => {
    const [found, ...others] = await candidatesOf("R7");
    expect(others).toEqual([]);
    expect(found).toMatchObject({ stage: "official-1", dateForm: 0, otherSex: false, overlapMonths: 0 });
    // The people of this test have the same eight names on days beside each other: chance agrees often.
    expect(found?.probability).toBeGreaterThan(0.5);
    const [row] = await world.rows(
      `select 1 as one from records r join persons p using (person_key) where person_key = '${found?.person}' and source_line = 8`,
    );
    expect(row).toEqual({ one: 1 });
    expect((await candidatesOf("VOICED"))[0]?.person).toBe((await candidatesOf("R1"))[0]?.person);
  });

  it("says of no sex that it agrees where the owner has none recorded, or the person", async () => {
    const sexless = await Promise.all(["R7", "R8", "TWICE"].map(candidatesOf));
    const words = sexless.flat().map(renderEvidence);
    expect(words.length).toBeGreaterThan(0);
    for (const said of words) {
      expect(said).toContain("no sex to compare");
      expect(said).not.toContain("sex agrees");
    }
  });

  it("counts a month that both have paid against the pair", async () => {
    const [twice] = await candidatesOf("TWICE");
    expect(twice?.overlapMonths).toBe(1);
  });

  it("leaves no feature behind, and had none in the log: the tables are unlogged", async () => {
    for (const table of ["match_features", "match_probes", "match_pairs"]) {
      expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
      expect(await world.rows(`select relpersistence from pg_class where relname = '${table}'`)).toEqual([
        { relpersistence: "u" },
      ]);
    }
  });

  it("whose run was killed is emptied when the custodian starts", async () => {
    await world.rows("insert into match_features values (1, gen_random_uuid())");
    await emptyLeftScratch(world.test.custodian.register);
    expect(await world.rows("select 1 from match_features")).toEqual([]);
  });

  it("runs alone", async () => {
    const parts = {
      databases: world.test.custodian,
      keeper: world.keeper.client,
      by: { actor: "a", office: "o" },
    };
    const one = { ...parts, makeId: world.parts.makeId, now: () => new Date(), onProgress: () => undefined };
    const { register } = parts.databases;
    const beside = register.withLock(matchingLock, () => runMatching(one));
    await expect(beside).rejects.toMatchObject({ code: "matching-running" });
  });
});

describe("a run that somebody took back", () => {
  it("stops at its next step, found nothing, and leaves no feature", async () => {
    const { register } = world.test.custodian;
    const runId = world.parts.makeId();
    await world.rows(`insert into match_run_cancels values ('${renderUuid(runId)}', 'officer-1', now())`);
    const steps: string[] = [];
    const run = runMatching({
      databases: world.test.custodian,
      keeper: world.keeper.client,
      by: { actor: "a", office: "o" },
      makeId: () => runId,
      now: () => new Date(),
      onProgress: ({ step }) => steps.push(step),
    });
    await expect(run).rejects.toMatchObject({ code: "matching-cancelled" });
    expect(steps).toEqual(["persons"]);
    expect(await world.rows("select 1 from match_features")).toEqual([]);
    const works = await listWorks(register, ["matching"]);
    expect(works.find(({ id }) => id === renderUuid(runId))).toMatchObject({
      state: "cancelled",
      step: "persons",
    });
    expect(works.filter(({ state }) => state === "done").length).toBeGreaterThan(0);
  });
});

describe("the backlog", () => {
  it("counts every owner once by reason and age, and all that waits", async () => {
    const rows = await listBacklog(world.test.auditor.register, new Date());
    expect(rows.reduce((sum, { owners }) => sum + owners, 0)).toBe(persons + 5);
    expect(rows.reduce((sum, { entries }) => sum + entries, 0)).toBe(persons + 5);
    expect(new Set(rows.map(({ age }) => age))).toEqual(new Set(["under 30 days"]));
    const later = await listBacklog(world.test.auditor.register, new Date(Date.now() + 400 * 86_400_000));
    expect(new Set(later.map(({ age }) => age))).toEqual(new Set(["under five years"]));
  });

  it("is listed page by page for review, without anything of a person", async () => {
    const { register } = world.test.custodian;
    const first = await listForReview(register, { standing: "open" }, 50);
    const rest = await listForReview(register, { standing: "open", after: first.at(-1)?.owner ?? "" }, 50);
    expect(first.length + rest.length).toBe(report.oneOwner + report.severalOwners);
    expect(Object.keys(first[0] ?? {}).toSorted()).toEqual([
      "entries",
      "firstMonth",
      "lastMonth",
      "owner",
      "since",
      "yen",
    ]);
    expect(await findWaiting(register, await world.owner("R1"))).toMatchObject({
      entries: 1,
      yen: 6_740n,
      firstMonth: "1985-06",
    });
  });
});
