/**
 * XML of a workbook as tags and texts, without namespaces' prefixes. `saxes` resolves no entity but XML's own five,
 * fetches nothing, and holds one tag at a time.
 */
import { SaxesParser } from "saxes";
import { Fault } from "@kura/kernel/fault.ts";
import { maxXmlDepth, maxXmlRunChars } from "./limits.ts";
import { intakeFault } from "./table-file.ts";

export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Feeds the pieces through `handler`, stopping between pieces so that the caller can take what has come together.
 * What the parser would have to hold at once, a text or a nesting of tags, is bounded (`limits.ts`).
 */
export async function* parseXml(pieces: AsyncIterable<string>, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let runChars = 0;
  let depth = 0;
  parser.on("opentag", ({ name, attributes }) => {
    runChars = 0;
    depth += 1;
    if (depth > maxXmlDepth) throw malformed();
    handler.open?.(localName(name), attributes);
  });
  parser.on("text", (text) => handler.text?.(text));
  parser.on("closetag", ({ name }) => {
    runChars = 0;
    depth -= 1;
    handler.close?.(localName(name));
  });
  parser.on("error", (error) => {
    throw error;
  });
  for await (const piece of pieces) {
    feed(() => parser.write(piece));
    runChars += piece.length;
    if (runChars > maxXmlRunChars) throw malformed();
    yield;
  }
  feed(() => parser.close());
  yield;
}

function malformed(): Error {
  return intakeFault("malformed-workbook", "a part of the workbook is not well-formed XML");
}

/** The parser's own message may quote the text, so it is not passed on. */
function feed(step: () => void): void {
  try {
    step();
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    throw malformed();
  }
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}
