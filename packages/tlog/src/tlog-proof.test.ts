import { encodeUtf8 } from "@kura/kernel/bytes.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodesTo } from "../test/memory-log.ts";
import { entriesTo, entry } from "../test/reference.ts";
import { hasVectors, readVector } from "../test/shared-vectors.ts";
import { hasMlDsa44, signerOf } from "../test/signers.ts";
import { encodeCheckpoint } from "./checkpoint.ts";
import { verdictOf } from "./fault.ts";
import { rootOf } from "./frontier.ts";
import { encodeNote, parseNote } from "./note.ts";
import { parsePolicy } from "./policy.ts";
import type { Policy } from "./policy.ts";
import { planInclusion, readProof } from "./proof.ts";
import { signNote } from "./signer.ts";
import type { TlogProof } from "./tlog-proof.ts";
import { encodeTlogProof, parseTlogProof, verifyTlogProof } from "./tlog-proof.ts";
import { emptyRoot, hashLeaf } from "./tree.ts";
import { encodeVerifierKey, keyType } from "./verifier-key.ts";
import { verifyCheckpoint } from "./verify.ts";

const size = 20;
const nodes = nodesTo(size);
const root = rootOf(entriesTo(size).map(hashLeaf));
const body = encodeCheckpoint({ origin: "log.example", size: BigInt(size), root });

const log = await signerOf("log.example", keyType.ed25519, 1);
const witnesses = await Promise.all(
  [11, 12, 13].map((n) => signerOf(`w${n}.example`, keyType.cosignature, n)),
);

const policy = parsePolicy(
  [
    `log ${encodeVerifierKey(log.key)}`,
    ...witnesses.map(({ key }, i) => `witness W${i + 1} ${encodeVerifierKey(key)}`),
    "group two 2 W1 W2 W3",
    "quorum two",
    "",
  ].join("\n"),
);

async function checkpointBy(...cosigners: readonly number[]): Promise<string> {
  return await signNote(
    body,
    [log, ...witnesses.filter((_, i) => cosigners.includes(i + 1))],
    1_700_000_000n,
  );
}

async function proofOf(index: number, checkpoint: string): Promise<TlogProof> {
  const hashes = await readProof(planInclusion(BigInt(index), BigInt(size)), nodes.read);
  return { index: BigInt(index), hashes, checkpoint };
}

function code(expected: string): unknown {
  return expect.objectContaining({ code: expected });
}

describe("a tlog proof", () => {
  it("is believed when log, witnesses and inclusion all hold", async () => {
    const text = encodeTlogProof(await proofOf(7, await checkpointBy(1, 3)));
    const verified = await verifyTlogProof(parseTlogProof(encodeUtf8(text)), hashLeaf(entry(7)), policy);
    expect(verified.checkpoint).toMatchObject({ origin: "log.example", size: 20n, root });
    expect(verified.cosignatures.map(({ witness, timestamp }) => [witness.name, timestamp])).toEqual([
      ["W1", 1_700_000_000n],
      ["W3", 1_700_000_000n],
    ]);
  });

  it("and its text are one and the same", () => {
    const anyProof = fc.record(
      {
        index: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        hashes: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 64 }),
        checkpoint: fc
          .string({ unit: "grapheme" })
          .map((text) => `x${text.toWellFormed()}\n\n\u2014 a AAAAAAA=\n`),
        extra: fc.uint8Array({ minLength: 1, maxLength: 100 }),
      },
      { requiredKeys: ["index", "hashes", "checkpoint"] },
    );
    fc.assert(
      fc.property(anyProof, (proof) => {
        expect(parseTlogProof(encodeTlogProof(proof))).toEqual(proof);
      }),
    );
  });

  it("is refused for another entry, another index, or a proof of another entry", async () => {
    const proof = await proofOf(7, await checkpointBy(1, 2));
    const leafHash = hashLeaf(entry(7));
    await expect(verifyTlogProof(proof, hashLeaf(entry(8)), policy)).rejects.toThrow(code("bad-inclusion"));
    await expect(verifyTlogProof({ ...proof, index: 8n }, leafHash, policy)).rejects.toThrow(
      code("bad-inclusion"),
    );
    const other = await proofOf(8, proof.checkpoint);
    await expect(verifyTlogProof({ ...other, index: 7n }, leafHash, policy)).rejects.toThrow(
      code("bad-inclusion"),
    );
  });

  const line = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const top = "c2sp.org/tlog-proof@v1\n";

  it.each([
    ["another first line", `c2sp.org/tlog-proof@v2\nindex 0\n\nx\n`],
    ["no index", `${top}\nx\n`],
    ["the index before the extra data", `${top}index 0\nextra AA==\n\nx\n`],
    ["extra data twice", `${top}extra AA==\nextra AA==\nindex 0\n\nx\n`],
    ["extra data that are none", `${top}extra \nindex 0\n\nx\n`],
    ["extra data without padding", `${top}extra AA\nindex 0\n\nx\n`],
    ["a negative index", `${top}index -5\n\nx\n`],
    ["an index with a leading zero", `${top}index 05\n\nx\n`],
    ["an index of 2^64", `${top}index 18446744073709551616\n\nx\n`],
    ["two spaces before the index", `${top}index  5\n\nx\n`],
    ["a hash of 64 bytes", `${top}index 0\n${btoa("x".repeat(64))}\n\nx\n`],
    ["a hash with a trailing space", `${top}index 0\n${line} \n\nx\n`],
    ["65 hashes", `${top}index 0\n${`${line}\n`.repeat(65)}\nx\n`],
    ["carriage returns", `${top}index 0\r\n\r\nx\r\n`],
    ["no checkpoint", `${top}index 0\n\n`],
    ["two empty lines", `${top}index 0\n\n\nx\n`],
    ["no last newline", `${top}index 0\n\nx`],
    ["no empty line", `${top}index 0\n`],
    ["nothing in it", ""],
  ])("is refused with %s", (_, text) => {
    expect(() => parseTlogProof(text)).toThrow(code("malformed-proof"));
  });

  it("is refused when it is not UTF-8", () => {
    expect(() => parseTlogProof(Uint8Array.of(...encodeUtf8(`${top}index 0\n\n`), 0xff, 0x0a))).toThrow(
      code("malformed-proof"),
    );
  });

  it("carries extra data that nothing authenticates", async () => {
    const proof = { ...(await proofOf(0, await checkpointBy(1, 2))), extra: encodeUtf8("hint") };
    expect(encodeTlogProof(proof)).toContain("\nextra aGludA==\nindex 0\n");
    expect(parseTlogProof(encodeTlogProof(proof)).extra).toEqual(encodeUtf8("hint"));
    expect(encodeTlogProof({ ...proof, extra: new Uint8Array(0) })).not.toContain("extra");
  });

  it.skipIf(!hasVectors)("has the shape of the specification's example", () => {
    const examples = readVector("02-c2sp-examples/c2sp-examples.json") as Record<string, string>;
    const text = examples["tlogProof_shape_elided"] ?? "";
    const proof = parseTlogProof(text);
    expect(proof).toMatchObject({ index: 73894n });
    expect(proof.hashes).toHaveLength(5);
    expect(encodeTlogProof(proof)).toBe(text);
  });
});

describe("a checkpoint under a policy", () => {
  it("is not mine with too few cosignatures, however often one witness signed", async () => {
    await expect(verifyCheckpoint(await checkpointBy(2), policy)).rejects.toThrow(code("quorum-missing"));
    const note = parseNote(await checkpointBy(2));
    const later = parseNote(await signNote(body, witnesses.slice(1, 2), 1_700_000_009n));
    const twice = encodeNote({ text: body, signatures: [...note.signatures, ...later.signatures] });
    await expect(verifyCheckpoint(twice, policy)).rejects.toThrow(code("quorum-missing"));
  });

  it("reports a witness's latest time", async () => {
    const note = parseNote(await checkpointBy(1, 2));
    const later = parseNote(await signNote(body, witnesses.slice(0, 1), 1_700_000_009n));
    const text = encodeNote({ text: body, signatures: [...note.signatures, ...later.signatures] });
    const { cosignatures } = await verifyCheckpoint(text, policy);
    expect(cosignatures.map(({ timestamp }) => timestamp)).toEqual([1_700_000_009n, 1_700_000_000n]);
  });

  it("is not mine without the log's own signature, whoever cosigned", async () => {
    const note = await signNote(body, witnesses, 1n);
    await expect(verifyCheckpoint(note, policy)).rejects.toThrow(code("unknown-signer"));
  });

  it("is not mine when its origin is another log's, even signed with a key of the policy", async () => {
    const otherBody = body.replace("log.example", "other.example");
    const note = await signNote(otherBody, [log, ...witnesses], 1n);
    const refusal = verifyCheckpoint(note, policy);
    await expect(refusal).rejects.toThrow(code("unknown-log"));
    expect(verdictOf(await refusal.catch((error: unknown) => error))).toBe("not-mine");
  });

  it("is broken when any known key's signature fails, quorum or not", async () => {
    const { signatures } = parseNote(await checkpointBy(1, 2, 3));
    const bent = signatures.map((signature, i) =>
      i === 3
        ? { ...signature, signature: signature.signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) }
        : signature,
    );
    const refusal = verifyCheckpoint(encodeNote({ text: body, signatures: bent }), policy);
    await expect(refusal).rejects.toThrow(code("bad-signature"));
    expect(verdictOf(await refusal.catch((error: unknown) => error))).toBe("broken");
  });

  it("is broken when the log signed an empty tree with another root", async () => {
    const alone: Policy = { ...policy, quorum: { kind: "none" } };
    const empty = (value: Uint8Array): string =>
      encodeCheckpoint({ origin: "log.example", size: 0n, root: value });
    const lie = await signNote(empty(root), [log], 0n);
    await expect(verifyCheckpoint(lie, alone)).rejects.toThrow(code("bad-consistency"));
    const truth = await signNote(empty(emptyRoot()), [log], 0n);
    expect((await verifyCheckpoint(truth, alone)).checkpoint.size).toBe(0n);
  });

  it("needs no witness where the policy asks for none", async () => {
    const alone: Policy = { ...policy, quorum: { kind: "none" } };
    expect((await verifyCheckpoint(await checkpointBy(), alone)).cosignatures).toEqual([]);
  });

  it("is malformed when it is a note and no checkpoint", async () => {
    await expect(verifyCheckpoint(await signNote("hello\n", [log], 0n), policy)).rejects.toThrow(
      code("malformed-checkpoint"),
    );
    await expect(verifyCheckpoint("hello", policy)).rejects.toThrow(code("malformed-note"));
  });

  it.skipIf(!hasMlDsa44)("counts ML-DSA-44 of log and witness", async () => {
    const pqLog = await signerOf("log.example", keyType.mlDsa44, 2);
    const pqWitness = await signerOf("pq.example", keyType.mlDsa44, 3);
    const pq = parsePolicy(
      `log ${encodeVerifierKey(pqLog.key)}\nwitness P ${encodeVerifierKey(pqWitness.key)}\nquorum P\n`,
    );
    const { log: signedBy, cosignatures } = await verifyCheckpoint(
      await signNote(body, [pqLog, pqWitness], 5n),
      pq,
    );
    expect([signedBy.key.type, cosignatures.map(({ timestamp }) => timestamp)]).toEqual([6, [5n]]);
  });
});
