/**
 * What is said about incidents: an actor's word on something that a digest stands for, and whose numbers are exchanged.
 *
 * A part of `protocol/protocol.ts`, under the same rules; imported by both sides, holds no key code. The keeper knows no incident:
 * it knows who said the same words, in which order, and that the second was another actor.
 */
import { type WireReader, WireWriter } from "@kura/kernel/wire.ts";
import { limits } from "../limits.ts";
import { listIn, type OrderHead, personKeyBytes, whole } from "./parts.ts";

export const incidentCaseKind = "incident";

/** What the words are about. A number is not needed: the names stand in the journal. */
export const resolveSubjects = ["revision", "closing", "proof", "reissue"] as const;
export type ResolveSubject = (typeof resolveSubjects)[number];

/** Stand for this. The case is the incident, a UUID; what exactly is meant, its digest says (docs/operations/incident.md). */
export interface ResolveOrder extends OrderHead {
  readonly kind: "resolve";
  readonly subject: ResolveSubject;
  /** SHA-256 in hexadecimal. */
  readonly digest: string;
}

/** Persons who are about to get another number, under words of subject `reissue` that two actors said. */
export interface ReissueRequest {
  readonly incidentId: string;
  readonly digest: Uint8Array;
  /** At most `limits.extractPartRows`, each once. */
  readonly personKeys: readonly Uint8Array[];
}

const digestBytes = 32;

export function encodeReissueRequest({ incidentId, digest, personKeys }: ReissueRequest): Uint8Array {
  const writer = new WireWriter(64 + personKeys.length * personKeyBytes).text(incidentId).raw(digest);
  writer.u32(personKeys.length);
  for (const personKey of personKeys) writer.raw(personKey);
  return writer.finish();
}

export function decodeReissueRequest(payload: Uint8Array): ReissueRequest {
  return whole(payload, (reader: WireReader) => ({
    incidentId: reader.text(limits.nameBytes),
    digest: reader.raw(digestBytes),
    personKeys: listIn(reader, limits.extractPartRows, () => reader.raw(personKeyBytes)),
  }));
}
