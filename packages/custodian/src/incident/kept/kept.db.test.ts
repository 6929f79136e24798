/** The sets in a real database against lists looked through one by one, on random histories. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../../test/databases.ts";
import type { TestDatabases } from "../../../test/databases.ts";
import { evidence, listed } from "../../../test/histories.ts";
import { ListedFacts } from "../listed-facts.ts";
import { historyStartMs, storeHistory } from "../../../test/stored-history.ts";
import { sqlText } from "../../db/sql.ts";
import { exposeAccount } from "../account.ts";
import { decideAnswer } from "../answer.ts";
import { readPersonFacts } from "../desk/person-facts.ts";
import { findPerson } from "../desk/store.ts";
import type { Evidence, Window } from "../evidence.ts";
import { type Exposure, expose } from "../expose.ts";
import { StoredFacts } from "../facts.ts";
import type { Interval } from "../holder-facts.ts";
import { listAtRisk } from "../risk/at-risk.ts";
import { shownKinds } from "../shown.ts";
import { foldExposure } from "./fold.ts";
import { SegmentIndex } from "./segment-index.ts";

let test: TestDatabases;
beforeAll(async () => {
  test = await openTestDatabases();
});
afterAll(() => test.drop());

const tables = [
  "sessions journal_events disclosures persons person_no_blocks source_batches extract_parts",
  "exposure_segments exposure_sets exposure_extracts exposure_releases",
].flatMap((line) => line.split(" "));
/** Row by row: of so few, emptying eleven tables anew takes ten times as long. */
const clear = (): Promise<object[]> => {
  const steps = tables.map((table) => `of_${table} as (delete from ${table})`);
  return test.owner.register.list(sqlText(`with ${steps.join(", ")} select 1 as one`));
};
/** So small that a history of twenty looks has segments of several levels. */
const sizes = { segmentRecords: 3, segmentsOfNext: 2 };

/** One with many looks. */
const [history = { sessions: [], looks: [], extracts: [], gaps: [], registered: new Map<number, number>() }] =
  fc.sample(listed, { numRuns: 300, seed: 7 }).toSorted((a, b) => b.looks.length - a.looks.length);

describe("the kept sets", () => {
  it("give the exposure that the looks give, folded and unfolded, with any evidence; what is read for one person gives their answer", async () => {
    await fc.assert(
      fc.asyncProperty(listed, evidence, async (drawn, items) => {
        await clear();
        const keys = await storeHistory(test.owner.register, drawn);
        const shifted = items.map(shift);
        const index = new SegmentIndex();
        const stored = new StoredFacts(test.custodian.register, drawn.gaps.map(shiftGap), index);
        const expected = flatOf(await expose(items, new ListedFacts(drawn)));
        await foldExposure(test.custodian.register, { ...sizes, segmentRecords: 1_000 });
        expect(flatOf(await expose(shifted, stored))).toEqual(expected);
        await foldExposure(test.custodian.register, sizes);
        const remembered = new StoredFacts(test.custodian.register, drawn.gaps.map(shiftGap), index);
        expect(flatOf(await expose(shifted, remembered))).toEqual(expected);
        const folded = new StoredFacts(test.custodian.register, drawn.gaps.map(shiftGap));
        const exposure = await expose(shifted, folded);
        expect(flatOf(exposure)).toEqual(expected);
        for (const [personNo, personKey] of keys) {
          const person = await findPerson(test.custodian.register, personKey);
          if (person?.personNo !== personNo) throw new Error("a person is not registered");
          const facts = await readPersonFacts(test.custodian.register, person, drawn.gaps.map(shiftGap));
          const alone = decideAnswer((await expose(shifted, facts)).classes, personNo);
          expect(alone).toEqual(decideAnswer(exposure.classes, personNo));
        }
      }),
      // A history is not made smaller where one fails: each try is a database written anew.
      { numRuns: Number(process.env["KURA_PROPERTY_RUNS"] ?? 12), endOnFailure: true },
    );
  });

  it("are the same to a process that remembers them, whatever was folded meanwhile and whoever else was asked about", async () => {
    await clear();
    await storeHistory(test.owner.register, history);
    const index = new SegmentIndex();
    const actors = [...new Set(history.looks.map(({ session }) => session.actor))];
    const middle = historyStartMs + Math.max(...history.looks.map(({ atMs }) => atMs)) / 2;
    const ask = (of: SegmentIndex): Promise<unknown[]> =>
      Promise.all(
        [-Infinity, middle].flatMap((fromMs) =>
          actors.map(async (actor) =>
            flatOf(await exposeAccount(actor, { fromMs }, new StoredFacts(test.custodian.register, [], of))),
          ),
        ),
      );
    const unfolded = await ask(index);
    expect(unfolded.length).toBeGreaterThan(1);
    for (const segmentRecords of [8, 3]) {
      await foldExposure(test.custodian.register, { ...sizes, segmentRecords });
      expect(await ask(index)).toEqual(unfolded);
      expect(await ask(index)).toEqual(unfolded);
      expect(await ask(new SegmentIndex())).toEqual(unfolded);
    }
  });

  it("are the same when two processes fold at once", async () => {
    const fold = async (times: number): Promise<object[]> => {
      await clear();
      await storeHistory(test.owner.register, history);
      await Promise.all(Array.from({ length: times }, () => foldExposure(test.custodian.register, sizes)));
      return test.auditor.register.list(
        sqlText("select * from exposure_sets order by scope, holder, level, first_event, fields"),
      );
    };
    const alone = await fold(1);
    expect(alone.length).toBeGreaterThan(5);
    expect(await fold(4)).toEqual(alone);
  });

  it("give what is at risk at each account: whom it was shown", async () => {
    await clear();
    await storeHistory(test.owner.register, history);
    await foldExposure(test.custodian.register, sizes);
    const now = new Date(historyStartMs + 1_000);
    const { worst, trend } = await listAtRisk(test.custodian.register, new SegmentIndex(), now);
    const looks = history.looks.filter(({ kind = "opened" }) => shownKinds.includes(kind));
    const accounts = Map.groupBy(looks, ({ session }) => session.actor);
    const expected = [...accounts].map(
      ([name, own]) => `${name} ${new Set(own.flatMap(({ persons }) => persons)).size}`,
    );
    const found = worst
      .filter(({ kind }) => kind === "account")
      .map(({ name, persons }) => `${name} ${persons}`);
    expect(new Set(found)).toEqual(new Set(expected));
    expect(trend.at(-1)?.persons).toBe(new Set(looks.flatMap(({ persons }) => persons)).size);
  });

  it("are not made of looks at somebody who is not registered: that is a breach", async () => {
    await clear();
    await storeHistory(test.owner.register, history);
    await test.owner.register.list(sqlText("delete from persons"));
    await expect(foldExposure(test.custodian.register, sizes)).rejects.toMatchObject({ name: "Breach" });
  });
});

function shift(item: Evidence): Evidence {
  const { fromMs, untilMs, clockDoubtMs } = item.window;
  const window: Window = {
    ...(fromMs !== undefined && { fromMs: fromMs + historyStartMs }),
    ...(untilMs !== undefined && { untilMs: untilMs + historyStartMs }),
    ...(clockDoubtMs !== undefined && { clockDoubtMs }),
  };
  return { ...item, window };
}

function shiftGap({ fromMs, untilMs }: Interval): Interval {
  return { fromMs: fromMs + historyStartMs, untilMs: untilMs + historyStartMs };
}

function flatOf({ classes, slices }: Exposure): object {
  const records: Record<string, number> = {};
  for (const { office, grade, fields, records: own } of slices) {
    const key = `${office} ${grade} ${fields}`;
    records[key] = (records[key] ?? 0) + own;
  }
  return {
    classes: classes.map(({ fields, persons }) => ({ fields, persons: [...persons.toNumbers()] })),
    records,
  };
}
