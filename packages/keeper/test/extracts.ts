/** An extract of a few synthetic persons, by the same calls as everybody's; each step can be changed by a test. */
import { createHash } from "node:crypto";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { openGcm, sealOnce } from "../src/crypto/hpke.ts";
import { type OrderContent, type OrderSession, orderDigest } from "../src/order-session.ts";
import {
  chunkOverheadBytes,
  decodeChunkRows,
  decodeReleased,
  decodeSealedPart,
  encodeExtractPart,
  encodeHoneyRows,
  encodePreviewRequest,
  extractPartRows,
  type ExtractTerms,
  fileKeyAad,
  fileKeyInfo,
  type Released,
  sampleSize,
  type SealedPart,
  selectionStep,
} from "../src/protocol/extracts.ts";
import {
  decodeFoundPersons,
  decodeSealedAnswer,
  encodeSignedOrder,
  type FoundPersons,
  type OpenItem,
  type SignedOrder,
} from "../src/protocol/orders.ts";
import { type Answer, decodeEventNumber } from "../src/protocol/protocol.ts";
import { WireReader, WireWriter } from "@kura/kernel/wire.ts";
import type { RosterChange } from "../src/orders/roster.ts";
import { type Client, KeeperHome, type RunningKeeper, sealedPerson, valueOf } from "./keeper-process.ts";

export const extractId = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
export const fileKey: Uint8Array = new Uint8Array(16).fill(9);
/** Of the honey rows, in columns 3 and 10 (name, address). */
export const honeyRow: readonly string[] = ["試験 架空", "架空県蜜蜂市九丁目"];

/** A keeper that runs, and the three who have to do with an extract. */
interface SignedIn {
  readonly keeper: RunningKeeper;
  readonly client: Client;
  readonly requester: OrderSession;
  readonly approver: OrderSession;
  readonly recipient: OrderSession;
}

async function signInAll(home: KeeperHome, clockMs: number): Promise<SignedIn> {
  const keeper = await (clockMs === 0 ? home.start() : home.startAt(clockMs));
  const client = await keeper.connect();
  const requester = await client.session();
  const approver = await client.signIn(home.actors.approver);
  return { keeper, client, requester, approver, recipient: await client.signIn(home.actors.recipient) };
}

/** Extracts at a keeper of its own, which can be killed and started again; everybody signs in anew then. */
export class ExtractDesks {
  readonly home: KeeperHome;
  #now: SignedIn;
  #plans = 0;

  /** @param more changes of the demo roster. */
  static async open(more?: readonly RosterChange[]): Promise<ExtractDesks> {
    const home = new KeeperHome(more);
    return new ExtractDesks(home, await signInAll(home, 0));
  }

  private constructor(home: KeeperHome, now: SignedIn) {
    this.home = home;
    this.#now = now;
  }

  get client(): Client {
    return this.#now.client;
  }

  get requester(): OrderSession {
    return this.#now.requester;
  }

  get approver(): OrderSession {
    return this.#now.approver;
  }

  get recipient(): OrderSession {
    return this.#now.recipient;
  }

  /** @param clockMs how far its clock then stands beside the system's. */
  async restart(clockMs = 0): Promise<void> {
    await this.client.close();
    await this.#now.keeper.kill();
    this.#now = await signInAll(this.home, clockMs);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.#now.keeper.stop();
    this.home.remove();
  }

  /** An extract of its own each time. */
  newPlan(change?: Partial<ExtractTerms>, persons: readonly number[] = [1, 2, 3]): Promise<Plan> {
    return makePlan(this.client, (this.#plans += 1), persons, change);
  }

  /** Asks for it, shows it and has it approved; it is not sealed. */
  async approve(plan: Plan, shown?: Parameters<typeof preview>[3]): Promise<void> {
    const request = requestOrder(this.requester, plan);
    valueOf(await sendOrder(this.client, "extract", request));
    valueOf(await preview(this.client, this.approver, plan, shown));
    valueOf(await approve(this.client, this.approver, plan, request));
  }
}

export const refusedWith = (reason: string): { readonly outcome: string; readonly reason: string } => ({
  outcome: "extract-refused",
  reason,
});

/** The persons' own rows, and where nobody's are. */
export interface Plan {
  readonly id: string;
  readonly items: readonly OpenItem[];
  readonly terms: ExtractTerms;
}

export async function makePlan(
  client: Client,
  n: number,
  persons: readonly number[],
  change: Partial<ExtractTerms> = {},
): Promise<Plan> {
  const items: OpenItem[] = [];
  for (const person of persons) items.push(await sealedPerson(client, person));
  return { id: extractId(n), items, terms: termsOf(items, change) };
}

export function termsOf(items: readonly OpenItem[], change: Partial<ExtractTerms> = {}): ExtractTerms {
  const { honeyAt = [1] } = change;
  return {
    holder: "recipient-key",
    workstation: "test-desk",
    fields: [3, 10],
    rows: items.length + honeyAt.length,
    chunkRows: 1,
    honeyAt,
    selection: selectionOf(items, honeyAt),
    // No test takes so long, on whatever machine.
    expiresMs: Date.now() + 3_600_000,
    ...change,
  };
}

export function selectionOf(items: readonly OpenItem[], honeyAt: readonly number[]): string {
  let step: Uint8Array = new Uint8Array(32);
  let next = 0;
  for (let first = 0; next < items.length || first === 0; first += extractPartRows) {
    const honey = honeyAt.filter((row) => row >= first && row < first + extractPartRows).length;
    const persons = items.slice(next, next + extractPartRows - honey);
    next += persons.length;
    step = createHash("sha256")
      .update(
        selectionStep(
          step,
          persons.map(({ personKey }) => personKey),
        ),
      )
      .digest();
  }
  return encodeHex(step);
}

const headOf = (id: string, purpose: string) => ({ purpose, case: id, caseKind: "extract" }) as const;

/** What is asked for, as the requester's session signs it. */
export function requestOrder(session: OrderSession, { id, terms }: Plan, purpose = "mailing"): SignedOrder {
  return session.order({ kind: "extract", ...headOf(id, purpose), ...terms });
}

export function sendOrder(
  client: Client,
  operation: "extract" | "approve" | "end-extract",
  order: SignedOrder,
): Promise<Answer<bigint>> {
  return client.call(operation, encodeSignedOrder(order), decodeEventNumber);
}

/** The first rows that are somebody's. */
export function sampleOf(terms: ExtractTerms): number[] {
  const rows = Array.from({ length: terms.rows }, (_, row) => row);
  return rows.filter((row) => !terms.honeyAt.includes(row)).slice(0, sampleSize(terms));
}

export async function preview(
  client: Client,
  session: OrderSession,
  { id, items, terms }: Plan,
  change: { readonly rows?: readonly number[]; readonly items?: readonly OpenItem[] } = {},
): Promise<Answer<FoundPersons>> {
  const { rows = sampleOf(terms) } = change;
  const shown =
    change.items ??
    rows.flatMap((row) => items[row - terms.honeyAt.filter((nobody) => nobody < row).length] ?? []);
  const persons = shown.map(({ personKey }) => encodeHex(personKey));
  const order = session.order({ kind: "preview", ...headOf(id, "extract-approval"), rows, persons });
  const payload = encodePreviewRequest({ order, items: shown });
  const answer = await client.call("preview", payload, decodeSealedAnswer);
  if (answer.outcome !== "ok") return answer;
  return { outcome: "ok", value: decodeFoundPersons(session.open(order, answer.value)) };
}

export async function approve(
  client: Client,
  session: OrderSession,
  { id, terms }: Plan,
  request: SignedOrder,
  honey: readonly (readonly string[])[] = terms.honeyAt.map(() => honeyRow),
): Promise<Answer<bigint>> {
  const { hpkeKey } = await client.status();
  const sealedHoney = session.sealForNext("approve", hpkeKey, encodeHoneyRows(honey));
  const content = { ...headOf(id, "extract-approval"), request: orderDigest(request.text), sealedHoney };
  return sendOrder(client, "approve", session.order({ kind: "approve", ...content }));
}

/** Part 0 of the plan, with these persons instead of its own where some are given. */
export function sealPartOf(
  client: Client,
  { id, items }: Plan,
  given: readonly OpenItem[] = items,
  part = 0,
): Promise<Answer<SealedPart>> {
  const records = new WireWriter();
  for (const [i, item] of given.entries()) {
    for (const { kind, recordNo, sealed } of item.records) {
      records.u16(i).u8(kind).u32(recordNo).bytes(sealed);
    }
  }
  const personKeys = Buffer.concat(given.map(({ personKey }) => personKey));
  const wrappedKeys = Buffer.concat(given.map(({ wrappedKey }) => wrappedKey));
  const payload = { extractId: id, part, personKeys, wrappedKeys, records: records.finish() };
  return client.call("seal-part", encodeExtractPart(payload), decodeSealedPart);
}

/** The holder's order, as their session signs it. */
export async function releaseOrder(
  client: Client,
  session: OrderSession,
  { id }: Plan,
  firstChunk: number,
  chunks: number,
  change: Partial<Extract<OrderContent, { kind: "release" }>> = {},
): Promise<SignedOrder> {
  const { hpkeKey } = await client.status();
  const sealedFileKey = Buffer.from(sealOnce(hpkeKey, fileKeyInfo, fileKeyAad(id), fileKey)).toString(
    "base64",
  );
  const content = {
    kind: "release",
    firstChunk,
    chunks,
    sealedFileKey,
    ...headOf(id, "extract-receipt"),
  } as const;
  return session.order({ ...content, ...change });
}

/** The chunks released, opened, in their order. */
export async function release(
  client: Client,
  session: OrderSession,
  plan: Plan,
  firstChunk: number,
  chunks: number,
  change: Partial<Extract<OrderContent, { kind: "release" }>> = {},
): Promise<Answer<Released>> {
  const order = await releaseOrder(client, session, plan, firstChunk, chunks, change);
  const answer = await client.call("release", encodeSignedOrder(order), decodeSealedAnswer);
  if (answer.outcome !== "ok") return answer;
  return { outcome: "ok", value: decodeReleased(session.open(order, answer.value)) };
}

/** The rows that these keys open, from chunk `firstChunk` on; throws where a key is another chunk's. */
export function rowsOf({ chunks }: SealedPart, { chunkKeys }: Released, firstChunk: number): string[][] {
  const reader = new WireReader(chunks);
  for (let skipped = 0; skipped < firstChunk; skipped++) reader.bytes(chunks.length);
  return chunkKeys.flatMap((key) => {
    const chunk = reader.bytes(chunks.length);
    const plain = openGcm(key, chunk.subarray(0, 12), new Uint8Array(0), chunk.subarray(12));
    return chunk.length < chunkOverheadBytes ? [] : decodeChunkRows(plain, 2);
  });
}

/** A whole extract: asked for by the client's own actor, approved, sealed. */
export async function makeExtract(
  client: Client,
  approver: OrderSession,
  plan: Plan,
): Promise<{ readonly request: SignedOrder; readonly sealed: SealedPart }> {
  const request = requestOrder(await client.session(), plan);
  valueOf(await sendOrder(client, "extract", request));
  valueOf(await preview(client, approver, plan));
  valueOf(await approve(client, approver, plan, request));
  return { request, sealed: valueOf(await sealPartOf(client, plan)) };
}
