/**
 * `features`: from sealed records to keyed features of who they are of, under a match ticket. Nothing readable leaves.
 *
 * What is asked for is ciphertext that must open in its place: no text of the caller's is ever made into a token here.
 * Tokens are under a key that was made with the ticket and is forgotten with it, so those of two runs are unrelated.
 * The kind of the records, which their seal is bound to, decides what is made: a person's features as they are, or an
 * unknown owner's with slips of the pen and decoys. Nobody can have a person's slips, by which days could be strung together.
 * The ticket's event says how many persons were asked about; nothing of a person leaves, so none has an event.
 * CRASH: the run's key is gone, and the caller begins anew.
 */
import { decodeFactList } from "@kura/kernel/fact-list.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { hexOf, isRefusal, type Keeper, type Result } from "../keeper.ts";
import { limits } from "../limits.ts";
import { suspenseOwnerKind } from "../reading/person-features.ts";
import { decodeFeaturesRequest, encodeFeaturesAnswer, type SubjectFeatures } from "../protocol/features.ts";
import type { OpenItem } from "../protocol/orders.ts";
import { distinctPersons, openPerson } from "./open.ts";
import { spendTicket } from "./ticket.ts";

export async function computeFeatures(keeper: Keeper, payload: Uint8Array): Promise<Result> {
  const { ticket, items } = decodeFeaturesRequest(payload);
  distinctPersons(items);
  const spent = spendTicket(keeper, ticket, "match", { terms: 0, records: items.length });
  if (isRefusal(spent)) return spent;
  const begun = keeper.waiting.features.find(hexOf(ticket), keeper.journal.nowMs());
  if (begun === undefined) return { outcome: "unknown-ticket", reason: "another run has taken its place" };
  const slice = keeper.slices.begin();
  const answer: SubjectFeatures[] = [];
  const decoys: SubjectFeatures[] = [];
  for (const item of items) {
    if (keeper.state.erased.has(hexOf(item.personKey))) {
      answer.push({ rarity: 0, features: [] });
      continue;
    }
    const isOwnerItem = isOwner(item);
    const opened = await openPerson(keeper, "features", item, decodeFactList, slice);
    if (isRefusal(opened)) return opened;
    if (isOwnerItem) {
      answer.push(begun.features.ofOwner(opened.flat()));
      for (const shiftDays of decoyDays(keeper))
        decoys.push(begun.features.ofOwner(opened.flat(), shiftDays));
    } else answer.push(begun.features.ofPerson(opened));
    if (slice.spend(limits.recordCostBytes)) await slice.next();
  }
  shuffle(keeper, decoys);
  return encodeFeaturesAnswer({ items: answer, decoys });
}

/** @throws {Fault} `malformed-frame` for records of both. */
function isOwner({ records }: OpenItem): boolean {
  const owners = records.filter(({ kind }) => kind === suspenseOwnerKind).length;
  if (owners !== 0 && owners !== records.length) {
    throw new Fault("malformed-frame", "malformed frame: records of a person and of an unknown owner");
  }
  return owners > 0;
}

/** Two days out of reach of any slip: the same season and the same fashion of names. */
function decoyDays(keeper: Keeper): number[] {
  const bytes = new Uint8Array(2);
  keeper.fillRandom(bytes);
  return [-8 - ((bytes[0] ?? 0) % 21), 8 + ((bytes[1] ?? 0) % 21)];
}

/** So that a decoy is not known by its place as the neighbour of an owner. */
function shuffle(keeper: Keeper, decoys: SubjectFeatures[]): void {
  const draws = new Uint32Array(decoys.length);
  keeper.fillRandom(new Uint8Array(draws.buffer));
  const keyed = decoys.map((decoy, i) => ({ decoy, draw: draws[i] ?? 0 }));
  keyed.sort((a, b) => a.draw - b.draw);
  for (const [i, { decoy }] of keyed.entries()) decoys[i] = decoy;
}
