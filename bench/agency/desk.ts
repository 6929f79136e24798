/**
 * `desk`: an answer to somebody who asks whether they are exposed, over HTTP, from a running agency to 96 sessions at once; against a
 * plain look over HTTP by the same sessions in the same run.
 *
 * A thousand operators who ask once a minute are 17 answers a second. Counted is the CPU of the agency's processes (custodian,
 * keeper, PostgreSQL), whoever else loads the machine; the note has the rate and the slowest twentieth as they were. The looks
 * that an answer needs come before, one for each session.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeBase64 } from "@kura/kernel/bytes.ts";
import { type ActorKey, type OrderSession, parseActorKey, SessionKeys } from "@kura/keeper/order-session.ts";
import { sqlText } from "../../packages/custodian/src/db/sql.ts";
import { fieldNumbers } from "../../packages/custodian/src/register/field.ts";
import { generateSample } from "../../packages/cli/src/sample/generate-sample.ts";
import { importWithin } from "../../test/system/import-run.ts";
import { KuraFolder, must } from "../../test/system/kura-folder.ts";
import { withDatabases } from "../../test/system/register-view.ts";
import { readStartedSeconds } from "../cpu-seconds.ts";
import { type Figure, figure } from "../figure.ts";

const persons = 2_000;
/** As many as the keeper leaves one actor, of three actors. */
const sessionsOfActor = 32;
const purposes = { operator: "claim", clerk: "claim", "call-taker": "call-centre-inquiry" } as const;
const fields = [fieldNumbers.name, fieldNumbers.birthDate];

export async function measureDesk(seconds: number): Promise<Figure> {
  const folder = await KuraFolder.make();
  try {
    const { url } = await folder.start("--empty");
    await fill(folder);
    const people = await withDatabases(folder, "owner", ({ register }) =>
      register.list<{ person_key: string }>(
        sqlText("select person_key from persons order by person_no limit 32"),
      ),
    );
    const clients: Client[] = [];
    for (const actor of ["operator", "clerk", "call-taker"] as const) {
      const key = parseActorKey(await readFile(`${folder.keyFile}.demo-${actor}`));
      for (const { person_key } of people.slice(0, sessionsOfActor))
        clients.push(await Client.signIn(url, key, purposes[actor], person_key));
    }
    await openIncident(folder);
    const looks = await drive(clients, seconds, (client) => client.look());
    const answers = await drive(clients, seconds, (client) => client.answer());
    const rate = `${answers.perSecond.toFixed(0)} answers/s to ${clients.length} sessions, p95 ${answers.p95Ms.toFixed(0)} ms`;
    const plain = `theirs: a plain look over HTTP, same sessions, ${looks.perSecond.toFixed(0)}/s, p95 ${looks.p95Ms.toFixed(0)} ms`;
    const need = "1,000 operators who ask once a minute are 17/s";
    return figure("desk", answers.cpuMs, looks.cpuMs, "ms", `CPU of the agency; ${rate}; ${plain}; ${need}`);
  } finally {
    await folder.remove();
  }
}

async function fill(folder: KuraFolder): Promise<void> {
  const outDir = join(folder.path, "sample");
  await generateSample({ persons, seed: 1, outDir, premiumPersons: 1, historyMonths: 1 });
  await importWithin(undefined, folder, "persons", join(outDir, "persons.csv"));
}

/** A workstation that half of the sessions say they are at was under control, and still is. */
async function openIncident(folder: KuraFolder): Promise<void> {
  const at = ["--known-at", new Date().toISOString()];
  const opened = await must(folder.runAs("officer-1", "incident", "open", "--title", "benchmark", ...at));
  const incident = /[0-9a-f]{8}-[0-9a-f-]{27}/u.exec(opened.stdout)?.[0] ?? "";
  const what = ["--kind", "workstation", "--subject", "desk-even", "--source", "benchmark"];
  await must(folder.runAs("officer-1", "incident", "evidence", incident, ...what));
}

/** A browser's part: a cookie, and keys that sign orders. */
class Client {
  readonly #url: string;
  #cookie = "";
  #orders: OrderSession | undefined;
  #about = { case: "", kind: "", person: "", purpose: "" };

  private constructor(url: string) {
    this.#url = url;
  }

  /** Signed in, in a case about the person, who was looked at. */
  static async signIn(url: string, key: ActorKey, purpose: string, person: string): Promise<Client> {
    const client = new Client(url);
    const challenge = await client.#post("/api/sign-in/challenge", {});
    const keys = new SessionKeys();
    const nonce = Buffer.from(String(challenge["nonce"]), "base64");
    const workstation = person.charCodeAt(0) % 2 === 0 ? "desk-even" : "desk-odd";
    const { text, proof } = keys.signIn(key, { nonce, expiresMs: 0 }, workstation);
    if (proof.kind !== "key-file") throw new Error("a key file proves itself otherwise");
    const signature = encodeBase64(proof.signature);
    const me = await client.#post("/api/sign-in", { text, proof: { kind: proof.kind, signature } });
    const session = Buffer.from(String(me["session"]), "hex");
    const keeperKey = Buffer.from(String(me["keeperKey"]), "base64");
    client.#orders = keys.begin({ session, expiresMs: Number(me["expiresMs"]) }, keeperKey);
    const opening = { kind: purpose, reason: "benchmark", persons: [person] };
    const opened = await client.#post("/api/cases", opening);
    client.#about = { case: String(opened["caseId"]), kind: purpose, person, purpose };
    await client.look();
    return client;
  }

  async look(): Promise<void> {
    if (this.#orders === undefined) throw new Error("not signed in");
    const { case: id, kind, person, purpose } = this.#about;
    const about = { purpose, case: id, caseKind: kind, persons: [person.replaceAll("-", "")] };
    const { text, signature } = this.#orders.order({ kind: "look", ...about, fields });
    await this.#post("/api/looks", { text, signature: encodeBase64(signature) });
  }

  async answer(): Promise<void> {
    const { case: id, person } = this.#about;
    const { answers } = await this.#post("/api/answers", { person, case: id });
    if (!Array.isArray(answers) || answers.length !== 1) throw new Error("nobody was told anything");
  }

  async #post(path: string, body: object): Promise<Record<string, unknown>> {
    const headers = { "Content-Type": "application/json", Origin: this.#url, Cookie: this.#cookie };
    for (;;) {
      const asked = await fetch(`${this.#url}${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      const answered = (await asked.json()) as Record<string, unknown>;
      const [cookie] = asked.headers.getSetCookie();
      if (cookie !== undefined) this.#cookie = cookie.split(";")[0] ?? "";
      if (asked.ok) return answered;
      if (asked.status !== 429) throw new Error(`${path}: ${asked.status} ${String(answered["type"])}`);
      await sleep(100);
    }
  }
}

interface Run {
  readonly perSecond: number;
  readonly p95Ms: number;
  /** Of the agency, for each. */
  readonly cpuMs: number;
}

/** Every client asks again as soon as it is answered. */
async function drive(
  clients: readonly Client[],
  seconds: number,
  ask: (client: Client) => Promise<void>,
): Promise<Run> {
  await Promise.all(clients.map(ask));
  const timesMs: number[] = [];
  const cpu = readStartedSeconds();
  const begin = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < begin + seconds * 1_000) {
        const askedAt = performance.now();
        await ask(client);
        timesMs.push(performance.now() - askedAt);
      }
    }),
  );
  const count = timesMs.length;
  return {
    perSecond: (count * 1_000) / (performance.now() - begin),
    p95Ms: timesMs.toSorted((a, b) => a - b)[Math.floor(count * 0.95)] ?? Number.NaN,
    cpuMs: ((readStartedSeconds() - cpu) * 1_000) / count,
  };
}
