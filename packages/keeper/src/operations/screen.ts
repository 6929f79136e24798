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
import { decodeFactList } from "@kura/kernel/fact-list.ts";
import type { OrderKind } from "../client-side.ts";
import { hexOf, type Keeper, record, recordOfPersons, refuseUnopened, type Result } from "../keeper.ts";
import { parseOrder } from "../orders/order.ts";
import { encodeEventNumber, type Place, type Refusal } from "../protocol/protocol.ts";
import { partRows } from "../protocol/extracts.ts";
import { decodeSignedOrder } from "../protocol/orders.ts";
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
} from "../protocol/screens.ts";
import { meets, tellsOfOthers } from "../reading/screen-match.ts";
import {
  type AskedScreen,
  isAlone,
  refuseAgreement,
  refuseScreening,
  type ScreenRefusal,
} from "../orders/screens.ts";
import { admit, type Admitted, findSealed, orderedAs, refuseAdmitted } from "./admit.ts";
import { PartMaterial, PartOpener } from "./part-material.ts";

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
  const ordered = orderedAs(screen.requested);
  const persons = material.listThere(keeper.state.erased);
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
  material: PartMaterial,
): ScreenRefusal | undefined {
  const step = hash("sha256", candidateStep(behind, personKeys), "hex");
  const asked = { part, request: digestOf(request), step, behind: hexOf(behind) };
  const refusal = refuseScreening(screen, asked, state.roster, journal.nowMs());
  if (screen === undefined || refusal !== undefined) return refusal;
  return material.isOf(partRows(screen.requested.candidates, part)) ? undefined : "other-persons";
}

/** The criterion of an order that was admitted; its text was told by its digest. */
function findCriterion(keeper: Keeper, text: string): Criterion | undefined {
  const order = parseOrder(text);
  return order.kind === "screen"
    ? findSealed(keeper, order, order.sealedCriterion, decodeCriterion)
    : undefined;
}

/** 1 for each person who meets the criterion; or where something does not open. */
async function comparePersons(
  keeper: Keeper,
  material: PartMaterial,
  criterion: Criterion,
): Promise<Uint8Array | Place> {
  const slice = keeper.slices.begin();
  const matched = new Uint8Array(material.persons.length);
  const opener = new PartOpener(keeper, material);
  for (let i = 0; i < matched.length; i++) {
    if (!material.isThere(i, keeper.state.erased)) continue;
    const place = opener.open(i, (facts) => {
      if (meets(facts.map(decodeFactList), criterion)) matched[i] = 1;
    });
    if (place !== undefined) return place;
    if (slice.spend(opener.costBytes)) await slice.next();
  }
  return matched;
}

function refuse(
  keeper: Keeper,
  admission: Pick<Admitted<OrderKind>, "order" | "ordered">,
  reason: ScreenRefusal,
): Promise<Refusal> {
  return refuseAdmitted(keeper, admission, "screen-refused", reason);
}

function digestOf(text: string): string {
  return hash("sha256", text, "hex");
}

function eventNumber(number: number): Uint8Array {
  return encodeEventNumber(BigInt(number));
}
