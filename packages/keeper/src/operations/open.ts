/**
 * `open`: the only way from a sealed record to plaintext, and then only to the fields that were ordered.
 *
 * The order of durable effects is the design:
 *   1. Admit: bounds, shape, distinct persons and fields, nobody erased.  CRASH: nothing happened.
 *   2. Journal who opens which fields of whom, for what, and wait until it is durable.
 *      CRASH: before the sync nothing was opened; after it a look is counted that nobody had.
 *   3. Unwrap, decrypt, project.  CRASH: as after 2. A record that does not open refuses the whole call; the event of
 *      step 2 stands, followed by one that says so.
 *   4. Answer.  CRASH: as after 2. Over-counting is accepted, under-counting never.
 *
 * INVARIANT: no plaintext before a durable event (disk.abuse.test.ts, crash.abuse.test.ts).
 */
import { Fault } from "@kura/kernel/fault.ts";
import {
  erasedRefusal,
  findOpened,
  hexOf,
  isRefusal,
  type Keeper,
  keyPlace,
  refuseUnopened,
  type Result,
} from "../keeper.ts";
import { limits } from "../limits.ts";
import {
  decodeOpenRequest,
  encodeOpenAnswer,
  type OpenItem,
  type OpenRequest,
  type Refusal,
} from "../protocol.ts";
import { projectFacts } from "../project.ts";
import type { Slice } from "../slices.ts";

export async function openRecords(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const request = admit(decodeOpenRequest(payload));
  const refused = findErased(keeper, request);
  if (refused !== undefined) return refused;

  const { actor, purpose, caseId, fields } = request;
  const persons = request.items.map((item) => hexOf(item.personKey));
  const records = request.items.reduce((count, item) => count + item.records.length, 0);
  const event = { kind: "opened", actor, purpose, caseId, fields, persons, records } as const;
  const eventNumber = BigInt(await keeper.journal.append(event));

  // An erasure that came during the sync is obeyed: its event follows ours, and nothing has left yet.
  const refusedNow = findErased(keeper, request);
  if (refusedNow !== undefined) return refusedNow;
  const ordered = new Set(fields);
  const slice = keeper.slices.begin();
  const items: Uint8Array[][] = [];
  for (const item of request.items) {
    const opened = await openPerson(keeper, item, ordered, slice);
    if (isRefusal(opened)) return opened;
    items.push(opened);
  }
  return encodeOpenAnswer({ eventNumber, items });
}

/** @throws {Fault} `malformed-frame` for an order that means nothing or the same thing twice. */
function admit(request: OpenRequest): OpenRequest {
  const fields = new Set(request.fields);
  if (fields.size !== request.fields.length || fields.size === 0 || fields.has(0)) {
    throw new Fault("malformed-frame", "fields are 1 to 255, at least one, each once");
  }
  const persons = new Set(request.items.map((item) => hexOf(item.personKey)));
  if (persons.size !== request.items.length || persons.size === 0) {
    throw new Fault("malformed-frame", "persons are at least one, each once");
  }
  return request;
}

function findErased(keeper: Keeper, request: OpenRequest): Refusal | undefined {
  const item = request.items.find(({ personKey }) => keeper.erased.has(hexOf(personKey)));
  return item === undefined ? undefined : erasedRefusal(item.personKey);
}

async function openPerson(
  keeper: Keeper,
  item: OpenItem,
  fields: ReadonlySet<number>,
  slice: Slice,
): Promise<Uint8Array[] | Refusal> {
  const { personKey } = item;
  const dataKey = findOpened(() => keeper.cipher.unwrapKey(personKey, item.wrappedKey));
  if (dataKey === undefined) return refuseUnopened(keeper, "open", keyPlace(personKey));
  dataKey.bytes.fill(0);
  const opened: Uint8Array[] = [];
  for (const { kind, recordNo, sealed } of item.records) {
    const place = { personKey, kind, recordNo };
    const facts = findOpened(() => keeper.cipher.openRecord(place, dataKey.key, sealed));
    if (facts === undefined) return refuseUnopened(keeper, "open", place);
    opened.push(projectFacts(facts, fields));
    facts.fill(0);
    if (slice.spend(limits.recordCostBytes + sealed.length)) await slice.next();
  }
  return opened;
}
