import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULTS, parseSettings, SETTING_NAMES } from "./settings.ts";
import { findRole, guessRoles, ROLES } from "./roles.ts";

const schema: unknown = JSON.parse(readFileSync(new URL("../linkage.schema.json", import.meta.url), "utf8"));
const properties = Object(schema).properties as Record<string, { default?: unknown }>;

describe("settings", () => {
  it("are those of the schema, with the schema's defaults", () => {
    expect(
      Object.keys(properties)
        .filter((name) => name !== "$schema")
        .sort(),
    ).toEqual([...SETTING_NAMES].sort());
    const withDefault = Object.entries(properties).filter(([, property]) => property.default !== undefined);
    expect(withDefault.length).toBeGreaterThan(4);
    for (const [name, property] of withDefault) expect(Reflect.get(DEFAULTS, name)).toBe(property.default);
  });

  it("name every role in the schema", () => {
    const text = JSON.stringify(schema);
    for (const role of ROLES) expect(text).toContain(role);
  });

  it("may be given back to the parser", () => {
    expect(parseSettings(JSON.parse(JSON.stringify(DEFAULTS)))).toEqual(DEFAULTS);
  });
});

describe("roles", () => {
  it("are known by the names that columns usually have", () => {
    expect([
      findRole("First Name"),
      findRole("DOB"),
      findRole("post-code"),
      findRole("zip"),
      findRole("shoe"),
    ]).toEqual(["given_name", "birth_date", "postcode", "postcode", undefined]);
    expect(findRole("constructor")).toBeUndefined();
    expect(guessRoles(["rec_id", "given_name", "address_1", "shoe"])).toEqual(
      new Map([
        ["rec_id", "id"],
        ["given_name", "given_name"],
        ["address_1", "address"],
      ]),
    );
  });
});
