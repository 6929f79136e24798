/**
 * XML of a workbook as tags and texts, without namespaces' prefixes. `saxes` resolves no entity but XML's own five,
 * fetches nothing, and holds one tag at a time.
 */
import { SaxesParser } from "saxes";
import { Fault } from "@kura/kernel/fault.ts";
import { intakeFault } from "./table-file.ts";

export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Feeds the pieces through `handler`, stopping between pieces so that the caller can take what has come together. */
export async function* parseXml(pieces: AsyncIterable<string>, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on("opentag", ({ name, attributes }) => handler.open?.(localName(name), attributes));
  parser.on("text", (text) => handler.text?.(text));
  parser.on("closetag", ({ name }) => handler.close?.(localName(name)));
  parser.on("error", (error) => {
    throw error;
  });
  for await (const piece of pieces) {
    feed(() => parser.write(piece));
    yield;
  }
  feed(() => parser.close());
  yield;
}

/** The parser's own message may quote the text, so it is not passed on. */
function feed(step: () => void): void {
  try {
    step();
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    throw intakeFault("malformed-workbook", "a part of the workbook is not well-formed XML");
  }
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}
