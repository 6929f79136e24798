/** `status`: how the keeper is, for operators and for the custodian's own health. Names nobody. */
import { WireReader } from "@kura/kernel/wire.ts";
import type { Keeper, Result } from "../keeper.ts";
import { encodeStatus, protocolVersion } from "../protocol/protocol.ts";

export function readStatus(keeper: Keeper, payload: Uint8Array): Result {
  new WireReader(payload).end();
  const { events, hash } = keeper.journal.durable;
  return encodeStatus({
    protocolVersion,
    kekVersion: keeper.cipher.kekVersion,
    journalEvents: BigInt(events),
    headHash: hash,
    memoryBytes: BigInt(process.memoryUsage.rss()),
    journalWritable: keeper.journal.isWritable,
    erasedPersons: keeper.state.erased.size,
    unopenedCalls: keeper.unopenedCalls,
    hpkeKey: keeper.hpke.publicKey,
    rosterSequence: keeper.state.roster.sequence,
    rosterDigest: Buffer.from(keeper.state.roster.digest, "hex"),
    openSessions: keeper.state.sessions.countOpen(keeper.journal.nowMs()),
  });
}
