import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { encodeFrame } from "@kura/kernel/frame.ts";
import { WireWriter } from "@kura/kernel/wire.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  type RunningKeeper,
  sealedPerson,
  sealItem,
} from "../test/keeper-process.ts";
import { aLook } from "../test/looks.ts";
import { limits } from "./limits.ts";
import { answers, encodeIndexRequest, encodeSealRequest, operations } from "./protocol/protocol.ts";
import { encodeOpenRequest } from "./protocol/orders.ts";

let home: KeeperHome;
let keeper: RunningKeeper;
let holder: Client;
let ticket: Uint8Array;

beforeAll(async () => {
  home = new KeeperHome();
  keeper = await home.start();
  holder = await keeper.connect();
  ticket = await holder.ticket("ingest");
});
afterAll(async () => {
  await keeper.stop();
  home.remove();
});

/** Sends bytes and gives the tag of the one frame that comes back before the keeper hangs up. */
async function tagAfter(bytes: Uint8Array): Promise<number | undefined> {
  const client = await keeper.connect();
  client.socket.write(bytes);
  await client.closed;
  return client.unasked[0]?.tag;
}

describe("a peer that does not speak the protocol", () => {
  it("is told so and cut off for a length above the limit, before it sends the bytes", async () => {
    expect(await tagAfter(new WireWriter().u32(limits.requestBytes + 1).finish())).toBe(answers.malformed);
  });

  it("is told so and cut off for a length below the head of a frame", async () => {
    expect(await tagAfter(new WireWriter().u32(4).raw(new Uint8Array(4)).finish())).toBe(answers.malformed);
  });

  it("is told so and cut off for bytes left over behind a question", async () => {
    const payload = new WireWriter()
      .raw(encodeIndexRequest([{ kind: 1, text: "a" }], ticket))
      .u8(0)
      .finish();
    expect(await tagAfter(encodeFrame({ id: 9, tag: operations.index, payload }))).toBe(answers.malformed);
  });

  it("is told so for a term without a kind", async () => {
    const payload = encodeIndexRequest([{ kind: 0, text: "a" }], ticket);
    expect(await tagAfter(encodeFrame({ id: 9, tag: operations.index, payload }))).toBe(answers.malformed);
  });

  it("is told so for a count that promises more than it sends", async () => {
    const payload = new WireWriter().raw(ticket).u32(limits.terms).finish();
    expect(await tagAfter(encodeFrame({ id: 9, tag: operations.index, payload }))).toBe(answers.malformed);
  });

  it("is told so for facts that are not a fact list", async () => {
    const items = [sealItem(1, { facts: Uint8Array.of(1, 3, 0, 0, 9, 9) })];
    const payload = encodeSealRequest({ source: "test", items }, ticket);
    expect(await tagAfter(encodeFrame({ id: 9, tag: operations.seal, payload }))).toBe(answers.malformed);
  });

  it("is told so for two keys of one person in a call", async () => {
    const client = await keeper.connect();
    const { wrappedKey } = await sealedPerson(client, 5);
    const payload = encodeSealRequest(
      { source: "test", items: [sealItem(5), sealItem(5, { wrappedKey })] },
      ticket,
    );
    expect(await tagAfter(encodeFrame({ id: 9, tag: operations.seal, payload }))).toBe(answers.malformed);
    await client.close();
  });

  it("hears of an operation that does not exist, and may go on", async () => {
    const client = await keeper.connect();
    expect((await client.ask(0, new Uint8Array(0))).tag).toBe(answers["unknown-operation"]);
    expect((await client.ask(255, new Uint8Array(9))).tag).toBe(answers["unknown-operation"]);
    expect((await client.status()).protocolVersion).toBe(2);
    await client.close();
  });

  it("cannot stop the keeper with noise, in any operation", async () => {
    const seen = fc.asyncProperty(
      fc.constantFrom(...Object.values(operations)),
      fc.uint8Array({ maxLength: 200 }),
      async (tag, payload) => {
        const client = await keeper.connect();
        const frame = await client.ask(tag, payload).catch(() => undefined);
        expect(frame?.tag).not.toBe(answers.failed);
        await client.close();
      },
    );
    await fc.assert(seen, { numRuns: 200 });
    await Promise.all(Array.from({ length: 20 }, () => tagAfter(Uint8Array.of(255, ...randomBytes(300)))));
    const client = await keeper.connect();
    expect((await client.status()).journalWritable).toBe(true);
    await client.close();
  });

  it("is left alone in the middle of a frame, and harms nobody by hanging up there", async () => {
    const client = await keeper.connect();
    client.socket.write(new WireWriter().u32(1_000).u32(1).u8(operations.status).finish());
    client.socket.destroy();
    const other = await keeper.connect();
    expect((await sealedPerson(other, 30)).records).toHaveLength(1);
    await other.close();
  });
});

describe("a peer that wants too much", () => {
  it("is turned away above the number of connections, and others stay", async () => {
    // One is the ticket's holder.
    const taken = await Promise.all(Array.from({ length: limits.connections - 1 }, () => keeper.connect()));
    const late = await keeper.connect();
    await late.closed;
    expect(late.unasked.map((frame) => frame.tag)).toEqual([answers["too-many-connections"]]);
    expect((await taken[0]?.status())?.protocolVersion).toBe(2);
    await Promise.all(taken.map((client) => client.close()));
  });

  it("waits with what is above its calls in flight, and is answered in full", async () => {
    const client = await keeper.connect();
    await client.ticket("ingest");
    const asked = Array.from({ length: limits.callsInFlight * 5 }, (_, i) => client.seal(sealItem(100 + i)));
    expect((await Promise.all(asked)).every((answer) => answer.outcome === "ok")).toBe(true);
    await client.close();
  });

  it("holds its own bounds only while it does not read its answers", async () => {
    const deaf = connect({ path: keeper.socketPath });
    deaf.pause();
    const payload = encodeIndexRequest(
      Array.from({ length: 20_000 }, (_, i) => ({ kind: 1, text: `t${i}` })),
      ticket,
    );
    for (let id = 0; id < 100; id++) deaf.write(encodeFrame({ id, tag: operations.index, payload }));
    const other = await keeper.connect();
    expect((await other.open({ items: [await sealedPerson(other, 40)] })).outcome).toBe("ok");
    deaf.destroy();
    await other.close();
  });

  it("is refused above the records of a call", async () => {
    const items = Array.from({ length: limits.items + 1 }, () => sealItem(1, { facts: Uint8Array.of(0) }));
    const payload = encodeSealRequest({ source: "test", items }, ticket);
    expect(await tagAfter(encodeFrame({ id: 9, tag: operations.seal, payload }))).toBe(answers.malformed);
  });

  it("does not keep a small look waiting behind a big call", async () => {
    const client = await keeper.connect();
    const person = await sealedPerson(client, 50);
    const session = await client.session();
    const items = Array.from({ length: 20_000 }, (_, i) => sealItem(100_000 + i));
    const order = session.order({ ...aLook, persons: [encodeHex(person.personKey)] });
    const sealing = encodeSealRequest({ source: "test", items }, ticket);
    const big = encodeFrame({ id: 1_001, tag: operations.seal, payload: sealing });
    const looking = encodeOpenRequest({ order, items: [person] });
    const small = encodeFrame({ id: 1_002, tag: operations.open, payload: looking });
    // The big call begins with its last byte, and the look is in the same piece: the keeper alone decides which ends first.
    client.socket.write(big.subarray(0, -1));
    client.socket.write(Buffer.concat([big.subarray(-1), small]));
    await expect.poll(() => client.unasked.length).toBe(2);
    expect(client.unasked.map(({ id, tag }) => [id, tag])).toEqual([
      [1_002, answers.ok],
      [1_001, answers.ok],
    ]);
    await client.close();
  });
});
