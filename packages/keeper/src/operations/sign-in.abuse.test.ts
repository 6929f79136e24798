import { generateKeyPairSync } from "node:crypto";
import { encodeHex } from "@kura/kernel/bytes.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  type RunningKeeper,
  sealedPerson,
  valueOf,
} from "../../test/keeper-process.ts";
import { type AssertionChange, Passkey } from "../../test/passkey.ts";
import { type SignIn, signInMessage, signInText, statementMessage } from "../client-side.ts";
import { signStatement } from "../first-roster.ts";
import { generateHpkeKeyPair } from "../crypto/hpke.ts";
import { generateActorKey, type OrderSession, SessionKeys, signMessage } from "../order-session.ts";
import { decodeEventNumber } from "../protocol/protocol.ts";
import {
  decodeChallenge,
  decodeSignedIn,
  encodeAmendRequest,
  encodeSignInRequest,
  type Proof,
} from "../protocol/sign-in.ts";
import { type RosterChange, type Statement, statementText } from "../orders/roster.ts";

const passkey = new Passkey("anna");
const enrolled: RosterChange[] = [
  {
    part: "actor",
    id: "anna",
    value: { office: "head-office", isOfficer: false, isJob: false, purposes: ["claim"] },
  },
  { part: "credential", id: "anna-passkey", value: passkey.credential },
];
let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;

beforeAll(async () => {
  home = new KeeperHome(enrolled);
  keeper = await home.start();
  client = await keeper.connect();
});
afterAll(async () => {
  await keeper.stop();
  home.remove();
});

async function newNonce(): Promise<string> {
  const { nonce } = valueOf(await client.call("challenge", new Uint8Array(), decodeChallenge));
  return Buffer.from(nonce).toString("base64");
}

function boundTo(nonce: string, change: Partial<SignIn> = {}): SignIn {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    nonce,
    actor: "anna",
    credential: "anna-passkey",
    signingKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    hpkeKey: Buffer.from(generateHpkeKeyPair().publicKey).toString("base64"),
    workstation: "desk-1",
    ...change,
  };
}

const send = (signIn: SignIn, proof: Proof) =>
  client.call("sign-in", encodeSignInRequest({ text: signInText(signIn), proof }), decodeSignedIn);
const assertOf = (signIn: SignIn, change?: AssertionChange): Proof =>
  passkey.assert(signInMessage(signInText(signIn)), change);

describe("a sign-in with a passkey", () => {
  it("begins a session of twelve hours, which the journal has with its keys and its workstation", async () => {
    const signIn = boundTo(await newNonce());
    const beforeMs = Date.now();
    const { session, expiresMs, eventNumber } = valueOf(await send(signIn, assertOf(signIn)));
    expect(expiresMs).toBeGreaterThanOrEqual(beforeMs + 12 * 60 * 60_000);
    expect(expiresMs).toBeLessThanOrEqual(Date.now() + 12 * 60 * 60_000);
    const { events } = await client.events(eventNumber, 1);
    const { hpkeKey, signingKey } = signIn;
    expect(JSON.parse(events[0]?.json ?? "")).toMatchObject({
      kind: "signed-in",
      actor: "anna",
      session: encodeHex(session),
      workstation: "desk-1",
      hpkeKey,
      signingKey,
    });
  });

  it("is refused with a nonce that was used, whoever uses it again", async () => {
    const signIn = boundTo(await newNonce());
    expect((await send(signIn, assertOf(signIn))).outcome).toBe("ok");
    expect(await send(signIn, assertOf(signIn))).toMatchObject({ reason: "unknown-nonce" });
    const other = boundTo(signIn.nonce);
    expect(await send(other, assertOf(other))).toMatchObject({ reason: "unknown-nonce" });
  });

  it("is refused with a nonce that the keeper did not give, or gave before it was started", async () => {
    const invented = boundTo(Buffer.alloc(32, 7).toString("base64"));
    expect(await send(invented, assertOf(invented))).toMatchObject({ reason: "unknown-nonce" });
    const signIn = boundTo(await newNonce());
    await keeper.stop();
    keeper = await home.start();
    client = await keeper.connect();
    expect(await send(signIn, assertOf(signIn))).toMatchObject({ reason: "unknown-nonce" });
  });

  it.each(["", "desk 1", "机", "desk/1", "a".repeat(65)])(
    "is refused from a workstation called %j",
    async (name) => {
      const signIn = boundTo(await newNonce(), { workstation: name });
      expect(await send(signIn, assertOf(signIn))).toMatchObject({ outcome: "malformed-order" });
    },
  );

  const exchanged: Record<string, () => Partial<SignIn>> = {
    "the signing key": () => ({ signingKey: boundTo("").signingKey }),
    "the sealing key": () => ({ hpkeKey: boundTo("").hpkeKey }),
    "the workstation": () => ({ workstation: "desk-2" }),
  };
  it.each(Object.keys(exchanged))("is refused when a custodian exchanged %s", async (name) => {
    const signIn = boundTo(await newNonce());
    const proof = assertOf(signIn);
    const answer = await send({ ...signIn, ...exchanged[name]?.() }, proof);
    expect(answer).toMatchObject({ outcome: "sign-in-refused", reason: "other-challenge" });
  });

  const wrong: Record<string, readonly [string, AssertionChange]> = {
    "made on another site": ["other-origin", { origin: "https://evil.example" }],
    "of another relying party": ["other-rp-id", { rpId: "evil.example" }],
    "without verification of the user": ["user-not-verified", { flags: 0x01 }],
    "whose counter went back": ["counter-went-back", { signCount: 1 }],
  };
  it.each(Object.keys(wrong))("is refused %s", async (name) => {
    const [reason, change] = wrong[name] ?? [];
    const signIn = boundTo(await newNonce());
    expect(await send(signIn, assertOf(signIn, change))).toMatchObject({
      outcome: "sign-in-refused",
      reason,
    });
  });

  it("is refused as another actor, with a credential of nobody, or with a key that is none", async () => {
    const changes: readonly (readonly [string, Partial<SignIn>])[] = [
      ["unknown-credential", { actor: "operator" }],
      ["unknown-credential", { credential: "nobody's" }],
      ["unusable-key", { signingKey: Buffer.from("not a key").toString("base64") }],
      ["unusable-key", { hpkeKey: Buffer.alloc(65, 4).toString("base64") }],
    ];
    for (const [reason, change] of changes) {
      const signIn = boundTo(await newNonce(), change);
      expect(await send(signIn, assertOf(signIn))).toMatchObject({ outcome: "sign-in-refused", reason });
    }
  });

  it("is refused with an order's or a statement's signature in the place of its own", async () => {
    const { key, credential } = { key: home.actors.operator, credential: "operator-key" };
    const signIn = boundTo(await newNonce(), { actor: "operator", credential });
    const signature = signMessage(key.privateKey, statementMessage(signInText(signIn)));
    expect(await send(signIn, { kind: "key-file", signature })).toMatchObject({ reason: "bad-signature" });
  });
});

describe("the roster", () => {
  const read = async () =>
    JSON.parse(
      valueOf(await client.call("roster", new Uint8Array(), (payload) => Buffer.from(payload).toString())),
    ) as { sequence: number; digest: string; actors: Record<string, unknown> };
  const amend = (payload: Uint8Array) => client.call("amend", payload, decodeEventNumber);
  const next = async (...changes: RosterChange[]): Promise<Statement> => {
    const { sequence, digest } = await read();
    return { v: 1, sequence: sequence + 1, previous: digest, changes };
  };
  const without = { part: "credential", id: "anna-passkey", value: null } as const;
  const anna = { part: "actor", id: "anna", value: null } as const;

  it("is not changed by one officer, by one officer twice, or by an operator", async () => {
    const [first] = home.actors.officers;
    for (const signers of [[first], [first, first], [first, home.actors.operator]]) {
      const answer = await amend(signStatement(await next(without, anna), signers));
      expect(answer).toMatchObject({ outcome: "statement-refused", reason: "not-two-officers" });
    }
  });

  it("is not changed by an officer's signature under another officer's name", async () => {
    const [first, second] = home.actors.officers;
    const disguised = { ...first, actor: second.actor, credential: second.credential };
    const answer = await amend(signStatement(await next(without, anna), [first, disguised]));
    expect(answer).toMatchObject({ reason: "bad-signature" });
  });

  it("ends the sessions of a credential that is given another key under the same id, also after a restart", async () => {
    const { key: lost, publicKey } = generateActorKey("berta", "berta-key");
    const { key: found, publicKey: foundKey } = generateActorKey("berta", "berta-key");
    const value = { office: "head-office", isOfficer: false, isJob: false, purposes: ["claim"] };
    const give = (spki: string) =>
      ({
        part: "credential",
        id: "berta-key",
        value: { kind: "key-file", actor: "berta", publicKey: spki },
      }) as const;
    const inForce = async (...changes: RosterChange[]) =>
      valueOf(await amend(signStatement(await next(...changes), home.actors.officers)));
    await inForce({ part: "actor", id: "berta", value }, give(publicKey));
    const person = await sealedPerson(client, 2);
    const stolen = await client.signIn(lost);
    const look = async (session: OrderSession) => {
      const head = { kind: "look", purpose: "claim", case: "c", caseKind: "claim", fields: [3] } as const;
      const order = session.order({ ...head, persons: [encodeHex(person.personKey)] });
      return (await client.send(session, order, [person])).outcome;
    };
    expect(await look(stolen)).toBe("ok");
    await inForce(give(foundKey));
    expect(await look(stolen)).toBe("session-ended");
    const own = await client.signIn(found);
    expect(await look(own)).toBe("ok");
    await keeper.kill();
    keeper = await home.start();
    client = await keeper.connect();
    expect(await look(stolen)).toBe("session-ended");
    expect(await look(own)).toBe("ok");
  });

  it("is changed by two, at once, for sessions that are open, and for good", async () => {
    const person = await sealedPerson(client, 1);
    const signIn = boundTo(await newNonce());
    const keys = new SessionKeys();
    const request = keys.signIn(
      { ...home.actors.operator },
      { nonce: Buffer.from(signIn.nonce, "base64"), expiresMs: 0 },
      "d",
    );
    const session = keys.begin(
      valueOf(await client.call("sign-in", encodeSignInRequest(request), decodeSignedIn)),
      (await client.status()).hpkeKey,
    );
    const look = () => {
      const persons = [encodeHex(person.personKey)];
      const head = { kind: "look", purpose: "claim", case: "c", caseKind: "claim" } as const;
      return client.send(session, session.order({ ...head, fields: [3], persons }), [person]);
    };
    expect((await look()).outcome).toBe("ok");
    const statement = await next(
      { part: "credential", id: "operator-key", value: null },
      { part: "actor", id: "operator", value: null },
    );
    const signed = signStatement(statement, home.actors.officers);
    expect((await amend(signed)).outcome).toBe("ok");
    expect((await look()).outcome).toBe("session-ended");
    expect(await amend(signed)).toMatchObject({ reason: "other-sequence" });
    await keeper.kill();
    keeper = await home.start();
    client = await keeper.connect();
    expect((await look()).outcome).toBe("session-ended");
    expect((await read()).sequence).toBe(statement.sequence);
    expect((await read()).actors["operator"]).toBeUndefined();
  });

  it("is not put back by an old statement of its own", async () => {
    const { sequence, digest } = await read();
    const old: Statement = { v: 1, sequence: 1, previous: "0".repeat(64), changes: [] };
    expect(await amend(signStatement(old, home.actors.officers))).toMatchObject({ reason: "other-sequence" });
    const genesis = await amend(home.actors.genesis);
    expect(genesis).toMatchObject({ outcome: "statement-refused", reason: "other-sequence" });
    expect(await read()).toMatchObject({ sequence, digest });
  });

  it("is not begun by a statement that one officer signed", () => {
    const text = statementText({ v: 1, sequence: 1, previous: "0".repeat(64), changes: enrolled });
    const payload = encodeAmendRequest({ text, signatures: [] });
    expect(home.refusedInit(payload).stderr).toContain("bad-genesis");
  });
});
