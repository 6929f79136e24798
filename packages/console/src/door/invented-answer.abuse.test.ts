/**
 * A custodian that was taken over invents an answer to a look that it was to relay: it knows the order, the session and the
 * session's public key. Both programs that show answers to people, the command line's and the console's, against the real
 * keeper.
 */
import { decodeBase64, encodeBase64, encodeHex } from "@kura/kernel/bytes.ts";
import { codeOf } from "@kura/kernel/fault.ts";
import { encodeFactList } from "@kura/kernel/fact-list.ts";
import { OrderSession as TabSession } from "./order-session.ts";
import { bindSignIn, makeSessionKeys } from "./session-keys.ts";
import {
  answerAad,
  answerInfo,
  answerKeyContext,
  answerNonce,
  type SignIn,
} from "@kura/keeper/client-side.ts";
import { generateHpkeKeyPair, type HpkeKeyPair, sealGcm, sendTo } from "@kura/keeper/crypto/hpke.ts";
import { SessionKeys, signMessage } from "@kura/keeper/order-session.ts";
import {
  decodeOpenedPersons,
  encodeOpenedPersons,
  type OpenItem,
  type SignedOrder,
} from "@kura/keeper/protocol/orders.ts";
import { decodeChallenge, decodeSignedIn, encodeSignInRequest } from "@kura/keeper/protocol/sign-in.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  KeeperHome,
  type RunningKeeper,
  sealedPerson,
  valueOf,
} from "../../../keeper/test/keeper-process.ts";

interface Answer {
  readonly enc: Uint8Array;
  readonly sealed: Uint8Array;
}
/** What a program asks, and how it opens what it is told. */
interface Program {
  readonly session: string;
  /** What whoever relayed the sign-in has of it. */
  readonly hpkeKey: Uint8Array;
  order(): Promise<SignedOrder>;
  open(order: SignedOrder, answer: Answer): Promise<Uint8Array>;
}

let home: KeeperHome;
let keeper: RunningKeeper;
let client: Client;
let person: OpenItem;

beforeAll(async () => {
  home = new KeeperHome();
  keeper = await home.start();
  client = await keeper.connect();
  person = await sealedPerson(client, 1);
});
afterAll(async () => {
  await keeper.stop();
  home.remove();
});

const look = () =>
  ({
    kind: "look",
    purpose: "claim",
    case: "case-1",
    caseKind: "claim",
    persons: [encodeHex(person.personKey)],
    fields: [3],
  }) as const;
const nonce = async () => valueOf(await client.call("challenge", new Uint8Array(), decodeChallenge));

async function commandLine(): Promise<Program> {
  const keys = new SessionKeys();
  const request = keys.signIn(home.actors.operator, await nonce(), "desk");
  const signedIn = valueOf(await client.call("sign-in", encodeSignInRequest(request), decodeSignedIn));
  const orders = keys.begin(signedIn, (await client.status()).hpkeKey);
  const { hpkeKey } = JSON.parse(request.text) as SignIn;
  return {
    session: orders.session,
    hpkeKey: decodeBase64(hpkeKey),
    order: async () => orders.order(look()),
    open: async (order, answer) => orders.open(order, { eventNumber: 1n, isNearBudget: false, ...answer }),
  };
}

async function consoleTab(): Promise<Program> {
  const keys = await makeSessionKeys();
  const { actor, credential, privateKey } = home.actors.operator;
  const told = encodeBase64((await nonce()).nonce);
  const { text, message } = bindSignIn(keys, { nonce: told, actor, credential, workstation: "tab" });
  const proof = { kind: "key-file", signature: signMessage(privateKey, message) } as const;
  const request = encodeSignInRequest({ text, proof });
  const { session } = valueOf(await client.call("sign-in", request, decodeSignedIn));
  const keeperKey = encodeBase64((await client.status()).hpkeKey);
  const orders = new TabSession(encodeHex(session), keys, keeperKey, Date.now);
  return {
    session: orders.session,
    hpkeKey: decodeBase64(keys.hpkeKey),
    order: () =>
      orders.perform(
        () => look(),
        async ({ text: order, signature }) => ({ text: order, signature: decodeBase64(signature) }),
      ),
    open: (order, { enc, sealed }) =>
      orders.open(
        { text: order.text, signature: "" },
        { enc: encodeBase64(enc), sealed: encodeBase64(sealed) },
      ),
  };
}

/** An answer as the keeper makes it, but made by somebody else: from `sender`, or from nobody. */
function invent({ session, hpkeKey }: Program, { text }: SignedOrder, sender?: HpkeKeyPair): Answer {
  const { number } = JSON.parse(text) as { number: number };
  const records = [encodeFactList([{ field: 3, value: "架空 偽名" }])];
  const persons = [{ personKey: person.personKey, records }];
  const plaintext = encodeOpenedPersons({ eventNumber: 1n, isNearBudget: false, persons });
  const { enc, context } = sendTo(hpkeKey, answerInfo(session), sender);
  const key = context.export(answerKeyContext, 32);
  return { enc, sealed: sealGcm(key, answerNonce(number), answerAad(text), plaintext) };
}

describe.each([
  ["the command line", commandLine],
  ["the console", consoleTab],
])("%s", (_name, begin) => {
  it("opens the keeper's answer, and none that whoever relays it made up", async () => {
    const program = await begin();
    const order = await program.order();
    const answer = await client.relay(order, [person]);
    const opened = decodeOpenedPersons(await program.open(order, answer));
    expect(opened.persons).toHaveLength(1);

    const later = await program.order();
    const own = generateHpkeKeyPair();
    const inventions: Readonly<Record<string, Answer>> = {
      "sealed to the session by nobody": invent(program, later),
      "sealed to the session by the custodian": invent(program, later, own),
      "under the keeper's own encapsulated key": { ...invent(program, later, own), enc: answer.enc },
      "the keeper's to another order": answer,
    };
    for (const [name, invention] of Object.entries(inventions)) {
      const shown = program.open(later, invention).then(
        () => `${name}: shown`,
        (error: unknown) => codeOf(error),
      );
      await expect(shown).resolves.toBe("does-not-open");
    }
  });
});
