/**
 * The custodian's API for tests: a real keeper, real databases, five people, and a browser's side of the conversation.
 * No socket: requests go to the app as the server would hand them over.
 */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeBase64 } from "@kura/kernel/bytes.ts";
import { signInMessage } from "@kura/keeper/client-side.ts";
import { type ActorKey, SessionKeys } from "@kura/keeper/order-session.ts";
import type { SealedAnswer, SignedOrder } from "@kura/keeper/protocol/orders.ts";
import type { Proof } from "@kura/keeper/protocol/sign-in.ts";
import type { Hono } from "hono";
import type { Case } from "../src/cases/case.ts";
import { sqlText } from "../src/db/sql.ts";
import { uuidMaker } from "../src/db/uuid.ts";
import { readPolicy } from "../src/disclosure/policy.ts";
import { makeApp } from "../src/http/app.ts";
import { Enrolments } from "../src/http/enrolments.ts";
import type { ApiParts } from "../src/http/route.ts";
import { LiveEvents } from "../src/http/live-events.ts";
import { DeskMemory } from "../src/incident/desk/desk-memory.ts";
import { SegmentIndex } from "../src/incident/kept/segment-index.ts";
import { LogFolder } from "../src/log/log-folder.ts";
import { StaffSessions } from "../src/http/staff-sessions.ts";
import { openTestDatabases } from "./databases.ts";
import type { TestDatabases } from "./databases.ts";
import { importText } from "./import-text.ts";
import { startTestKeeper } from "./keeper.ts";
import type { TestKeeper } from "./keeper.ts";
import { personFile } from "./people.ts";
import { sessionFor } from "./signed-in.ts";
import type { TestSession } from "./signed-in.ts";

export const origin = "http://localhost:8420";
/** An id that nobody and nothing has. */
export const nowhere = "00000000-0000-7000-8000-000000000000";

export interface Asked {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly response: Response;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
}

export interface SignedInOverHttp extends TestSession {
  readonly cookie: string;
}

export class TestApi {
  readonly keeper: TestKeeper;
  readonly test: TestDatabases;
  /** Keys in the order of `testPerson`'s numbers, from 1. */
  readonly persons: readonly string[];
  /** Lines that would have been logged. */
  readonly logged: string[] = [];
  isSound = true;
  /** Of a folder that is not there unless a test fills it. */
  readonly log = new LogFolder(join(tmpdir(), `kura-test-log-${randomUUID()}`));
  readonly live = new LiveEvents("test");
  readonly #parts: ApiParts;
  #app: Hono;

  static async start(): Promise<TestApi> {
    const keeper = await startTestKeeper();
    const test = await openTestDatabases();
    await importText("persons", personFile(1, 5), { databases: test.custodian, keeper: keeper.client });
    const rows = await test.auditor.register.list<{ key: string }>(
      sqlText("select person_key::text as key from persons order by person_no"),
    );
    const policy = await readPolicy(undefined);
    return new TestApi(
      keeper,
      test,
      rows.map(({ key }) => key),
      policy,
    );
  }

  private constructor(
    keeper: TestKeeper,
    test: TestDatabases,
    persons: readonly string[],
    policy: ApiParts["policy"],
  ) {
    const now = () => new Date();
    const { live } = this;
    this.keeper = keeper;
    this.test = test;
    this.persons = persons;
    this.#parts = {
      databases: test.custodian,
      keeper: keeper.client,
      policy,
      now,
      makeId: uuidMaker(),
      sessions: new StaffSessions(now, (session) => live.end(session)),
      live,
      exposure: new SegmentIndex(),
      desk: new DeskMemory(),
      enrolments: new Enrolments(now),
      demoActors: [],
      origins: [origin],
      isJournalSound: () => this.isSound,
      log: this.log,
    };
    this.#app = this.#make();
  }

  /** Budgets of requests are the app's: a new one for each test. */
  renew(): void {
    this.isSound = true;
    this.#app = this.#make();
  }

  async stop(): Promise<void> {
    await this.test.drop();
    await this.keeper.stop();
  }

  async ask(method: string, path: string, { body, cookie, headers = {} }: AskOptions = {}): Promise<Asked> {
    const response = await this.#app.request(`${origin}${path}`, {
      method,
      headers: {
        Host: "localhost:8420",
        Origin: origin,
        ...(cookie !== undefined && { Cookie: cookie }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, response };
  }

  /** What is no JSON, as it is streamed. */
  async fetch(path: string, cookie: string): Promise<ReadableStream<Uint8Array>> {
    const headers = { Host: "localhost:8420", Origin: origin, Cookie: cookie };
    const { body, status } = await this.#app.request(`${origin}${path}`, { headers });
    if (body === null || status !== 200) throw new Error(`${path}: ${status}`);
    return body;
  }

  /** As a browser does it: challenge, proof over the text, cookie. */
  async signIn(key: ActorKey, prove?: (message: Uint8Array) => Proof): Promise<SignedInOverHttp> {
    const { body } = await this.ask("POST", "/api/sign-in/challenge", { body: {} });
    const keys = new SessionKeys();
    const challenge = { nonce: Buffer.from(String(body["nonce"]), "base64"), expiresMs: 0 };
    const request = keys.signIn(key, challenge, "test-browser");
    const proof = prove?.(signInMessage(request.text)) ?? request.proof;
    const asked = await this.ask("POST", "/api/sign-in", {
      body: { text: request.text, proof: jsonOf(proof) },
    });
    if (asked.status !== 200) throw new Error(problemOf(asked));
    const [cookie = ""] = asked.response.headers.getSetCookie();
    const session = Buffer.from(String(asked.body["session"]), "hex");
    const keeperKey = Buffer.from(String(asked.body["keeperKey"]), "base64");
    const orders = keys.begin({ session, expiresMs: Number(asked.body["expiresMs"]) }, keeperKey);
    return { ...sessionFor(key.actor, orders, keeperKey), cookie: cookie.split(";")[0] ?? "" };
  }

  async openCase(cookie: string, about: readonly string[]): Promise<Case> {
    const body = { kind: "claim", reason: "a synthetic reason", persons: about };
    const asked = await this.ask("POST", "/api/cases", { body, cookie });
    return asked.body as unknown as Case;
  }

  #make(): Hono {
    return makeApp(this.#parts, (route, code) => this.logged.push(`${route} ${code}`));
  }
}

/** Status and type in one line. */
export function problemOf({ status, body }: Asked): string {
  return `${status} ${String(body["type"]).replace("urn:kura:problem:", "")}`;
}

export function jsonOf(proof: Proof): object {
  if (proof.kind === "key-file") return { kind: proof.kind, signature: encodeBase64(proof.signature) };
  const { kind, authenticatorData, clientData, signature } = proof;
  return {
    kind,
    authenticatorData: encodeBase64(authenticatorData),
    clientData: encodeBase64(clientData),
    signature: encodeBase64(signature),
  };
}

export function wire({ text, signature }: SignedOrder): object {
  return { text, signature: encodeBase64(signature) };
}

export function sealedOf(body: Record<string, unknown>): SealedAnswer {
  return {
    eventNumber: BigInt(String(body["eventNumber"])),
    isNearBudget: body["isNearBudget"] === true,
    enc: Buffer.from(String(body["enc"]), "base64"),
    sealed: Buffer.from(String(body["sealed"]), "base64"),
  };
}
