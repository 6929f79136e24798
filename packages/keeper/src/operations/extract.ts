/**
 * `extract`, `preview`, `approve`, `end-extract`: what people say about an extract before and after its parts are sealed.
 *
 * Each is an order like any other, and then a rule of `extracts.ts`. No plaintext but the preview's, masked, which is a
 * look: journalled with its persons and paid for. CRASH: after an event its order has happened and its sender was not told.
 */
import { decodeFactList } from "@kura/kernel/fact-list.ts";
import { Fault } from "@kura/kernel/fault.ts";
import {
  type ExtractRefusal,
  refuseApproval,
  refuseEnd,
  refuseRequest,
  refuseSample,
  refuseSecond,
  type SealedExtract,
} from "../orders/extracts.ts";
import type { OrderKind } from "../client-side.ts";
import { hexOf, isRefusal, type Keeper, record, recordOfPersons, type Result } from "../keeper.ts";
import { encodeEventNumber, type Refusal } from "../protocol/protocol.ts";
import {
  decodeOpenRequest,
  decodeSignedOrder,
  encodeFoundPersons,
  encodeSealedAnswer,
  type FoundPerson,
} from "../protocol/orders.ts";
import { maskedFields, maskPerson } from "../reading/search-match.ts";
import { admit, type Admitted, refuseAdmitted, rowSpenderOf } from "./admit.ts";
import { honeyRowsFor } from "./extract-part.ts";
import { distinctPersons, openPerson } from "./open.ts";

export async function requestExtract(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["extract"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  const { state, journal } = keeper;
  const isHolderKnown = state.roster.credentials.has(order.holder);
  const refusal = refuseRequest(state.extracts.find(order.case), order, isHolderKnown, journal.nowMs());
  if (refusal !== undefined) return refuseExtract(keeper, admission, refusal);
  const { holder, workstation, fields, rows, chunkRows, honeyAt, selection, expiresMs } = order;
  const terms = { holder, workstation, fields, rows, chunkRows, honeyAt, selection, expiresMs };
  return eventNumber(await record(keeper, { kind: "extract-requested", ...ordered, ...terms }));
}

/** Shows some of an extract's persons, masked, to whoever may approve it. */
export async function previewExtract(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { order: signed, items } = decodeOpenRequest(payload);
  const given = distinctPersons(items);
  if (given.length === 0) throw new Fault("malformed-frame", "malformed frame: nobody is given");
  // A honey person among them was drawn by lot, not sought: nobody is stopped, and nobody is shown.
  const real = items.filter(({ personKey }) => !keeper.honey.has(hexOf(personKey)));
  const admission = admit(
    keeper,
    signed,
    ["preview"],
    real.map(({ personKey }) => personKey),
  );
  if ("refusal" in admission) return admission.refusal;
  const { order, session, ordered, isNearBudget } = admission;
  const extract = keeper.state.extracts.find(order.case);
  const { persons: wanted, rows } = order;
  // Everybody who was drawn, in their order: who is left out would be approved unseen.
  const isWhole = given.length === wanted.length && given.every((key, i) => hexOf(key) === wanted[i]);
  const refusal =
    refuseAsSecond(keeper, ordered.actor, order.case) ??
    (extract === undefined ? "unknown-extract" : refuseSample(extract, rows)) ??
    (isWhole ? undefined : "other-sample");
  if (refusal !== undefined) return refuseExtract(keeper, admission, refusal);
  const event = { kind: "found", ...ordered, fields: maskedFields, persons: wanted, rows } as const;
  const number = BigInt(await recordOfPersons(keeper, event));
  const slice = keeper.slices.begin();
  const persons: FoundPerson[] = [];
  for (const item of real) {
    const opened = await openPerson(keeper, "preview", item, decodeFactList, slice);
    if (isRefusal(opened)) return opened;
    persons.push(maskPerson(item.personKey, opened.flat()));
  }
  const plaintext = encodeFoundPersons({ eventNumber: number, isNearBudget, persons });
  const answer = session.sealAnswer(keeper.hpke, order.number, signed.text, plaintext);
  plaintext.fill(0);
  return encodeSealedAnswer({ eventNumber: number, isNearBudget, ...answer });
}

export async function approveExtract(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["approve"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, ordered } = admission;
  const extract = keeper.state.extracts.find(order.case);
  const refusal =
    refuseAsSecond(keeper, ordered.actor, order.case) ??
    (extract === undefined ? "unknown-extract" : refuseApproval(extract, ordered.actor, order.request));
  if (refusal !== undefined || extract === undefined) {
    return refuseExtract(keeper, admission, refusal ?? "unknown-extract");
  }
  if (honeyRowsFor(keeper, extract, order) === undefined) {
    return { outcome: "does-not-open", reason: "the honey rows are not those of this order and extract" };
  }
  const { sealedHoney } = order;
  const budget = rowSpenderOf(keeper.state, extract);
  return eventNumber(await record(keeper, { kind: "extract-approved", ...ordered, sealedHoney, budget }));
}

export async function endExtract(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const admission = admit(keeper, decodeSignedOrder(payload), ["revoke", "attest-destroyed"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, session, ordered } = admission;
  const reason = order.kind === "revoke" ? "revoked" : "destroyed";
  const refusal = refuseEnd(keeper.state.extracts.find(order.case), reason, session.start.credential);
  if (refusal !== undefined) return refuseExtract(keeper, admission, refusal);
  const number = await record(keeper, { kind: "extract-ended", ...ordered, reason });
  // A revocation survives a journal that is put back by a second.
  await keeper.log.publish(keeper.journal);
  return eventNumber(number);
}

export function refuseExtract(
  keeper: Keeper,
  admission: Pick<Admitted<OrderKind>, "order" | "ordered">,
  reason: ExtractRefusal,
): Promise<Refusal> {
  return refuseAdmitted(keeper, admission, "extract-refused", reason);
}

/** Who asked for an extract, or holds the key it is for, cannot be the second actor. */
function refuseAsSecond({ state, journal }: Keeper, actor: string, id: string): ExtractRefusal | undefined {
  const isOwn = ({ requested }: SealedExtract): boolean =>
    requested.actor === actor || state.roster.credentials.get(requested.holder)?.actor === actor;
  return refuseSecond(state.extracts.find(id), isOwn, journal.nowMs());
}

function eventNumber(number: number): Uint8Array {
  return encodeEventNumber(BigInt(number));
}
