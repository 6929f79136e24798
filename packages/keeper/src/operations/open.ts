/**
 * `open`: a look. From sealed records to the fields that were ordered, sealed to the session that ordered them.
 *
 * The order of durable effects is the design:
 *   1. Admit: bounds, shape, session, signature, freshness, purpose, fields, persons, budget.
 *      CRASH: nothing happened.
 *   2. Journal who opens which fields of whom, for what, and wait until it is durable.
 *      CRASH: before the sync nothing was opened; after it a look is counted that nobody had.
 *   3. Unwrap, decrypt, project.  CRASH: as after 2. A record that does not open refuses the whole call; the event of
 *      step 2 stands, followed by one that says so.
 *   4. Seal to the session, answer.  CRASH: as after 2. Over-counting is accepted, under-counting never.
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
  recordOfPersons,
  refuseUnopened,
  type Result,
} from "../keeper.ts";
import { limits } from "../limits.ts";
import { projectFacts } from "../reading/project.ts";
import { type Operation, type Refusal, sealedOverheadBytes } from "../protocol/protocol.ts";
import {
  decodeOpenRequest,
  encodeOpenedPersons,
  encodeSealedAnswer,
  type OpenItem,
} from "../protocol/orders.ts";
import type { Slice } from "../slices.ts";
import { admit } from "./admit.ts";

export async function openRecords(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { order: signed, items } = decodeOpenRequest(payload);
  const given = distinctPersons(items);
  if (given.length === 0) throw new Fault("malformed-frame", "malformed frame: nobody is given");
  const admission = admit(keeper, signed, ["look"], given);
  if ("refusal" in admission) return admission.refusal;
  const { order, session, ordered, isNearBudget } = admission;
  const records = items.reduce((count, item) => count + item.records.length, 0);
  const event = {
    kind: "opened",
    ...ordered,
    fields: order.fields,
    persons: given.map(hexOf),
    records,
  } as const;
  const eventNumber = BigInt(await recordOfPersons(keeper, event));

  // An erasure that came during the sync is obeyed: its event follows ours, and nothing has left yet.
  const erased = given.find((personKey) => keeper.state.erased.has(hexOf(personKey)));
  if (erased !== undefined) return erasedRefusal(erased);
  const fields = new Set(order.fields);
  const slice = keeper.slices.begin();
  const persons: { personKey: Uint8Array; records: readonly Uint8Array[] }[] = [];
  for (const item of items) {
    const opened = await openPerson(keeper, "open", item, (facts) => projectFacts(facts, fields), slice);
    if (isRefusal(opened)) return opened;
    persons.push({ personKey: item.personKey, records: opened });
  }
  const plaintext = encodeOpenedPersons({ eventNumber, isNearBudget, persons });
  const answer = session.sealAnswer(keeper.hpke, order.number, signed.text, plaintext);
  plaintext.fill(0);
  return encodeSealedAnswer({ eventNumber, isNearBudget, ...answer });
}

/** @throws {Fault} `malformed-frame` for a person given twice. */
export function distinctPersons(items: readonly Pick<OpenItem, "personKey">[]): Uint8Array[] {
  if (new Set(items.map(({ personKey }) => hexOf(personKey))).size !== items.length) {
    throw new Fault("malformed-frame", "malformed frame: a person is given twice");
  }
  return items.map(({ personKey }) => personKey);
}

/** What `read` makes of each of a person's records; the opened facts and the key are wiped behind it. */
export async function openPerson<T>(
  keeper: Keeper,
  operation: Operation,
  { personKey, wrappedKey, records }: OpenItem,
  read: (facts: Uint8Array) => T,
  slice: Slice,
): Promise<T[] | Refusal> {
  const dataKey = findOpened(() => keeper.cipher.unwrapKey(personKey, wrappedKey));
  if (dataKey === undefined) return refuseUnopened(keeper, operation, keyPlace(personKey));
  try {
    const opened: T[] = [];
    for (const { kind, recordNo, sealed } of records) {
      const place = { personKey, kind, recordNo };
      const facts = Buffer.alloc(Math.max(0, sealed.length - sealedOverheadBytes));
      if (!keeper.cipher.openRecordInto(facts, 0, place, dataKey, sealed))
        return await refuseUnopened(keeper, operation, place);
      opened.push(read(facts));
      facts.fill(0);
      if (slice.spend(limits.recordCostBytes + sealed.length)) await slice.next();
    }
    return opened;
  } finally {
    dataKey.fill(0);
  }
}
