import { describe, expect, it } from "vitest";
import { apiRoutes } from "./app.ts";
import { openApiPage } from "./openapi.ts";

const page = openApiPage(apiRoutes);
const operations = Object.entries(page.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe("the OpenAPI page", () => {
  it("has every route once, and nothing else", () => {
    const written = operations.map(({ path, method }) => `${method} ${path}`);
    expect(written.toSorted()).toEqual(apiRoutes.map(({ path, method }) => `${method} ${path}`).toSorted());
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(apiRoutes.length);
  });

  it("names every parameter of a path, and asks for it", () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/gu)].map((match) => match[1]);
      const given = operation.parameters.filter((one) => one.in === "path");
      expect(given.map(({ name }) => name)).toEqual(inPath);
      expect(given.every(({ required }) => required)).toBe(true);
    }
  });

  it("says what each operation answers, and that it may be refused", () => {
    for (const { operation } of operations) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["200", "400", "403", "429"]));
    }
  });

  it("asks for a session wherever one is needed", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ operation }) => operation.operationId).toSorted()).toEqual([
      "askChallenge",
      "beginEnrolment",
      "finishEnrolment",
      "getDemoKey",
      "listCredentials",
      "showDemo",
      "signIn",
    ]);
  });

  it("is plain JSON in which every reference leads somewhere", () => {
    const text = JSON.stringify(page);
    expect(JSON.parse(text)).toEqual(page);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/gu)].map((match) => match[1]);
    expect(new Set(references)).toEqual(new Set(["#/components/schemas/Problem"]));
  });
});
