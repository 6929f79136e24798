/** The project's own sources as the tidy tests see them: path, text, and what each file imports. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../..");

export interface SourceFile {
  /** From the root, with forward slashes: `packages/kernel/src/bytes.ts`. */
  readonly path: string;
  readonly text: string;
}

/** An import as the place it leads to: a path from the root, or the name of a package that is not ours. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

const skipped = new Set(["node_modules", "dist", "kura-data"]);

/** Every file below `folder` with one of the endings. */
export function listFiles(folder: string, endings: readonly string[]): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(root, path)
          .split(sep)
          .some((part) => skipped.has(part)),
    )
    .map((path) => ({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }));
}

/** Sources that ship: no tests. */
export function listProductFiles(): SourceFile[] {
  return listFiles("packages", [".ts", ".tsx"]).filter(
    ({ path }) => /^packages\/[^/]+\/src\//.test(path) && !path.endsWith(".test.ts"),
  );
}

export function importsOf(file: SourceFile): Import[] {
  const specifiers = [
    ...file.text.matchAll(/^(?:import|export)\s[^"';]*?from\s+"([^"]+)"/gmu),
    ...file.text.matchAll(/^import\s+"([^"]+)"/gmu),
    ...file.text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/gu),
    ...file.text.matchAll(/import\.meta\.resolve\("([^"]+)"\)/gu),
  ].map((match) => match[1] ?? "");
  return specifiers.map((specifier) => ({ from: file.path, to: resolveImport(file.path, specifier) }));
}

function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return posix.normalize(posix.join(posix.dirname(from), specifier));
  const own = /^@kura\/([^/]+)(?:\/(.+))?$/u.exec(specifier);
  return own === null ? specifier : `packages/${own[1]}/src/${own[2] ?? "index.ts"}`;
}

/** `packages/custodian/src/db/sql.ts` → `custodian`; `undefined` outside the packages. */
export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//u.exec(path)?.[1];
}

/** `packages/custodian/src/db/sql.ts` → `db`; the empty string for a file of the package itself. */
export function folderOf(path: string): string {
  return /^packages\/[^/]+\/src\/(?:([^/]+)\/)?/u.exec(path)?.[1] ?? "";
}
