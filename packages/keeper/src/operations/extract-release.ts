/**
 * `release`: the keys of some chunks, and the file key, for the session of the extract's holder on the machine it is for.
 *
 *   1. Admit; decide: whole, not ended, not expired, this holder, this machine.  CRASH: nothing happened.
 *   2. Journal which rows, by whom, where; wait until it is durable.  CRASH: a release is counted that nobody had.
 *   3. Derive the keys, seal them to the session, answer.  CRASH: as after 2.
 *
 * INVARIANT: no key of a chunk leaves without an event that names its rows (extract.abuse.test.ts).
 */
import { refuseRelease } from "../orders/extracts.ts";
import { openOnce } from "../crypto/hpke.ts";
import { findOpened, type Keeper, record, type Result } from "../keeper.ts";
import { encodeReleased, fileKeyAad, fileKeyBytes, fileKeyInfo, rowsOfChunks } from "../protocol/extracts.ts";
import { decodeSignedOrder, encodeSealedAnswer } from "../protocol/orders.ts";
import { admit } from "./admit.ts";
import { refuseExtract } from "./extract.ts";
import { chunkKeys } from "./extract-part.ts";

export async function releaseExtract(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const signed = decodeSignedOrder(payload);
  const admission = admit(keeper, signed, ["release"]);
  if ("refusal" in admission) return admission.refusal;
  const { order, session, ordered, isNearBudget } = admission;
  const extract = keeper.state.extracts.find(order.case);
  const refusal = refuseRelease(extract, session.start, order, keeper.journal.nowMs());
  if (extract === undefined || refusal !== undefined) {
    return refuseExtract(keeper, admission, refusal ?? "unknown-extract");
  }
  const fileKey = findOpened(() =>
    openOnce(keeper.hpke, fileKeyInfo, fileKeyAad(order.case), Buffer.from(order.sealedFileKey, "base64")),
  );
  if (fileKey?.length !== fileKeyBytes) {
    return { outcome: "does-not-open", reason: "the file is not one of this extract" };
  }
  const { requested } = extract;
  const released = rowsOfChunks(requested, order.firstChunk, order.chunks);
  const { workstation } = session.start;
  const eventNumber = BigInt(
    await record(keeper, { kind: "released", ...ordered, workstation, ...released }),
  );
  // What ended it during the sync is obeyed: nothing has left yet.
  const ended = refuseRelease(extract, session.start, order, keeper.journal.nowMs());
  if (ended !== undefined) return refuseExtract(keeper, admission, ended);

  const keyOf = chunkKeys(keeper, order.case);
  const last = Math.ceil((released.firstRow + released.rows) / requested.chunkRows);
  const keys = Array.from({ length: last - order.firstChunk }, (_, i) => keyOf(order.firstChunk + i));
  const { fields, chunkRows, rows } = requested;
  const plaintext = encodeReleased({ eventNumber, fields, chunkRows, rows, fileKey, chunkKeys: keys });
  const answer = session.sealAnswer(keeper.hpke, order.number, signed.text, plaintext);
  for (const bytes of [plaintext, fileKey, ...keys]) bytes.fill(0);
  return encodeSealedAnswer({ eventNumber, isNearBudget, ...answer });
}
