/** What somebody who holds, carries or makes a receipt may do to it, each by its name, with the reason it is refused for. */
import type { PersonEntry, Receipt, ReceiptEvent } from "../src/receipt.ts";
import { hana, taro, TestAgency } from "./test-agency.ts";

export interface Attack {
  readonly name: string;
  /** The code it is refused with. */
  readonly code: string;
  readonly receipt: Receipt;
}

/** What attackers have at hand besides the receipt. */
interface Loot {
  /** An event of another person's receipt. */
  readonly ofAnother: ReceiptEvent;
  readonly unwitnessed: string;
  readonly unsigned: string;
  readonly otherStory: string;
}

type Change = (whole: Receipt, loot: Loot) => Partial<Receipt>;

/** Looks, batches and events of others between; the last of them is for the receipt to be. */
export async function makeAgency(): Promise<TestAgency> {
  const agency = await TestAgency.make();
  agency.sealed(
    Array.from({ length: 40 }, (_, i) => ([2, 5, 20].includes(i) ? hana : `${i}`.padStart(32, "a"))),
  );
  agency.look([hana]);
  agency.premiums([hana, taro], "2020-04");
  agency.look([taro, hana], "contribution-inquiry");
  const many = Array.from({ length: 40 }, (_, i) => (i === 20 ? hana : `${i}`.padStart(32, "a")));
  agency.premiums(many, "2020-05");
  agency.look([taro]);
  agency.premiums([hana], "2020-06", false);
  agency.look([hana]);
  return agency;
}

export async function makeAttacks(): Promise<{ whole: Receipt; policy: string; attacks: Attack[] }> {
  const agency = await makeAgency();
  const whole = await agency.receipt(hana);
  const [ofAnother] = (await (await makeAgency()).receipt(taro)).events;
  if (ofAnother === undefined) throw new Error("nobody looked at the other person");
  const second = await TestAgency.make();
  second.look([hana]);
  const loot = {
    ofAnother,
    unwitnessed: await agency.checkpoint([agency.log]),
    unsigned: await agency.checkpoint([agency.witness]),
    otherStory: (await second.receipt(hana)).checkpoint,
  };
  const all = [...onEvents, ...onProofs, ...onPremiums, ...onTheRest, ...onRecords];
  const attacks = all.map(([name, code, change]) => ({
    name,
    code,
    receipt: { ...whole, ...change(whole, loot) },
  }));
  return { whole, policy: agency.policy, attacks };
}

const onEvents: readonly (readonly [string, string, Change])[] = [
  ["the first look is left out", "event-missing", ({ events }) => ({ events: without(events, 0) })],
  ["a look between is left out", "event-missing", ({ events }) => ({ events: without(events, 1) })],
  [
    "a look is left out and the others are numbered anew",
    "event-altered",
    ({ events }) => ({
      events: without(events, 1).map((one, i) => ({ ...one, entry: { ...one.entry, n: i + 1 } })),
    }),
  ],
  ["the receipt's own event is left out", "not-ended", ({ events }) => ({ events: events.slice(0, -1) })],
  ["there are no events", "not-ended", () => ({ events: [] })],
  [
    "two looks are exchanged",
    "event-missing",
    ({ events }) => ({ events: [...events.slice(0, 2).toReversed(), ...events.slice(2)] }),
  ],
  [
    "a look is there twice",
    "event-missing",
    ({ events }) => ({ events: [...events.slice(0, 1), ...events] }),
  ],
  [
    "a look of another person is put in",
    "event-altered",
    ({ events }, { ofAnother }) => ({ events: [ofAnother, ...events.slice(1)] }),
  ],
  ["another actor looked", "event-altered", (whole) => withEntry(whole, 0, { actor: "nobody" })],
  ["another purpose is named", "event-altered", (whole) => withEntry(whole, 1, { purpose: "claim" })],
  ["a field is hidden", "event-altered", (whole) => withEntry(whole, 0, { fields: [1] })],
  ["a look is dated back", "event-altered", (whole) => withEntry(whole, 2, { timeMs: 1_790_000_000_005 })],
  [
    "a look is moved to another place of the log",
    "event-altered",
    (whole) => withEntry(whole, 0, { number: 3 }),
  ],
];

const onProofs: readonly (readonly [string, string, Change])[] = [
  ["an event is opened with another salt", "event-altered", (whole) => withEvent(whole, 0, { salt: zeros })],
  ["an event is opened in another place", "event-altered", (whole) => withEvent(whole, 1, { part: 1 })],
  [
    "the whole of an event is passed off as a part",
    "event-altered",
    (whole) => withEvent(whole, 1, { part: 0 }),
  ],
  [
    "a proof is that of another event",
    "event-altered",
    (whole) => withEvent(whole, 0, { proof: whole.events[1]?.proof ?? [] }),
  ],
  [
    "a proof has a hash too many",
    "event-altered",
    (whole) => withEvent(whole, 0, { proof: [...(whole.events[0]?.proof ?? []), zeros] }),
  ],
];

const onPremiums: readonly (readonly [string, string, Change])[] = [
  [
    "the last premium entry is left out",
    "premium-missing",
    ({ premiums }) => ({ premiums: premiums.slice(0, -1) }),
  ],
  [
    "a premium entry between is left out",
    "premium-missing",
    ({ premiums }) => ({ premiums: without(premiums, 1) }),
  ],
  ["a premium is smaller", "premium-altered", (whole) => withPremium(whole, 0, { amountYen: 16_530 })],
  [
    "a premium is of another month",
    "premium-altered",
    (whole) => withPremium(whole, 2, { month: "2020-07" }),
  ],
  [
    "fewer premiums are stated",
    "event-altered",
    (whole) => {
      const stated = whole.events.at(-1)?.entry.stated;
      const fewer = stated === undefined ? {} : { stated: { ...stated, premiumEntries: 2 } };
      return { premiums: whole.premiums.slice(0, -1), ...withEntry(whole, whole.events.length - 1, fewer) };
    },
  ],
  [
    "a batch is another's",
    "batch-altered",
    (whole) => withBatch(whole, 0, { text: whole.batches[1]?.text ?? "" }),
  ],
  [
    "a batch is of another root",
    "batch-altered",
    (whole) =>
      withBatch(whole, 0, { text: whole.batches[0]?.text.replace(/"root":"../u, '"root":"00') ?? "" }),
  ],
  [
    "a batch does not hold the person's entry",
    "batch-altered",
    (whole) => withPremium(whole, 0, { batch: 1 }),
  ],
  ["a batch that was never logged is named", "batch-altered", (whole) => withPremium(whole, 2, { batch: 7 })],
  [
    "a batch's digest is exchanged",
    "batch-altered",
    (whole) => withBatch(whole, 1, { digests: [zeros, ...(whole.batches[1]?.digests.slice(1) ?? [])] }),
  ],
];

const onRecords: readonly (readonly [string, string, Change])[] = [
  ["a record is in a batch that is not here", "batch-altered", (whole) => withRecord(whole, 0, { batch: 9 })],
  ["a record is in another group", "batch-altered", (whole) => withRecord(whole, 2, { batch: 2 })],
  ["a record is in a batch of premiums", "batch-altered", (whole) => withRecord(whole, 0, { batch: 0 })],
  [
    "a record is in no batch, and its batch stays",
    "batch-altered",
    (whole) => withRecord(whole, 2, { batch: -1 }),
  ],
  [
    "a batch of records has another digest in it",
    "batch-altered",
    (whole) => withBatch(whole, 2, { digests: [zeros, ...(whole.batches[2]?.digests.slice(1) ?? [])] }),
  ],
  [
    "a batch of records is that of another group",
    "batch-altered",
    (whole) => withBatch(whole, 2, { group: 1 }),
  ],
];

const onTheRest: readonly (readonly [string, string, Change])[] = [
  ["a record is left out", "records-altered", ({ records }) => ({ records: records.slice(1) })],
  [
    "a record is another",
    "records-altered",
    ({ records }) => ({ records: changed(records, 0, { digest: "5".repeat(64) }) }),
  ],
  ["it is said to be another person's", "event-altered", () => ({ person: taro })],
  ["no witness cosigned", "quorum-missing", (_, { unwitnessed }) => ({ checkpoint: unwitnessed })],
  ["the log did not sign", "unknown-signer", (_, { unsigned }) => ({ checkpoint: unsigned })],
  [
    "the checkpoint is of another history",
    "event-altered",
    (_, { otherStory }) => ({ checkpoint: otherStory }),
  ],
  [
    "the checkpoint was changed",
    "bad-signature",
    ({ checkpoint }) => ({ checkpoint: checkpoint.replace(/\n\d+\n/u, "\n7\n") }),
  ],
];

const zeros = "0".repeat(64);

function changed<T>(list: readonly T[], index: number, change: Partial<T>): T[] {
  return list.map((one, i) => (i === index ? { ...one, ...change } : one));
}

function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, i) => i !== index);
}

function withEvent({ events }: Receipt, index: number, change: Partial<ReceiptEvent>): Partial<Receipt> {
  return { events: changed(events, index, change) };
}

function withEntry(whole: Receipt, index: number, change: Partial<PersonEntry>): Partial<Receipt> {
  const own = whole.events[index];
  return own === undefined ? {} : withEvent(whole, index, { entry: { ...own.entry, ...change } });
}

function withRecord(
  { records }: Receipt,
  index: number,
  change: Partial<Receipt["records"][number]>,
): Partial<Receipt> {
  return { records: changed(records, index, change) };
}

function withPremium(
  { premiums }: Receipt,
  index: number,
  change: Partial<Receipt["premiums"][number]>,
): Partial<Receipt> {
  return { premiums: changed(premiums, index, change) };
}

function withBatch(
  { batches }: Receipt,
  index: number,
  change: Partial<Receipt["batches"][number]>,
): Partial<Receipt> {
  return { batches: changed(batches, index, change) };
}
