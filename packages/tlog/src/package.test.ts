import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("./", import.meta.url));
const packageFolder = join(source, "..");
const repository = join(packageFolder, "../..");
const hasOpenssl = spawnSync("bash", ["-c", "openssl version && base64 --version"]).status === 0;
if (!hasOpenssl)
  process.stderr.write("tlog: bash, openssl or base64 is absent, the check by hand is skipped\n");

const modules = readdirSync(source).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

/** The first block of that language in a Markdown file. */
function block(file: string, language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readFileSync(file, "utf8")) ?? [];
  if (text === undefined) throw new Error(`${file} has no ${language} block`);
  return text;
}

/** Of the README: each block of code with a block of what it prints, named by the words in bold above it. */
function examples(): { readonly name: string; readonly code: string; readonly printed: string }[] {
  const text = readFileSync(join(packageFolder, "README.md"), "utf8");
  const found = text.matchAll(/\n\*\*([^*]+)\*\*[^\n]*\n\n```ts\n([^]*?)```\n\n```text\n([^]*?)```/g);
  return [...found].map(([, name = "", code = "", printed = ""]) => ({
    name: name.replace(/\[([^\]]*)\].*/, "$1"),
    code,
    printed,
  }));
}

function run(code: string): { readonly output: string; readonly status: number | null } {
  const options = {
    cwd: packageFolder,
    encoding: "utf8",
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  } as const;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module-typescript", "-e", code],
    options,
  );
  return { output: `${stdout}${stderr}`, status };
}

describe("the package", () => {
  it("has an example for every specification that its README names", () => {
    const blocks = readFileSync(join(packageFolder, "README.md"), "utf8").split("```ts\n").length - 1;
    expect(examples().map(({ name }) => name)).toEqual([
      "signed-note",
      "tlog-checkpoint",
      "tlog-tiles",
      "RFC 6962 proofs",
      "tlog-cosignature",
      "tlog-witness",
      "tlog-proof",
      "tlog-policy",
    ]);
    // All but the first, which stands by itself.
    expect(blocks).toBe(examples().length + 1);
  });

  it("imports nothing but itself and the kernel, so that it runs in browsers", () => {
    expect(modules.length).toBeGreaterThan(20);
    for (const name of modules) {
      const text = readFileSync(join(source, name), "utf8");
      const imported = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, specifier]) => specifier);
      expect(
        imported.filter(
          (specifier) => !/^(?:\.\/[a-z0-9-]+\.ts|@kura\/kernel\/[a-z-]+\.ts)$/.test(specifier ?? ""),
        ),
      ).toEqual([]);
    }
  });

  it("has one face, which nothing inside imports", () => {
    for (const name of modules) expect(readFileSync(join(source, name), "utf8")).not.toContain("./index.ts");
  });

  it("does what its README shows", () => {
    const { output, status } = run(block(join(packageFolder, "README.md"), "ts"));
    expect(output).toBe("second is entry 1 of 3, seen by 1 witness\n");
    expect(status).toBe(0);
  });

  it.each(examples())("shows of $name what its README says below it", ({ code, printed }) => {
    expect(run(code)).toEqual({ output: printed, status: 0 });
  });

  it("does the same on a platform without node:crypto", () => {
    const blind = `Object.defineProperty(process, "getBuiltinModule", { value: undefined });\n`;
    const example = block(join(packageFolder, "README.md"), "ts");
    const dynamic = example.replace(/import \* as tlog from "(.*)";/, `const tlog = await import("$1");`);
    expect(dynamic).not.toBe(example);
    const spy = `console.log(process.getBuiltinModule === undefined);\n`;
    const { output } = run(`${blind}${dynamic}${spy}`);
    expect(output).toBe("second is entry 1 of 3, seen by 1 witness\ntrue\n");
  });

  it("as published, runs its README where nothing else is installed", () => {
    const built = spawnSync(process.execPath, [join(packageFolder, "build.mjs")], { encoding: "utf8" });
    expect(`${built.stdout}${built.stderr}`).toBe("");
    const folder = mkdtempSync(join(tmpdir(), "kura-tlog-"));
    cpSync(join(packageFolder, "dist"), join(folder, "node_modules/@kura/tlog"), { recursive: true });
    writeFileSync(join(folder, "example.mjs"), block(join(packageFolder, "README.md"), "ts"));
    const { stdout, stderr } = spawnSync(process.execPath, ["example.mjs"], {
      cwd: folder,
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect(`${stdout}${stderr}`).toBe("second is entry 1 of 3, seen by 1 witness\n");
  });

  it.skipIf(!hasOpenssl)(
    "writes receipts that openssl and a shell verify, as docs/formats/tlog-proof.md shows",
    () => {
      const page = join(repository, "docs/formats/tlog-proof.md");
      const { stdout, stderr } = spawnSync("bash", ["-c", block(page, "sh")], {
        cwd: repository,
        encoding: "utf8",
      });
      expect(`${stdout}${stderr}`).toBe(block(page, "text"));
    },
  );
});
