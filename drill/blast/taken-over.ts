/** An attacker in the custodian's place, with its databases, its connection to the keeper, and all it relays; and a phisher. */
import { encodeHex } from "@kura/kernel/bytes.ts";
import { sqlText } from "@kura/custodian/db/sql.ts";
import type { Databases } from "@kura/custodian/db/database.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import { askOpen } from "@kura/custodian/vault/orders.ts";
import { decodeTokens } from "@kura/custodian/vault/terms.ts";
import { type LookOrder, orderText } from "@kura/keeper/client-side.ts";
import { generateActorKey, type OrderSession, SessionKeys } from "@kura/keeper/order-session.ts";
import { limits } from "@kura/keeper/limits.ts";
import { encodeIndexRequest, noTicket, type Term } from "@kura/keeper/protocol/protocol.ts";
import type { OpenItem, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Agency, Relayed } from "./agency.ts";
import type { Attack } from "./attack.ts";
import { attackers } from "./attackers.ts";

const personsInOrder = 50;
/** The kind of a term that is a basic pension number (`custodian/src/vault/terms.ts`). */
const pensionNumberTerm = 1;

/** What somebody tried, and whom the keeper opened for it. */
class Tries {
  readonly exposed = new Set<string>();
  readonly outcomes = new Map<string, number>();
  readonly #keeper: KeeperClient;

  constructor(keeper: KeeperClient) {
    this.#keeper = keeper;
  }

  async open(order: SignedOrder, items: readonly OpenItem[]): Promise<void> {
    const answer = await askOpen(this.#keeper, { order, items });
    this.outcomes.set(answer.outcome, (this.outcomes.get(answer.outcome) ?? 0) + 1);
    if (answer.outcome === "ok") for (const { personKey } of items) this.exposed.add(encodeHex(personKey));
  }

  render(): string {
    return [...this.outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(", ");
  }
}

export async function attackAsCustodian(
  agency: Agency,
  keeper: KeeperClient,
  databases: Databases,
  items: readonly OpenItem[],
): Promise<Attack> {
  const tries = new Tries(keeper);
  const invented = new SessionKeys().begin(
    { session: new Uint8Array(16).fill(9), expiresMs: 0 },
    (await keeper.status()).hpkeKey,
  );
  for (let from = 0; from < items.length; from += personsInOrder) {
    const some = items.slice(from, from + personsInOrder);
    await forge(tries, invented, agency.relayed, some);
    await widen(tries, agency.relayed, some);
  }
  await moveCiphertexts(tries, agency.intercepted, items);
  const tokens = await askTokens(agency, keeper);
  const kept = await countDeletable(databases);
  const read = countReadable(agency);
  return {
    ...attackers.custodian,
    bound: 0,
    exposedPersons: tries.exposed.size + read,
    tried: `forged, widened, replayed and moved for ${items.length} persons (${tries.render()}); ${tokens.learned} of ${tokens.tried} tokens; ${agency.relayed.length} relayed answers read along`,
    tests: [
      "custodian/src/disclosure/taken-over.abuse.test.ts",
      "keeper/src/operations/orders.abuse.test.ts",
    ],
    broken: [
      ...(tokens.learned > 0 ? [`${tokens.learned} tokens were learned without a ticket`] : []),
      ...kept.map((table) => `rows of ${table} can be deleted by the custodian`),
    ],
  };
}

/** An order of a session that does not exist, and one in the name of a session that does, signed with another key. */
async function forge(
  tries: Tries,
  invented: OrderSession,
  relayed: readonly Relayed[],
  items: readonly OpenItem[],
): Promise<void> {
  const persons = items.map(({ personKey }) => encodeHex(personKey));
  const [seen] = relayed;
  if (seen === undefined) throw new Error("nothing was relayed");
  const victim = JSON.parse(seen.order.text) as LookOrder;
  await tries.open(invented.sign({ ...victim, session: invented.session, number: 1, persons }), items);
  await tries.open(invented.sign({ ...victim, number: 1_000_000, atMs: Date.now(), persons }), items);
}

/** Orders that were really signed: once more as they are, with other material, and with other words. */
async function widen(tries: Tries, relayed: readonly Relayed[], items: readonly OpenItem[]): Promise<void> {
  const persons = items.map(({ personKey }) => encodeHex(personKey));
  for (const { order } of relayed.slice(-1)) {
    const said = JSON.parse(order.text) as LookOrder;
    await tries.open(order, items);
    await tries.open({ ...order, text: orderText({ ...said, persons }) }, items);
    await tries.open({ ...order, text: orderText({ ...said, persons, number: said.number + 1_000 }) }, items);
  }
}

/** The ciphertext of others under the name of somebody whom a fresh order names: one and the same order, over and over. */
async function moveCiphertexts(
  tries: Tries,
  intercepted: readonly SignedOrder[],
  items: readonly OpenItem[],
): Promise<void> {
  for (const [i, order] of intercepted.entries()) {
    const [named = ""] = (JSON.parse(order.text) as LookOrder).persons;
    const own = items.find(({ personKey }) => encodeHex(personKey) === named);
    const other = items.find(({ personKey }) => encodeHex(personKey) !== named);
    if (own === undefined || other === undefined) throw new Error("two persons are needed");
    const moved =
      [{ ...other, personKey: own.personKey }, { ...own, records: other.records }, other][i % 3] ?? other;
    await tries.open(order, [moved]);
  }
}

/** Every pension number of the sample, asked for without a ticket, as many at once as the keeper reads. */
async function askTokens(
  { lines }: Agency,
  keeper: KeeperClient,
): Promise<{ tried: number; learned: number }> {
  let [tried, learned] = [0, 0];
  let terms: Term[] = [];
  const ask = async (): Promise<void> => {
    const answer = await keeper.ask("index", encodeIndexRequest(terms, noTicket), decodeTokens);
    // Any other refusal would say nothing of tickets.
    if (answer.outcome !== "ok" && answer.outcome !== "unknown-ticket")
      throw new Error(`tokens were refused as ${answer.outcome}`);
    tried += terms.length;
    if (answer.outcome === "ok") learned += answer.value.length;
    terms = [];
  };
  for (const [number = ""] of lines) {
    terms.push({ kind: pensionNumberTerm, text: number.replace("-", "") });
    if (terms.length === limits.terms) await ask();
  }
  if (terms.length > 0) await ask();
  return { tried, learned };
}

/** Tables that tell of looks and whose rows the custodian's role could remove. */
async function countDeletable({ register }: Databases): Promise<string[]> {
  const deletable: string[] = [];
  for (const table of [
    "journal_events",
    "disclosures",
    "sessions",
    "session_ends",
    "case_events",
    "refused_orders",
  ]) {
    const isRefused = await register
      .transact((tx) => tx.run(sqlText(`delete from ${table} where false`)))
      .then(
        () => false,
        () => true,
      );
    if (!isRefused) deletable.push(table);
  }
  return deletable;
}

/** Persons of whom an answer that passed through has the name or the address in clear. */
function countReadable({ relayed, lines }: Agency): number {
  const answers = Buffer.concat(relayed.map(({ answer }) => answer.sealed));
  return countNamed(answers, lines);
}

/** Of these persons, how many stand in the bytes. Time goes with the bytes and the persons, not with their product. */
export function countNamed(bytes: Buffer, lines: Iterable<readonly string[]>): number {
  // Which three bytes follow each other anywhere: a name whose first three do not is not there.
  const starts = new Uint8Array(2 ** 24);
  for (let i = 0; i + 2 < bytes.length; i++) starts[bytes.readUIntBE(i, 3)] = 1;
  const word = Buffer.alloc(256);
  const encoder = new TextEncoder();
  let named = 0;
  for (const cells of lines) {
    const isThere = [cells[1], cells[8]].some((text = "") => {
      const { written } = encoder.encodeInto(text, word);
      // Two characters and more: shorter ones stand in random bytes by chance.
      if (written < 6) return false;
      const start = ((word[0] ?? 0) << 16) | ((word[1] ?? 0) << 8) | (word[2] ?? 0);
      return starts[start] === 1 && bytes.includes(word.subarray(0, written));
    });
    if (isThere) named += 1;
  }
  return named;
}

/** There is no password to phish; what a phisher can type instead is tried on the running custodian. */
export async function attackAsPhisher(url: string): Promise<Attack> {
  const origin = new URL(url).origin;
  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${origin}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: origin, ...headers },
      body: JSON.stringify(body),
    });
  const { nonce } = (await (await post("/api/sign-in/challenge", {})).json()) as { nonce: string };
  const { key } = generateActorKey("clerk", "clerk-key");
  const asked = new SessionKeys().signIn(
    key,
    { nonce: Buffer.from(nonce, "base64"), expiresMs: 0 },
    "phisher",
  );
  if (asked.proof.kind !== "key-file") throw new Error("a key file signs");
  const { text } = asked;
  const signature = Buffer.from(asked.proof.signature).toString("base64");
  const tries = [
    await post("/api/sign-in", { actor: "clerk", password: "a password" }),
    await post("/api/sign-in", { text, proof: { kind: "key-file", signature }, password: "a password" }),
    await post("/api/sign-in", { text, proof: { kind: "key-file", signature } }),
    await fetch(`${origin}/api/me`, { headers: { Authorization: `Basic ${btoa("clerk:a password")}` } }),
    await fetch(`${origin}/api/cases`, { headers: { Cookie: "__Host-kura=guessed" } }),
  ];
  const admitted = tries.filter(({ ok }) => ok).length;
  return {
    ...attackers.phisher,
    bound: 0,
    exposedPersons: admitted,
    tried: `${tries.length} ways to sign in without the passkey or key file: ${tries.map(({ status }) => status).join(", ")}`,
    tests: ["keeper/src/operations/sign-in.abuse.test.ts", "keeper/src/orders/credential.abuse.test.ts"],
  };
}
