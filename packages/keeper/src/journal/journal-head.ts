/**
 * The head file: how far the keeper has signed, kept apart from the journal and authenticated, so that a journal that was put
 * back to an older state is noticed, and nothing is signed that this file does not hold first.
 *
 * One line of canonical JSON: `events` and the journal's `hash` at that number, `nodes` (the log's tree at that size, as the
 * hashes of its full subtrees from left to right: its root follows from them), the log's `origin`, and a `mac` over all that.
 * Worth as much as its place is apart: on the journal's own disk it notices a lost file or a careless restore, on
 * another machine it also notices a thief with the whole disk.
 */
import { createHmac, timingSafeEqual, type KeyObject } from "node:crypto";
import { decodeHex, decodeUtf8, encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { Breach } from "@kura/kernel/fault.ts";
import type { Hash } from "@kura/tlog/tree.ts";
import { findFile } from "../durable-file.ts";
import { emptyHead, type Head } from "./journal-record.ts";

/** The journal's head, and the log's tree of the same events. */
export interface LogHead extends Head {
  readonly nodes: readonly Hash[];
  readonly origin: string;
}

export function emptyLogHead(origin: string): LogHead {
  return { ...emptyHead, nodes: [], origin };
}

export function encodeHead(key: KeyObject, head: LogHead): Uint8Array {
  const content = {
    events: head.events,
    hash: encodeHex(head.hash),
    nodes: head.nodes.map(encodeHex),
    origin: head.origin,
  };
  return encodeUtf8(
    `${encodeCanonical({ ...content, mac: encodeHex(macOf(key, encodeCanonical(content))) })}\n`,
  );
}

/** The last head and its bytes, or `undefined` when there is no file. @throws {Breach} when a keeper with this key did not write it. */
export function findHead(path: string, key: KeyObject): { head: LogHead; bytes: Uint8Array } | undefined {
  const bytes = findFile(path);
  if (bytes === undefined) return undefined;
  const [, events = "", hash = "", mac = "", nodes = "", origin = ""] = headPattern.exec(textOf(bytes)) ?? [];
  const head = {
    events: Number(events),
    hash: decodeHex(hash),
    nodes: nodes === "" ? [] : nodes.split(",").map((node) => decodeHex(node.slice(1, -1))),
    origin: originOf(origin),
  };
  // What is read is what would be written, mac and all: whatever else is there, it was not ours.
  const expected = encodeHead(key, head);
  if (mac === "" || expected.length !== bytes.length || !timingSafeEqual(expected, bytes)) {
    throw new Breach("the head file is not what this keeper wrote", { bytes: bytes.length });
  }
  return { head, bytes };
}

const headPattern =
  /^\{"events":(\d{1,15}),"hash":"([0-9a-f]{64})","mac":"([0-9a-f]{64})","nodes":\[((?:"[0-9a-f]{64}",?){0,64})\],"origin":("[^\n]{1,200}")\}\n$/;

function originOf(quoted: string): string {
  try {
    return quoted === "" ? "" : String(JSON.parse(quoted));
  } catch (cause) {
    throw new Breach("the head file names no log", {}, { cause });
  }
}

function macOf(key: KeyObject, content: string): Buffer {
  return createHmac("sha256", key).update(`kura/head/2\n${content}\n`).digest();
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new Breach("the head file is not text", { bytes: bytes.length }, { cause });
  }
}
