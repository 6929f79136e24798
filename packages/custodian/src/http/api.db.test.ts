import { signInMessage } from "@kura/keeper/client-side.ts";
import { SessionKeys, signMessage } from "@kura/keeper/order-session.ts";
import { encodeSignedOrder } from "@kura/keeper/protocol/orders.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { jsonOf, nowhere, problemOf, sealedOf, TestApi, wire } from "../../test/api.ts";
import { testPerson } from "../../test/people.ts";
import { fieldNumbers } from "../register/field.ts";
import { apiRoutes } from "./app.ts";
import { httpLimits } from "./limits.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(() => api.renew());

describe("every endpoint refuses", () => {
  const examplePath = (path: string): string => path.replaceAll(/\{\w+\}/gu, nowhere);
  const send = (
    route: (typeof apiRoutes)[number],
    given: { cookie?: string; headers?: Record<string, string> },
  ) =>
    api.ask(route.method.toUpperCase(), examplePath(route.path), {
      ...given,
      ...(route.method === "post" && { body: {} }),
    });
  const guarded = apiRoutes.filter(({ access }) => access !== "public");
  const ofOfficers = apiRoutes.filter(({ access }) => access === "officer");
  const changing = apiRoutes.filter(({ method }) => method === "post");

  it.each(guarded)("whoever is not signed in: $method $path", async (route) => {
    expect(problemOf(await send(route, {}))).toBe("401 not-signed-in");
    expect(problemOf(await send(route, { cookie: `__Host-kura=${"A".repeat(43)}` }))).toBe(
      "401 not-signed-in",
    );
  });

  it.each(ofOfficers)("whoever is no officer: $method $path", async (route) => {
    const { cookie } = await api.signIn(api.keeper.operator);
    expect(problemOf(await send(route, { cookie }))).toBe("403 not-an-officer");
  });

  it.each(apiRoutes)("another site's request: $method $path", async (route) => {
    const { cookie } = await api.signIn(api.keeper.operator);
    const headers = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    expect(problemOf(await send(route, { cookie, headers }))).toBe("403 other-origin");
  });

  it.each(changing.filter(({ name }) => name !== "askChallenge"))(
    "a body that is not what it takes: $method $path",
    async (route) => {
      const { cookie } = await api.signIn(
        route.access === "officer" ? api.keeper.officers[0] : api.keeper.operator,
      );
      const path = examplePath(route.path);
      const sent = async (body: unknown) => problemOf(await api.ask("POST", path, { cookie, body }));
      expect(await sent({ unexpected: true })).toBe("400 malformed-request");
      expect(await sent("{")).toBe("400 malformed-request");
      expect(await sent("x".repeat(httpLimits.bodyBytes + 1))).toBe("413 too-large");
      const plain = await api.ask("POST", path, {
        cookie,
        headers: { "Content-Type": "text/plain" },
        body: "{}",
      });
      expect(problemOf(plain)).toBe("415 not-json");
    },
  );

  it("too many requests of one session, and not those of another", async () => {
    const [one, other] = [await api.signIn(api.keeper.operator), await api.signIn(api.keeper.operator)];
    const statuses: number[] = [];
    // Where a minute ends meanwhile, the count begins anew: some more, then, until one is refused.
    const most = 3 * httpLimits.sessionRequestsPerMinute;
    while (statuses.at(-1) !== 429 && statuses.length < most) {
      statuses.push((await api.ask("GET", `/api/cases/${nowhere}`, { cookie: one.cookie })).status);
    }
    expect(statuses.length).toBeGreaterThan(httpLimits.sessionRequestsPerMinute);
    expect(new Set(statuses)).toEqual(new Set([404, 429]));
    expect((await api.ask("GET", `/api/cases/${nowhere}`, { cookie: other.cookie })).status).toBe(404);
  });

  it("what would make the keeper hang up on everybody else", async () => {
    const { cookie } = await api.signIn(api.keeper.operator);
    const long = Buffer.alloc(5_000).toString("base64");
    const wide = "蔵".repeat(10_000);
    const proof = { kind: "key-file", signature: Buffer.alloc(64).toString("base64") };
    const part = { kind: "passkey", authenticatorData: long, clientData: "AAAA", signature: "AAAA" };
    const sent = async (path: string, body: unknown) =>
      problemOf(await api.ask("POST", path, { cookie, body }));
    expect(await sent("/api/looks", { text: "{}", signature: Buffer.alloc(65).toString("base64") })).toBe(
      "400 malformed-request",
    );
    expect(await sent("/api/looks", { text: wide, signature: proof.signature })).toBe(
      "400 malformed-request",
    );
    expect(await sent("/api/sign-in", { text: wide, proof })).toBe("400 malformed-request");
    expect(await sent("/api/sign-in", { text: "{}", proof: part })).toBe("400 malformed-request");
    const staff = await api.signIn(api.keeper.operator);
    const about = await api.openCase(staff.cookie, [api.persons[0] ?? ""]);
    const twice = staff.look(about, [api.persons[0] ?? "", api.persons[0] ?? ""], [fieldNumbers.name]);
    const asked = await api.ask("POST", "/api/looks", { cookie: staff.cookie, body: wire(twice) });
    expect(problemOf(asked)).toBe("400 malformed-order");
  });

  it("what there is not", async () => {
    expect(problemOf(await api.ask("GET", "/api/everybody"))).toBe("404 not-found");
  });
});

describe("a member of staff", () => {
  it("signs in, opens a case, looks, and finds the look in the journal", async () => {
    const staff = await api.signIn(api.keeper.operator);
    const { cookie } = staff;
    const about = await api.openCase(cookie, [api.persons[0] ?? ""]);
    const order = staff.look(about, [api.persons[0] ?? ""], [fieldNumbers.name]);
    const looked = await api.ask("POST", "/api/looks", { cookie, body: wire(order) });
    expect(looked.status).toBe(200);
    expect(
      staff
        .opened(order, sealedOf(looked.body))
        .flat()
        .map(({ value }) => value),
    ).toEqual([testPerson(1).name]);
    const mine = await api.ask("GET", "/api/looks", { cookie });
    expect(mine.body["looks"]).toEqual([
      expect.objectContaining({
        person: api.persons[0],
        actor: "operator",
        fields: ["name"],
        case: about.caseId,
      }),
    ]);
    const who = await api.ask("GET", `/api/persons/${api.persons[0]}/looks?case=${about.caseId}`, { cookie });
    expect(who.body["looks"]).toEqual(mine.body["looks"]);
  });

  it("sees nothing of a person in the relayed answer itself", async () => {
    const staff = await api.signIn(api.keeper.operator);
    const about = await api.openCase(staff.cookie, [api.persons[1] ?? ""]);
    const order = staff.look(about, [api.persons[1] ?? ""], [fieldNumbers.name]);
    const { body } = await api.ask("POST", "/api/looks", { cookie: staff.cookie, body: wire(order) });
    const bytes = Buffer.from(String(body["sealed"]), "base64");
    expect(bytes.includes(Buffer.from("試験"))).toBe(false);
    expect(JSON.stringify(body)).not.toContain("試験");
  });

  it("is told who looked only in an open case about that person", async () => {
    const { cookie } = await api.signIn(api.keeper.operator);
    const about = await api.openCase(cookie, [api.persons[2] ?? ""]);
    const who = async (person: string, given: string) =>
      problemOf(await api.ask("GET", `/api/persons/${person}/looks?case=${given}`, { cookie }));
    expect(await who(api.persons[3] ?? "", about.caseId)).toBe("403 person-not-in-case");
    expect(await who(api.persons[2] ?? "", nowhere)).toBe("404 unknown-case");
    await api.ask("POST", `/api/cases/${about.caseId}/close`, { cookie, body: { reason: "done" } });
    expect(await who(api.persons[2] ?? "", about.caseId)).toBe("409 case-closed");
  });

  it("finds a person by terms that the custodian cannot read", async () => {
    const staff = await api.signIn(api.keeper.operator);
    const about = await api.openCase(staff.cookie, []);
    const order = await staff.search(about, [{ kind: 1, text: testPerson(4).number.replace("-", "") }]);
    const { status, body } = await api.ask("POST", "/api/searches", {
      cookie: staff.cookie,
      body: wire(order),
    });
    expect(status).toBe(200);
    const [found] = staff.found(order, sealedOf(body)).persons;
    expect(Buffer.from(found?.personKey ?? []).toString("hex")).toBe(api.persons[3]?.replaceAll("-", ""));
  });

  it("cannot look with the cookie of another's session", async () => {
    const [staff, other] = [await api.signIn(api.keeper.operator), await api.signIn(api.keeper.operator)];
    const about = await api.openCase(staff.cookie, [api.persons[0] ?? ""]);
    const order = staff.look(about, [api.persons[0] ?? ""], [fieldNumbers.name]);
    expect(problemOf(await api.ask("POST", "/api/looks", { cookie: other.cookie, body: wire(order) }))).toBe(
      "403 other-session",
    );
  });

  it("is signed out at once when the keeper ended the session", async () => {
    const staff = await api.signIn(api.keeper.operator);
    const about = await api.openCase(staff.cookie, [api.persons[0] ?? ""]);
    const content = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
    await api.keeper.client.ask("sign-out", encodeSignedOrder(staff.orders.order(content)), () => undefined);
    const order = staff.look(about, [api.persons[0] ?? ""], [fieldNumbers.name]);
    const asked = await api.ask("POST", "/api/looks", { cookie: staff.cookie, body: wire(order) });
    expect(problemOf(asked)).toBe("401 session-ended");
    expect(asked.response.headers.getSetCookie().join()).toContain("Max-Age=0");
    expect(problemOf(await api.ask("GET", "/api/me", { cookie: staff.cookie }))).toBe("401 not-signed-in");
  });

  it("looks at nobody while the journal contradicts its copy", async () => {
    const staff = await api.signIn(api.keeper.operator);
    const about = await api.openCase(staff.cookie, [api.persons[0] ?? ""]);
    api.isSound = false;
    const order = staff.look(about, [api.persons[0] ?? ""], [fieldNumbers.name]);
    const asked = await api.ask("POST", "/api/looks", { cookie: staff.cookie, body: wire(order) });
    expect(problemOf(asked)).toBe("503 journal-breach");
    expect((await api.ask("GET", "/healthz")).body).toMatchObject({ status: "failing", journal: "failing" });
  });
});

describe("signing in", () => {
  it("gives a cookie that scripts cannot read and other sites cannot send", async () => {
    const { body } = await api.ask("POST", "/api/sign-in/challenge", { body: {} });
    const challenge = { nonce: Buffer.from(String(body["nonce"]), "base64"), expiresMs: 0 };
    const { text, proof } = new SessionKeys().signIn(api.keeper.operator, challenge, "test-browser");
    const { response } = await api.ask("POST", "/api/sign-in", { body: { text, proof: jsonOf(proof) } });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-kura=[\w-]{43}; .*HttpOnly; Secure; SameSite=Strict/u),
    ]);
  });
});

describe("signing in is refused", () => {
  it("with a proof of another key, and with a nonce that was used", async () => {
    const { body } = await api.ask("POST", "/api/sign-in/challenge", { body: {} });
    const challenge = { nonce: Buffer.from(String(body["nonce"]), "base64"), expiresMs: 0 };
    const { text, proof } = new SessionKeys().signIn(api.keeper.operator, challenge, "test-browser");
    const signature = signMessage(api.keeper.officers[0].privateKey, signInMessage(text));
    const forged = await api.ask("POST", "/api/sign-in", {
      body: { text, proof: jsonOf({ kind: "key-file", signature }) },
    });
    expect([problemOf(forged), forged.body["because"]]).toEqual(["401 sign-in-refused", ["bad-signature"]]);
    const again = await api.ask("POST", "/api/sign-in", { body: { text, proof: jsonOf(proof) } });
    expect([problemOf(again), again.body["because"]]).toEqual(["401 sign-in-refused", ["unknown-nonce"]]);
    expect(again.response.headers.getSetCookie()).toEqual([]);
  });
});

describe("alarms", () => {
  it("show an officer what the keeper refused though it was well signed", async () => {
    const staff = await api.signIn(api.keeper.officers[1]);
    const about = await api.openCase(staff.cookie, [api.persons[0] ?? ""]);
    const order = staff.look(about, [api.persons[0] ?? ""], [fieldNumbers.name]);
    // Officers hold no purposes.
    expect(problemOf(await api.ask("POST", "/api/looks", { cookie: staff.cookie, body: wire(order) }))).toBe(
      "403 purpose-not-held",
    );
    const { body } = await api.ask("GET", "/api/alarms", { cookie: staff.cookie });
    const [newest] = body["alarms"] as { outcome: string; actor: string }[];
    expect(newest).toMatchObject({ outcome: "purpose-not-held", actor: "officer-2" });
  });
});

describe("every answer", () => {
  it("forbids keeping, framing, sniffing and loading from elsewhere, whatever its status", async () => {
    for (const path of ["/healthz", "/openapi.json", "/api/me", "/nowhere"]) {
      const { headers } = (await api.ask("GET", path)).response;
      expect(headers.get("Cache-Control")).toBe("no-store");
      expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("X-Frame-Options")).toBe("DENY");
      expect(headers.get("Strict-Transport-Security")).toContain("max-age");
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    }
  });

  it("to a refused request repeats none of its words, and no failure was logged with more than a code", async () => {
    const { cookie } = await api.signIn(api.keeper.operator);
    const secret = "試験-花子-9999000001";
    const answers = [
      await api.ask("POST", "/api/cases", { cookie, body: { kind: secret, reason: secret } }),
      await api.ask("GET", `/api/cases/${encodeURIComponent(secret)}`, { cookie }),
      await api.ask("POST", "/api/looks", { cookie, body: { text: secret, signature: "AAAA" } }),
      await api.ask("GET", `/${encodeURIComponent(secret)}`),
    ];
    for (const { status, body } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(body)).not.toContain("試験");
    }
    expect(api.logged.filter((line) => !/^\w+ [\w-]+$/u.test(line))).toEqual([]);
  });
});
