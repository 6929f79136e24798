/**
 * The console's files, as the build left them: read once at the start, served from memory, nothing else of the disk.
 *
 * The page may load script and style of this origin only, run nothing that is written into it, speak to nobody else and
 * be framed by nobody (Content Security Policy Level 3, Trusted Types). Assets bear the digest of their content in their
 * name and are kept for ever; the page itself never is, so that a browser's history holds nothing.
 * Every path outside the API that is no file is the page: which screen it is, the browser decides.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

export interface ConsoleFiles {
  /** `undefined` for what is not the console's. */
  find(path: string): ConsoleFile | undefined;
}

export interface ConsoleFile {
  readonly type: string;
  readonly isPage: boolean;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
}

/** Everything that may ever be executed or shown comes from this origin; nothing is sent elsewhere. */
export const pagePolicy: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const pageName = "/index.html";
/** A screen's address: words, ids and slashes, no ending. */
const screenPath = /^\/[\w/-]*$/u;

/** @throws when there is no build in the folder. */
export function readConsoleFiles(folder: string): ConsoleFiles {
  const files = new Map<string, ConsoleFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const name = `/${relative(folder, path).split(sep).join("/")}`;
    files.set(name, pack(readFileSync(path), type, name === pageName));
  }
  const page = files.get(pageName);
  if (page === undefined) throw new Error("the console is not built");
  return { find: (path) => files.get(path) ?? (screenPath.test(path) ? page : undefined) };
}

/** The file in the best form that the browser takes. */
export function answerFile(file: ConsoleFile, acceptEncoding: string): Response {
  const form = (["brotli", "gzip"] as const).find((one) => acceptEncoding.includes(codings[one]));
  return new Response(file[form ?? "plain"], {
    headers: {
      "Content-Type": file.type,
      "Cache-Control": file.isPage ? "no-store" : "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
      ...(form !== undefined && { "Content-Encoding": codings[form] }),
      ...(file.isPage && { "Content-Security-Policy": pagePolicy }),
    },
  });
}

const codings = { brotli: "br", gzip: "gzip" } as const;

function pack(plain: Buffer, type: string, isPage: boolean): ConsoleFile {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  const [gzip, brotli] = [gzipSync(plain), brotliCompressSync(plain, quality)];
  return { type, isPage, plain: own(plain), gzip: own(gzip), brotli: own(brotli) };
}

function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
