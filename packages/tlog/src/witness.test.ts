import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import { describe, expect, it } from "vitest";
import { nodesTo } from "../test/memory-log.ts";
import { entriesTo } from "../test/reference.ts";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import { signerOf } from "../test/signers.ts";
import { encodeCheckpoint } from "./checkpoint.ts";
import { rootOf } from "./frontier.ts";
import { openNote, parseSignatureLines } from "./note.ts";
import { planConsistency, readProof } from "./proof.ts";
import { signNote } from "./signer.ts";
import type { Hash, TreeHead } from "./tree.ts";
import { hashLeaf } from "./tree.ts";
import { keyType } from "./verifier-key.ts";
import type { PostToWitness } from "./witness-client.ts";
import { requestCosignatures, witnessCheckpoint } from "./witness-client.ts";
import type { AddCheckpoint } from "./witness-message.ts";
import { encodeAddCheckpoint, originHash, parseAddCheckpoint, parseSizeBody } from "./witness-message.ts";
import type { CosignedHead, Witness, WitnessResponse, WitnessStore } from "./witness-server.ts";
import { addCheckpoint, getCheckpoint } from "./witness-server.ts";

const origin = "log.example";
const leaves = entriesTo(40).map(hashLeaf);
const nodes = nodesTo(40);
const log = await signerOf(origin, keyType.ed25519, 1);
const stranger = await signerOf(origin, keyType.ed25519, 2);
const cosigner = await signerOf("w.example", keyType.cosignature, 3);

function head(size: number): TreeHead {
  return { size: BigInt(size), root: rootOf(leaves.slice(0, size)) };
}

async function checkpointOf(tree: TreeHead, signers = [log]): Promise<string> {
  return await signNote(encodeCheckpoint({ origin, ...tree }), signers, 0n);
}

async function proofFrom(old: number, size: number): Promise<readonly Hash[]> {
  return await readProof(planConsistency(BigInt(old), BigInt(size)), nodes.read);
}

/** Real compare-and-set over a map: one turn of the event loop is its transaction. */
class MemoryStore implements WitnessStore {
  readonly heads = new Map<string, CosignedHead>();

  async findHead(name: string): Promise<TreeHead | undefined> {
    return this.heads.get(name);
  }

  async replaceHead(name: string, oldSize: bigint, next: CosignedHead): Promise<boolean> {
    if ((this.heads.get(name)?.size ?? 0n) !== oldSize) return false;
    this.heads.set(name, next);
    return true;
  }

  async findNote(hash: string): Promise<string | undefined> {
    return [...this.heads.values()].find((stored) => stored.originHash === hash)?.note;
  }
}

function witnessOver(store: WitnessStore): Witness {
  return {
    findLogKeys: async (name) => (name === origin ? [log.key] : undefined),
    store,
    cosigners: [cosigner],
    clock: () => 1_700_000_000n,
  };
}

async function ask(store: WitnessStore, request: AddCheckpoint): Promise<WitnessResponse> {
  return await addCheckpoint(encodeAddCheckpoint(request), witnessOver(store));
}

/** A witness that has cosigned the tree of `size`. */
async function witnessAt(size: number): Promise<MemoryStore> {
  const store = new MemoryStore();
  const response = await ask(store, { oldSize: 0n, proof: [], checkpoint: await checkpointOf(head(size)) });
  expect(response.status).toBe(200);
  return store;
}

describe("add-checkpoint answers", () => {
  it("200 and a cosignature to the first checkpoint of a log, without a proof", async () => {
    const checkpoint = await checkpointOf(head(5));
    const store = new MemoryStore();
    const { status, body } = await ask(store, { oldSize: 0n, proof: [], checkpoint });
    expect(status).toBe(200);
    expect(parseSignatureLines(body).map(({ name }) => name)).toEqual(["w.example"]);
    const { verified } = await openNote(`${checkpoint}${body}`, [cosigner.key]);
    expect(verified.map(({ timestamp }) => timestamp)).toEqual([1_700_000_000n]);
    expect(await store.findHead(origin)).toMatchObject(head(5));
  });

  it("200 to a larger consistent checkpoint, and to the same one again", async () => {
    const store = await witnessAt(5);
    const grown = { oldSize: 5n, proof: await proofFrom(5, 9), checkpoint: await checkpointOf(head(9)) };
    expect((await ask(store, grown)).status).toBe(200);
    const again = { oldSize: 9n, proof: [], checkpoint: await checkpointOf(head(9)) };
    expect((await ask(store, again)).status).toBe(200);
    expect(await store.findHead(origin)).toMatchObject(head(9));
  });

  it("200 to an empty tree, which stays size 0", async () => {
    const store = await witnessAt(0);
    expect(
      (await ask(store, { oldSize: 0n, proof: [], checkpoint: await checkpointOf(head(3)) })).status,
    ).toBe(200);
  });

  it.each([
    ["nothing", ""],
    ["no empty line", "old 0\n"],
    ["no old size", "\nlog.example\n1\n"],
    ["an old size with a leading zero", "old 00\n\nCHECKPOINT"],
    ["an old size with a sign", "old +0\n\nCHECKPOINT"],
    ["a proof line that is no hash", "old 0\nAAAA\n\nCHECKPOINT"],
    ["a proof line with a carriage return", `old 0\n${btoa("x".repeat(32))}\r\n\nCHECKPOINT`],
    ["64 proof lines", `old 0\n${`${btoa("x".repeat(32))}\n`.repeat(64)}\nCHECKPOINT`],
    ["a checkpoint that is no note", "old 0\n\nhello\n"],
    ["an old size above the checkpoint's", "old 6\n\nCHECKPOINT"],
  ])("400 to %s", async (_, template) => {
    const body = encodeUtf8(template.replace("CHECKPOINT", await checkpointOf(head(5))));
    const store = new MemoryStore();
    expect((await addCheckpoint(body, witnessOver(store))).status).toBe(400);
    expect(store.heads.size).toBe(0);
  });

  it("400 to a note that is no checkpoint, to bytes that are no UTF-8, and to a body that is too long", async () => {
    const witness = witnessOver(new MemoryStore());
    const note = await signNote("hello\n", [log], 0n);
    expect((await addCheckpoint(encodeUtf8(`old 0\n\n${note}`), witness)).status).toBe(400);
    expect((await addCheckpoint(Uint8Array.of(0xff), witness)).status).toBe(400);
    expect((await addCheckpoint(new Uint8Array(1_100_000), witness)).status).toBe(400);
  });

  it("403 to a checkpoint that no trusted key signed, or whose trusted signature is broken", async () => {
    const store = new MemoryStore();
    const strange = await checkpointOf(head(5), [stranger]);
    expect((await ask(store, { oldSize: 0n, proof: [], checkpoint: strange })).status).toBe(403);
    const bent = (await checkpointOf(head(5))).replace("\n5\n", "\n6\n");
    expect((await ask(store, { oldSize: 0n, proof: [], checkpoint: bent })).status).toBe(403);
    const unreadable = (await checkpointOf(head(5))).replace(/=\n$/, "\n");
    expect((await ask(store, { oldSize: 0n, proof: [], checkpoint: unreadable })).status).toBe(403);
    expect(store.heads.size).toBe(0);
  });

  it("200 to a checkpoint with a trusted signature beside an unknown one", async () => {
    const checkpoint = await checkpointOf(head(5), [stranger, log]);
    const store = new MemoryStore();
    expect((await ask(store, { oldSize: 0n, proof: [], checkpoint })).status).toBe(200);
    expect((await store.findNote(originHash(origin)))?.includes("w.example")).toBe(true);
  });

  it("404 to a log that it does not know, before any signature is looked at", async () => {
    const text = encodeCheckpoint({ origin: "other.example", ...head(5) });
    const checkpoint = await signNote(text, [log], 0n);
    expect((await ask(new MemoryStore(), { oldSize: 0n, proof: [], checkpoint })).status).toBe(404);
  });

  it("409 with the size it has, as text/x.tlog.size, to another old size", async () => {
    const store = await witnessAt(5);
    for (const oldSize of [0n, 4n, 6n]) {
      const response = await ask(store, { oldSize, proof: [], checkpoint: await checkpointOf(head(9)) });
      expect(response).toEqual({ status: 409, headers: { "content-type": "text/x.tlog.size" }, body: "5\n" });
    }
    const fresh = await ask(new MemoryStore(), {
      oldSize: 3n,
      proof: [],
      checkpoint: await checkpointOf(head(9)),
    });
    expect(fresh).toMatchObject({ status: 409, body: "0\n" });
  });

  it("422 to a proof that fails, a proof from size 0, a second root of one size, and a false empty tree", async () => {
    const store = await witnessAt(5);
    const forked: TreeHead = { size: 9n, root: new Uint8Array(32).fill(7) };
    const second: TreeHead = { size: 5n, root: new Uint8Array(32).fill(7) };
    const proof = await proofFrom(5, 9);
    const attempts: readonly [WitnessStore, bigint, readonly Hash[], TreeHead][] = [
      [store, 5n, proof, forked],
      [store, 5n, proof.slice(1), head(9)],
      [store, 5n, [], head(9)],
      [store, 5n, [], second],
      [store, 5n, proof, head(5)],
      [new MemoryStore(), 0n, proof, head(9)],
    ];
    for (const [at, oldSize, hashes, tree] of attempts) {
      expect((await ask(at, { oldSize, proof: hashes, checkpoint: await checkpointOf(tree) })).status).toBe(
        422,
      );
    }
    const emptyLie = await signNote(`${origin}\n0\n${btoa("x".repeat(32))}\n`, [log], 0n);
    expect((await ask(new MemoryStore(), { oldSize: 0n, proof: [], checkpoint: emptyLie })).status).toBe(422);
    expect(await store.findHead(origin)).toMatchObject(head(5));
  });
});

describe("a witness", () => {
  it("does not roll back when two requests pass the checks together: one gets 409", async () => {
    const store = await witnessAt(5);
    const requests = [9, 7].map(async (size) => ({
      oldSize: 5n,
      proof: await proofFrom(5, size),
      checkpoint: await checkpointOf(head(size)),
    }));
    const [a, b] = await Promise.all(requests);
    if (a === undefined || b === undefined) throw new Error("two were made");
    const responses = await Promise.all([ask(store, a), ask(store, b)]);
    expect(responses.map(({ status }) => status).sort((x, y) => x - y)).toEqual([200, 409]);
    const stored = await store.findHead(origin);
    const refused = responses.find(({ status }) => status === 409);
    expect(refused?.body).toBe(`${stored?.size}\n`);
  });

  it("does not let a cosignature out when its store fails", async () => {
    const store = new MemoryStore();
    store.replaceHead = async () => {
      throw new Error("the disk is full");
    };
    const request = { oldSize: 0n, proof: [], checkpoint: await checkpointOf(head(5)) };
    await expect(ask(store, request)).rejects.toThrow("the disk is full");
  });

  it("serves monitors what it cosigned, with the log's signature, and 404 for what it never saw", async () => {
    const store = await witnessAt(5);
    const { status, body } = await getCheckpoint(originHash(origin), store);
    expect(status).toBe(200);
    const { verified } = await openNote(body, [log.key, cosigner.key]);
    expect(verified.map(({ key }) => key.name)).toEqual([origin, "w.example"]);
    expect((await getCheckpoint(originHash("other.example"), store)).status).toBe(404);
    expect((await getCheckpoint("../../etc/passwd", store)).status).toBe(404);
  });
});

describe("a log asking a witness", () => {
  function postTo(store: WitnessStore): PostToWitness {
    return async (body) => {
      const response = await addCheckpoint(body, witnessOver(store));
      return {
        status: response.status,
        contentType: response.headers["content-type"],
        body: encodeUtf8(response.body),
      };
    };
  }

  const keys = [cosigner.key];
  const proveTo = (size: number) => async (oldSize: bigint) => await proofFrom(Number(oldSize), size);

  it("gets a cosignature, also where the witness had another size than thought", async () => {
    const store = await witnessAt(5);
    const checkpoint = await checkpointOf(head(30));
    for (const thought of [5n, 0n, 30n]) {
      const outcome = await witnessCheckpoint(checkpoint, thought, proveTo(30), {
        keys,
        post: postTo(store),
      });
      expect(outcome.kind).toBe("cosigned");
    }
  });

  it("learns that the witness is ahead, or that it is refused", async () => {
    const ahead = postTo(await witnessAt(30));
    const checkpoint = await checkpointOf(head(9));
    expect(await witnessCheckpoint(checkpoint, 5n, proveTo(9), { keys, post: ahead })).toEqual({
      kind: "conflict",
      size: 30n,
    });
    const strange = await checkpointOf(head(9), [stranger]);
    const post = postTo(new MemoryStore());
    expect(await witnessCheckpoint(strange, 0n, proveTo(9), { keys, post })).toEqual({
      kind: "refused",
      status: 403,
    });
  });

  it("asks at most twice", async () => {
    let asked = 0;
    const post: PostToWitness = async () => {
      asked += 1;
      return { status: 409, contentType: "text/x.tlog.size", body: encodeUtf8(`${asked}\n`) };
    };
    const checkpoint = await checkpointOf(head(9));
    expect((await witnessCheckpoint(checkpoint, 0n, proveTo(9), { keys, post })).kind).toBe("conflict");
    expect(asked).toBe(2);
  });

  it("believes no answer but a timed cosignature of this very checkpoint by the witness's key", async () => {
    const request = { oldSize: 0n, proof: [], checkpoint: await checkpointOf(head(9)) };
    const answer = async (body: string, status = 200, contentType = "text/plain"): Promise<unknown> =>
      await requestCosignatures(request, {
        keys,
        post: async () => ({ status, contentType, body: encodeUtf8(body) }),
      });
    const linesFor = async (tree: TreeHead, time: bigint, by = cosigner): Promise<string> => {
      const note = await signNote(encodeCheckpoint({ origin, ...tree }), [by], time);
      return note.slice(note.lastIndexOf("\n\n") + 2);
    };
    const code = (expected: string): unknown => expect.objectContaining({ code: expected });
    await expect(answer(await linesFor(head(8), 1n))).rejects.toThrow(code("bad-signature"));
    await expect(answer(await linesFor(head(9), 0n))).rejects.toThrow(code("malformed-witness-message"));
    await expect(answer(await linesFor(head(9), 1n, stranger))).rejects.toThrow(code("unknown-signer"));
    await expect(answer("")).rejects.toThrow(code("malformed-note"));
    await expect(answer("5\n", 409)).rejects.toThrow(code("malformed-witness-message"));
    await expect(answer("05\n", 409, "text/x.tlog.size")).rejects.toThrow(code("malformed-witness-message"));
    await expect(answer("moved", 302)).rejects.toThrow(code("witness-unavailable"));
    await expect(answer("x".repeat(1_000_001))).rejects.toThrow(code("malformed-witness-message"));
  });
});

describe("witness messages", () => {
  it.skipIf(!hasVectors)("are those of the specification's example", () => {
    const examples = readVector("02-c2sp-examples/c2sp-examples.json") as Record<string, string>;
    const body = encodeUtf8(examples["witness_addCheckpoint_requestBody"] ?? "");
    const request = parseAddCheckpoint(body);
    expect(request.oldSize).toBe(20852014n);
    expect(request.proof).toHaveLength(4);
    expect(encodeAddCheckpoint(request)).toEqual(body);
    const lines = parseSignatureLines(examples["witness_addCheckpoint_responseBody"] ?? "");
    expect(lines.map(({ name }) => name)).toEqual([
      "witness.example/w1",
      "witness.example/w1",
      "witness.example/w2",
    ]);
  });

  it("say a size in one way only", () => {
    expect(parseSizeBody(encodeUtf8("20852163\n"))).toBe(20852163n);
    for (const body of ["20852163", " 1\n", "1\n\n", "-1\n", "", "\n", "9".repeat(30)]) {
      expect(() => parseSizeBody(encodeUtf8(body))).toThrow(
        expect.objectContaining({ code: "malformed-witness-message" }),
      );
    }
  });

  it("name a log by the hash of its origin", () => {
    expect(originHash("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
