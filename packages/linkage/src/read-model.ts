// Reads a model that writeModel wrote, and refuses anything else.

import { readFileSync } from "node:fs";
import { LinkageFault } from "./fault.ts";
import type { Model } from "./model/model.ts";

const isNumbers = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "number");
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** A model from a file. */
export function readModel(path: string): Model {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new LinkageFault("bad-settings", `The model ${path} is missing or is not JSON.`, cause);
  }
  return parseModel(content, path);
}

/** A model from parsed JSON. */
export function parseModel(content: unknown, path: string): Model {
  const isModel =
    isObject(content) &&
    content["format"] === "linkage-model-1" &&
    typeof content["expectedMatches"] === "number" &&
    typeof content["possiblePairs"] === "number" &&
    Array.isArray(content["interactions"]) &&
    Array.isArray(content["comparisons"]) &&
    content["comparisons"].every(
      (comparison: unknown) =>
        isObject(comparison) && ["m", "u", "rarity", "usual"].every((name) => isNumbers(comparison[name])),
    );
  if (!isModel) throw new LinkageFault("bad-settings", `${path} is not a model that this version wrote.`);
  return content as unknown as Model;
}
