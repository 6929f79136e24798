/**
 * `seal-part`: some hundred persons' records become encrypted chunks of an approved extract. Needs no order of its own:
 * the approval is the order, and what comes out can be opened by nobody until it is released.
 *
 *   1. Decide: the extract's state, the part's place, the persons (their keys make the next step of the selection).
 *      CRASH: nothing happened.
 *   2. Journal the part, with a link in each person's own chain, and wait until it is durable.
 *      CRASH: persons are counted whose chunks nobody has; the part is sealed again, and counted again.
 *   3. Unwrap, decrypt, project to the columns, encrypt chunk by chunk; behind the last part, journal that it is whole.
 *      CRASH: as after 2.
 *
 * A person who was erased, or does not exist, leaves an empty row. INVARIANT: other persons, columns or counts than those
 * approved are never whole, so never released (extract-custodian.abuse.test.ts).
 */
import { createSecretKey, hash, type KeyObject } from "node:crypto";
import { decodeUtf8 } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import {
  type ExtractRefusal,
  refuseOthersThanShown,
  refusePart,
  refuseStep,
  type SealedExtract,
} from "../orders/extracts.ts";
import { sealGcm } from "../crypto/hpke.ts";
import { type Keeper, record, recordOfPersons, refuseUnopened, type Result } from "../keeper.ts";
import { deriveKey } from "../crypto/key-file.ts";
import { PaddedHmac } from "../crypto/padded-hmac.ts";
import { RowProjector } from "../reading/project.ts";
import type { Place } from "../protocol/protocol.ts";
import {
  type ApproveOrder,
  decodeExtractPart,
  decodeHoneyRows,
  encodeSealedPart,
  extractPartRows,
  type HoneyToken,
  partCount,
  partRows,
  selectionStep,
} from "../protocol/extracts.ts";
import { rowTermsOf } from "../reading/search-match.ts";
import { findSealed, orderedAs } from "./admit.ts";
import { PartMaterial, PartOpener } from "./part-material.ts";
import { tokenOf } from "./search.ts";

export async function sealPart(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const given = decodeExtractPart(payload);
  const { extractId, part } = given;
  const extract = keeper.state.extracts.find(extractId);
  const refusal = refusePart(extract, part, keeper.journal.nowMs());
  if (extract === undefined || refusal !== undefined) return refused(refusal ?? "unknown-extract");
  const { requested } = extract;
  const honey = honeyOfPart(keeper, extract, part);
  const material = new PartMaterial(given);
  if (!material.isOf(partRows(requested.rows, part) - honey.size)) return refused("other-persons");
  const step = stepAfter(extract, part, material.personKeys);
  const other = refuseStep(extract, part, step) ?? refuseOthersThanShown(extract, part, material.persons);
  if (other !== undefined) return refused(other);

  // Sealed again, it was whole before.
  const isLast = !extract.isSealed && part === partCount(requested.rows) - 1;
  const persons = material.listThere(keeper.state.erased);
  const ordered = orderedAs(requested);
  const { fields, rows } = requested;
  const event = { kind: "extracted", ...ordered, fields, part, step, persons } as const;
  const eventNumber = BigInt(await recordOfPersons(keeper, event));
  const chunks = await encryptRows(keeper, extract, part, material, honey);
  if (chunks instanceof Uint8Array) {
    if (isLast) await record(keeper, { kind: "extract-sealed", ...ordered, rows });
    return encodeSealedPart({ eventNumber, honey: tokensOf(keeper, extract, honey), chunks });
  }
  return refuseUnopened(keeper, "seal-part", chunks);
}

/** The key of a chunk: of this extract and this chunk alone. It leaves the keeper in a release only. */
export function chunkKeys(keeper: Keeper, extractId: string): (chunk: number) => Buffer {
  const bytes = deriveKey(keeper.keys.fixedRoot, `kura/extract/1/${extractId}`);
  const number = Buffer.alloc(4);
  const hmac = new PaddedHmac(bytes, number.length);
  bytes.fill(0);
  return (chunk) => {
    number.writeUInt32BE(chunk);
    return Buffer.from(hmac.byteString(number), "latin1");
  };
}

/** The approval's honey rows; `undefined` when they do not open or are not one for each honey row and column. */
export function honeyRowsFor(
  keeper: Keeper,
  { requested: { honeyAt, fields } }: SealedExtract,
  approval: Pick<ApproveOrder, "kind" | "session" | "number" | "sealedHoney">,
): Uint8Array[][] | undefined {
  const rows = findSealed(keeper, approval, approval.sealedHoney, decodeHoneyRows);
  const isFitting = rows?.length === honeyAt.length && rows.every((row) => row.length === fields.length);
  return isFitting ? rows : undefined;
}

function refused(reason: ExtractRefusal): Result {
  return { outcome: "extract-refused", reason };
}

/** By row. */
type HoneyOfPart = ReadonlyMap<number, readonly Uint8Array[]>;

function honeyOfPart(keeper: Keeper, extract: SealedExtract, part: number): HoneyOfPart {
  const { requested, approved } = extract;
  const isIn = (row: number): boolean => Math.floor(row / extractPartRows) === part;
  if (approved === undefined || !requested.honeyAt.some(isIn)) return new Map();
  const { session, orderNumber: number, sealedHoney } = approved;
  const rows = honeyRowsFor(keeper, extract, { kind: "approve", session, number, sealedHoney }) ?? [];
  return new Map(
    requested.honeyAt.map((row, i) => [row, rows[i] ?? []] as const).filter(([row]) => isIn(row)),
  );
}

function stepAfter({ steps }: SealedExtract, part: number, personKeys: readonly Uint8Array[]): string {
  const before = Buffer.from(steps[part - 1] ?? "0".repeat(64), "hex");
  return hash("sha256", selectionStep(before, personKeys), "hex");
}

/** The part's chunks, or where something does not open. */
async function encryptRows(
  keeper: Keeper,
  { requested }: SealedExtract,
  part: number,
  material: PartMaterial,
  honey: HoneyOfPart,
): Promise<Uint8Array | Place> {
  const { caseId, fields, rows, chunkRows } = requested;
  const { state } = keeper;
  const slice = keeper.slices.begin();
  const keyOf = chunkKeys(keeper, caseId);
  const [firstRow, count] = [part * extractPartRows, partRows(rows, part)];
  const opener = new PartOpener(keeper, material);
  const projector = new RowProjector(fields);
  const nonces = Buffer.alloc(Math.ceil(count / chunkRows) * nonceBytes);
  keeper.fillRandom(nonces);
  const chunks = new WireWriter(count * rowBytesUsual);
  const plain = new WireWriter(chunkRows * rowBytesUsual);
  const putRow = (facts: readonly Uint8Array[]): void => projector.write(plain.u8(1), facts);
  let next = 0;
  for (let start = 0; start < count; start += chunkRows) {
    const end = Math.min(count, start + chunkRows);
    plain.clear().u32(end - start);
    for (let row = firstRow + start; row < firstRow + end; row++) {
      const nobody = honey.get(row);
      if (nobody !== undefined) putHoney(plain, nobody);
      else {
        const i = next++;
        // A honey person of the register is journalled like anybody, so that the journal does not tell who is one.
        const isShown = material.isThere(i, state.erased) && !keeper.honey.has(material.persons[i] ?? "");
        const place = isShown ? opener.open(i, putRow) : void plain.u8(0);
        if (place !== undefined) return place;
        if (slice.spend(opener.costBytes)) await slice.next();
      }
    }
    const nonce = nonces.subarray((start / chunkRows) * nonceBytes, (start / chunkRows + 1) * nonceBytes);
    putChunk(chunks, keyOf((firstRow + start) / chunkRows), nonce, plain.finish());
  }
  return chunks.finish();
}

/** Of one row, encrypted or not: room to begin with. */
const rowBytesUsual = 256;
const nonceBytes = 12;

function putHoney(plain: WireWriter, values: readonly Uint8Array[]): void {
  plain.u8(1);
  for (const value of values) plain.u16(value.length).raw(value);
}

/** Writes `u32 length ‖ nonce ‖ ciphertext ‖ tag`, and wipes the key and what was encrypted. */
function putChunk(chunks: WireWriter, key: Buffer, nonce: Uint8Array, plain: Uint8Array): void {
  const sealing: KeyObject = createSecretKey(key);
  key.fill(0);
  const sealed = sealGcm(sealing, nonce, noText, plain);
  plain.fill(0);
  chunks
    .u32(nonceBytes + sealed.length)
    .raw(nonce)
    .raw(sealed);
}

const noText = new Uint8Array(0);

/** By which a leaked honey row is known again. */
function tokensOf(
  keeper: Keeper,
  { requested: { fields } }: SealedExtract,
  honey: HoneyOfPart,
): HoneyToken[] {
  return [...honey].flatMap(([row, values]) => {
    const facts = fields.map((field, i) => ({ field, value: textOf(values[i] ?? new Uint8Array(0)) }));
    return rowTermsOf(facts.filter(({ value }) => value !== "")).map((term) => ({
      row,
      kind: term.kind,
      token: tokenOf(keeper, term),
    }));
  });
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (codeOf(error) === undefined && !(error instanceof TypeError)) throw error;
    // Not text: it can be found by nothing.
    return "";
  }
}
