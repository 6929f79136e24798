/**
 * A small agency for tests: a journal, its log, a witness and receipts, made of the words of docs/formats/receipt.md and none of
 * the keeper's code, so that the two are checked against each other. Everybody in it is made up.
 */
import { encodeHex, encodeUtf8 } from "@kura/kernel/bytes.ts";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import { encodeCheckpoint } from "@kura/tlog/checkpoint.ts";
import { rootOf } from "@kura/tlog/frontier.ts";
import { createSigner, type Signer, signNote } from "@kura/tlog/signer.ts";
import { sha256 } from "@kura/tlog/sha256.ts";
import { type Hash, hashLeaf, splitSize } from "@kura/tlog/tree.ts";
import { encodeVerifierKey, keyType } from "@kura/tlog/verifier-key.ts";
import { batchRoot, findBatchProof } from "../src/premium-batch.ts";
import { premiumDigest } from "../src/premium-chain.ts";
import type {
  PersonEntry,
  Receipt,
  ReceiptBatch,
  ReceiptPremium,
  ReceiptRecord,
  Stated,
} from "../src/receipt.ts";

export const origin = "log.example/receipts";
export const hana = "11".repeat(16);
export const taro = "22".repeat(16);

interface Logged {
  readonly text: string;
  readonly parts: { readonly salt: Uint8Array; readonly content: Uint8Array }[];
  readonly entries: Map<string, PersonEntry>;
}

export class TestAgency {
  readonly log: Signer;
  readonly witness: Signer;
  readonly #events: Logged[] = [];
  readonly #chains = new Map<string, { n: number; hash: string }>();
  readonly #premiums = new Map<
    string,
    { entry: Omit<ReceiptPremium, "batch">; event: number; digest: Hash }[]
  >();
  readonly #batches = new Map<number, Hash[]>();
  readonly #records = new Map<string, { digest: Hash; event: number }[]>();
  #salts = 0;

  static async make(): Promise<TestAgency> {
    const seed = (fill: number) => new Uint8Array(32).fill(fill);
    return new TestAgency(
      await createSigner(origin, keyType.ed25519, seed(1)),
      await createSigner("witness.example/w", keyType.cosignature, seed(2)),
    );
  }

  constructor(log: Signer, witness: Signer) {
    this.log = log;
    this.witness = witness;
  }

  get policy(): string {
    const [log, witness] = [this.log, this.witness].map(({ key }) => encodeVerifierKey(key));
    return `log ${log}\nwitness w ${witness}\nquorum w\n`;
  }

  /** A batch of sealed records: one for each time that a person is named. */
  sealed(persons: readonly string[]): void {
    const event = this.#events.length + 1;
    const digests = persons.map((person, i) => {
      const digest = sha256(encodeUtf8(`sealed record ${i} of ${person}`));
      this.#records.set(person, [...(this.#records.get(person) ?? []), { digest, event }]);
      return digest;
    });
    this.#batches.set(event, digests);
    const root = encodeHex(batchRoot(digests));
    const content = { kind: "sealed", actor: "test-import", source: "test", newPersons: 1 };
    const counts = { records: persons.length, persons: new Set(persons).size };
    this.#append({ ...content, ...counts, root, number: event }, []);
  }

  look(persons: readonly string[], purpose = "claim"): void {
    this.#about("opened", persons, purpose, { fields: [1, 3] });
  }

  /** They were compared with a criterion on their birth dates; of the second list the answer told. */
  screen(persons: readonly string[], found: readonly string[]): void {
    const screen = { fields: [7], caseId: "test-screen", caseKind: "screen" };
    this.#about("screened", persons, "record-matching", screen);
    this.#about("found", found, "record-matching", screen);
  }

  /** A batch of one month's premium for each person; `unlogged` ones have no event. */
  premiums(persons: readonly string[], month: string, isLogged = true): void {
    const event = isLogged ? this.#events.length + 1 : 0;
    const digests = persons.map((person) => {
      const own = this.#premiums.get(person) ?? [];
      this.#premiums.set(person, own);
      const entry = {
        entryNo: own.length + 1,
        month,
        scheme: 1,
        kind: 1,
        amountYen: own.length === 1 ? -16_540 : 16_540,
        remunerationYen: 0,
        reverses: own.length === 1 ? 1 : 0,
        sourceId: "33".repeat(16),
        sourceLine: own.length + 2,
      };
      const digest = premiumDigest(own.at(-1)?.digest ?? new Uint8Array(32), person, { ...entry, batch: -1 });
      own.push({ entry, event, digest });
      return digest;
    });
    if (!isLogged) return;
    this.#batches.set(event, digests);
    const root = encodeHex(batchRoot(digests));
    const content = { kind: "premiums", actor: "test-import", source: "test", entries: persons.length };
    this.#append({ ...content, accounts: persons.length, root, number: event }, []);
  }

  /** The person's receipt, of which the log's last event is one. */
  async receipt(person: string): Promise<Receipt> {
    const own = this.#premiums.get(person) ?? [];
    const events = [...new Set(own.map(({ event }) => event).filter((event) => event > 0))];
    const batches = events.map((event) =>
      this.#batch(event, own.findLast((one) => one.event === event)?.digest),
    );
    const sealed = (this.#records.get(person) ?? []).map(({ digest, event }) => {
      const batch = this.#batch(event, digest);
      const known = batches.findIndex(({ text, group }) => text === batch.text && group === batch.group);
      if (known < 0) batches.push(batch);
      return { digest: encodeHex(digest), batch: known < 0 ? batches.length - 1 : known };
    });
    const old = { digest: "4".repeat(64), batch: -1 };
    const records: ReceiptRecord[] = [...sealed, old].map((one, recordNo) => ({ recordNo, kind: 1, ...one }));
    const wire = new WireWriter();
    for (const { recordNo, kind, digest } of records)
      wire.u32(recordNo).u8(kind).raw(Buffer.from(digest, "hex"));
    const stated: Stated = {
      premiumEntries: own.length,
      premiumHead: encodeHex(own.at(-1)?.digest ?? new Uint8Array(32)),
      records: records.length,
      recordsDigest: encodeHex(sha256(wire.finish())),
    };
    this.#about("receipt", [person], "receipt", { stated });
    // Proofs lead to the tree with the receipt's own event.
    for (const [i, batch] of batches.entries()) {
      const event = Number(/"number":(\d+)/u.exec(batch.text)?.[1]);
      batches[i] = { ...batch, proof: this.#prove(event - 1) };
    }
    return {
      format: "kura-receipt/1",
      person,
      checkpoint: await this.checkpoint(),
      events: this.#events.flatMap((logged, i) => {
        const entry = logged.entries.get(person);
        return entry === undefined ? [] : [this.#opened(logged, i, entry)];
      }),
      batches,
      premiums: own.map(({ entry, event }) => ({ ...entry, batch: events.indexOf(event) })),
      records,
    };
  }

  async checkpoint(signers: readonly Signer[] = [this.log, this.witness]): Promise<string> {
    const root = rootOf(this.#leaves());
    return signNote(
      encodeCheckpoint({ origin, size: BigInt(this.#events.length), root }),
      signers,
      1_790_000_000n,
    );
  }

  #about(
    kind: string,
    persons: readonly string[],
    purpose: string,
    more: { fields?: number[]; stated?: Stated; caseId?: string; caseKind?: string },
  ): void {
    const number = this.#events.length + 1;
    const entries = new Map<string, PersonEntry>();
    const links = persons.map((person) => {
      const before = this.#chains.get(person) ?? { n: 0, hash: "0".repeat(64) };
      const entry: PersonEntry = {
        kind,
        person,
        n: before.n + 1,
        previous: before.hash,
        number,
        timeMs: 1_790_000_000_000 + number,
        session: "55".repeat(16),
        actor: "test-clerk",
        office: "test-office",
        orderNumber: number,
        purpose,
        caseId: more.caseId ?? "test-case",
        caseKind: more.caseKind ?? "claim",
        fields: more.fields ?? [],
        ...(more.stated !== undefined && { stated: more.stated }),
      };
      entries.set(person, entry);
      const link = sha256(encodeUtf8(`kura/person-event/1\n${encodeCanonical(entry)}`));
      this.#chains.set(person, { n: entry.n, hash: encodeHex(link) });
      return link;
    });
    this.#append({ kind, number, persons }, links, entries);
  }

  #append(event: object, links: readonly Hash[], entries: Map<string, PersonEntry> = new Map()): void {
    const text = encodeCanonical({ ...event });
    const parts = [encodeUtf8(text), ...links].map((content) => ({ salt: this.#salt(), content }));
    this.#events.push({ text, parts, entries });
  }

  #salt(): Uint8Array {
    this.#salts += 1;
    return sha256(encodeUtf8(`test salt ${this.#salts}`));
  }

  #opened(logged: Logged, index: number, entry: PersonEntry): Receipt["events"][number] {
    const part = [...logged.entries.keys()].indexOf(entry.person) + 1;
    const hashes = partHashes(logged);
    return {
      entry,
      salt: encodeHex(logged.parts[part]?.salt ?? new Uint8Array()),
      part,
      parts: hashes.length,
      path: pathTo(part, hashes).map(encodeHex),
      commitment: encodeHex(rootOf(hashes)),
      proof: this.#prove(index),
    };
  }

  #batch(event: number, digest: Hash = new Uint8Array(32)): ReceiptBatch {
    const logged = this.#events[event - 1];
    const proof = findBatchProof(this.#batches.get(event) ?? [], digest);
    if (logged === undefined || proof === undefined) throw new Error("no such batch");
    return {
      text: logged.text,
      salt: encodeHex(logged.parts[0]?.salt ?? new Uint8Array()),
      digests: proof.digests.map(encodeHex),
      group: proof.group,
      groups: proof.groups,
      path: proof.path.map(encodeHex),
      proof: this.#prove(event - 1),
    };
  }

  #prove(index: number): string[] {
    return pathTo(index, this.#leaves()).map(encodeHex);
  }

  #leaves(): Hash[] {
    return this.#events.map((logged) => hashLeaf(rootOf(partHashes(logged))));
  }
}

function partHashes({ parts }: Logged): Hash[] {
  return parts.map(({ salt, content }) => hashLeaf(Buffer.concat([salt, content])));
}

function pathTo(index: number, hashes: readonly Hash[]): Hash[] {
  if (hashes.length < 2) return [];
  const split = Number(splitSize(BigInt(hashes.length)));
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...pathTo(index, left), rootOf(right)]
    : [...pathTo(index - split, right), rootOf(left)];
}
