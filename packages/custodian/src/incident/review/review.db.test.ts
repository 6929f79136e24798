/** The review: controls by the journal's own evidence, measures with owners and dates. */
import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases, type TestDatabases } from "../../../test/databases.ts";
import { sqlText } from "../../db/sql.ts";
import { uuidMaker } from "../../db/uuid.ts";
import { addEvidence, type IncidentParts, openIncident } from "../incidents.ts";
import { listControls } from "./controls.ts";
import { addMeasure, finishMeasure, measureLine } from "./measures.ts";
import { listMeasures } from "./store.ts";

const beginMs = Date.UTC(2026, 4, 20);
let test: TestDatabases;
let parts: IncidentParts;
let incidentId: string;
beforeEach(async () => {
  test = await openTestDatabases();
  parts = {
    register: test.custodian.register,
    now: () => new Date(beginMs + 86_400_000),
    makeId: uuidMaker(),
  };
  const opening = { title: "virus on desk-1", actor: "officer-a", office: "head", isWrongful: true };
  incidentId = await openIncident(parts, { ...opening, knownAt: new Date(beginMs) });
  await addEvidence(parts, incidentId, "officer-a", {
    subject: { kind: "workstation", workstation: "desk-1" },
    window: { fromMs: beginMs },
    source: "the security firm",
  });
  return () => test.drop();
});

async function journal(
  number: number,
  kind: string,
  outcome: string,
  actor: string,
  atMs: number,
): Promise<void> {
  await test.owner.register.list(
    sqlText(`insert into journal_events (event_number, chain_hash, kind, recorded_at, actor, outcome, event_text)
      values (${number}, '', '${kind}', to_timestamp(${atMs / 1000}), '${actor}', '${outcome}', '{}')`),
  );
}

describe("a control", () => {
  it("held when the journal says what it stopped since the compromise began, and names the events", async () => {
    await journal(3, "denied", "budget-exhausted", "clerk-a", beginMs - 1_000);
    await journal(4, "denied", "budget-exhausted", "clerk-a", beginMs + 1_000);
    await journal(9, "denied", "budget-exhausted", "clerk-b", beginMs + 2_000);
    const controls = await listControls(parts, incidentId);
    const of = (control: string) => controls.find((one) => one.control === control);
    expect(of("budgets stop an account")).toEqual({
      control: "budgets stop an account",
      verdict: "held",
      evidence: "budget-exhausted 2 times, of 2 actors (events 4 to 9)",
    });
    expect(of("honey persons stop a session")?.verdict).toBe("no-event");
  });

  it("is not said to have held because nothing is known of it", async () => {
    const verdicts = (await listControls(parts, incidentId)).slice(1).map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(["no-event"]));
  });
});

describe("a measure", () => {
  const wanted = { measure: "cut the mail line too", owner: "operations", dueOn: "2026-07-01" };

  it("has an owner and a date, and is done once, with what shows it", async () => {
    expect(await addMeasure(parts, incidentId, "officer-a", wanted)).toEqual({
      outcome: "done",
      measureNo: 1,
    });
    const [open] = await listMeasures(parts.register, incidentId);
    expect(open && measureLine(open)).toBe("cut the mail line too (operations; due 2026-07-01)");
    expect((await finishMeasure(parts, incidentId, 1, "officer-b", "the firewall's test")).outcome).toBe(
      "done",
    );
    expect((await finishMeasure(parts, incidentId, 1, "officer-b", "again")).outcome).toBe("done-before");
    const [done] = await listMeasures(parts.register, incidentId);
    expect(done && measureLine(done)).toBe(
      "cut the mail line too (operations; done 2026-05-21: the firewall's test)",
    );
  });

  it.each([{ dueOn: "soon" }, { dueOn: "2026-13-01" }, { owner: "" }, { measure: "" }])(
    "with %j is refused",
    async (wrong) => {
      const { outcome } = await addMeasure(parts, incidentId, "officer-a", { ...wanted, ...wrong });
      expect(outcome).toBe("malformed-measure");
    },
  );
});
