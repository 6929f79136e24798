/**
 * A report as pages (PDF), by Typst. Every line of it stands in the report; nothing is counted or worded here.
 *
 * The template (`report.typ`) is ours and fixed; the report goes in as data, so that no title or source becomes markup. Reads
 * nothing but the template and the fonts, and writes nothing: the bytes are the caller's. No person is in a report.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import type { Report } from "./report.ts";

const template = new URL("./report.typ", import.meta.url);
const fonts = ["400Regular", "700Bold"].map((weight) =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans-jp/${weight}/NotoSansJP_${weight}.ttf`)),
);

/** Takes a few tens of milliseconds, and the fonts' ten megabytes while it runs. */
export function renderPdf(report: Report): Uint8Array {
  const compiler = NodeCompiler.create({
    fontArgs: [{ fontBlobs: fonts.map((path) => readFileSync(path)) }],
  });
  const inputs = { report: JSON.stringify(report) };
  return new Uint8Array(compiler.pdf({ mainFileContent: readFileSync(template, "utf8"), inputs }));
}
