/**
 * Text to the bytes of a sender's encoding. Node decodes Shift_JIS but does not encode it.
 *
 * The Shift_JIS table is the platform's own decoder turned round, without pointers 8272–8835 (WHATWG Encoding,
 * "index Shift_JIS pointer"), which repeat characters found elsewhere. A character the encoding lacks becomes `?`:
 * that can only be one of our own, or of a cell that was undecodable and whose bytes could not be kept.
 */
import type { Encoding } from "./table-file.ts";

/** An encoder of that encoding, without byte order mark. */
export function textEncoder(encoding: Encoding): (text: string) => Buffer {
  if (encoding === "shift_jis") return shiftJisEncoder();
  if (encoding === "utf-16le") return (text) => Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return (text) => Buffer.from(text, "utf16le").swap16();
  return (text) => Buffer.from(text, "utf8");
}

const firstExcludedPointer = 8272;
const lastExcludedPointer = 8835;
const lastPointer = 11_279;
const questionMark = 63;

function shiftJisEncoder(): (text: string) => Buffer {
  const table = shiftJisTable();
  return (text) => {
    const bytes = Buffer.alloc(text.length * 2);
    let length = 0;
    for (const character of text) {
      const code = table.get(character) ?? questionMark;
      if (code > 0xff) length = bytes.writeUInt8(code >> 8, length);
      length = bytes.writeUInt8(code & 0xff, length);
    }
    return bytes.subarray(0, length);
  };
}

/** Character → one byte, or two as `lead << 8 | trail`. */
function shiftJisTable(): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  const decoder = new TextDecoder("shift_jis");
  for (let byte = 0; byte < 0x80; byte++) table.set(String.fromCharCode(byte), byte);
  for (let byte = 0xa1; byte <= 0xdf; byte++) table.set(decoder.decode(Uint8Array.of(byte)), byte);
  for (let pointer = 0; pointer <= lastPointer; pointer++) {
    if (pointer >= firstExcludedPointer && pointer <= lastExcludedPointer) continue;
    const lead = Math.floor(pointer / 188);
    const trail = pointer % 188;
    const code = ((lead + (lead < 0x1f ? 0x81 : 0xc1)) << 8) | (trail + (trail < 0x3f ? 0x40 : 0x41));
    const character = decoder.decode(Uint8Array.of(code >> 8, code & 0xff));
    if (character.length === 1 && character !== "\ufffd" && !table.has(character)) table.set(character, code);
  }
  return table;
}
