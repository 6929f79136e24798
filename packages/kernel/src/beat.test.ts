import { beforeEach, describe, expect, it } from "vitest";
import { Beat } from "./beat.ts";
import { Breach, Fault } from "./fault.ts";

/** Longer than any test: a second step within it shows that the pause was ended. */
const aDayMs = 86_400_000;
let told: string[];
const events = {
  breached: ({ message }: Breach) => told.push(message),
  failing: (code: string) => told.push(code),
};

beforeEach(() => {
  told = [];
});

/** A step that ends as listed, one after the other, and then well; `reached` resolves at the given number of steps. */
function script(...ends: readonly (Error | undefined)[]) {
  const waiting = new Map<number, () => void>();
  let steps = 0;
  return {
    once: async () => {
      steps += 1;
      waiting.get(steps)?.();
      const end = ends[steps - 1];
      if (end !== undefined) throw end;
    },
    reached: (count: number) => new Promise<void>((done) => waiting.set(count, done)),
    steps: () => steps,
  };
}

describe("a beat", () => {
  it("goes on behind a failure, and tells of it once for each time that it begins", async () => {
    const away = new Fault("away", "nobody answers");
    const plan = script(away, away, undefined, away);
    const [beat, fifth] = [new Beat(plan.once, 0, events), plan.reached(5)];
    beat.start();
    await fifth;
    await beat.stop();
    expect({ told, isSound: beat.isSound }).toEqual({ told: ["away", "away"], isSound: true });
  });

  it("ends at a contradiction, tells of it once, and takes no step more", async () => {
    const plan = script(undefined, new Breach("two truths", {}));
    const [beat, second] = [new Beat(plan.once, 0, events), plan.reached(2)];
    beat.start();
    await second;
    await beat.stop();
    expect({ told, isSound: beat.isSound, steps: plan.steps() }).toEqual({
      told: ["two truths"],
      isSound: false,
      steps: 2,
    });
  });

  it("ends by itself at a contradiction, without being stopped", async () => {
    const plan = script(new Breach("two truths", {}));
    const beat = new Beat(plan.once, 0, events);
    beat.start();
    await expect.poll(() => beat.isSound).toBe(false);
    await new Promise((done) => setTimeout(done));
    expect(plan.steps()).toBe(1);
  });

  it("does not wait for the end of its pause when it is stopped, and waits for the step under way", async () => {
    const plan = script();
    const [beat, first] = [new Beat(plan.once, aDayMs, events), plan.reached(1)];
    beat.start();
    await first;
    await beat.stop();
    expect(plan.steps()).toBe(1);
    let isOver = false;
    const slow = new Beat(
      async () => {
        await new Promise((done) => setTimeout(done, 5));
        isOver = true;
      },
      aDayMs,
      events,
    );
    slow.start();
    await slow.stop();
    expect(isOver).toBe(true);
  });

  it("gives a code to what has none", async () => {
    const beat = new Beat(script(new Error("something")).once, 0, events);
    await beat.step();
    expect(told).toEqual(["unknown"]);
  });
});
