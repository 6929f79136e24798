/**
 * The night: evidence comes in, the count follows, flags hold, everybody asks. What is right is decided beside the system:
 * by the drill's own record of everything that was served, and a model that goes through it person by person.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { listChangesInWindow } from "@kura/custodian/incident/desk/held-changes.ts";
import { allFields, maskOf } from "@kura/custodian/incident/field-mask.ts";
import {
  addEvidence,
  type IncidentParts,
  type Item,
  listStanding,
  openIncident,
  withdrawEvidence,
} from "@kura/custodian/incident/incidents.ts";
import { resolveContent, resolveWords } from "@kura/custodian/incident/resolve/resolve.ts";
import { revisionWords } from "@kura/custodian/incident/resolve/words.ts";
import { foldExposure } from "@kura/custodian/incident/kept/fold.ts";
import { findRevision, parseCounts, type Revision } from "@kura/custodian/incident/revision.ts";
import { listDeadlines } from "@kura/custodian/incident/report/duties.ts";
import { makeReport } from "@kura/custodian/incident/report/report.ts";
import { prepareReport } from "@kura/custodian/incident/report/publish.ts";
import { listTraits } from "@kura/custodian/incident/traits/traits.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import type { Listed } from "@kura/custodian/incident/listed-facts.ts";
import { exposeNaively } from "../../packages/custodian/test/naive-exposure.ts";
import { PersonSet } from "@kura/custodian/incident/person-set.ts";
import { importFile } from "../../test/system/import-run.ts";
import { askAtDesk, askEverybody } from "./ask.ts";
import { dayMs, type Desks, type DrillAgency } from "./agency.ts";
import { type Loot, windowOf } from "./attack.ts";
import { knownDay, taken } from "./story.ts";
import type { Share } from "./work.ts";

/** In 2015 so many changes of address, and of address and account, went through before the announcement. */
export const changesOf2015 = { beforeKnown: 74, afterKnown: 35 } as const;

export interface Response {
  readonly firstCountMs: number;
  readonly revision: Revision;
  readonly exposedPersons: number;
  readonly exposedRecords: number;
  readonly wrongAnswers: number;
  readonly changesCaught: number;
  readonly deadlines: number;
  readonly broken: readonly string[];
}

export function partsOf(agency: DrillAgency, desks: Desks): IncidentParts {
  const { register } = desks.parts.databases;
  const { now } = agency.clock;
  return { register, now, makeId: desks.parts.makeId, listTraits: () => listTraits(register, now()) };
}

export async function respond(
  agency: DrillAgency,
  desks: Desks,
  keeper: KeeperClient,
  people: ReadonlyMap<string, number>,
  share: Share,
  loot: Loot,
): Promise<Response> {
  const parts = partsOf(agency, desks);
  await agency.clock.moveTo(knownDay, 9);
  const opening = { title: "data seen on a hijacked server", actor: "officer-1", office: "head-office" };
  const incidentId = await openIncident(parts, { ...opening, knownAt: parts.now(), isWrongful: true });
  const begin = performance.now();
  await projectJournal(parts.register, journalSource(keeper));
  const first = await mustAdd(parts, incidentId, itemOf("desk-1", undefined));
  const firstCountMs = performance.now() - begin;
  await foldExposure(parts.register);
  await addTheRest(agency, parts, incidentId, share);
  const revision = await findRevision(parts.register, incidentId);
  if (revision === undefined || revision.revisionNo <= first.revisionNo)
    throw new Error("there is no revision");
  await approve(agency, desks, keeper, parts, revision);
  const truth = truthOf(desks, people, share);
  const evidence = await listStanding(parts, incidentId);
  const model = exposeNaively(evidence, truth, allFields);
  const { wrong, broken } = await askEverybody(parts, incidentId, people, model, loot);
  const atDesk = await askAtDesk(agency, desks, keeper, parts, people, model);
  const held = await sendChanges(agency, loot.numbers.slice(0, changesOf2015.afterKnown), "後");
  const { changes } = await listChangesInWindow(parts, incidentId, 1_000_000);
  const report = await prepareReport(parts, incidentId, revision.revisionNo, "ppc-preliminary", "officer-1");
  if (report.outcome !== "done") throw new Error(report.outcome);
  const { exposedPersons, exposedRecords } = parseCounts(revision.counts);
  const filled = makeReport("ppc-preliminary", report.basis);
  return {
    firstCountMs,
    revision,
    exposedPersons,
    exposedRecords,
    wrongAnswers: wrong + atDesk,
    changesCaught: changes.length + held,
    deadlines: listDeadlines(report.basis.incident, parseCounts(revision.counts)).length,
    broken: [
      ...broken,
      ...(filled.exposedPersons === exposedPersons ? [] : ["a report does not have its revision's count"]),
      ...(exposedRecords === sumOf(model.records) ? [] : ["records are not those of the drill's own record"]),
    ],
  };
}

/** Another officer than who made it stands for the revision, with a signed order. */
async function approve(
  agency: DrillAgency,
  desks: Desks,
  keeper: KeeperClient,
  parts: IncidentParts,
  { incidentId, revisionNo, digest }: Revision,
): Promise<void> {
  const [, officer] = agency.officers;
  const desk = await desks.signIn(officer, "head-office", "desk-officer-2");
  const words = revisionWords(revisionNo, digest);
  const order = desk.orders.order(
    resolveContent(incidentId, words, "incident-decision"),
    agency.clock.nowMs(),
  );
  const catchUp = async (): Promise<void> =>
    void (await projectJournal(parts.register, journalSource(keeper)));
  const said = await resolveWords({ ...parts, keeper, catchUp }, incidentId, words, officer.actor, order);
  if (said.outcome !== "done") throw new Error(`a revision was not approved: ${said.outcome}`);
  await desks.signOut(desk);
}

function sumOf(records: Readonly<Record<string, number>>): number {
  return Object.values(records).reduce((sum, count) => sum + count, 0);
}

function itemOf(workstation: string, window: Item["window"] | undefined): Item {
  return { subject: { kind: "workstation", workstation }, window: window ?? {}, source: "the security firm" };
}

async function mustAdd(parts: IncidentParts, incidentId: string, item: Item): Promise<Revision> {
  const added = await addEvidence(parts, incidentId, "officer-1", item);
  if (added.outcome !== "done") throw new Error(added.outcome);
  return added.revision;
}

/** First a machine without a date, which is withdrawn when the date is known; then all of them, the files, the database. */
async function addTheRest(
  agency: DrillAgency,
  parts: IncidentParts,
  incidentId: string,
  share: Share,
): Promise<void> {
  for (const one of taken) {
    await mustAdd(parts, incidentId, itemOf(one.workstation, windowOf(one, agency.clock.startMs)));
  }
  await withdrawEvidence(parts, incidentId, 1, "officer-1", "its window is known now");
  for (const { extractId } of share.files.slice(0, 10)) {
    const subject = { kind: "extract", extract: extractId, form: "sealed" } as const;
    await mustAdd(parts, incidentId, { subject, window: {}, source: "the file share's log" });
  }
  await mustAdd(parts, incidentId, {
    subject: { kind: "backup" },
    window: {},
    source: "the database server's log",
  });
}

/** The drill's own record, as the model takes it. */
function truthOf(desks: Desks, people: ReadonlyMap<string, number>, share: Share): Listed {
  const numberOf = (key: string): number => people.get(key) ?? -1;
  const ended = new Map(desks.sessions.map((session) => [session.session, session]));
  const looks = desks.served.map(({ session, atMs, persons, fields }) => ({
    session: ended.get(session.session) ?? session,
    atMs,
    persons: persons.map(numberOf),
    fields: maskOf(fields),
  }));
  const holders = desks.sessions.filter(({ workstation }) => workstation === "printer");
  const extracts = share.files.map(({ extractId, rows, releasedAtMs, sealedAtMs }) => ({
    extract: extractId,
    holder: "recipient-key",
    actor: "recipient",
    office: "head-office",
    columns: maskOf([1, 3, 7]),
    rows: PersonSet.of(rows.map(numberOf)),
    sealedAtMs,
    closedAtMs: releasedAtMs ?? sealedAtMs + 60 * dayMs,
    destroyedAtMs: releasedAtMs,
    releases: [],
  }));
  const registered = new Map([...people.values()].map((no) => [no, 0]));
  return { sessions: holders, looks, extracts, gaps: [], registered };
}

/**
 * Changes of address of these persons, sent in as the attacker would: with number, name and birth date. How many were held.
 */
export async function sendChanges(
  agency: DrillAgency,
  numbers: readonly string[],
  mark: string,
): Promise<number> {
  const wanted = new Set(numbers.map((number) => number.replace("-", "")));
  const moved: string[] = [];
  for (const cells of agency.lines) {
    if (!wanted.has((cells[0] ?? "").replace("-", ""))) continue;
    moved.push(cells.map((cell, i) => (i === 8 ? `${cell}${mark}` : cell)).join(","));
  }
  const path = join(agency.input, `changes-${mark === "後" ? "after" : "before"}.csv`);
  await writeFile(path, `${[agency.lines.header, ...moved].join("\n")}\n`);
  const { rejected, accepted } = await importFile(agency.folder, "persons", path);
  if (rejected + accepted !== moved.length) throw new Error("changes do not add up");
  return rejected;
}
