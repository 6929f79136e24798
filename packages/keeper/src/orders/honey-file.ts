/**
 * `honey.sealed`: which persons do not exist, kept by the keeper alone. The journal has their count only.
 *
 * Layout: `12 nonce ‖ ciphertext ‖ 16 tag` of 16 bytes a person, AES-256-GCM under a key derived from the kept keys. A
 * file put back to an older state has fewer persons than the journal says, and does not start.
 */
import { createSecretKey, type KeyObject } from "node:crypto";
import { concatBytes, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import { findFile, replaceFile } from "../durable-file.ts";
import { openGcm, sealGcm } from "../crypto/hpke.ts";
import { deriveKey, type FillRandom } from "../crypto/key-file.ts";
import { personKeyBytes } from "../protocol/parts.ts";

const nonceBytes = 12;
const place = encodeUtf8("kura/honey/1");

export class HoneyFile {
  readonly #path: string;
  readonly #key: KeyObject;
  readonly #fillRandom: FillRandom;
  readonly #persons: Set<string>;

  /** @throws {Breach} for a file that is not this keeper's, or has fewer than `atLeast` persons. */
  constructor(path: string, root: KeyObject, fillRandom: FillRandom, atLeast: number) {
    const bytes = deriveKey(root, "kura/honey/1");
    this.#path = path;
    this.#key = createSecretKey(bytes);
    this.#fillRandom = fillRandom;
    bytes.fill(0);
    this.#persons = this.#read();
    if (this.#persons.size < atLeast) {
      throw new Breach("the file of honey persons is older than the journal", {
        persons: this.#persons.size,
      });
    }
  }

  get size(): number {
    return this.#persons.size;
  }

  /** @param person key in hexadecimal. */
  has(person: string): boolean {
    return this.#persons.has(person);
  }

  /** Durable when it returns. Adds only: a honey person who is known is erased like anybody. */
  add(persons: readonly string[]): void {
    for (const person of persons) this.#persons.add(person);
    const nonce = new Uint8Array(nonceBytes);
    this.#fillRandom(nonce);
    const content = Buffer.from([...this.#persons].join(""), "hex");
    replaceFile(this.#path, concatBytes(nonce, sealGcm(this.#key, nonce, place, content)));
    content.fill(0);
  }

  #read(): Set<string> {
    const bytes = findFile(this.#path);
    if (bytes === undefined) return new Set();
    try {
      const content = openGcm(this.#key, bytes.subarray(0, nonceBytes), place, bytes.subarray(nonceBytes));
      const text = Buffer.from(content).toString("hex");
      return new Set(text.match(new RegExp(`.{${2 * personKeyBytes}}`, "g")) ?? []);
    } catch (cause) {
      if (codeOf(cause) !== "does-not-open") throw cause;
      throw new Breach(
        "the file of honey persons is not what this keeper wrote",
        { bytes: bytes.length },
        { cause },
      );
    }
  }
}
