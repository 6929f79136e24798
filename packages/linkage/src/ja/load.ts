import { NO_LISTS, type JapaneseLists } from "./lists.ts";
export const loadJapaneseLists = (_mj: string | undefined, _readings: readonly string[]): JapaneseLists =>
  NO_LISTS;
