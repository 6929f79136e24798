// Which columns of the inputs are the same field: by name, else by role in order. Refuses roles for columns that are
// not there, and says which columns exist on one side only (they still serve on that side's own pairs).

import { LinkageFault } from "./fault.ts";
import { findRole, guessRoles, parseRole, type Role } from "./roles.ts";
import type { Settings } from "./settings.ts";
import type { Field } from "./source.ts";

export interface ColumnPlan {
  readonly fields: readonly Field[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly ids: readonly (string | undefined)[];
  /** Name of the field that holds the truth, if there is one. */
  readonly truth: string | undefined;
  /** Fields that one of the inputs lacks. */
  readonly oneSided: readonly string[];
}

/** Lays the columns of all inputs side by side. */
export function matchColumns(names: readonly (readonly string[])[], settings: Settings): ColumnPlan {
  const perSource = names.map((columns, s) => rolesOf(columns, s, settings));
  const fields: Field[] = [];
  const roles = new Map<string, Role>();
  for (const [s, assigned] of perSource.entries()) {
    for (const [column, role] of assigned) {
      if (role === "id" || role === "source" || role === "ignore") continue;
      const known = findField(fields, roles, column, role, s);
      if (known === undefined) {
        const name = roles.has(column) ? `${column} (input ${s + 1})` : column;
        fields.push({
          name,
          columns: names.map((_, other) => (other === s ? column : undefined)),
          isContent: role !== "truth",
        });
        roles.set(name, role);
      } else {
        fields[fields.indexOf(known)] = { ...known, columns: known.columns.with(s, column) };
      }
    }
  }
  const compared = fields.filter((field) => roles.get(field.name) !== "truth");
  const oneSided = compared.filter((field) => field.columns.includes(undefined)).map((field) => field.name);
  if (names.length === 2 && compared.length > 0 && oneSided.length === compared.length) {
    throw new LinkageFault(
      "one-sided-column",
      `The inputs share no column with a role. On one side only: ${oneSided.join(", ")}.`,
    );
  }
  return {
    fields,
    roles,
    ids: perSource.map((assigned) => [...assigned].find(([, role]) => role === "id")?.[0]),
    truth: fields.find((field) => roles.get(field.name) === "truth")?.name,
    oneSided,
  };
}

function findField(
  fields: readonly Field[],
  roles: ReadonlyMap<string, Role>,
  column: string,
  role: Role,
  s: number,
): Field | undefined {
  const open = fields.filter((field) => roles.get(field.name) === role && field.columns[s] === undefined);
  return (
    open.find((field) => field.columns.includes(column)) ??
    (s > 0 ? open.find((field) => !field.columns.slice(0, s).includes(column)) : undefined)
  );
}

function rolesOf(columns: readonly string[], s: number, settings: Settings): Map<string, Role> {
  const given = s > 0 && settings.secondRoles !== undefined ? settings.secondRoles : settings.roles;
  if (Object.keys(given).length === 0) return guessRoles(columns);
  const assigned = new Map<string, Role>();
  for (const [column, word] of Object.entries(given)) {
    const role = parseRole(word);
    if (columns.includes(column)) assigned.set(column, role);
    else if (s === 0 || settings.secondRoles !== undefined) {
      throw new LinkageFault(
        "missing-column",
        `Input ${s + 1} has no column "${column}". Its columns are: ${columns.join(", ")}.`,
      );
    }
  }
  if (![...assigned.values()].includes("id")) {
    const id = columns.find((column) => findRole(column) === "id" && !assigned.has(column));
    if (id !== undefined) assigned.set(id, "id");
  }
  return assigned;
}
