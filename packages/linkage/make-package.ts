// Makes dist/ publishable: compiled JavaScript, types, and a manifest that points at them. Run by `npm run package`.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
const manifest: unknown = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const { scripts: _scripts, files: _files, ...kept } = Object(manifest) as Record<string, unknown>;
const published = {
  ...kept,
  exports: {
    ".": "./linkage.js",
    "./linkage.schema.json": "./linkage.schema.json",
    "./*.ts": "./*.js",
    "./*": "./*",
  },
  bin: { linkage: "./bin.js" },
};
writeFileSync(join(here, "dist/package.json"), `${JSON.stringify(published, null, 2)}\n`);
for (const name of ["README.md", "linkage.schema.json"])
  copyFileSync(join(here, name), join(here, "dist", name));
