/**
 * The zip container of a workbook, read with limits before anything is unpacked.
 *
 * Sizes are those of the central directory, and `yauzl` holds every part to its stated size while it unpacks; so a
 * bomb is refused by what it states, or stops where it lies. Parts that overlap are caught because the sum of all
 * stated sizes is compared with the size of the file.
 */
import { promisify } from "node:util";
import * as yauzl from "yauzl";
import type { Readable } from "node:stream";
import { codeOf, Fault } from "@kura/kernel/fault.ts";
import {
  maxHeldPartBytes,
  maxUnpackedBytes,
  maxZipEntries,
  maxZipRatio,
  zipRatioFloorBytes,
} from "./limits.ts";
import { intakeFault } from "./table-file.ts";

export interface ZipContainer {
  has(name: string): boolean;
  /** Unpacked bytes of a part. */
  sizeOf(name: string): number;
  /** The part's bytes as they unpack. @throws {Fault} `truncated` or `malformed-workbook` */
  read(name: string): AsyncGenerator<Buffer>;
  close(): void;
}

const openZipFile = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open);

/** @throws {Fault} `truncated`, `zip-bomb`, `malformed-workbook`, `unknown-format` */
export async function openZip(path: string, byteLength: number): Promise<ZipContainer> {
  const zip = await openZipFile(path, { lazyEntries: true, autoClose: false, strictFileNames: true }).catch(
    (cause: unknown) => {
      // A system's own error (no such file, no permission) is not the container's.
      if (codeOf(cause) !== undefined) throw cause;
      throw intakeFault("truncated", "the file begins like a zip container but has no readable end", {
        cause,
      });
    },
  );
  try {
    const entries = await listEntries(zip, byteLength);
    return container(zip, entries);
  } catch (thrown) {
    zip.close();
    throw thrown;
  }
}

function container(zip: yauzl.ZipFile, entries: ReadonlyMap<string, yauzl.Entry>): ZipContainer {
  return {
    has: (name) => entries.has(name),
    sizeOf: (name) => entries.get(name)?.uncompressedSize ?? 0,
    read: (name) => readEntry(zip, entries.get(name)),
    close: () => zip.close(),
  };
}

function listEntries(zip: yauzl.ZipFile, byteLength: number): Promise<ReadonlyMap<string, yauzl.Entry>> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, yauzl.Entry>>();
  const entries = new Map<string, yauzl.Entry>();
  let unpackedBytes = 0;
  zip.on("entry", (entry: yauzl.Entry) => {
    unpackedBytes += entry.uncompressedSize;
    const refused = refuseEntry(entry, entries) ?? refuseSizes(entries.size + 1, unpackedBytes, byteLength);
    if (refused !== undefined) return reject(refused);
    entries.set(entry.fileName, entry);
    return zip.readEntry();
  });
  zip.on("end", () => resolve(entries));
  zip.on("error", (cause: Error) =>
    reject(intakeFault("malformed-workbook", "the zip container's directory cannot be read", { cause })),
  );
  zip.readEntry();
  return promise;
}

function refuseEntry(entry: yauzl.Entry, seen: ReadonlyMap<string, unknown>): Error | undefined {
  if (entry.isEncrypted())
    return intakeFault("unknown-format", "the file has a password: save it without one");
  if (seen.has(entry.fileName))
    return intakeFault("malformed-workbook", "two parts of the container have one name");
  return undefined;
}

function refuseSizes(entries: number, unpackedBytes: number, byteLength: number): Error | undefined {
  if (entries > maxZipEntries)
    return intakeFault("zip-bomb", `the container has more than ${maxZipEntries} parts`);
  if (unpackedBytes > maxUnpackedBytes) {
    return intakeFault("zip-bomb", `the container unpacks to more than ${maxUnpackedBytes} bytes`);
  }
  if (unpackedBytes > zipRatioFloorBytes && unpackedBytes > byteLength * maxZipRatio) {
    return intakeFault("zip-bomb", `the container unpacks to more than ${maxZipRatio} times its size`);
  }
  return undefined;
}

async function* readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry | undefined): AsyncGenerator<Buffer> {
  if (entry === undefined) throw intakeFault("malformed-workbook", "a part the workbook names is not in it");
  try {
    const openStream = promisify<yauzl.Entry, Readable>(zip.openReadStream.bind(zip));
    for await (const chunk of await openStream(entry)) yield chunk as Buffer;
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw intakeFault("truncated", "a part of the workbook is damaged or cut off", { cause });
  }
}

/** A part as text, in pieces; `isHeld` when the caller keeps all of it. @throws {Fault} `workbook-too-large`, `malformed-workbook` */
export async function* readText(zip: ZipContainer, name: string, isHeld: boolean): AsyncGenerator<string> {
  if (isHeld && zip.sizeOf(name) > maxHeldPartBytes) {
    throw intakeFault("workbook-too-large", "the workbook is too large to be read: save the sheet as CSV");
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of zip.read(name)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (cause instanceof TypeError) throw intakeFault("malformed-workbook", "a part is not UTF-8", { cause });
    throw cause;
  }
}
