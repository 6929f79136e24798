/**
 * The OpenAPI 3.1 page of the API, made from the routes themselves: their paths, their schemas, their refusals.
 * Served at `/openapi.json`.
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { problem, type ProblemName, statusOf, titleOf } from "./problem.ts";
import type { Access, Route } from "./route.ts";

export interface OpenApiPage {
  readonly openapi: "3.1.0";
  readonly info: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

/** Refusals that any route may give, by who may ask. */
const always: Readonly<Record<Access, readonly ProblemName[]>> = {
  public: [
    "malformed-request",
    "other-origin",
    "too-large",
    "not-json",
    "too-many-requests",
    "request-failed",
    "unavailable",
  ],
  session: ["not-signed-in"],
  staff: ["not-signed-in", "purpose-not-held"],
  officer: ["not-signed-in", "not-an-officer"],
};

export function openApiPage(routes: readonly Route[]): OpenApiPage {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route);
  return {
    openapi: "3.1.0",
    info: {
      title: "Kura",
      version: "0.1.0",
      description:
        "The custodian's API. Looks and searches are signed by the browser's session key and answered sealed to it; what is signed is described in packages/keeper/src/client-side.ts.",
    },
    paths,
    components: {
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: cookieName } },
      schemas: { Problem: problemSchema },
    },
  };
}

export const cookieName = "__Host-kura";

const problemSchema = {
  type: "object",
  description: "RFC 9457. Never holds words of the request.",
  required: ["type", "title", "status"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    because: { type: "array", items: { type: "string" } },
  },
};

function operationOf(route: Route): Operation {
  const hasBody = route.method === "post";
  return {
    operationId: route.name,
    summary: route.summary,
    security: route.access === "public" ? [] : [{ session: [] }],
    parameters: [...parametersOf(route.params, "path"), ...parametersOf(route.query, "query")],
    ...(hasBody && { requestBody: { required: true, content: json(route.body) } }),
    responses: { "200": { description: "Done.", content: json(route.answer) }, ...refusalsOf(route) },
  };
}

function parametersOf(schema: v.GenericSchema, place: "path" | "query") {
  const { properties = {}, required = [] } = toJsonSchema(schema);
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: one,
  }));
}

function refusalsOf({ access, problems }: Route): Record<string, object> {
  const names = [...new Set([...problems, ...always.public, ...always[access]])].toSorted();
  const byStatus = Map.groupBy(names, statusOf);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((name) => `\`${problem(name).problem}\`: ${titleOf(name)}`).join("; "),
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );
}

function json(schema: v.GenericSchema): object {
  return {
    "application/json": { schema: toJsonSchema(schema, { typeMode: "input", ignoreActions: ["check"] }) },
  };
}
