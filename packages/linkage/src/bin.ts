#!/usr/bin/env node
// What `npx linkage` starts: the program (main.ts) with its compiled code kept from run to run, because compiling takes
// longer than linking a small file. The cache lies in the package's own folder: whoever can write there can replace the
// program itself. Where it cannot be written, nothing is kept and all works.

import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../node_modules/.cache", import.meta.url)));
const { runProgram } = await import("./main.ts");
await runProgram(process.argv);
