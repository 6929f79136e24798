/**
 * Four weeks of ordinary work: 949 requests of the kinds whose files were stolen in 2015. Most are worked off inside, person
 * by person in cases; those that a printing house needs leave as sealed files on the file share.
 */
import { randomInt } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { makeHoneyRows } from "@kura/cli/desk/honey-rows.ts";
import { type AskRelease, openExtract } from "@kura/cli/recipient/open-extract.ts";
import { releaseContent } from "@kura/cli/desk/extract-orders.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import {
  approveExtract,
  endExtract,
  previewExtract,
  releaseExtract,
  requestExtract,
} from "@kura/custodian/extracts/extracts.ts";
import { planExtract } from "@kura/custodian/extracts/plan-extract.ts";
import { sealExtract } from "@kura/custodian/extracts/seal-extract.ts";
import { findRequest, listAt } from "@kura/custodian/extracts/store.ts";
import { writeFile } from "@kura/custodian/extracts/write-file.ts";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { Fault } from "@kura/kernel/fault.ts";
import {
  decodeReleased,
  drawSample,
  encodeHoneyRows,
  extractCaseKind,
} from "@kura/keeper/protocol/extracts.ts";
import { mustBeOk } from "../../packages/custodian/test/signed-in.ts";
import { type Clerk, type Desk, type Desks, type DrillAgency, dayMs } from "./agency.ts";
import { waves } from "./story.ts";

/** Of the 949: those that go to a printing house; all others are work that is done inside. */
const sealedRequests = 95;
export const requests = 949;
/** From 25 April to the day of the last mail. */
const workDays = 26;
/** Persons whom one piece of work inside is about: a lot of a list. */
const lotPersons = 20;
/** Requests that a clerk works off in one sitting. */
const lotsInSitting = 7;

export interface SealedFile {
  readonly extractId: string;
  readonly path: string;
  readonly rows: readonly string[];
  readonly releasedAtMs: number | undefined;
  readonly sealedAtMs: number;
}

export interface Share {
  readonly dir: string;
  readonly files: readonly SealedFile[];
}

/** @param people keys of everybody. */
export async function workForWeeks(
  agency: DrillAgency,
  desks: Desks,
  keeper: KeeperClient,
  people: readonly string[],
): Promise<Share> {
  const dir = join(agency.input, "share");
  await mkdir(dir);
  const inside = requests - sealedRequests;
  const sittings = Math.ceil(inside / lotsInSitting);
  const files: SealedFile[] = [];
  let done = 0;
  for (let day = 0; day < workDays; day++) {
    const until = Math.min(inside, Math.ceil((sittings * (day + 1)) / workDays) * lotsInSitting);
    for (const hour of hoursOf(day)) {
      await agency.clock.moveTo(day, hour);
      for (const workstation of openersAt(day, hour)) {
        done += await openMail(agency, desks, workstation, people, done, [day, hour]);
      }
      // Half of the day's work in the morning, the rest in the afternoon.
      const half = hour < afternoon ? Math.ceil((done + until) / 2) : until;
      while (isSittingHour(hour) && done < half) {
        const clerk = agency.clerks[Math.floor(done / lotsInSitting) % agency.clerks.length];
        if (clerk === undefined) throw new Error("there are no clerks");
        done += await sit(desks, clerk, people, done, Math.min(lotsInSitting, until - done));
      }
    }
    const sealedUntil = Math.ceil((sealedRequests * (day + 1)) / workDays);
    files.push(...(await sealSome(agency, desks, keeper, people, dir, files.length, sealedUntil)));
  }
  return { dir, files };
}

const morning = 9;
const afternoon = 14;
const isSittingHour = (hour: number): boolean => hour === morning || hour === afternoon;

/** When something happens on that day, in order. */
function hoursOf(day: number): number[] {
  const ofMails = waves.filter((wave) => wave.day === day).map(({ hour }) => hour);
  return [...new Set([morning, afternoon, ...ofMails])].toSorted((a, b) => a - b);
}

function openersAt(day: number, hour: number): readonly string[] {
  return waves.filter((wave) => wave.day === day && wave.hour === hour).flatMap(({ openedBy }) => openedBy);
}

/**
 * Somebody at work opens a mail: what stood on the screen before, and what they look at behind it, is within the attacker's
 * reach from then on. The mail itself is told, not sent (`story.ts`).
 */
async function openMail(
  agency: DrillAgency,
  desks: Desks,
  workstation: string,
  people: readonly string[],
  first: number,
  [day, hour]: readonly [number, number],
): Promise<number> {
  const clerk = agency.clerks.find((one) => one.workstation === workstation);
  if (clerk === undefined) throw new Error("nobody sits where the mail is opened");
  const desk = await desks.signIn(clerk.key, clerk.office, workstation);
  await lookAtLot(desks, desk, people, first);
  await agency.clock.moveTo(day, hour + 0.5);
  await lookAtLot(desks, desk, people, first + 1);
  await desks.signOut(desk);
  return 2;
}

async function sit(
  desks: Desks,
  clerk: Clerk,
  people: readonly string[],
  first: number,
  lots: number,
): Promise<number> {
  const desk = await desks.signIn(clerk.key, clerk.office, clerk.workstation);
  for (let lot = first; lot < first + lots; lot++) await lookAtLot(desks, desk, people, lot);
  await desks.signOut(desk);
  return lots;
}

async function lookAtLot(desks: Desks, desk: Desk, people: readonly string[], lot: number): Promise<void> {
  const persons = Array.from({ length: lotPersons }, (_, i) => pick(people, lot * 31 + i * 977));
  if ((await desks.look(desk, [...new Set(persons)])) === undefined)
    throw new Error("ordinary work was refused");
}

function pick(people: readonly string[], n: number): string {
  return people[n % people.length] ?? "";
}

/** Requested by the operator, approved by the approver, sealed, put on the share; one in five is opened by its holder. */
async function sealSome(
  agency: DrillAgency,
  desks: Desks,
  keeper: KeeperClient,
  people: readonly string[],
  dir: string,
  from: number,
  until: number,
): Promise<SealedFile[]> {
  if (from >= until) return [];
  const operator = await desks.signIn(agency.operator, "head-office", "desk-operator");
  const approver = await desks.signIn(agency.approver, "head-office", "desk-approver");
  const files: SealedFile[] = [];
  for (let n = from; n < until; n++) {
    const size = Math.max(1, Math.floor(people.length / requests));
    const rows = people.slice((n * size) % people.length).slice(0, size);
    const extractId = await requestAndApprove(agency, desks, keeper, operator, approver, rows);
    await sealExtract(desks.parts, extractId, agency.clock.now);
    const sealedAtMs = agency.clock.nowMs();
    const path = join(dir, `${extractId}.age`);
    await writeFile(desks.parts, extractId, path, { actor: operator.asker.actor, now: agency.clock.now });
    const releasedAtMs = n % 5 === 0 ? await openAsHolder(agency, desks, extractId, path) : undefined;
    files.push({ extractId, path, rows, releasedAtMs, sealedAtMs });
  }
  await desks.signOut(operator);
  await desks.signOut(approver);
  return files;
}

async function requestAndApprove(
  agency: DrillAgency,
  desks: Desks,
  keeper: KeeperClient,
  operator: Desk,
  approver: Desk,
  persons: readonly string[],
): Promise<string> {
  const { parts } = desks;
  const { clock } = agency;
  const plan = { register: parts.databases.register, now: clock.now, makeId: parts.makeId };
  const asked = { criteria: { persons: [...persons] }, tokens: [], reason: "letters of the drill" };
  const { extractId, rows, chunkRows, honeyAt, selection } = await planExtract(plan, asked);
  const head = { case: extractId, caseKind: extractCaseKind } as const;
  const fields = [fieldNumbers.pensionNumber, fieldNumbers.name, fieldNumbers.birthDate];
  const expiresMs = clock.nowMs() + 60 * dayMs;
  const terms = { holder: agency.recipient.credential, workstation: "printer", fields, expiresMs };
  const request = {
    kind: "extract",
    purpose: "bulk-matching",
    ...head,
    ...terms,
    rows,
    chunkRows,
    honeyAt,
    selection,
  } as const;
  mustBeOk(await requestExtract(parts, operator.orders.order(request, clock.nowMs())));
  await projectJournal(parts.databases.register, journalSource(keeper));
  const rowsShown = drawSample({ rows, honeyAt }, (below) => randomInt(below));
  const some = await listAt(parts.databases.register, extractId, rowsShown);
  const approval = { purpose: "extract-approval", ...head } as const;
  const shown = some.map((person) => person.replaceAll("-", ""));
  const preview = approver.orders.order(
    { kind: "preview", ...approval, rows: rowsShown, persons: shown },
    clock.nowMs(),
  );
  mustBeOk(await previewExtract(parts, preview, some));
  const journalled = await findRequest(parts.databases.register, extractId);
  if (journalled === undefined) throw new Error("an extract's request is not in the journal's copy");
  const honey = encodeHoneyRows(makeHoneyRows(honeyAt.length, fields));
  const sealedHoney = approver.orders.sealForNext("approve", desks.hpkeKey, honey);
  const approve = { kind: "approve", ...approval, request: journalled.order, sealedHoney } as const;
  mustBeOk(await approveExtract(parts, approver.orders.order(approve, clock.nowMs())));
  return extractId;
}

/** Asks the keeper for a release in this session, as a recipient's program does. */
export function releaseIn(agency: DrillAgency, desks: Desks, desk: Desk): AskRelease {
  return async (wanted) => {
    const order = desk.orders.order(releaseContent(wanted), agency.clock.nowMs());
    const answer = await releaseExtract(desks.parts, order);
    if (answer.outcome !== "ok") throw new Fault(answer.outcome, "the keeper released nothing");
    return decodeReleased(desk.orders.open(order, answer.value));
  };
}

/** The printing house opens it whole, prints, and attests that no copy is left. */
async function openAsHolder(
  agency: DrillAgency,
  desks: Desks,
  extractId: string,
  path: string,
): Promise<number> {
  const { clock, recipient } = agency;
  const desk = await desks.signIn(recipient, "head-office", "printer");
  const releasedAtMs = clock.nowMs();
  const opened = openExtract(path, undefined, releaseIn(agency, desks, desk));
  let rows = 0;
  for await (const part of opened) rows += part.rows.length;
  if (rows === 0) throw new Error("a holder could not open an extract");
  const attest = {
    kind: "attest-destroyed",
    purpose: "extract-receipt",
    case: extractId,
    caseKind: extractCaseKind,
  } as const;
  mustBeOk(await endExtract(desks.parts, desk.orders.order(attest, clock.nowMs())));
  await desks.signOut(desk);
  return releasedAtMs;
}
