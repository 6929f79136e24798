// What a caller may set. Only roles are needed; everything else has a default, the same for every input.
// The file form is JSON; its schema is linkage.schema.json beside this package's manifest, and a test keeps both equal.

import { readFileSync } from "node:fs";
import type { Assignment } from "./cluster/compete.ts";
import { LinkageFault } from "./fault.ts";

export interface Settings {
  /** Column name to role, for all inputs. Columns without a role are ignored. */
  readonly roles: Readonly<Record<string, string>>;
  /** Column name to role in the second input, where its columns have other names. */
  readonly secondRoles: Readonly<Record<string, string>> | undefined;
  readonly assignment: Assignment | "auto";
  /** Probability above which records are linked or grouped. */
  readonly threshold: number | undefined;
  readonly clustering: "average" | "components";
  /** Candidate pairs that blocking may make. */
  readonly pairBudget: number | undefined;
  readonly seed: number;
  /** Blocking rules of the caller's own, as lists of key names; they come before the learned ones. */
  readonly blocking: readonly (readonly string[])[];
  /** At most one record of each input in a group. */
  readonly onePerSource: boolean;
  /** Records whose date ranges overlap are never grouped. Without this an overlap is evidence, not a bar. */
  readonly noOverlap: boolean;
  /** File of labelled pairs (columns id_a, id_b, match), if there are any. */
  readonly labels: string | undefined;
  /** MJ map (mj_shrink_tables.json) and lists of readings for Japanese names. */
  readonly mjMap: string | undefined;
  readonly readings: readonly string[];
  readonly delimiter: string | undefined;
  readonly threads: number;
}

export const DEFAULTS: Settings = {
  roles: {},
  secondRoles: undefined,
  assignment: "auto",
  threshold: undefined,
  clustering: "average",
  pairBudget: undefined,
  seed: 1,
  blocking: [],
  onePerSource: false,
  noOverlap: false,
  labels: undefined,
  mjMap: undefined,
  readings: [],
  delimiter: undefined,
  threads: 2,
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === "string";
const isTextList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isRoleMap = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every(isText);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const ASSIGNMENTS = new Set<unknown>(["auto", "one-to-one", "many-to-one", "one-to-many", "many-to-many"]);

const CHECKS: { readonly [K in keyof Settings]: (value: unknown) => boolean } = {
  roles: isRoleMap,
  secondRoles: isRoleMap,
  assignment: (value) => ASSIGNMENTS.has(value),
  threshold: (value) => typeof value === "number" && value > 0 && value < 1,
  clustering: (value) => value === "average" || value === "components",
  pairBudget: (value) => isCount(value) && value >= 1000,
  seed: isCount,
  blocking: (value) => Array.isArray(value) && value.every(isTextList),
  onePerSource: (value) => typeof value === "boolean",
  noOverlap: (value) => typeof value === "boolean",
  labels: isText,
  mjMap: isText,
  readings: isTextList,
  delimiter: (value) => isText(value) && value.length === 1,
  threads: (value) => isCount(value) && value >= 1 && value <= 256,
};

/** Names of all settings, for the schema's test. */
export const SETTING_NAMES: readonly string[] = Object.keys(CHECKS);

/** Settings from unknown input over the defaults; refuses unknown names and wrong types with the name of the setting. */
export function parseSettings(input: unknown): Settings {
  if (!isRecord(input)) throw new LinkageFault("bad-settings", "Settings must be an object.");
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (name === "$schema" || value === undefined) continue;
    if (!isSettingName(name))
      throw new LinkageFault(
        "bad-settings",
        `There is no setting "${name}". Settings are: ${SETTING_NAMES.join(", ")}.`,
      );
    if (!CHECKS[name](value))
      throw new LinkageFault("bad-settings", `The setting "${name}" has a value that cannot be used.`);
    given[name] = value;
  }
  return { ...DEFAULTS, ...(given as Partial<Settings>) };
}

const isSettingName = (name: string): name is keyof Settings => Object.hasOwn(CHECKS, name);

/** Settings from a JSON file. */
export function readSettings(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new LinkageFault("bad-settings", `The settings file ${path} is missing or is not JSON.`, cause);
  }
}
