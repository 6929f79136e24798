/** The API's answers about letters of a revision, as the console reads them; see `shapes.ts`. */
import * as v from "valibot";
import { count, time } from "./shapes.ts";

const useShape = v.object({
  kind: v.picklist(["worklist", "extract"]),
  id: v.string(),
  persons: count,
  digest: v.string(),
  workedOff: v.optional(count),
});
const kindShape = v.object({
  letter: v.string(),
  fields: v.array(v.string()),
  doubtful: v.array(v.string()),
  persons: count,
  left: count,
});
export type LetterKind = v.InferOutput<typeof kindShape>;
const dueShape = v.object({ revision: count, persons: count, left: count, kinds: v.array(kindShape) });
export type LettersDue = v.InferOutput<typeof dueShape>;
export const lettersShape = v.object({
  due: v.optional(dueShape),
  lists: v.array(
    v.object({
      letters: v.string(),
      revision: count,
      persons: count,
      madeBy: v.string(),
      madeAt: time,
      use: useShape,
    }),
  ),
});
export type LetterList = v.InferOutput<typeof lettersShape>["lists"][number];
export const lettersMadeShape = v.object({
  letters: v.string(),
  use: useShape,
  plan: v.optional(
    v.object({ rows: count, chunkRows: count, honeyAt: v.array(count), selection: v.string() }),
  ),
});
export type LettersMade = v.InferOutput<typeof lettersMadeShape>;
