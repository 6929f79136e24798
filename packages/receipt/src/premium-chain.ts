/**
 * The chain of a person's premium entries (docs/formats/premium-chain.md), for readers of receipts. Pure, runs in browsers.
 *
 * The custodian has its own, tuned for imports (`premiums/chain.ts`); a test holds the two together.
 */
import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { sha256 } from "@kura/tlog/sha256.ts";
import { hashOf, type ReceiptPremium } from "./receipt.ts";

const domain = encodeUtf8("kura/premium/1");

/** The digest of an entry behind `previous`, which is 32 zero bytes for the first. @param person key in hexadecimal. */
export function premiumDigest(previous: Uint8Array, person: string, entry: ReceiptPremium): Uint8Array {
  const [year = 0, month = 0] = entry.month.split("-").map(Number);
  const wire = new WireWriter(128)
    .raw(domain)
    .raw(previous)
    .raw(hashOf(person))
    .u32(entry.entryNo)
    .u16(year * 12 + month - 1)
    .u8(entry.scheme)
    .u8(entry.kind)
    .u64(BigInt.asUintN(64, BigInt(entry.amountYen)))
    .u32(entry.remunerationYen)
    .u32(entry.reverses)
    .raw(hashOf(entry.sourceId))
    .u32(entry.sourceLine);
  return sha256(wire.finish());
}
