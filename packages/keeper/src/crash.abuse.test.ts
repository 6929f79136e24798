import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KeeperHome, sealedPerson } from "../test/keeper-process.ts";

/** The events of a kind in a journal that the next start has just verified. */
function eventNumbers(home: KeeperHome, kind: string): Set<string> {
  const folder = join(home.folder, "journal");
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("");
  const pattern = new RegExp(`"kind":"${kind}",(?:"links":\\[[^\\]]*\\],)?"number":(\\d+)`, "g");
  return new Set(Array.from(text.matchAll(pattern), ([, number = ""]) => number));
}

describe("kill -9 in the middle of looks", () => {
  // Six keepers one after another: minutes where nothing else of the machine is free.
  it("loses no acknowledged event, round after round", { timeout: 240_000 }, async () => {
    const home = new KeeperHome();
    const acknowledged: string[] = [];
    for (let round = 0; round < 6; round++) {
      const keeper = await home.start();
      const clients = await Promise.all([1, 2, 3, 4].map(() => keeper.connect()));
      const person = await sealedPerson(clients[0] ?? (await keeper.connect()), round);
      await Promise.all(clients.map((client) => client.session()));
      let looks = 0;
      const until = 20 + round * 37;
      const enough = Promise.withResolvers<void>();
      const lookers = clients.flatMap((client) =>
        [1, 2, 3, 4].map(async () => {
          for (;;) {
            const answer = await client.open({ items: [person] });
            if (answer.outcome !== "ok") throw new Error(answer.outcome);
            acknowledged.push(String(answer.value.eventNumber));
            looks += 1;
            if (looks === until) enough.resolve();
          }
        }),
      );
      await Promise.race([enough.promise, ...lookers]);
      await keeper.kill();
      const ends = await Promise.allSettled(lookers);
      expect(ends.every((end) => end.status === "rejected" && String(end.reason).includes("closed"))).toBe(
        true,
      );
    }
    const last = await home.start();
    const journalled = eventNumbers(home, "opened");
    expect(acknowledged.filter((number) => !journalled.has(number))).toEqual([]);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(await last.stop()).toBe(0);
    home.remove();
  });
});
