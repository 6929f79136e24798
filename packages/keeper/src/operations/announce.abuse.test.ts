import { encodeHex } from "@kura/kernel/bytes.ts";
import { encodeFrame } from "@kura/kernel/frame.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, KeeperHome, type RunningKeeper, sealedPerson } from "../../test/keeper-process.ts";
import { aLook } from "../../test/looks.ts";
import { limits } from "../limits.ts";
import type { OrderContent } from "../order-session.ts";
import { answers } from "../protocol/protocol.ts";
import { encodeSignedOrder, type OpenItem, type SignedOrder } from "../protocol/orders.ts";
import { tellings } from "../protocol/names.ts";

describe("a custodian that was taken over, and announces orders", () => {
  let home: KeeperHome;
  let keeper: RunningKeeper;
  let client: Client;
  let anna: OpenItem;

  beforeAll(async () => {
    home = new KeeperHome();
    keeper = await home.start();
    client = await keeper.connect();
    anna = await sealedPerson(client, 1);
  });
  afterAll(async () => {
    await keeper.stop();
    home.remove();
  });

  const look = (): OrderContent => ({ ...aLook, persons: [encodeHex(anna.personKey)] });
  const forged = ({ text, signature }: SignedOrder): SignedOrder => ({
    text,
    signature: signature.map((byte) => byte ^ 1),
  });
  const announce = (order: SignedOrder): void => {
    client.socket.write(encodeFrame({ id: 0, tag: tellings.announce, payload: encodeSignedOrder(order) }));
  };

  it("has no order admitted by a signature that was announced beside it", async () => {
    const session = await client.session();
    const order = session.order(look());
    announce(order);
    expect((await client.send(session, forged(order), [anna])).outcome).toBe("bad-signature");
    expect((await client.send(session, order, [anna])).outcome).toBe("ok");
  });

  it("does not lock out an order by announcing it forged", async () => {
    const session = await client.session();
    const order = session.order(look());
    announce(forged(order));
    expect((await client.send(session, order, [anna])).outcome).toBe("ok");
  });

  it("does not replay by announcing again", async () => {
    const session = await client.session();
    const order = session.order(look());
    announce(order);
    expect((await client.send(session, order, [anna])).outcome).toBe("ok");
    announce(order);
    expect((await client.send(session, order, [anna])).outcome).toBe("replayed");
  });

  it("does not carry an order across the end of its session", async () => {
    const session = await client.signIn(home.actors.operator);
    const order = session.order(look());
    const signOut = session.order({ kind: "sign-out", purpose: "", case: "", caseKind: "" });
    announce(order);
    await client.call("sign-out", encodeSignedOrder(signOut), (payload) => payload);
    expect((await client.send(session, order, [anna])).outcome).toBe("session-ended");
  });

  it("leaves no trace of what it announced and did not send, and is not answered", async () => {
    const session = await client.session();
    const before = (await client.status()).journalEvents;
    const unasked = client.unasked.length;
    for (let n = 0; n < limits.ordersAnnounced + 5; n++) announce(session.order(look()));
    announce({ text: "{}", signature: new Uint8Array(64) });
    expect((await client.status()).journalEvents).toBe(before);
    expect(client.unasked).toHaveLength(unasked);
    expect((await client.send(session, session.order(look()), [anna])).outcome).toBe("ok");
  });

  it("is cut off for an announcement that is not in the protocol", async () => {
    const noisy = await keeper.connect();
    noisy.socket.write(encodeFrame({ id: 7, tag: tellings.announce, payload: Uint8Array.of(1, 2, 3) }));
    await noisy.closed;
    expect(noisy.unasked.map(({ tag }) => tag)).toEqual([answers.malformed]);
  });
});
