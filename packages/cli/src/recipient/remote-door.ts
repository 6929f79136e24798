/**
 * A recipient's session at an agency's Kura over HTTP: signs in with a key file, orders releases, signs out.
 *
 * The same orders as everywhere: signed here, answered to keys that only this process has, by the keeper that this recipient
 * knows. Whoever stands between can refuse, but repeat or invent nothing that counts; read it they cannot. Over TLS all the same (`https:`), but for this machine's own.
 */
import { hostname } from "node:os";
import { decodeBase64, encodeBase64 } from "@kura/kernel/bytes.ts";
import { Fault } from "@kura/kernel/fault.ts";
import { type ActorKey, type OrderSession, SessionKeys, workstationOf } from "@kura/keeper/order-session.ts";
import { decodeReleased, type Released } from "@kura/keeper/protocol/extracts.ts";
import type { SignedOrder } from "@kura/keeper/protocol/orders.ts";
import { releaseContent } from "../desk/extract-orders.ts";
import type { ReleaseWanted } from "./open-extract.ts";

export interface RemoteDoor {
  release(wanted: ReleaseWanted): Promise<Released>;
  signOut(): Promise<void>;
}

/** How long an answer is waited for. */
const answerMs = 60_000;

/** Says which key of the keeper answers must come from, of the one that the server tells. */
export type MeetKeeper = (origin: string, told: string) => Promise<string>;

/** @throws {Fault} `bad-server`, `server-unreachable`, `other-keeper`, or a refusal as its code. */
export async function signInAt(server: string, key: ActorKey, meet: MeetKeeper): Promise<RemoteDoor> {
  const origin = originOf(server);
  const caller = new Caller(origin);
  const challenge = await caller.post("/api/sign-in/challenge", {});
  const keys = new SessionKeys();
  const nonce = decodeBase64(textOf(challenge, "nonce"));
  const request = keys.signIn(key, { nonce, expiresMs: 0 }, workstationOf(hostname()));
  if (request.proof.kind !== "key-file")
    throw new Fault("bad-actor-key", "this is not the key file of an actor");
  const signature = encodeBase64(request.proof.signature);
  const me = await caller.post("/api/sign-in", {
    text: request.text,
    proof: { kind: "key-file", signature },
  });
  const session = new Uint8Array(Buffer.from(textOf(me, "session"), "hex"));
  const keeperKey = decodeBase64(await meet(origin, textOf(me, "keeperKey")));
  const orders = keys.begin({ session, expiresMs: Number(me["expiresMs"]) }, keeperKey);
  return {
    release: (wanted) => release(caller, orders, wanted),
    signOut: async () => {
      const content = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
      await caller.post("/api/sign-out", renderOrder(orders.order(content)));
    },
  };
}

async function release(caller: Caller, orders: OrderSession, wanted: ReleaseWanted): Promise<Released> {
  const order = orders.order(releaseContent(wanted));
  const answer = await caller.post(`/api/extracts/${wanted.extractId}/releases`, renderOrder(order));
  const sealed = {
    eventNumber: BigInt(textOf(answer, "eventNumber")),
    isNearBudget: answer["isNearBudget"] === true,
    enc: decodeBase64(textOf(answer, "enc")),
    sealed: decodeBase64(textOf(answer, "sealed")),
  };
  return decodeReleased(orders.open(order, sealed));
}

function renderOrder({ text, signature }: SignedOrder): Record<string, string> {
  return { text, signature: encodeBase64(signature) };
}

type Json = Readonly<Record<string, unknown>>;

class Caller {
  readonly #origin: string;
  #cookie = "";

  constructor(origin: string) {
    this.#origin = origin;
  }

  async post(path: string, body: Json): Promise<Json> {
    const response = await fetch(`${this.#origin}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: this.#origin, Cookie: this.#cookie },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(answerMs),
    }).catch((cause: unknown) => {
      throw new Fault("server-unreachable", "the agency's Kura does not answer", { cause });
    });
    for (const cookie of response.headers.getSetCookie()) this.#cookie = cookie.split(";")[0] ?? "";
    const answer = (await response.json()) as Json;
    if (response.ok) return answer;
    throw new Fault(codeOfProblem(answer), typeof answer["title"] === "string" ? answer["title"] : "refused");
  }
}

/** The last part of a problem's type (RFC 9457), or the reason where one is told. */
function codeOfProblem(problem: Json): string {
  const reasons = problem["because"];
  if (Array.isArray(reasons) && typeof reasons[0] === "string") return reasons[0];
  const type = problem["type"];
  return typeof type === "string" ? (type.split(/[/:]/u).at(-1) ?? "refused") : "refused";
}

function originOf(server: string): string {
  const url = URL.parse(server);
  const isOwn = url?.hostname === "127.0.0.1" || url?.hostname === "localhost";
  if (url === null || (url.protocol !== "https:" && !isOwn)) {
    throw new Fault("bad-server", "--server is an https:// address");
  }
  return url.origin;
}

function textOf(answer: Json, name: string): string {
  const value = answer[name];
  if (typeof value === "string") return value;
  throw new Fault("server-unreachable", "what answered is not Kura");
}
