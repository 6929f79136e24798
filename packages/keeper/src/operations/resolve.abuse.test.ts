/** Whoever wants an incident closed, a change let through or numbers exchanged, and is one person. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { type Client, KeeperHome, personKey, type RunningKeeper } from "../../test/keeper-process.ts";
import type { JournalEvent } from "../journal/journal-event.ts";
import { limits } from "../limits.ts";
import type { OrderSession } from "../order-session.ts";
import { type Answer, decodeEventNumber } from "../protocol/protocol.ts";
import { encodeReissueRequest, type ResolveSubject } from "../protocol/incidents.ts";
import { decodeEventsAnswer, encodeEventsRequest, encodeSignedOrder } from "../protocol/orders.ts";

let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let one: OrderSession;
let other: OrderSession;
let count = 0;

beforeAll(async () => {
  home = new KeeperHome();
  await begin(() => home.start());
});
afterAll(async () => {
  await client.close();
  await keeper.stop();
  home.remove();
});

async function begin(start: () => Promise<RunningKeeper>): Promise<void> {
  keeper = await start();
  client = await keeper.connect();
  const [first, second] = home.actors.officers;
  one = await client.signIn(first);
  other = await client.signIn(second);
}

async function restart(start: () => Promise<RunningKeeper> = () => home.start()): Promise<void> {
  await client.close();
  await keeper.kill();
  await begin(start);
}

interface Words {
  readonly incident: string;
  readonly subject: ResolveSubject;
  readonly digest: string;
}

const newWords = (): Words => ({
  incident: `00000000-0000-7000-8000-${String((count += 1)).padStart(12, "0")}`,
  subject: "reissue",
  digest: String(count).padStart(64, "0"),
});

function say(
  session: OrderSession,
  { incident, subject, digest }: Words,
  atMs = Date.now(),
): Promise<Answer<bigint>> {
  const head = { purpose: "incident-decision", case: incident, caseKind: "incident" } as const;
  const order = session.order({ kind: "resolve", ...head, subject, digest }, atMs);
  return client.call("resolve", encodeSignedOrder(order), decodeEventNumber);
}

function exchange({ incident, digest }: Words, persons: readonly number[] = [1, 2]): Promise<Answer<bigint>> {
  const request = {
    incidentId: incident,
    digest: Buffer.from(digest, "hex"),
    personKeys: persons.map(personKey),
  };
  return client.call("reissue", encodeReissueRequest(request), decodeEventNumber);
}

async function eventOf(answer: Answer<bigint>): Promise<JournalEvent> {
  if (answer.outcome !== "ok") throw new Error(answer.outcome);
  const asked = encodeEventsRequest({ from: answer.value, limit: 1 });
  const events = await client.call("events", asked, decodeEventsAnswer);
  if (events.outcome !== "ok") throw new Error(events.outcome);
  return JSON.parse(events.value.events[0]?.json ?? "") as JournalEvent;
}

describe("whoever stands alone", () => {
  it("seconds nothing by saying it twice, in two sessions or after a restart", async () => {
    const words = newWords();
    expect(await eventOf(await say(one, words))).toMatchObject({ kind: "resolved", seconds: "" });
    expect(await eventOf(await say(one, words))).toMatchObject({ seconds: "" });
    await restart();
    expect(await eventOf(await say(one, words))).toMatchObject({ actor: "officer-1", seconds: "" });
    expect(await exchange(words)).toMatchObject({ outcome: "not-seconded" });
  });

  it("is seconded by another actor's own order over the same words, also after a restart", async () => {
    const words = newWords();
    const first = await eventOf(await say(one, words));
    await restart();
    const second = await eventOf(await say(other, words));
    expect(second).toMatchObject({ actor: "officer-2", seconds: "order" in first ? first.order : "none" });
    await restart();
    expect(await exchange(words)).toMatchObject({ outcome: "ok" });
  });

  it("is not seconded by a word that was used before", async () => {
    const words = { ...newWords(), subject: "proof" } as const;
    await say(one, words);
    await say(other, words);
    expect(await eventOf(await say(other, words))).toMatchObject({ seconds: "" });
  });

  it.each(["incident", "subject", "digest"] as const)(
    "is not seconded by words of another %s",
    async (member) => {
      const words = newWords();
      await say(one, words);
      const others = { incident: newWords().incident, subject: "closing", digest: "f".repeat(64) } as const;
      const event = await eventOf(await say(other, { ...words, [member]: others[member] }));
      expect(event).toMatchObject({ seconds: "" });
      expect(await exchange(words)).toMatchObject({ outcome: "not-seconded" });
    },
  );

  it("is not seconded a quarter of a year later", async () => {
    const words = newWords();
    await say(one, words);
    const laterMs = limits.resolveMs + 60_000;
    await restart(() => home.startAt(laterMs));
    expect(await eventOf(await say(other, words, Date.now() + laterMs))).toMatchObject({ seconds: "" });
  });

  it("is refused without the purpose", async () => {
    const clerk = await client.signIn(home.actors.counter[0]);
    expect(await say(clerk, newWords(), Date.now() + limits.resolveMs + 60_000)).toMatchObject({
      outcome: "purpose-not-held",
    });
  });
});

describe("an exchange of numbers", () => {
  it("is in each person's own chain, in the name of who seconded it, before it is answered", async () => {
    const nowMs = Date.now() + limits.resolveMs + 60_000;
    const words = newWords();
    await say(one, words, nowMs);
    await say(other, words, nowMs);
    const event = await eventOf(await exchange(words, [3, 4]));
    const persons = [3, 4].map((n) => encodeHex(personKey(n)));
    expect(event).toMatchObject({
      kind: "reissued",
      actor: "officer-2",
      caseId: words.incident,
      fields: [1],
      persons,
    });
    expect("links" in event ? event.links.map(({ n }) => n) : []).toEqual([1, 1]);
  });

  it("of a person given twice is no question", async () => {
    const nowMs = Date.now() + limits.resolveMs + 60_000;
    const words = newWords();
    await say(one, words, nowMs);
    await say(other, words, nowMs);
    expect(await exchange(words, [5, 5])).toMatchObject({ outcome: "malformed" });
  });
});
