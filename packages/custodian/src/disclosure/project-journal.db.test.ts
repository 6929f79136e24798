import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { sqlText } from "../db/sql.ts";
import { parseUuid } from "../db/uuid.ts";
import { FixtureJournal } from "./journal.fixture.ts";
import { projectJournal } from "./project-journal.ts";
import { findHead, listAlarms, listOfActor, listOfPerson } from "./store.ts";

let test: TestDatabases;
let journal: FixtureJournal;

beforeEach(async () => {
  test = await openTestDatabases();
  journal = new FixtureJournal();
  return () => test.drop();
});

const person = (): string => randomBytes(16).toString("hex");
const [one, two] = [person(), person()];
const project = (): Promise<bigint> => projectJournal(test.custodian.register, journal);

async function counts(): Promise<{ events: bigint; rows: bigint }> {
  return test.auditor.register.get(
    sqlText(
      "select (select count(*) from journal_events) as events, (select count(*) from disclosures) as rows",
    ),
  );
}

function fill(looks: number): void {
  journal.append({ kind: "started", kekVersion: 1 });
  for (let i = 0; i < looks; i++) journal.look(i % 3 === 0 ? [one, two] : [one]);
}

const breach = (message: string): unknown => expect.objectContaining({ name: "Breach", message });

describe("the journal is copied", () => {
  it("whole, in order, person by person", async () => {
    fill(20);
    expect(await project()).toBe(21n);
    expect(await counts()).toEqual({ events: 21n, rows: 27n });
    const rows = await listOfPerson(test.custodian.register, parseUuid(uuid(one)), 100);
    expect(rows.map(({ personEventNo }) => personEventNo)).toEqual(
      Array.from({ length: 20 }, (_, i) => 20 - i),
    );
    expect(rows[0]).toMatchObject({ kind: "opened", actor: "test-clerk", fields: [3, 7], eventNumber: 21n });
  });

  it("once, however often it is asked for", async () => {
    fill(9);
    await project();
    await project();
    journal.look([two]);
    await project();
    expect(await counts()).toEqual({ events: 11n, rows: 13n });
  });

  it("once, when several copy at the same time", async () => {
    fill(60);
    await Promise.all([project(), project(), project()]);
    expect(await counts()).toEqual({ events: 61n, rows: 80n });
  });

  it("on from where a stop left it", async () => {
    fill(30);
    let answers = 0;
    journal.beforeAnswer = async () => {
      answers += 1;
      if (answers === 3) throw new Error("stopped");
    };
    await expect(project()).rejects.toThrow("stopped");
    const { number } = await findHead(test.custodian.register);
    expect(number).toBeGreaterThan(0n);
    expect(number).toBeLessThan(31n);
    journal.beforeAnswer = async () => undefined;
    await project();
    expect(await counts()).toEqual({ events: 31n, rows: 40n });
  });

  it("with the looks of each actor and what was refused or stopped", async () => {
    journal.look([one], "test-other");
    journal.append({
      kind: "alarm",
      reason: "honey",
      actor: "test-other",
      office: "o",
      session: "ab".repeat(16),
    });
    journal.append({ kind: "denied", outcome: "budget-exhausted", actor: "test-clerk", office: "o" });
    await project();
    expect(await listOfActor(test.custodian.register, "test-other", 10)).toHaveLength(1);
    expect(await listOfActor(test.custodian.register, "test-clerk", 10)).toEqual([]);
    const alarms = await listAlarms(test.custodian.register, 10);
    expect(alarms.map(({ outcome }) => outcome)).toEqual(["budget-exhausted", "honey"]);
  });
});

describe("sessions are copied with their events", () => {
  const spans = (): Promise<object[]> =>
    test.auditor.register.list(
      sqlText(
        "select actor, workstation, ended_by, ended_at - started_at as held from session_spans order by event_number",
      ),
    );
  const session = (n: number): string => `0${n}`.repeat(16);

  it("so that a look leads to the workstation, and the end of a session is known", async () => {
    journal.signIn(session(1), "test-clerk", "desk-1");
    journal.signIn(session(2), "test-clerk", "desk-2");
    journal.signIn(session(3), "test-other", "desk-1");
    journal.append({ kind: "signed-out", session: session(1), actor: "test-clerk", office: "test-office" });
    journal.append({ kind: "alarm", reason: "honey", session: session(3), actor: "test-other", office: "o" });
    await project();
    expect(await spans()).toMatchObject([
      { actor: "test-clerk", workstation: "desk-1", ended_by: "signed-out", held: { milliseconds: 3 } },
      { actor: "test-clerk", workstation: "desk-2", ended_by: "expired", held: { hours: 11 } },
      { actor: "test-other", workstation: "desk-1", ended_by: "alarm", held: { milliseconds: 2 } },
    ]);
  });

  it("and not without one that can be read", async () => {
    journal.append({ kind: "signed-in", session: session(1), actor: "test-clerk" });
    await expect(project()).rejects.toEqual(breach("a journal event cannot be read"));
  });
});

describe("the copy stops with a breach, and goes no further,", () => {
  it("when the newest events were cut off the journal", async () => {
    fill(5);
    await project();
    journal.cut(4);
    await expect(project()).rejects.toEqual(breach("the journal is shorter than its copy"));
  });

  it("when the journal was put back and went on differently", async () => {
    fill(5);
    await project();
    journal.cut(4);
    journal.append({ kind: "started", kekVersion: 1 });
    journal.append({ kind: "started", kekVersion: 1 });
    journal.append({ kind: "started", kekVersion: 1 });
    await expect(project()).rejects.toEqual(breach("the journal is another than the one that was copied"));
    expect(await counts()).toMatchObject({ events: 6n });
  });

  it("when an event was edited behind its chain", async () => {
    fill(5);
    journal.forge(3, journal.textOf(3).replace("test-clerk", "test-other"));
    await expect(project()).rejects.toEqual(breach("a journal event does not continue the chain"));
    expect(await counts()).toMatchObject({ events: 0n });
  });

  it("when a number is left out, though the chain is whole", async () => {
    fill(2);
    journal.append({ kind: "started", kekVersion: 1 }, 5);
    await expect(project()).rejects.toEqual(breach("a journal event has another number than its place"));
  });

  it("when a number goes back, though the chain is whole", async () => {
    fill(2);
    await project();
    journal.append({ kind: "started", kekVersion: 1 }, 2);
    await expect(project()).rejects.toEqual(breach("a journal event has another number than its place"));
  });

  it("when an event of a person is missing, in one page or over several", async () => {
    fill(10);
    await project();
    journal.skipLink(two);
    journal.look([one, two]);
    await expect(project()).rejects.toEqual(breach("a person's events have a gap"));
    expect(await counts()).toMatchObject({ events: 11n });
  });

  it("when an event cannot be read", async () => {
    journal.append({ kind: "opened", persons: "everybody" });
    await expect(project()).rejects.toEqual(breach("a journal event cannot be read"));
  });
});

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5");
}
