/** A screen of a few synthetic persons, by the same calls as everybody's; each step can be changed by a test. */
import { createHash } from "node:crypto";
import { encodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { type OrderSession, orderDigest } from "../src/order-session.ts";
import { extractPartRows } from "../src/protocol/extracts.ts";
import { encodeSignedOrder, type OpenItem, type SignedOrder } from "../src/protocol/orders.ts";
import {
  candidateStep,
  type Criterion,
  decodeScreenedPart,
  encodeAgreeRequest,
  encodeCriterion,
  encodeScreenPart,
  fieldsOfCriterion,
  type ScreenedPart,
  type ScreenOrder,
} from "../src/protocol/screens.ts";
import { type Answer, decodeEventNumber } from "../src/protocol/protocol.ts";
import { type Client, personKey, sealItem, valueOf } from "./keeper-process.ts";

export const screenId = (n: number): string => `00000000-0000-7000-8000-5c5eee${String(n).padStart(6, "0")}`;

export interface ScreenPlan {
  readonly id: string;
  readonly items: readonly OpenItem[];
  readonly criterion: Criterion;
}

/** One record for each person, of these facts. */
export async function sealedPersons(
  client: Client,
  persons: ReadonlyMap<number, readonly FactValue[]>,
): Promise<OpenItem[]> {
  const items = [...persons].map(([n, facts]) => sealItem(n, { facts: encodeFactList(facts) }));
  const sealed = valueOf(await client.seal(...items));
  return sealed.items.map(({ wrappedKey, sealed: bytes }, i) => ({
    personKey: items[i]?.personKey ?? personKey(0),
    wrappedKey,
    records: [{ kind: 1, recordNo: 1, sealed: bytes }],
  }));
}

const keysOf = (items: readonly OpenItem[]): Uint8Array =>
  Buffer.concat(items.map(({ personKey: key }) => key));
const zeros = new Uint8Array(32);

/** The step of each part, and zeros behind the last. */
export function stepsOf(items: readonly OpenItem[]): Uint8Array[] {
  const steps: Uint8Array[] = [zeros];
  for (let part = Math.ceil(items.length / extractPartRows) - 1; part >= 0; part--) {
    const persons = items.slice(part * extractPartRows, (part + 1) * extractPartRows);
    const behind = steps[0] ?? zeros;
    steps.unshift(
      createHash("sha256")
        .update(candidateStep(behind, keysOf(persons)))
        .digest(),
    );
  }
  return steps;
}

export async function screenOrder(
  client: Client,
  session: OrderSession,
  { id, items, criterion }: ScreenPlan,
  change: Partial<Pick<ScreenOrder, "fields" | "candidates" | "purpose">> = {},
): Promise<SignedOrder> {
  const { hpkeKey } = await client.status();
  return session.order({
    kind: "screen",
    purpose: "record-matching",
    case: id,
    caseKind: "screen",
    fields: fieldsOfCriterion(criterion),
    candidates: items.length,
    selection: encodeHex(stepsOf(items)[0] ?? zeros),
    sealedCriterion: session.sealForNext("screen", hpkeKey, encodeCriterion(criterion)),
    ...change,
  });
}

export function sendScreen(client: Client, order: SignedOrder): Promise<Answer<bigint>> {
  return client.call("screen", encodeSignedOrder(order), decodeEventNumber);
}

export async function agree(
  client: Client,
  session: OrderSession,
  { id, criterion }: ScreenPlan,
  request: SignedOrder,
): Promise<Answer<bigint>> {
  const { hpkeKey } = await client.status();
  const sealedCriterion = session.sealForNext("agree", hpkeKey, encodeCriterion(criterion));
  const order = session.order({
    kind: "agree",
    purpose: "extract-approval",
    case: id,
    caseKind: "screen",
    request: orderDigest(request.text),
    sealedCriterion,
  });
  const payload = encodeAgreeRequest({ order, request: request.text });
  return client.call("agree", payload, decodeEventNumber);
}

/** One part of the plan, with other persons in it where some are given. */
export function screenPartOf(
  client: Client,
  { id, items }: ScreenPlan,
  request: SignedOrder,
  change: { readonly part?: number; readonly given?: readonly OpenItem[]; readonly behind?: Uint8Array } = {},
): Promise<Answer<ScreenedPart>> {
  const { part = 0 } = change;
  const given = change.given ?? items.slice(part * extractPartRows, (part + 1) * extractPartRows);
  const records = new WireWriter();
  for (const [i, item] of given.entries()) {
    for (const { kind, recordNo, sealed } of item.records)
      records.u16(i).u8(kind).u32(recordNo).bytes(sealed);
  }
  const payload = encodeScreenPart({
    screenId: id,
    part,
    request: request.text,
    behind: change.behind ?? stepsOf(items)[part + 1] ?? zeros,
    personKeys: keysOf(given),
    wrappedKeys: Buffer.concat(given.map(({ wrappedKey }) => wrappedKey)),
    records: records.finish(),
  });
  return client.call("screen-part", payload, decodeScreenedPart);
}
