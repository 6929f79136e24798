#!/usr/bin/env node
// What `npx linkage` starts: the program (main.ts) with its compiled code kept from run to run, because compiling takes
// longer than linking a small file. The cache lies in the package's own folder: whoever can write there can replace the
// program itself. Where it cannot be written, nothing is kept and all works. Threads find the cache by the variable.

import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

// V8 13.6 (Node 24) loses numbers in its middle compiler, Maglev: objects that a function made after it was thrown back
// from such code shared the box of a fraction, and a model depended on when a compilation ended (see model/session.ts). Off
// before anything is hot; it costs a twentieth more processor time.
setFlagsFromString("--no-maglev");
const cache = fileURLToPath(new URL("../node_modules/.cache", import.meta.url));
enableCompileCache(cache);
process.env["NODE_COMPILE_CACHE"] ??= cache;
const { runProgram } = await import("./main.ts");
await runProgram(process.argv);
