import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseUuid } from "../../db/uuid.ts";
import { correct } from "../../premiums/correct.ts";
import { thisMonth } from "../../../test/import-text.ts";
import { premiumLine } from "../../../test/people.ts";
import { colleague, handbook, makeMatchingWorld, outsider, reviewer } from "../../../test/matching-world.ts";
import type { MatchingWorld } from "../../../test/matching-world.ts";
import { decide } from "./decisions.ts";
import type { Reviewer } from "./match.ts";
import { postConfirmed, undo } from "./posting.ts";
import { listCandidates, listEvents } from "./store.ts";

let world: MatchingWorld;
beforeAll(async () => {
  world = await makeMatchingWorld([
    // Two persons of one day and one name in the register would be several; here a name that is not quite whole.
    premiumLine(handbook(9, { name: "", kana: "ミホン ジロウ" }), "1986-01", 6_740, "CLOSE"),
  ]);
  await world.match();
});
afterAll(() => world.remove());

const reason = "found in a test";
const personOf = async (owner: string): Promise<string> =>
  (await listCandidates(world.parts.register, owner))[0]?.person ?? "";
const say = (owner: string, by: Reviewer, kind: "second" | "oppose" | "none-fits") =>
  decide(world.parts, owner, by, { kind, reason });
const refer = (owner: string, by: Reviewer, kind: "ask" | "confirm" | "deny") =>
  decide(world.parts, owner, by, { kind, reference: "REPLY-1", reason });
const accept = async (owner: string, by: Reviewer, person?: string) =>
  decide(world.parts, owner, by, { kind: "accept", person: person ?? (await personOf(owner)), reason });

/** Up to the question; seconded by the colleague where it is close. */
async function asked(reference: string): Promise<string> {
  const owner = await world.owner(reference);
  const accepted = await accept(owner, reviewer);
  if (accepted.outcome !== "done") throw new Error(accepted.outcome);
  if (accepted.match.state === "wants-second") await say(owner, colleague, "second");
  await refer(owner, reviewer, "ask");
  return owner;
}

async function posted(reference: string): Promise<string> {
  const owner = await asked(reference);
  await refer(owner, colleague, "confirm");
  expect(await postConfirmed(world.parts, owner, colleague)).toMatchObject({ outcome: "done" });
  return owner;
}

describe("a reviewer", () => {
  it("confirming their own match as second opinion is refused", async () => {
    const owner = await world.owner("CLOSE");
    expect(await accept(owner, reviewer)).toMatchObject({
      outcome: "done",
      match: { state: "wants-second" },
    });
    expect(await say(owner, reviewer, "second")).toEqual({ outcome: "own-match" });
    expect(await refer(owner, reviewer, "ask")).toEqual({ outcome: "other-state" });
    expect(await say(owner, colleague, "oppose")).toMatchObject({
      match: { state: "open", last: "opposed" },
    });
  });

  it("writing down the owner's answer to their own match is refused", async () => {
    const owner = await asked("R10");
    expect(await refer(owner, reviewer, "confirm")).toEqual({ outcome: "own-match" });
    expect(await refer(owner, colleague, "deny")).toMatchObject({ match: { state: "open", last: "denied" } });
  });

  it("without the purpose decides nothing, posts nothing, undoes nothing", async () => {
    const owner = await world.owner("R11");
    expect(await accept(owner, outsider)).toEqual({ outcome: "purpose-not-held" });
    expect(await postConfirmed(world.parts, owner, outsider)).toEqual({ outcome: "purpose-not-held" });
    expect(await undo(world.parts, owner, outsider, reason)).toEqual({ outcome: "purpose-not-held" });
    expect(await listEvents(world.parts.register, owner)).toEqual([]);
  });

  it("cannot accept whom no run has found: a friend's account gets nothing", async () => {
    const owner = await world.owner("R12");
    const friend = await personOf(await world.owner("R13"));
    expect(await accept(owner, reviewer, friend)).toEqual({ outcome: "not-a-candidate" });
    expect(await accept(owner, reviewer, "not a key")).toEqual({ outcome: "malformed-decision" });
  });
});

describe("posting", () => {
  it("without the owner's confirmation is refused at every state before it", async () => {
    const owner = await world.owner("R20");
    expect(await postConfirmed(world.parts, owner, colleague)).toEqual({ outcome: "other-state" });
    await accept(owner, reviewer);
    expect(await postConfirmed(world.parts, owner, colleague)).toEqual({ outcome: "other-state" });
    await say(owner, colleague, "second");
    await refer(owner, reviewer, "ask");
    expect(await postConfirmed(world.parts, owner, colleague)).toEqual({ outcome: "other-state" });
    expect(await world.rows(`select 1 from suspense_settlements where owner_key = '${owner}'`)).toEqual([]);
  });

  it("moves all that waits to the person who confirmed, once, and every yen is somewhere", async () => {
    const owner = await posted("R21");
    expect(await postConfirmed(world.parts, owner, colleague)).toEqual({ outcome: "other-state" });
    const [row] = await world.rows(
      `select count(*)::int as n, min(person_key::text) as person from suspense_settlements where owner_key = '${owner}'`,
    );
    expect(row).toEqual({ n: 1, person: await personOf(owner) });
    expect(await world.audit()).toEqual([]);
  });

  it("goes on behind a crash between the money and its event", async () => {
    const owner = await asked("R22");
    await refer(owner, colleague, "confirm");
    const once = await postConfirmed(world.parts, owner, colleague);
    // As a crash leaves it: the money moved, the event was not written.
    await world.rows(`delete from match_events where owner_key = '${owner}' and kind = 'posted'`);
    expect(await postConfirmed(world.parts, owner, colleague)).toMatchObject({ outcome: once.outcome });
    expect(await world.rows(`select 1 from suspense_settlements where owner_key = '${owner}'`)).toHaveLength(
      1,
    );
    expect(await world.audit()).toEqual([]);
  });

  it("two claims at once: an owner's entries go to one person only", async () => {
    const owner = await asked("R23");
    await refer(owner, colleague, "confirm");
    const outcomes = await Promise.all([1, 2, 3].map(() => postConfirmed(world.parts, owner, colleague)));
    expect(outcomes.filter(({ outcome }) => outcome === "done")).toHaveLength(1);
    expect(await accept(owner, reviewer, await personOf(owner))).toEqual({ outcome: "other-state" });
    expect(await world.rows(`select 1 from suspense_settlements where owner_key = '${owner}'`)).toHaveLength(
      1,
    );
    expect(await world.audit()).toEqual([]);
  });

  it("two reviewers at once: one acceptance is written", async () => {
    const owner = await world.owner("R24");
    const outcomes = await Promise.all([accept(owner, reviewer), accept(owner, colleague)]);
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["done", "other-state"]);
    expect(await listEvents(world.parts.register, owner)).toHaveLength(1);
  });
});

describe("undoing", () => {
  it("after posting brings the money back by reversing entries; nothing is deleted, and the owner is open again", async () => {
    const owner = await posted("R30");
    const done = await undo(world.parts, owner, colleague, "the owner was mistaken");
    expect(done).toMatchObject({
      outcome: "done",
      movedBack: 1,
      notMoved: 0,
      match: { state: "open", last: "undone" },
    });
    const kinds = (await listEvents(world.parts.register, owner)).map(({ kind }) => kind);
    expect(kinds.slice(-3)).toEqual(["confirmed", "posted", "undone"]);
    const person = await personOf(owner);
    const entries = await world.rows(
      `select amount_yen::int as yen from premium_entries where person_key = '${person}' order by entry_no`,
    );
    expect(entries.map(({ yen }) => yen).slice(-2)).toEqual([6_740, -6_740]);
    const [waiting] = await world.rows(
      `select count(*)::int as n from suspense_entries e left join suspense_settlements s using (owner_key, entry_no)
       where e.owner_key = '${owner}' and s.owner_key is null`,
    );
    expect(waiting).toEqual({ n: 1 });
    expect(await world.audit()).toEqual([]);
    expect(await undo(world.parts, owner, colleague, reason)).toEqual({ outcome: "other-state" });
  });

  it("goes on behind a crash between the money and its event", async () => {
    const owner = await posted("R31");
    await undo(world.parts, owner, colleague, reason);
    await world.rows(`delete from match_events where owner_key = '${owner}' and kind = 'undone'`);
    expect(await undo(world.parts, owner, colleague, reason)).toMatchObject({
      outcome: "done",
      movedBack: 1,
    });
    const back = `select 1 from suspense_entries where owner_key = '${owner}'`;
    expect(await world.rows(back)).toHaveLength(2);
    expect(await world.audit()).toEqual([]);
  });

  it("of a posting that crashed halfway brings back what had moved", async () => {
    const owner = await posted("R32");
    await world.rows(`delete from match_events where owner_key = '${owner}' and kind = 'posted'`);
    expect(await undo(world.parts, owner, colleague, reason)).toMatchObject({
      outcome: "done",
      movedBack: 1,
    });
    expect(await world.audit()).toEqual([]);
  });

  it("leaves what was corrected meanwhile where it is, and says so", async () => {
    const owner = await posted("R33");
    const personKey = parseUuid(await personOf(owner));
    const stamp = { operationId: world.parts.makeId(), reason, atMs: Date.now() };
    expect(await correct(world.parts.register, { personKey, entryNo: 2, thisMonth }, stamp)).toMatchObject({
      kind: "corrected",
    });
    expect(await undo(world.parts, owner, colleague, reason)).toMatchObject({ movedBack: 0, notMoved: 1 });
    expect(await world.audit()).toEqual([]);
  });

  it("can be matched and posted again", async () => {
    const owner = await posted("R34");
    await undo(world.parts, owner, colleague, reason);
    await posted("R34");
    expect(await world.rows(`select 1 from suspense_settlements where owner_key = '${owner}'`)).toHaveLength(
      2,
    );
    expect(await world.audit()).toEqual([]);
  });
});
