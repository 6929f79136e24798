/**
 * What is said about features on the keeper's socket. A part of `protocol/protocol.ts`, under the same rules; holds no key code.
 */
import { type WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import { itemsIn, type OpenItem, putItems } from "./orders.ts";
import { listIn, ticketBytes, whole } from "./parts.ts";

const tokenBytes = 8;

export interface FeaturesRequest {
  readonly ticket: Uint8Array;
  /** At most `limits.featurePersons`, each once; records of one person, or of one unknown owner. */
  readonly items: readonly OpenItem[];
}

/** A keyed feature: of an unknown owner, `form` says under which slip of the pen it was made (`person-features.ts`). */
export interface Feature {
  readonly form: number;
  readonly token: Uint8Array;
}

/** Of one person, or of one unknown owner, whose name's rarity (0 to 3) stands beside them; 0 of a person. */
export interface SubjectFeatures {
  readonly rarity: number;
  readonly features: readonly Feature[];
}

export interface FeaturesAnswer {
  /** In the order of the request; none of whom nothing can be compared, or who was erased. */
  readonly items: readonly SubjectFeatures[];
  /** Of the request's owners on a day that is nobody's, in no order: how often chance alone agrees. */
  readonly decoys: readonly SubjectFeatures[];
}

export function encodeFeaturesRequest({ ticket, items }: FeaturesRequest): Uint8Array {
  return putItems(new WireWriter(512 * items.length + 64).raw(ticket), items).finish();
}

export function decodeFeaturesRequest(payload: Uint8Array): FeaturesRequest {
  return whole(payload, (reader) => ({
    ticket: reader.raw(ticketBytes),
    items: itemsIn(reader, limits.featurePersons),
  }));
}

export function encodeFeaturesAnswer({ items, decoys }: FeaturesAnswer): Uint8Array {
  const writer = new WireWriter(64 * 1024);
  for (const list of [items, decoys]) {
    writer.u32(list.length);
    for (const { rarity, features } of list) {
      writer.u8(rarity).u16(features.length);
      for (const { form, token } of features) writer.u8(form).raw(token);
    }
  }
  return writer.finish();
}

export function decodeFeaturesAnswer(payload: Uint8Array): FeaturesAnswer {
  const feature = (reader: WireReader): Feature => ({ form: reader.u8(), token: reader.raw(tokenBytes) });
  const one = (reader: WireReader): SubjectFeatures => {
    const rarity = reader.u8();
    return { rarity, features: Array.from({ length: reader.u16() }, () => feature(reader)) };
  };
  return whole(payload, (reader) => ({
    items: listIn(reader, limits.featurePersons, () => one(reader)),
    decoys: listIn(reader, limits.featurePersons * 2, () => one(reader)),
  }));
}
