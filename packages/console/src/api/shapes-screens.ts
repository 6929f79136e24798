/** The API's answers about screens as the console reads them; see `shapes.ts`. Never for what somebody was looked for. */
import * as v from "valibot";
import { count, time } from "./shapes.ts";

export const screenPlanShape = v.object({ screen: v.string(), candidates: count, selection: v.string() });
export const screenShape = v.object({
  screen: v.string(),
  reason: v.string(),
  candidates: count,
  madeAt: time,
  purpose: v.string(),
  askedBy: v.string(),
  agreedBy: v.optional(v.string()),
  partsDone: count,
  found: count,
});
export type Screen = v.InferOutput<typeof screenShape>;
/** One that is only planned was asked for by nobody. */
export const screensShape = v.object({
  screens: v.pipe(
    v.array(v.union([screenShape, v.object({ screen: v.string() })])),
    v.transform((all) => all.filter((one): one is Screen => "purpose" in one)),
  ),
});
/** Of queued work: nothing of it is shown here. */
export const jobShape = v.object({ job: v.string() });
