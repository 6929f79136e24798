/** The API's answers about what waits for a second actor and about long work, as the console reads them; see `shapes.ts`. */
import * as v from "valibot";
import { count, time } from "./shapes.ts";
import { wordsShape } from "./shapes-incident.ts";

const head = { id: v.string(), by: v.string(), at: time, isOwn: v.boolean() };
export const waitingShape = v.object({
  waiting: v.array(
    v.variant("kind", [
      v.object({
        kind: v.literal("words"),
        ...head,
        title: v.string(),
        words: wordsShape,
        persons: v.optional(count),
      }),
      v.object({ kind: v.literal("extract"), ...head, rows: count, holder: v.string() }),
      v.object({ kind: v.literal("roster"), ...head, sequence: count }),
      v.object({
        kind: v.literal("screen"),
        ...head,
        purpose: v.string(),
        reason: v.string(),
        persons: count,
        request: v.string(),
      }),
    ]),
  ),
});
export type Waiting = v.InferOutput<typeof waitingShape>["waiting"][number];

export const worksShape = v.object({
  works: v.array(
    v.object({
      kind: v.picklist(["seal-extract", "screen", "import", "matching", "reissue"]),
      id: v.string(),
      state: v.picklist([
        "queued",
        "running",
        "waiting",
        "stopped",
        "done",
        "refused",
        "cancelled",
        "given-up",
      ]),
      step: v.optional(v.string()),
      done: count,
      total: count,
      actor: v.string(),
      begunAt: time,
      mayCancel: v.boolean(),
    }),
  ),
});
export type LongWork = v.InferOutput<typeof worksShape>["works"][number];
/** Of what takes work back: nothing of it is shown, the list is asked for again. */
export const takenBackShape = v.object({});
