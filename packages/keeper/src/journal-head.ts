/**
 * The head file: how far the journal goes, kept apart from it and authenticated, so that a journal that was put back
 * to an older state is noticed. `{"events":n,"hash":hex,"mac":hex}` and a newline; replaced whole.
 *
 * Worth as much as its place is apart: on the journal's own disk it notices a lost file or a careless restore, on
 * another machine it also notices a thief with the whole disk.
 */
import { createHmac, timingSafeEqual, type KeyObject } from "node:crypto";
import { decodeHex, decodeUtf8, encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { findFile, replaceFile } from "./durable-file.ts";
import type { Head } from "./journal-record.ts";

export function writeHead(path: string, key: KeyObject, head: Head): void {
  const hash = encodeHex(head.hash);
  const mac = encodeHex(macOf(key, head.events, hash));
  replaceFile(path, encodeUtf8(`${encodeCanonical({ events: head.events, hash, mac })}\n`));
}

/** The last head, or `undefined` when there is no file. @throws {Breach} when a keeper with this key did not write it. */
export function findHead(path: string, key: KeyObject): Head | undefined {
  const bytes = findFile(path);
  if (bytes === undefined) return undefined;
  const match = /^\{"events":(\d{1,15}),"hash":"([0-9a-f]{64})","mac":"([0-9a-f]{64})"\}\n$/.exec(
    textOf(bytes),
  );
  const [, events = "", hash = "", mac = ""] = match ?? [];
  const expected = macOf(key, Number(events), hash);
  if (match === null || !timingSafeEqual(decodeHex(mac), expected)) {
    throw new Breach("the head file is not what this keeper wrote", { bytes: bytes.length });
  }
  return { events: Number(events), hash: decodeHex(hash) };
}

function macOf(key: KeyObject, events: number, hash: string): Buffer {
  return createHmac("sha256", key).update(`kura/head/1\n${events}\n${hash}\n`).digest();
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new Breach("the head file is not text", { bytes: bytes.length }, { cause });
  }
}
