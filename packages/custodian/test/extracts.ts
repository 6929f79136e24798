/** Extracts for tests: asked for, approved and opened by the demo actors, on a real keeper and database. */
import { randomInt } from "node:crypto";
import {
  drawSample,
  encodeHoneyRows,
  extractCaseKind,
  type Released,
} from "@kura/keeper/protocol/extracts.ts";
import { decodeReleased } from "@kura/keeper/protocol/extracts.ts";
import { decodeFoundPersons } from "@kura/keeper/protocol/orders.ts";
import { openChunk, type OrderSession } from "@kura/keeper/order-session.ts";
import { decodeChunkRows } from "@kura/keeper/protocol/extracts.ts";
import { journalSource } from "../src/disclosure/journal-source.ts";
import { projectJournal } from "../src/disclosure/project-journal.ts";
import { uuidMaker } from "../src/db/uuid.ts";
import { decryptFile } from "../src/extracts/age-file.ts";
import type { Criteria } from "../src/extracts/criteria.ts";
import {
  approveExtract,
  endExtract,
  type ExtractParts,
  previewExtract,
  releaseExtract,
  requestExtract,
} from "../src/extracts/extracts.ts";
import { planExtract, type PlannedExtract } from "../src/extracts/plan-extract.ts";
import { findRequest, listAt } from "../src/extracts/store.ts";
import type { Answer } from "@kura/keeper/protocol/protocol.ts";
import type { TestKeeper } from "./keeper.ts";
import { mustBeOk, signInTo } from "./signed-in.ts";

export interface ExtractActors {
  readonly requester: OrderSession;
  readonly approver: OrderSession;
  readonly recipient: OrderSession;
}

export async function signInActors(keeper: TestKeeper): Promise<ExtractActors> {
  const [requester, approver, recipient] = [
    await signInTo(keeper.client, keeper.operator),
    await signInTo(keeper.client, keeper.approver),
    await signInTo(keeper.client, keeper.recipient),
  ];
  return { requester: requester.orders, approver: approver.orders, recipient: recipient.orders };
}

const head = (id: string, purpose: string) => ({ purpose, case: id, caseKind: extractCaseKind }) as const;

/** Names (3) and addresses (10) of whom the criteria select, for a printing house. */
export async function askFor(
  parts: ExtractParts,
  { requester }: ExtractActors,
  criteria: Criteria,
): Promise<PlannedExtract> {
  const asked = { criteria, tokens: [], reason: "a synthetic reason" };
  const now = (): Date => new Date();
  const planned = await planExtract({ register: parts.databases.register, now, makeId: uuidMaker() }, asked);
  const { extractId, rows, chunkRows, honeyAt, selection } = planned;
  const terms = { holder: "recipient-key", workstation: "test-desk", fields: [3, 4, 7, 10] };
  const expiresMs = Date.now() + 60_000;
  const order = requester.order({
    kind: "extract",
    ...head(extractId, "mailing"),
    ...terms,
    rows,
    chunkRows,
    honeyAt,
    selection,
    expiresMs,
  });
  mustBeOk(await requestExtract(parts, order));
  await projectJournal(parts.databases.register, journalSource(parts.keeper));
  return planned;
}

/** A honey row of that number, in the columns of {@link askFor}. */
export const honeyRowOf = (n: number): string[] => [
  `試験 架空${n}`,
  "シケン カクウ",
  "1949-12-31",
  `架空県蜜蜂市${n}番地`,
];

export async function approve(
  parts: ExtractParts,
  { approver }: ExtractActors,
  extractId: string,
): Promise<void> {
  const { register } = parts.databases;
  const request = await findRequest(register, extractId);
  if (request === undefined) throw new Error("the request is not in the journal's copy");
  const rows = drawSample(request, (below) => randomInt(below));
  const some = await listAt(register, extractId, rows);
  const persons = some.map((person) => person.replaceAll("-", ""));
  const look = approver.order({ kind: "preview", ...head(extractId, "extract-approval"), rows, persons });
  const seen = mustBeOk(await previewExtract(parts, look, some));
  if (decodeFoundPersons(approver.open(look, seen)).persons.length !== some.length)
    throw new Error("the approver was shown nobody");
  const { hpkeKey } = await parts.keeper.status();
  const honey = encodeHoneyRows(request.honeyAt.map(honeyRowOf));
  const sealedHoney = approver.sealForNext("approve", hpkeKey, honey);
  const content = { ...head(extractId, "extract-approval"), request: request.order, sealedHoney };
  mustBeOk(await approveExtract(parts, approver.order({ kind: "approve", ...content })));
}

/** All rows of the file that the recipient is released; throws the keeper's reason where it refuses. */
export async function openAll(
  parts: ExtractParts,
  { recipient }: ExtractActors,
  file: ReadableStream<Uint8Array>,
): Promise<string[][]> {
  let released: Released | undefined;
  const chunks = decryptFile(file, async ({ extractId, rows, chunkRows }, body) => {
    const sealedFileKey = Buffer.from(body).toString("base64");
    const order = recipient.order({
      kind: "release",
      ...head(extractId, "extract-receipt"),
      firstChunk: 0,
      chunks: Math.ceil(rows / chunkRows),
      sealedFileKey,
    });
    const answer = await releaseExtract(parts, order);
    if (answer.outcome !== "ok") throw new Error(answer.reason);
    released = decodeReleased(recipient.open(order, answer.value));
    return released.fileKey;
  });
  const rows: string[][] = [];
  let chunk = 0;
  for await (const sealed of chunks) {
    const key = released?.chunkKeys[chunk++];
    if (key === undefined || released === undefined) throw new Error("a chunk without a key");
    rows.push(...decodeChunkRows(openChunk(key, sealed), released.fields.length));
  }
  return rows;
}

export function end(
  parts: ExtractParts,
  actors: ExtractActors,
  extractId: string,
  kind: "revoke" | "attest-destroyed",
): Promise<Answer<bigint>> {
  const order =
    kind === "revoke"
      ? actors.approver.order({ kind, ...head(extractId, "extract-approval") })
      : actors.recipient.order({ kind, ...head(extractId, "extract-receipt") });
  return endExtract(parts, order);
}
