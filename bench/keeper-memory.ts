/**
 * `keeper memory`: what a real keeper holds after a million looks, against what it held after a tenth of them.
 *
 * The keeper alone, asked over its socket by thirty-two sessions of one actor who look at the same persons again and again;
 * what it remembers (sessions, budgets, persons, the log's tree) does not grow with looks, only with persons. `--looks N`.
 * Linux: resident memory of /proc.
 */
import { readFileSync } from "node:fs";
import { encodeHex } from "../packages/kernel/src/bytes.ts";
import type { OrderSession } from "../packages/keeper/src/order-session.ts";
import { encodeOpenRequest, type OpenItem } from "../packages/keeper/src/protocol/orders.ts";
import { answers, operations } from "../packages/keeper/src/protocol/protocol.ts";
import { type Client, KeeperHome, sealedPerson } from "../packages/keeper/test/keeper-process.ts";
import { aLook, smallClerk } from "../packages/keeper/test/looks.ts";
import { figure } from "./figure.ts";
import type { BenchOptions, Figure } from "./figure.ts";

const persons = 2_000;
const sessions = 32;
const samples = 20;

export async function run({ args, json }: BenchOptions): Promise<readonly Figure[]> {
  const at = args.indexOf("--looks");
  const looks = at === -1 ? 1_000_000 : Number(args[at + 1]);
  const clerk = smallClerk("clerk", { hour: 4_000, day: 10_000, days30: 100_000, softPercent: 80 });
  const home = new KeeperHome(clerk.changes);
  const keeper = await home.start();
  try {
    const owner = await keeper.connect();
    const people: OpenItem[] = [];
    for (let n = 1; n <= persons; n++) people.push(await sealedPerson(owner, n));
    const client = await keeper.connect(clerk.key);
    const clients = [];
    for (let i = 0; i < sessions; i++) clients.push(await client.signIn(clerk.key));
    const mebibytes: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      await Promise.all(
        clients.map((session) => lookOn(client, session, people, looks / samples / sessions)),
      );
      mebibytes.push(residentMebibytes(keeper.pid));
      const done = Math.round(((sample + 1) * looks) / samples);
      if (!json) process.stderr.write(`  ${done} looks: ${mebibytes.at(-1)?.toFixed(1)} MiB\n`);
    }
    const most = Math.max(...mebibytes.slice(samples / 10));
    const note = `resident, the most of ${samples} samples; theirs: after a tenth of ${looks} looks`;
    return [figure("keeper memory", most, mebibytes[samples / 10 - 1] ?? Number.NaN, "MiB", note)];
  } finally {
    await keeper.stop();
    home.remove();
  }
}

async function lookOn(
  client: Client,
  session: OrderSession,
  people: readonly OpenItem[],
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const item = people[Math.floor(Math.random() * people.length)];
    if (item === undefined) return;
    const order = session.order({ ...aLook, persons: [encodeHex(item.personKey)] });
    const frame = await client.ask(operations.open, encodeOpenRequest({ order, items: [item] }));
    if (frame.tag !== answers.ok) throw new Error(`a look was refused: ${frame.tag}`);
  }
}

function residentMebibytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) / 1024;
}
