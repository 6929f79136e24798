/**
 * UUID version 7 (RFC 9562 section 5.7) as sixteen bytes: 48 bits of milliseconds, 74 random bits.
 *
 * Time first keeps the trees of a growing register compact; the random bits keep one key from telling another.
 */
import { randomFillSync } from "node:crypto";
import { Fault } from "@kura/kernel/fault.ts";

const poolBytes = 16 * 1024;

/** Makes ids from a clock and a source of randomness; both are parameters so that tests can fix them. */
export function uuidMaker(
  now: () => number = Date.now,
  fill: (bytes: Uint8Array) => void = randomFillSync,
): () => Uint8Array<ArrayBuffer> {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  return () => {
    if (used === poolBytes) {
      fill(pool);
      used = 0;
    }
    const uuid = pool.slice(used, used + 16);
    used += 16;
    let milliseconds = now();
    for (let i = 5; i >= 0; i--) {
      uuid[i] = milliseconds % 256;
      milliseconds = Math.floor(milliseconds / 256);
    }
    uuid[6] = 0x70 | ((uuid[6] ?? 0) & 0x0f);
    uuid[8] = 0x80 | ((uuid[8] ?? 0) & 0x3f);
    return uuid;
  };
}

/** 8-4-4-4-12 lower-case digits. */
export function renderUuid(uuid: Uint8Array): string {
  const hex = Buffer.from(uuid.buffer, uuid.byteOffset, 16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** @throws {Fault} `malformed-uuid` */
export function parseUuid(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new Fault("malformed-uuid", "not a UUID");
  }
  return new Uint8Array(Buffer.from(text.replaceAll("-", ""), "hex"));
}
