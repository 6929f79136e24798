/** Demo actors are offered only where the keeper's roster knows their very key: nobody becomes one by a file on a disk. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeActorKey, generateActorKey } from "@kura/keeper/order-session.ts";
import { afterAll, describe, expect, it } from "vitest";
import type { RosterView } from "../disclosure/roster-view.ts";
import { listEnrolled, readDemoActors } from "./demo-actors.ts";

const folder = mkdtempSync(join(tmpdir(), "kura-demo-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { key, publicKey } = generateActorKey("clerk", "clerk-key");
const path = join(folder, "key.demo-clerk");
writeFileSync(path, encodeActorKey(key));

function rosterWith(credential: Readonly<Record<string, string>>): RosterView {
  const budget = { hour: 1, day: 1, days30: 1, softPercent: 80 };
  return {
    sequence: 1,
    digest: "",
    agency: { budget, actorBudget: budget },
    offices: {},
    purposes: {},
    actors: {},
    credentials: { "clerk-key": { kind: "key-file", actor: "clerk", publicKey, ...credential } },
  };
}

describe("a demo actor", () => {
  const actors = readDemoActors([path]);

  it("is offered where the roster has its key", () => {
    expect(listEnrolled(actors, rosterWith({})).map(({ actor }) => actor)).toEqual(["clerk"]);
  });

  it("is not offered under another key, as another actor, or by a passkey's name", () => {
    const other = generateActorKey("clerk", "clerk-key").publicKey;
    const rosters = [{ publicKey: other }, { actor: "officer-1" }, { kind: "passkey" }].map(rosterWith);
    expect(rosters.flatMap((roster) => listEnrolled(actors, roster))).toEqual([]);
  });

  it("is not offered in an agency that never enrolled it", () => {
    expect(listEnrolled(actors, { ...rosterWith({}), credentials: {} })).toEqual([]);
  });
});
