import { statementMessage } from "@kura/keeper/client-side.ts";
import { type ActorKey, signMessage } from "@kura/keeper/order-session.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Asked, jsonOf, nowhere, origin, problemOf, TestApi } from "../../test/api.ts";
import { SoftPasskey } from "../../test/passkey.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(() => api.renew());

describe("a passkey", () => {
  const invite = async (actor: string): Promise<string> => {
    const { cookie } = await api.signIn(api.keeper.officers[0]);
    const { body } = await api.ask("POST", "/api/enrolments", { cookie, body: { actor } });
    return String(body["code"]);
  };
  const begin = async (code: string): Promise<string> => {
    const { body } = await api.ask("POST", "/api/enrolments/begin", { body: { code } });
    return String(body["challenge"]);
  };

  it("signs in once two officers have signed it into the roster, and not before", async () => {
    const code = await invite("operator");
    const passkey = new SoftPasskey(origin);
    const response = passkey.register(await begin(code));
    const made = await api.ask("POST", "/api/enrolments/finish", { body: { code, response } });
    expect(made.status).toBe(200);
    const credential = String(made.body["credential"]);
    const key = { ...api.keeper.operator, credential };
    const enter = () => api.signIn(key, (message) => passkey.prove(message));
    await expect(enter()).rejects.toThrow("401 sign-in-refused");
    const answers = [];
    for (const officer of api.keeper.officers)
      answers.push((await sign(officer, String(made.body["proposal"]))).body);
    expect(answers).toEqual([
      { isInForce: false },
      { isInForce: true, eventNumber: expect.any(String) as string },
    ]);
    const { cookie } = await enter();
    expect((await api.ask("GET", "/api/me", { cookie })).body).toMatchObject({
      actor: "operator",
      isOfficer: false,
    });
  });

  async function sign(officer: ActorKey, proposal: string): Promise<Asked> {
    const { cookie } = await api.signIn(officer);
    const list = await api.ask("GET", "/api/roster/proposals", { cookie });
    const proposals = list.body["proposals"] as { proposal: string; text: string }[];
    const text = proposals.find((one) => one.proposal === proposal)?.text ?? "";
    const proof = {
      kind: "key-file",
      signature: signMessage(officer.privateKey, statementMessage(text)),
    } as const;
    const body = { credential: officer.credential, proof: jsonOf(proof) };
    return api.ask("POST", `/api/roster/proposals/${proposal}/signatures`, { cookie, body });
  }

  it("is not registered for another site, another challenge, or twice with one code", async () => {
    const finish = async (code: string, response: object) =>
      problemOf(await api.ask("POST", "/api/enrolments/finish", { body: { code, response } }));
    const passkey = new SoftPasskey(origin);
    const elsewhere = await invite("operator");
    expect(await finish(elsewhere, passkey.register(await begin(elsewhere), "https://evil.example"))).toBe(
      "400 registration-refused",
    );
    const replayed = await invite("operator");
    await begin(replayed);
    expect(await finish(replayed, passkey.register("c29tZXRoaW5nIGVsc2U"))).toBe("400 registration-refused");
    expect(await finish(replayed, passkey.register("c29tZXRoaW5nIGVsc2U"))).toBe("404 unknown-enrolment");
    expect(await finish("not-an-invitation", passkey.register("AAAA"))).toBe("404 unknown-enrolment");
  });

  it("of one officer is not spoilt by a signature of another that is none", async () => {
    // The roster gains an officer, so that there are three.
    const { cookie } = await api.signIn(api.keeper.officers[0]);
    const value = { office: "head-office", isOfficer: true, isJob: false, purposes: [] };
    const changes = [{ part: "actor", id: "operator", value }];
    const begun = await api.ask("POST", "/api/roster/proposals", { cookie, body: { changes } });
    const first = String(begun.body["proposal"]);
    for (const officer of api.keeper.officers) await sign(officer, first);
    const after = [{ part: "purpose", id: "curiosity", value: null }];
    const asked = await api.ask("POST", "/api/roster/proposals", { cookie, body: { changes: after } });
    const proposal = String(asked.body["proposal"]);
    const junk = { kind: "key-file", signature: Buffer.alloc(64).toString("base64") };
    const path = `/api/roster/proposals/${proposal}/signatures`;
    const body = { credential: api.keeper.officers[0].credential, proof: junk };
    await api.ask("POST", path, { cookie, body });
    const second = await sign(api.keeper.officers[1], proposal);
    expect([problemOf(second), second.body["because"]]).toEqual(["409 statement-refused", ["bad-signature"]]);
    expect((await sign(api.keeper.operator, proposal)).body).toMatchObject({ isInForce: true });
  });

  it("is no way in for one officer alone", async () => {
    const { cookie } = await api.signIn(api.keeper.officers[0]);
    const changes = [{ part: "purpose", id: "curiosity", value: { kinds: ["look"], fields: [3] } }];
    const proposed = await api.ask("POST", "/api/roster/proposals", { cookie, body: { changes } });
    const proposal = String(proposed.body["proposal"]);
    expect((await sign(api.keeper.officers[0], proposal)).body).toEqual({ isInForce: false });
    expect(problemOf(await sign(api.keeper.officers[0], proposal))).toBe("409 signed-before");
    expect(problemOf(await sign(api.keeper.officers[0], nowhere))).toBe("404 unknown-proposal");
  });
});
