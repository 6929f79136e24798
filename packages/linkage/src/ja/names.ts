import type { RoleColumn } from "../plan.ts";
import type { BlockingKey } from "../block/keys.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { JapaneseLists } from "./lists.ts";
export const isJapanese = (_columns: readonly RoleColumn[]): boolean => false;
export const planJapaneseNames = (
  _c: readonly RoleColumn[],
  _l: JapaneseLists,
): { comparisons: Comparison[]; keys: BlockingKey[] } => ({ comparisons: [], keys: [] });
