/** The API's answers about an incident's revisions as the console reads them; see `shapes.ts`. */
import * as v from "valibot";
import { count, time } from "./shapes.ts";

const moved = v.pipe(v.number(), v.safeInteger());

export const diffShape = v.object({
  steps: v.array(
    v.object({
      change: v.picklist(["journal", "added", "withdrawn"]),
      evidence: count,
      exposedPersons: count,
      movedPersons: moved,
      movedRecords: moved,
    }),
  ),
});
export const traitsShape = v.object({
  traits: v.array(
    v.object({ dimension: v.string(), value: v.string(), grade: v.string(), exposedPersons: count }),
  ),
});
export type Traits = v.InferOutput<typeof traitsShape>["traits"];
export const callBacksShape = v.object({
  callBacks: v.array(
    v.object({
      person: v.string(),
      toldAt: time,
      toldInRevision: count,
      told: v.string(),
      now: v.string(),
    }),
  ),
  count,
});
export const timelineShape = v.object({ lines: v.array(v.object({ at: time, what: v.string() })) });
export const reportShape = v.object({
  kind: v.string(),
  title: v.string(),
  revision: count,
  digest: v.string(),
  asOf: time,
  approvedBy: v.optional(v.string()),
  sections: v.array(
    v.object({ no: count, title: v.string(), lines: v.array(v.string()), isOpen: v.boolean() }),
  ),
});
export type Report = v.InferOutput<typeof reportShape>;

const note = v.string();
const revisionWords = { revision: count, revisionDigest: v.string() };
/** What two actors stand for (`custodian/src/incident/resolve/words.ts`). */
export const wordsShape = v.variant("subject", [
  v.strictObject({ subject: v.literal("revision"), ...revisionWords }),
  v.strictObject({ subject: v.literal("closing"), reason: note }),
  v.strictObject({ subject: v.literal("proof"), person: v.string(), proof: note }),
  v.strictObject({ subject: v.literal("reissue"), ...revisionWords, persons: count, block: v.string() }),
]);
export type Words = v.InferOutput<typeof wordsShape>;
export const saidShape = v.object({ outcome: v.picklist(["proposed", "done"]) });
export const proposalsOfIncidentShape = v.object({
  proposals: v.array(v.object({ digest: v.string(), words: wordsShape, proposedBy: v.string(), at: time })),
  reissues: v.array(
    v.object({
      revision: count,
      block: v.string(),
      askedBy: v.string(),
      secondedBy: v.string(),
      reissuedPersons: count,
    }),
  ),
});
