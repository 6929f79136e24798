import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { sqlText } from "../db/sql.ts";
import { checkCopiedHead, checkJournalCopy, type CheckedCopy } from "./check-journal-copy.ts";
import { FixtureJournal } from "./journal.fixture.ts";
import { disclosureLimits } from "./limits.ts";
import { projectJournal } from "./project-journal.ts";

const looks = disclosureLimits.journalPage + 30;

let test: TestDatabases;
let journal: FixtureJournal;

beforeEach(async () => {
  test = await openTestDatabases();
  journal = new FixtureJournal();
  journal.pageMax = disclosureLimits.journalPage;
  const [one, two] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  for (let i = 0; i < looks; i++) journal.look(i % 2 === 0 ? [one, two] : [one]);
  journal.signIn("cd".repeat(16), "test-clerk", "desk-1");
  journal.append({ kind: "signed-out", session: "cd".repeat(16), actor: "test-clerk", office: "o" });
  await projectJournal(test.custodian.register, journal);
  return () => test.drop();
});

const check = (): Promise<CheckedCopy> => checkJournalCopy(test.auditor.register);
const tamper = (statement: string): Promise<number> =>
  test.owner.register.transact((tx) => tx.run(sqlText(statement)));
const breach = expect.objectContaining({ name: "Breach" }) as unknown;

describe("the copy of the journal", () => {
  it("proves itself when nobody has touched it", async () => {
    expect(await check()).toMatchObject({
      events: BigInt(looks + 2),
      disclosures: BigInt(looks + looks / 2),
    });
  });

  it.each([
    ["an event removed", "delete from journal_events where event_number = 7"],
    [
      "an event removed at the border of two pages",
      `delete from journal_events where event_number = ${disclosureLimits.journalPage}`,
    ],
    [
      "an actor renamed in an event",
      "update journal_events set event_text = replace(event_text, 'test-clerk', 'somebody') where event_number = 9",
    ],
    [
      "a chain hash changed",
      "update journal_events set chain_hash = decode(repeat('00', 32), 'hex') where event_number = 9",
    ],
    ["a look removed from a person", "delete from disclosures where event_number = 11"],
    ["a look put under another actor", "update disclosures set actor = 'somebody' where event_number = 11"],
    ["a field left out of a look", "update disclosures set fields = '{3}' where event_number = 11"],
    [
      "a look moved to another person",
      "update disclosures set person_key = gen_random_uuid() where event_number = 12",
    ],
    ["a session put on another workstation", "update sessions set workstation = 'desk-2'"],
    ["a session that ended later", "update session_ends set ended_at = ended_at + interval '1 hour'"],
    ["a session's end removed", "delete from session_ends"],
    [
      "a session added that no event tells of",
      "insert into sessions select decode(repeat('ef', 16), 'hex'), 99999, actor, office, credential, workstation, started_at, expires_at from sessions",
    ],
    [
      "a look added that no event tells of",
      "insert into disclosures select gen_random_uuid(), 1, 99999, kind, link_hash, recorded_at, actor, office, session, order_number, purpose, case_id, case_kind, fields from disclosures limit 1",
    ],
  ])("does not, with %s", async (_what, statement) => {
    expect(await tamper(statement)).toBeGreaterThan(0);
    await expect(check()).rejects.toEqual(breach);
  });
});

describe("a copy that proves itself is compared with the keeper's journal", () => {
  const compare = async (keeper: FixtureJournal) => checkCopiedHead((await check()).head, keeper);

  it("and is the same, also when the journal has gone on", async () => {
    await expect(compare(journal)).resolves.toBeUndefined();
    journal.look([randomBytes(16).toString("hex")]);
    await expect(compare(journal)).resolves.toBeUndefined();
  });

  it("and is not, when database and chain were rewritten together", async () => {
    const other = new FixtureJournal();
    for (let i = 0; i < journal.length; i++) other.append({ kind: "started", kekVersion: 1 });
    await expect(compare(other)).rejects.toEqual(breach);
  });

  it("and is not, when the journal was put back to an older state", async () => {
    journal.cut(looks);
    await expect(compare(journal)).rejects.toEqual(breach);
  });
});
