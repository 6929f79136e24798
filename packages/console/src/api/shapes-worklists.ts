/** The API's answers about worklists as the console reads them; see `shapes.ts`. */
import * as v from "valibot";
import { count, time } from "./shapes.ts";

export const worklistShape = v.object({
  worklist: v.string(),
  kind: v.string(),
  title: v.string(),
  fields: v.array(v.string()),
  dueOn: v.optional(v.string()),
  madeBy: v.string(),
  madeAt: time,
  persons: count,
  lots: count,
  assignedLots: count,
  doneLots: count,
  results: v.record(v.string(), count),
  letters: v.optional(v.string()),
});
export type Worklist = v.InferOutput<typeof worklistShape>;
export const worklistsShape = v.object({
  worklists: v.array(worklistShape),
  mine: v.array(v.object({ worklist: v.string(), lot: count })),
});
export const worklistMadeShape = v.object({ worklist: v.string(), persons: count });

export const lotStateShape = v.object({
  lot: count,
  persons: count,
  withResult: count,
  assignee: v.optional(v.string()),
  isDone: v.boolean(),
});
export type LotState = v.InferOutput<typeof lotStateShape>;
export const lotStatesShape = v.object({ lots: v.array(lotStateShape) });

export const lotShape = v.object({
  lot: count,
  persons: v.array(v.object({ person: v.string(), result: v.optional(v.string()) })),
  assignee: v.optional(v.string()),
  case: v.optional(v.string()),
  isDone: v.boolean(),
});
export type Lot = v.InferOutput<typeof lotShape>;
