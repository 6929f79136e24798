import { randomBytes } from "node:crypto";
import { Beat } from "@kura/kernel/beat.ts";
import type { Breach } from "@kura/kernel/fault.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { FixtureJournal } from "./journal.fixture.ts";
import { projectJournal } from "./project-journal.ts";
import { findHead } from "./store.ts";

let test: TestDatabases;
let journal: FixtureJournal;
let follower: Beat;
let breaches: Breach[];
let failures: string[];

beforeEach(async () => {
  test = await openTestDatabases();
  journal = new FixtureJournal();
  [breaches, failures] = [[], []];
  follower = new Beat(() => projectJournal(test.custodian.register, journal), 0, {
    breached: (breach) => breaches.push(breach),
    failing: (code) => failures.push(code),
  });
  return async () => {
    await follower.stop();
    await test.drop();
  };
});

const look = (): void => journal.look([randomBytes(16).toString("hex")]);
const copied = async (): Promise<bigint> => (await findHead(test.custodian.register)).number;

describe("whoever follows the journal", () => {
  it("goes on after the keeper was away, and says once that it was", async () => {
    look();
    journal.beforeAnswer = async () => {
      throw new Fault("keeper-unreachable", "the keeper does not answer");
    };
    await follower.step();
    await follower.step();
    journal.beforeAnswer = async () => undefined;
    await follower.step();
    expect({ failures, copied: await copied(), isSound: follower.isSound }).toEqual({
      failures: ["keeper-unreachable"],
      copied: 1n,
      isSound: true,
    });
  });

  it("stops for good at a contradiction, tells of it once, and copies nothing more", async () => {
    look();
    look();
    await follower.step();
    journal.cut(1);
    follower.start();
    await follower.stop();
    expect({ isSound: follower.isSound, breaches: breaches.length }).toEqual({ isSound: false, breaches: 1 });
    expect(breaches[0]?.message).toBe("the journal is shorter than its copy");
  });
});
