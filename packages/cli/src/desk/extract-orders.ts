/** Orders of extracts from an operator's desk: signed here, relayed by the custodian's code, obeyed or refused by the keeper. */
import { randomInt } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";
import { refusalTitles } from "@kura/custodian/disclosure/refusals.ts";
import {
  approveExtract,
  endExtract,
  previewExtract,
  releaseExtract,
  requestExtract,
} from "@kura/custodian/extracts/extracts.ts";
import { digestSelection, type PlannedExtract } from "@kura/custodian/extracts/plan-extract.ts";
import { type ExtractState, findRequest, listAt } from "@kura/custodian/extracts/store.ts";
import {
  decodeReleased,
  drawSample,
  encodeHoneyRows,
  extractCaseKind,
  type Released,
} from "@kura/keeper/protocol/extracts.ts";
import { decodeFoundPersons, type FoundPersons } from "@kura/keeper/protocol/orders.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import type { ReleaseWanted } from "../recipient/open-extract.ts";
import type { Desk } from "./desk.ts";
import { makeHoneyRows } from "./honey-rows.ts";

/** Purposes that serve extracts in the demo roster; an agency names its own. */
export const extractPurposes = {
  approval: "extract-approval",
  receipt: "extract-receipt",
} as const;

export interface Asked {
  readonly purpose: string;
  /** The credential that may open it. */
  readonly holder: string;
  readonly workstation: string;
  /** Field numbers. */
  readonly fields: readonly number[];
  readonly expiresMs: number;
}

/** @returns the number of its event. @throws {Fault} with the refusal as its code. */
export async function orderExtract(desk: Desk, planned: PlannedExtract, asked: Asked): Promise<bigint> {
  const { extractId, rows, chunkRows, honeyAt, selection } = planned;
  const { purpose, ...terms } = asked;
  const head = { purpose, case: extractId, caseKind: extractCaseKind } as const;
  const order = desk.orders.order({
    kind: "extract",
    ...head,
    ...terms,
    rows,
    chunkRows,
    honeyAt,
    selection,
  });
  return mustBeOk(await requestExtract(desk, order));
}

/**
 * Some of its persons, masked; the look is journalled and costs the approver's budget. Their rows are drawn here: whoever
 * is shown for a row must stand in it when the extract is sealed, so that no custodian shows a harmless sample.
 */
export async function orderPreview(desk: Desk, extractId: string): Promise<FoundPersons> {
  const request = await findRequest(desk.databases.register, extractId);
  if (request === undefined) throw notAskedFor();
  const rows = drawSample(request, (below) => randomInt(below));
  const some = await listAt(desk.databases.register, extractId, rows);
  const persons = some.map((person) => person.replaceAll("-", ""));
  const head = { purpose: extractPurposes.approval, case: extractId, caseKind: extractCaseKind } as const;
  const order = desk.orders.order({ kind: "preview", ...head, rows, persons });
  const answer = mustBeOk(await previewExtract(desk, order, some));
  return decodeFoundPersons(desk.orders.open(order, answer));
}

/**
 * Approves the request as the journal has it, with honey rows made here.
 *
 * @throws {Fault} `other-selection` when the rows in the database are not those of the request.
 */
export async function orderApproval(desk: Desk, state: ExtractState): Promise<bigint> {
  const { extractId, fields } = state;
  const request = await findRequest(desk.databases.register, extractId);
  if (request === undefined) throw notAskedFor();
  if ((await digestSelection(desk.databases.register, extractId)) !== request.selection) {
    throw new Fault("other-selection", "the rows of this extract are not those that were asked for");
  }
  const honey = encodeHoneyRows(makeHoneyRows(request.honeyAt.length, fields));
  const { hpkeKey } = await desk.keeper.status();
  const sealedHoney = desk.orders.sealForNext("approve", hpkeKey, honey);
  const head = { purpose: extractPurposes.approval, case: extractId, caseKind: extractCaseKind } as const;
  const order = desk.orders.order({ kind: "approve", ...head, request: request.order, sealedHoney });
  return mustBeOk(await approveExtract(desk, order));
}

function notAskedFor(): Fault<"unknown-extract"> {
  return new Fault("unknown-extract", "nobody has asked for this extract, or the journal is not copied yet");
}

/** @param purpose one that the actor holds and that serves the order. */
export async function orderEnd(
  desk: Desk,
  extractId: string,
  kind: "revoke" | "attest-destroyed",
  purpose: string,
): Promise<bigint> {
  const order = desk.orders.order({ kind, purpose, case: extractId, caseKind: extractCaseKind });
  return mustBeOk(await endExtract(desk, order));
}

export async function orderRelease(desk: Desk, wanted: ReleaseWanted): Promise<Released> {
  const order = desk.orders.order(releaseContent(wanted));
  return decodeReleased(desk.orders.open(order, mustBeOk(await releaseExtract(desk, order))));
}

export function releaseContent({ extractId, firstChunk, chunks, sealedFileKey }: ReleaseWanted) {
  return {
    kind: "release",
    purpose: extractPurposes.receipt,
    case: extractId,
    caseKind: extractCaseKind,
    firstChunk,
    chunks,
    sealedFileKey: Buffer.from(sealedFileKey).toString("base64"),
  } as const;
}

/** A refusal of an extract has the keeper's reason as its code: it says which rule was met. */
export function mustBeOk<T>(answer: Answer<T>): T {
  if (answer.outcome === "ok") return answer.value;
  const { outcome, reason } = answer;
  if (outcome !== "extract-refused") throw new Fault(outcome, refusalTitles[outcome]);
  throw new Fault(reason, `${refusalTitles[outcome]}: ${reasonWords[reason] ?? reason}`);
}

/** The keeper's reasons (`keeper/src/orders/extracts.ts`) in words. */
const reasonWords: Readonly<Record<string, string>> = {
  "extract-exists": "it was asked for before",
  "unknown-holder": "the roster has no such credential",
  "expiry-out-of-range": "it expires in the past, or later than a quarter of a year from now",
  "unknown-extract": "nobody has asked for it",
  revoked: "it was revoked",
  destroyed: "its holder attested that it was destroyed",
  expired: "it has expired",
  "approved-before": "it was approved before",
  "same-actor": "whoever asked for it, or is to hold it, cannot approve it",
  "not-previewed": "whoever approves looks at some of its persons first",
  "other-sample": "the persons who were shown are not those in these rows",
  "sealed-too-often": "a part of it was sealed again and again; ask for it anew",
  "other-request": "the request is another than the one approved",
  "not-approved": "no second actor has approved it",
  "other-selection": "its persons are not those that were approved",
  "not-sealed": "it is not sealed yet",
  "not-the-holder": "it is for another holder's key",
  "other-workstation": "it is for another workstation",
  "no-such-chunk": "it has no such rows",
};
