import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  type RunningKeeper,
  sealedPerson,
  sealItem,
} from "../test/keeper-process.ts";

// A mount in a namespace of its own needs root or user namespaces; where neither is, the file-size limit still stands.
const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** Looks until one is refused; what the refused one said, and how many were answered. */
async function lookUntilRefused(client: Client): Promise<{ outcome: string; looks: bigint }> {
  const person = await sealedPerson(client, 1);
  for (let looks = 0n; looks < 10_000n; looks++) {
    const answer = await client.open({ items: [person] });
    if (answer.outcome !== "ok") return { outcome: answer.outcome, looks };
    expect(answer.value.persons).toHaveLength(1);
  }
  throw new Error("the disk never filled");
}

async function expectClosed(keeper: RunningKeeper, client: Client): Promise<void> {
  const { outcome, looks } = await lookUntilRefused(client);
  expect(outcome).toBe("journal-unwritable");
  expect(looks).toBeGreaterThan(3n);
  const person = { personKey: sealItem(1).personKey, wrappedKey: new Uint8Array(65), records: [] };
  expect((await client.open({ items: [person] })).outcome).toBe("journal-unwritable");
  expect((await client.erase(person.personKey)).outcome).toBe("journal-unwritable");
  expect((await client.seal(sealItem(2))).outcome).toBe("journal-unwritable");
  expect((await client.status()).journalWritable).toBe(false);
  // What needs no journal goes on: finding without seeing.
  const tokens = await client.index({ kind: 1, text: "a" });
  expect(tokens.outcome).toBe("ok");
  expect(keeper.stderr).toContain("journal-unwritable");
}

describe("a journal that cannot grow", () => {
  it("opens nothing more at a file-size limit, and loses no look that was answered", async () => {
    const home = new KeeperHome();
    const keeper = await home.start((command) => ["sh", "-c", 'ulimit -f 32; exec "$@"', "sh", ...command]);
    const client = await keeper.connect();
    await expectClosed(keeper, client);
    const answered = (await client.status()).journalEvents;
    await keeper.stop();
    const again = await home.start();
    const { journalEvents } = await (await again.connect()).status();
    // One `started`; the look that was refused may or may not have reached the disk whole.
    expect(journalEvents).toBeGreaterThanOrEqual(answered + 1n);
    expect(journalEvents).toBeLessThanOrEqual(answered + 2n);
    await again.stop();
    home.remove();
  });

  it.skipIf(!canMount)("opens nothing more on a full disk", async () => {
    const home = new KeeperHome();
    const folder = join(home.folder, "journal");
    const beside = `${folder}.before`;
    const script = `cp -a '${folder}' '${beside}' && mount -t tmpfs -o size=64k,mode=700 tmpfs '${folder}' && cp '${beside}'/* '${folder}' && exec "$@"`;
    const keeper = await home.start((command) => ["unshare", "-rm", "sh", "-c", script, "sh", ...command]);
    const client = await keeper.connect();
    await expectClosed(keeper, client);
    expect(keeper.stderr).toContain("ENOSPC");
    await keeper.kill();
    home.remove();
  });
});
