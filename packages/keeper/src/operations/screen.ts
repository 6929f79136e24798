/**
 * `screen`, `agree`, `screen-part`: which of an order's candidates meet a criterion that needs plaintext. One bit each leaves.
 *
 * The criterion comes sealed in the order, and again, from its own author, in the second actor's; the custodian, who keeps the
 * order's text and brings it with each part, reads neither. A part then goes this way:
 *   1. Decide: agreed upon, this order, these candidates and no others.  CRASH: nothing happened.
 *   2. Journal who is compared, with a link in each person's own chain; wait until it is durable.
 *      CRASH: persons are counted of whom nobody was told; the part is asked for again, and counted again.
 *   3. Open into one scratch memory, compare, wipe.  CRASH: as after 2.
 *   4. Journal of whom the answer tells, wait until it is durable; answer.  CRASH: persons are counted of whom nobody was told.
 *
 * An erased person meets nothing and is in no event. A honey person is compared and answered like anybody; asked for alone, it
 * is an alarm as a look at it would be. In a screen that two agreed upon it is not, because everybody is in those: whoever
 * looks at it afterwards is stopped. INVARIANT: no plaintext before a durable event, none in an answer (screen.abuse.test.ts).
 */
import { hash } from "node:crypto";
import { equalBytes } from "@kura/kernel/bytes.ts";
import { decodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import type { OrderKind } from "../client-side.ts";
import type { Ordered, OrderEvidence } from "../journal-event.ts";
import {
  hexOf,
  type Keeper,
  keyPlace,
  record,
  recordOfPersons,
  refuseUnopened,
  type Result,
} from "../keeper.ts";
import { limits } from "../limits.ts";
import { parseOrder } from "../order.ts";
import { encodeEventNumber, type Place, type Refusal, sealedOverheadBytes } from "../protocol.ts";
import { partRows } from "../protocol-extracts.ts";
import { decodeSignedOrder } from "../protocol-orders.ts";
import {
  candidateStep,
  type Criterion,
  decodeAgreeRequest,
  decodeCriterion,
  decodeScreenPart,
  encodeCriterion,
  encodeScreenedPart,
  fieldsOfCriterion,
  type ScreenPart,
} from "../protocol-screens.ts";
import { dataKeyBytes } from "../record-cipher.ts";
import { meets, tellsOfOthers } from "../screen-match.ts";
import {
  type AskedScreen,
  isAlone,
  refuseAgreement,
  refuseScreening,
  type ScreenRefusal,
} from "../screens.ts";
import { admit, findSealed } from "./admit.ts";
import { PartMaterial } from "./part-material.ts";

/** What a refusal says of an order that was admitted. */
interface Refusable {
  readonly order: { readonly kind: OrderKind };
  readonly ordered: Ordered & OrderEvidence;
}

export async function requestScreen(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["screen"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  if (keeper.state.screens.find(order.case) !== undefined) return refuse(keeper, admission, "screen-exists");
  const criterion = findSealed(keeper, order, order.sealedCriterion, decodeCriterion);
  if (criterion === undefined) return unreadable;
  const { fields, candidates, selection } = order;
  // The purpose was asked about the fields that the order names: those, and no others, are compared.
  if (fields.join() !== fieldsOfCriterion(criterion).join()) return refuse(keeper, admission, "other-fields");
  const budget = { holder: ordered.actor, office: ordered.office, rows: candidates };
  const event = { kind: "screen-requested", ...ordered, fields, candidates, selection } as const;
  const isOwn = isAlone(keeper.state.roster, order);
  return eventNumber(await record(keeper, { ...event, ...(isOwn && { budget }) }));
}

export async function agreeToScreen(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const given = decodeAgreeRequest(payload);
  const admission = admit(keeper, decodeSignedOrder(given.order), ["agree"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  const screen = keeper.state.screens.find(order.case);
  const refusal = refuseAgreement(screen, ordered.actor, order.request, keeper.journal.nowMs());
  if (screen === undefined || refusal !== undefined)
    return refuse(keeper, admission, refusal ?? "unknown-screen");
  if (digestOf(given.request) !== order.request) return refuse(keeper, admission, "other-request");
  const [said, asked] = [
    findSealed(keeper, order, order.sealedCriterion, decodeCriterion),
    findCriterion(keeper, given.request),
  ];
  if (said === undefined || asked === undefined) return unreadable;
  if (!equalBytes(encodeCriterion(said), encodeCriterion(asked))) {
    return refuse(keeper, admission, "other-criterion");
  }
  return eventNumber(await record(keeper, { kind: "screen-agreed", ...ordered, budget: screen.spender }));
}

export async function screenPart(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const given = decodeScreenPart(payload);
  const material = new PartMaterial(given);
  const screen = keeper.state.screens.find(given.screenId);
  const refusal = refusePart(keeper, screen, given, material);
  if (screen === undefined || refusal !== undefined) {
    return { outcome: "screen-refused", reason: refusal ?? "unknown-screen" };
  }
  const criterion = findCriterion(keeper, given.request);
  if (criterion === undefined) return unreadable;
  const ordered = orderedOf(screen);
  const persons = material.persons.filter((_, i) => isThere(keeper, material, i));
  const { part } = given;
  const { fields } = screen.requested;
  const shared = { ...ordered, fields, part };
  const behind = hexOf(given.behind);
  const compared = { kind: "screened", ...shared, behind, persons } as const;
  const comparedNumber = await recordOfPersons(keeper, compared);
  const matched = await comparePersons(keeper, material, criterion);
  if (!(matched instanceof Uint8Array)) return refuseUnopened(keeper, "screen-part", matched);
  const told = tellsOfOthers(criterion) ? persons : material.persons.filter((_, i) => matched[i] === 1);
  const found = { kind: "found", ...shared, persons: told } as const;
  const number = told.length === 0 ? comparedNumber : await recordOfPersons(keeper, found);
  if (screen.isAlone && persons.some((person) => keeper.honey.has(person))) {
    await record(keeper, { kind: "alarm", reason: "honey", orderKind: "screen", ...ordered });
  }
  return encodeScreenedPart({ eventNumber: BigInt(number), matched });
}

const unreadable: Refusal = { outcome: "does-not-open", reason: "the criterion does not open in this order" };

/** Candidates that are not those of the order, in this place, are nobody's to compare. */
function refusePart(
  { state, journal }: Keeper,
  screen: AskedScreen | undefined,
  { part, request, behind, personKeys }: ScreenPart,
  { persons }: PartMaterial,
): ScreenRefusal | undefined {
  const step = hash("sha256", candidateStep(behind, personKeys), "hex");
  const asked = { part, request: digestOf(request), step, behind: hexOf(behind) };
  const refusal = refuseScreening(screen, asked, state.roster, journal.nowMs());
  if (screen === undefined || refusal !== undefined) return refusal;
  // Twice in one event a person would have two links with one number.
  const isFull = persons.length === partRows(screen.requested.candidates, part);
  return isFull && new Set(persons).size === persons.length ? undefined : "other-persons";
}

/** The criterion of an order that was admitted; its text was told by its digest. */
function findCriterion(keeper: Keeper, text: string): Criterion | undefined {
  const order = parseOrder(text);
  return order.kind === "screen"
    ? findSealed(keeper, order, order.sealedCriterion, decodeCriterion)
    : undefined;
}

function isThere({ state }: Keeper, material: PartMaterial, i: number): boolean {
  return material.hasKey(i) && !state.erased.has(material.persons[i] ?? "");
}

/** 1 for each person who meets the criterion; or where something does not open. */
async function comparePersons(
  keeper: Keeper,
  material: PartMaterial,
  criterion: Criterion,
): Promise<Uint8Array | Place> {
  const slice = keeper.slices.begin();
  const matched = new Uint8Array(material.persons.length);
  const dataKeys = keeper.cipher.unwrapKeys(material.personKeys, material.wrappedKeys);
  const scratch = new Uint8Array(material.personBytesMax);
  for (const [i, personKey] of material.personKeys.entries()) {
    const records = material.takeRecords(i);
    if (!isThere(keeper, material, i)) continue;
    const dataKey = dataKeys.subarray(i * dataKeyBytes, (i + 1) * dataKeyBytes);
    // Zeros are no key that was ever drawn: this one does not open.
    if (dataKey.every((byte) => byte === 0)) return keyPlace(personKey);
    const opened: FactValue[][] = [];
    for (const { kind, recordNo, sealed } of records) {
      const place = { personKey, kind, recordNo };
      if (!keeper.cipher.openRecordInto(scratch, 0, place, dataKey, sealed)) return place;
      opened.push(decodeFactList(scratch.subarray(0, sealed.length - sealedOverheadBytes)));
      scratch.fill(0);
    }
    dataKey.fill(0);
    if (meets(opened, criterion)) matched[i] = 1;
    if (slice.spend(limits.recordCostBytes * (1 + records.length))) await slice.next();
  }
  return matched;
}

function orderedOf({ requested }: AskedScreen): Ordered & OrderEvidence {
  const { session, actor, office, orderNumber, purpose, caseId, caseKind, order, signature } = requested;
  return { session, actor, office, orderNumber, purpose, caseId, caseKind, order, signature };
}

/** The order was the actor's own, so its refusal is an event. */
async function refuse(
  keeper: Keeper,
  { order, ordered }: Refusable,
  reason: ScreenRefusal,
): Promise<Refusal> {
  const outcome = "screen-refused";
  await record(keeper, { kind: "denied", orderKind: order.kind, outcome, reason, ...ordered });
  return { outcome, reason };
}

function digestOf(text: string): string {
  return hash("sha256", text, "hex");
}

function eventNumber(number: number): Uint8Array {
  return encodeEventNumber(BigInt(number));
}
