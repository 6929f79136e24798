/**
 * One call: from an operation's number and payload to an answer's tag and payload. Never throws.
 *
 * The table is the whole of what the keeper can be asked; an operation that needs the journal is refused here once the
 * journal cannot be written.
 */
import { codeOf } from "@kura/kernel/fault.ts";
import type { Events } from "./events.ts";
import { isRefusal, type Keeper, type Result } from "./keeper.ts";
import { listEntries } from "./operations/entries.ts";
import { listEvents } from "./operations/events.ts";
import { approveExtract, endExtract, previewExtract, requestExtract } from "./operations/extract.ts";
import { sealPart } from "./operations/extract-part.ts";
import { releaseExtract } from "./operations/extract-release.ts";
import { announce } from "./operations/announce.ts";
import { addHoney } from "./operations/honey.ts";
import { computeFeatures } from "./operations/features.ts";
import { indexTerms } from "./operations/index-terms.ts";
import { erase, rewrap, rotate } from "./operations/keys.ts";
import { openRecords } from "./operations/open.ts";
import { notePremiums, openReceipt } from "./operations/receipt.ts";
import { reissue, resolve } from "./operations/resolve.ts";
import { amendRoster, readRoster } from "./operations/roster.ts";
import { sealRecords } from "./operations/seal.ts";
import { agreeToScreen, requestScreen, screenPart } from "./operations/screen.ts";
import { reveal, search } from "./operations/search.ts";
import { challenge, signIn, signOut } from "./operations/sign-in.ts";
import { readStatus } from "./operations/status.ts";
import { beginTicket } from "./operations/ticket.ts";
import { tellings } from "./protocol/names.ts";
import { answers, encodeRefusal, type Operation, operations, type Refusal } from "./protocol/protocol.ts";

interface Entry {
  readonly needsJournal: boolean;
  run(keeper: Keeper, payload: Uint8Array): Result | Promise<Result>;
}

const table: Readonly<Record<Operation, Entry>> = {
  status: { needsJournal: false, run: readStatus },
  index: { needsJournal: false, run: indexTerms },
  seal: { needsJournal: true, run: sealRecords },
  open: { needsJournal: true, run: openRecords },
  rotate: { needsJournal: true, run: rotate },
  rewrap: { needsJournal: true, run: rewrap },
  erase: { needsJournal: true, run: erase },
  challenge: { needsJournal: true, run: challenge },
  "sign-in": { needsJournal: true, run: signIn },
  "sign-out": { needsJournal: true, run: signOut },
  ticket: { needsJournal: true, run: beginTicket },
  search: { needsJournal: true, run: search },
  reveal: { needsJournal: true, run: reveal },
  honey: { needsJournal: true, run: addHoney },
  roster: { needsJournal: false, run: readRoster },
  amend: { needsJournal: true, run: amendRoster },
  features: { needsJournal: false, run: computeFeatures },
  events: { needsJournal: false, run: listEvents },
  entries: { needsJournal: false, run: listEntries },
  premiums: { needsJournal: true, run: notePremiums },
  receipt: { needsJournal: true, run: openReceipt },
  extract: { needsJournal: true, run: requestExtract },
  preview: { needsJournal: true, run: previewExtract },
  approve: { needsJournal: true, run: approveExtract },
  "seal-part": { needsJournal: true, run: sealPart },
  release: { needsJournal: true, run: releaseExtract },
  "end-extract": { needsJournal: true, run: endExtract },
  resolve: { needsJournal: true, run: resolve },
  reissue: { needsJournal: true, run: reissue },
  screen: { needsJournal: true, run: requestScreen },
  agree: { needsJournal: true, run: agreeToScreen },
  "screen-part": { needsJournal: true, run: screenPart },
};

const names: ReadonlyMap<number, Operation> = new Map(
  Object.entries(operations).map(([name, tag]) => [tag, name as Operation]),
);

export interface Reply {
  readonly tag: number;
  readonly payload: Uint8Array;
}

/** `undefined` for what has no answer. */
export async function answerCall(
  keeper: Keeper,
  events: Events,
  tag: number,
  payload: Uint8Array,
): Promise<Reply | undefined> {
  if (tag === tellings.announce) return hear(keeper, events, payload);
  const operation = names.get(tag);
  if (operation === undefined) return replyOf({ outcome: "unknown-operation", reason: "no such operation" });
  const result = await resultOf(keeper, events, operation, payload);
  if (!isRefusal(result)) return { tag: answers.ok, payload: result };
  events.callRefused(operation, result.outcome);
  return replyOf(result);
}

function hear(keeper: Keeper, events: Events, payload: Uint8Array): Reply | undefined {
  try {
    announce(keeper, payload);
    return undefined;
  } catch (error) {
    return replyOf(refusalOf(error) ?? failed(events, "open", error));
  }
}

export function replyOf(refusal: Refusal): Reply {
  return { tag: answers[refusal.outcome], payload: encodeRefusal(refusal) };
}

async function resultOf(
  keeper: Keeper,
  events: Events,
  operation: Operation,
  payload: Uint8Array,
): Promise<Result> {
  const entry = table[operation];
  if (entry.needsJournal && !keeper.journal.isWritable) return unwritable;
  try {
    return await entry.run(keeper, payload);
  } catch (error) {
    return refusalOf(error) ?? failed(events, operation, error);
  }
}

const unwritable: Refusal = { outcome: "journal-unwritable", reason: "the journal cannot be written" };

/** What a caller may be told of an error: the messages of these codes are constants of ours. */
function refusalOf(error: unknown): Refusal | undefined {
  const code = codeOf(error);
  if (code === "journal-unwritable") return unwritable;
  if (code === "malformed-frame") return { outcome: "malformed", reason: (error as Error).message };
  if (code === "malformed-order") return { outcome: code, reason: (error as Error).message };
  return undefined;
}

function failed(events: Events, operation: Operation, error: unknown): Refusal {
  events.callFailed(operation, error);
  return { outcome: "failed", reason: "a defect of the keeper: see its log" };
}
