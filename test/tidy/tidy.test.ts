/**
 * House rules that a linter does not know: each with its reason. A rule that has no reason any more is removed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, listFiles, listProductFiles, packageOf, root } from "./source-tree.ts";

const thisFile = "test/tidy/tidy.test.ts";
const product = listProductFiles();
const everything = listFiles(".", [".ts", ".mjs", ".sql", ".md", ".json"]).filter(
  ({ path }) => !path.endsWith("package-lock.json"),
);

describe("tidy", () => {
  test("SQL stands in store.ts and .sql files only, so that a reviewer knows where to look", () => {
    const wrong = product.filter(
      ({ path, text }) =>
        packageOf(path) === "custodian" &&
        !/\/(?:store|sql)\.ts$/u.test(path) &&
        /(?<![\w.])sql`|sqlText\(/u.test(text) &&
        !allowedSql.includes(path),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("a module opens with what it is", () => {
    const wrong = product.filter(({ text }) => !/^(?:#![^\n]*\n)?(?:\/\*\*|\/\/ )/u.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("names say what a thing is, not that it is a thing", () => {
    const banned = /(?:^|[/-])(?:utils?|helpers?|common|misc|manager|service|data|info)(?:[.-]|$)/u;
    const wrong = product.filter(({ path }) => banned.test(path.split("/src/")[1] ?? ""));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("no barrel inside a package: only a package's own index re-exports", () => {
    const wrong = product.filter(
      ({ path, text }) => !/^packages\/[^/]+\/src\/index\.ts$/u.test(path) && /^export \*/mu.test(text),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("nothing inside a package imports its own index", () => {
    const wrong = product
      .flatMap(importsOf)
      .filter(({ from, to }) => to.endsWith("/src/index.ts") && packageOf(from) === packageOf(to));
    expect(wrong).toEqual([]);
  });

  test("every relative import names its file with its ending", () => {
    const wrong = product
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith("packages/") && !/\.(?:tsx?|json|css|svg)$/u.test(to));
    expect(wrong).toEqual([]);
  });

  test("nothing is left for later without an issue, and no test is switched off", () => {
    const marker = /FIXME|XXX\b|\bHACK\b|TODO(?!\(#\d+\))/u;
    const off = /\b(?:it|test|describe)\.(?:only|skip|todo)\(/u;
    const wrong = everything.filter(
      ({ path, text }) =>
        path !== thisFile && /\.(?:ts|mjs|sql)$/u.test(path) && (marker.test(text) || off.test(text)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("no catch is empty: a failure is handled or passed on", () => {
    const wrong = product.filter(({ text }) => /catch\s*(?:\([^)]*\))?\s*\{\s*\}/u.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("versions are exact, so that every clone installs the same", () => {
    const files = listFiles(".", ["package.json"]);
    const loose = files.flatMap(({ path, text }) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
        string,
        Record<string, string>
      >;
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u.test(version))
        .map(([name]) => `${path}: ${name}`);
    });
    expect(loose).toEqual([]);
  });

  test("every dependency has its paragraph in docs/dependencies.md", () => {
    const page = readFileSync(join(root, "docs/dependencies.md"), "utf8");
    const names = listFiles(".", ["package.json"]).flatMap(({ text }) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
        string,
        Record<string, string>
      >;
      return Object.keys({ ...dependencies, ...devDependencies }).filter(
        (name) => !name.startsWith("@kura/"),
      );
    });
    expect([...new Set(names)].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test("every table has a line in grants.sql", () => {
    const read = (folder: string): string =>
      listFiles(`packages/custodian/db/${folder}`, [".sql"])
        .map(({ text }) => text)
        .join("\n");
    const grants = readFileSync(join(root, "packages/custodian/db/grants.sql"), "utf8");
    const tables = [...`${read("register")}\n${read("keys")}`.matchAll(/^create table (\w+)/gmu)].map(
      (match) => match[1] ?? "",
    );
    expect(tables.length).toBeGreaterThan(10);
    expect(tables.filter((table) => !new RegExp(`\\bon ${table}\\b`, "u").test(grants))).toEqual([]);
  });

  test("links between our own documents lead somewhere", () => {
    const paths = new Set(listFiles(".", [""]).map(({ path }) => path));
    const broken = everything
      .filter(({ path }) => path.endsWith(".md"))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/gu)]
          .map((match) => new URL(match[1] ?? "", `file:///${path}`).pathname.slice(1).replace(/\/$/u, ""))
          .filter(
            (target) => !paths.has(target) && ![...paths].some((known) => known.startsWith(`${target}/`)),
          )
          .map((target) => `${path} → ${target}`),
      );
    expect(broken).toEqual([]);
  });
});

/** One-line questions whether a server answers at all, and the locks of the pool itself. */
const allowedSql = ["packages/custodian/src/http/health.ts", "packages/custodian/src/db/database.ts"];
