/** Who is told what, and for how long. */
import { describe, expect, it } from "vitest";
import { httpLimits } from "./limits.ts";
import { LiveEvents } from "./live-events.ts";
import { topicOfEvent, topicOfRequest } from "./live-topics.ts";
import type { StaffSession } from "./staff-sessions.ts";

const clerk: StaffSession = {
  actor: "clerk",
  office: "office",
  session: "01",
  workstation: "window-1",
  isOfficer: false,
  purposes: ["claim"],
  orderKinds: ["look"],
  credentials: [],
  expiresMs: 1_000_000,
};
const officer: StaffSession = { ...clerk, actor: "officer", session: "02", isOfficer: true, purposes: [] };

/** Topics with their ids, until the stream ended. */
async function heard(stream: ReadableStream<Uint8Array> | undefined): Promise<string[]> {
  const text = await new Response(stream).text();
  return [...text.matchAll(/^id: (.*)\ndata: (.*)$/gmu)].map(([, id, topic]) => `${id} ${topic}`);
}

describe("a listener", () => {
  it("hears what its lists would be answered for, and of budgets its own", async () => {
    const live = new LiveEvents("a");
    const [ofClerk, ofOfficer] = [live.open(clerk, undefined), live.open(officer, undefined)];
    for (const topic of ["alarms", "incidents", "works", "extracts"] as const) live.publish(topic);
    live.publish("budget", "clerk");
    live.close();
    expect(await heard(ofClerk)).toEqual(["a-0 hello", "a-4 extracts", "a-5 budget"]);
    expect(await heard(ofOfficer)).toEqual([
      "a-0 hello",
      "a-1 alarms",
      "a-2 incidents",
      "a-3 works",
      "a-4 extracts",
    ]);
  });

  it("is told after a gap what it missed, and everything when that is not kept, or was another run", async () => {
    const live = new LiveEvents("a");
    live.publish("cases");
    live.publish("roster");
    const [behind, other, ahead] = ["a-1", "b-1", "a-9"].map((id) => live.open(officer, id));
    live.end(officer.session);
    expect(await heard(behind)).toEqual(["a-2 roster"]);
    expect(await heard(other)).toEqual(["a-2 all"]);
    expect(await heard(ahead)).toEqual(["a-2 all"]);
    for (let i = 0; i <= httpLimits.liveKept; i++) live.publish("cases");
    const late = live.open(officer, "a-1");
    live.close();
    expect((await heard(late))[0]).toMatch(/ all$/u);
  });

  it("ends with its session: signed out, or its time over; others go on", () => {
    const live = new LiveEvents("a");
    live.open(clerk, undefined);
    live.open(officer, undefined);
    live.end("01");
    expect(live.listeners).toBe(1);
    live.beat(999_999);
    expect(live.listeners).toBe(1);
    live.beat(1_000_000);
    expect(live.listeners).toBe(0);
  });

  it("is one of few for a session, and is let go of when it does not read", () => {
    const live = new LiveEvents("a");
    for (let i = 0; i < httpLimits.listenersOfSession; i++) expect(live.open(clerk, undefined)).toBeDefined();
    expect(live.open(clerk, undefined)).toBeUndefined();
    for (let i = 0; i < 2 * httpLimits.liveUnread; i++) live.publish("cases");
    expect(live.listeners).toBe(0);
  });
});

describe("a topic", () => {
  it("is made by what is done, by the custodian's own refusals, and by the journal", () => {
    expect(topicOfRequest("post", "/api/incidents/{incident}/evidence", false)).toBe("incidents");
    expect(topicOfRequest("post", "/api/incidents", true)).toBeUndefined();
    expect(topicOfRequest("post", "/api/looks", true)).toBe("alarms");
    expect(topicOfRequest("post", "/api/looks", false)).toBeUndefined();
    expect(topicOfRequest("get", "/api/cases", false)).toBeUndefined();
    expect(topicOfRequest("post", "/api/matching/runs/{run}/cancel", false)).toBe("works");
    expect(["alarm", "opened", "extract-ended", "resolved", "sealed"].map(topicOfEvent)).toEqual([
      "alarms",
      "budget",
      "extracts",
      "incidents",
      undefined,
    ]);
  });
});
