import { randomInt } from "node:crypto";
import { sealFileKey } from "@kura/keeper/order-session.ts";
import {
  decodeChunkRows,
  decodeReleased,
  drawSample,
  encodeHoneyRows,
} from "@kura/keeper/protocol/extracts.ts";
import { openChunk } from "@kura/keeper/order-session.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Asked, problemOf, sealedOf, type SignedInOverHttp, TestApi, wire } from "../../test/api.ts";
import { journalSource } from "../disclosure/journal-source.ts";
import { projectJournal } from "../disclosure/project-journal.ts";
import { decryptFile } from "../extracts/age-file.ts";
import { sealKind, sealWork } from "../extracts/seal-work.ts";
import { QueueWorker } from "../queue/worker.ts";

let api: TestApi;
let operator: SignedInOverHttp;
let approver: SignedInOverHttp;
let recipient: SignedInOverHttp;

beforeAll(async () => {
  api = await TestApi.start();
  operator = await api.signIn(api.keeper.operator);
  approver = await api.signIn(api.keeper.approver);
  recipient = await api.signIn(api.keeper.recipient);
});
afterAll(() => api.stop());

/** As long as a sealed file key, and nothing that opens. */
const noBytes = Buffer.alloc(65 + 16 + 16).toString("base64");
const now = (): Date => new Date();
const head = (extract: string, purpose: string) => ({ purpose, case: extract, caseKind: "extract" }) as const;

const post = ({ cookie }: SignedInOverHttp, path: string, body: unknown = {}): Promise<Asked> =>
  api.ask("POST", path, { cookie, body });
const get = ({ cookie }: SignedInOverHttp, path: string): Promise<Asked> => api.ask("GET", path, { cookie });

async function mustBe(asked: Promise<Asked>): Promise<Record<string, unknown>> {
  const answer = await asked;
  if (answer.status !== 200) throw new Error(problemOf(answer));
  return answer.body;
}

/** What `kura start` does beside serving: copies the journal, works off the queue. */
const copyJournal = () => projectJournal(api.test.custodian.register, journalSource(api.keeper.client));
async function workQueue(): Promise<void> {
  const databases = api.test.custodian;
  const works = new Map([[sealKind, sealWork({ databases, keeper: api.keeper.client }, now)]]);
  await new QueueWorker({ register: databases.register, works, now, onFailed: () => undefined }).turn();
  await copyJournal();
}

/** Names and addresses of everybody, asked for by the operator. */
async function askedFor(): Promise<string> {
  const planned = await mustBe(
    post(operator, "/api/extracts/plans", { criteria: { all: true }, reason: "a synthetic reason" }),
  );
  const extract = String(planned["extract"]);
  const order = operator.orders.order({
    kind: "extract",
    ...head(extract, "mailing"),
    holder: "recipient-key",
    workstation: "test-browser",
    fields: [3, 10],
    rows: Number(planned["rows"]),
    chunkRows: Number(planned["chunkRows"]),
    honeyAt: planned["honeyAt"] as number[],
    selection: String(planned["selection"]),
    expiresMs: Date.now() + 3_600_000,
  });
  await mustBe(post(operator, `/api/extracts/${extract}/request`, wire(order)));
  await copyJournal();
  return extract;
}

async function approved(): Promise<string> {
  const extract = await askedFor();
  const asked = await mustBe(get(approver, `/api/extracts/${extract}/sample`));
  const honeyAt = asked["honeyAt"] as number[];
  const rows = drawSample({ rows: Number(asked["rows"]), honeyAt }, (below) => randomInt(below));
  const sample = await mustBe(get(approver, `/api/extracts/${extract}/sample?rows=${rows.join(",")}`));
  const persons = sample["persons"] as string[];
  const look = approver.orders.order({
    kind: "preview",
    ...head(extract, "extract-approval"),
    rows,
    persons: persons.map((person) => person.replaceAll("-", "")),
  });
  const seen = await mustBe(
    post(approver, `/api/extracts/${extract}/preview`, { order: wire(look), persons }),
  );
  expect(approver.found(look, sealedOf(seen)).persons).toHaveLength(persons.length);
  const { hpkeKey } = await api.keeper.client.status();
  const honey = Array.from({ length: honeyAt.length }, () => ["試験 架空", "架空県蜜蜂市"]);
  const sealedHoney = approver.orders.sealForNext("approve", hpkeKey, encodeHoneyRows(honey));
  const order = approver.orders.order({
    kind: "approve",
    ...head(extract, "extract-approval"),
    request: String(sample["request"]),
    sealedHoney,
  });
  await mustBe(post(approver, `/api/extracts/${extract}/approve`, wire(order)));
  return extract;
}

async function sealed(): Promise<string> {
  const extract = await approved();
  await mustBe(post(operator, `/api/extracts/${extract}/seal`));
  await workQueue();
  return extract;
}

const fetchFile = ({ cookie }: SignedInOverHttp, extract: string) =>
  api.fetch(`/api/extracts/${extract}/file`, cookie);

/** All rows, as their holder opens them over HTTP; the refusal where there is one. */
async function opened(extract: string): Promise<string[][] | string> {
  const file = await fetchFile(recipient, extract);
  const rows: string[][] = [];
  let keys: readonly Uint8Array[] = [];
  let refused = "";
  const release = async (chunks: number, body: Uint8Array): Promise<Uint8Array> => {
    const sealedFileKey = Buffer.from(body).toString("base64");
    const content = { kind: "release", firstChunk: 0, chunks, sealedFileKey } as const;
    const order = recipient.orders.order({ ...content, ...head(extract, "extract-receipt") });
    const answer = await post(recipient, `/api/extracts/${extract}/releases`, wire(order));
    if (answer.status !== 200) refused = problemOf(answer);
    if (refused !== "") throw new Error(refused);
    const released = decodeReleased(recipient.orders.open(order, sealedOf(answer.body)));
    keys = released.chunkKeys;
    return released.fileKey;
  };
  try {
    let chunk = 0;
    for await (const bytes of decryptFile(file, (stanza, body) => release(stanza.rows, body))) {
      rows.push(...decodeChunkRows(openChunk(keys[chunk++] ?? new Uint8Array(32), bytes), 2));
    }
  } catch (thrown) {
    if (refused === "") throw thrown;
    return refused;
  }
  return rows;
}

describe("an extract over HTTP", () => {
  it("goes from plan to rows: asked for, seen, approved, queued, sealed, released; and is shut when revoked", async () => {
    const extract = await approved();
    const queued = await mustBe(post(operator, `/api/extracts/${extract}/seal`));
    expect(queued).toMatchObject({
      state: "queued",
      kind: "seal-extract",
      subject: extract,
      partsDone: 0,
      parts: 1,
    });
    // Asked again, by somebody else who may: the same job.
    expect((await mustBe(post(approver, `/api/extracts/${extract}/seal`)))["job"]).toBe(queued["job"]);
    await workQueue();
    const job = await mustBe(get(operator, `/api/jobs/${String(queued["job"])}`));
    expect(job).toMatchObject({ state: "done", attempts: 1, partsDone: 1, parts: 1, actor: "operator" });
    const { jobs } = await mustBe(get(operator, "/api/jobs"));
    expect(jobs).toContainEqual(job);

    const rows = await opened(extract);
    expect(rows).toHaveLength(api.persons.length + 1);
    expect(rows).toContainEqual(["試験 架空", "架空県蜜蜂市"]);
    await copyJournal();
    const { extracts } = await mustBe(get(recipient, "/api/extracts"));
    expect(extracts).toContainEqual(
      expect.objectContaining({ extract, releases: 1, approvedBy: "approver" }),
    );

    const order = approver.orders.order({ kind: "revoke", ...head(extract, "extract-approval") });
    await mustBe(post(approver, `/api/extracts/${extract}/end`, wire(order)));
    expect(problemOf(await get(recipient, `/api/extracts/${extract}/file`))).toBe("409 extract-refused");
  });

  it("whose file was fetched before stays shut after the revocation", async () => {
    const extract = await sealed();
    const file = Buffer.from(await new Response(await fetchFile(recipient, extract)).arrayBuffer());
    const order = approver.orders.order({ kind: "revoke", ...head(extract, "extract-approval") });
    await mustBe(post(approver, `/api/extracts/${extract}/end`, wire(order)));
    const body = sealFileKey((await api.keeper.client.status()).hpkeKey, extract, new Uint8Array(16));
    const sealedFileKey = Buffer.from(body).toString("base64");
    const content = { kind: "release", firstChunk: 0, chunks: 1, sealedFileKey } as const;
    const release = recipient.orders.order({ ...content, ...head(extract, "extract-receipt") });
    expect(file.includes(extract)).toBe(true);
    expect(problemOf(await post(recipient, `/api/extracts/${extract}/releases`, wire(release)))).toBe(
      "409 extract-refused",
    );
  });

  it("is not queued for sealing while the journal contradicts its copy", async () => {
    const extract = await approved();
    api.isSound = false;
    const refused = await post(operator, `/api/extracts/${extract}/seal`);
    api.isSound = true;
    expect(problemOf(refused)).toBe("503 journal-breach");
    await mustBe(post(operator, `/api/extracts/${extract}/seal`));
  });

  it("that nobody approved is queued and refused by the keeper, not retried", async () => {
    const extract = await askedFor();
    const { job } = await mustBe(post(operator, `/api/extracts/${extract}/seal`));
    await workQueue();
    expect(await mustBe(get(operator, `/api/jobs/${String(job)}`))).toMatchObject({
      state: "refused",
      code: "extract-refused",
      partsDone: 0,
    });
  });

  it("taken back before a worker came is not sealed; asked for again, it is", async () => {
    const extract = await approved();
    const { job } = await mustBe(post(operator, `/api/extracts/${extract}/seal`));
    expect(await mustBe(post(approver, `/api/jobs/${String(job)}/cancel`))).toMatchObject({
      state: "cancelled",
    });
    await workQueue();
    expect(problemOf(await get(recipient, `/api/extracts/${extract}/file`))).toBe("409 extract-refused");
    await mustBe(post(operator, `/api/extracts/${extract}/seal`));
    await workQueue();
    expect(await opened(extract)).toHaveLength(api.persons.length + 1);
  });
});

describe("an extract is refused over HTTP", () => {
  it("to its requester as approver, and to an approver who saw nobody", async () => {
    const extract = await askedFor();
    const approval = (by: SignedInOverHttp, purpose: string) =>
      by.orders.order({
        kind: "approve",
        ...head(extract, purpose),
        request: "0".repeat(64),
        sealedHoney: noBytes,
      });
    const path = `/api/extracts/${extract}/approve`;
    expect(problemOf(await post(operator, path, wire(approval(operator, "extract-approval"))))).toMatch(
      /^403/u,
    );
    const { request } = await mustBe(get(approver, `/api/extracts/${extract}/sample`));
    const order = approver.orders.order({
      kind: "approve",
      ...head(extract, "extract-approval"),
      request: String(request),
      sealedHoney: noBytes,
    });
    expect(problemOf(await post(approver, path, wire(order)))).toBe("409 extract-refused");
  });

  it("as a file or a release to anybody but its holder", async () => {
    const extract = await sealed();
    const content = { kind: "release", firstChunk: 0, chunks: 1, sealedFileKey: noBytes } as const;
    for (const by of [operator, approver]) {
      const order = by.orders.order({ ...content, ...head(extract, "extract-receipt") });
      expect(problemOf(await post(by, `/api/extracts/${extract}/releases`, wire(order)))).toBe(
        "403 purpose-not-held",
      );
    }
  });

  const ofStaff = [
    ["POST", "/api/extracts/plans", { criteria: { all: true }, reason: "a synthetic reason" }],
    ["GET", "/api/extracts/EXTRACT/sample", undefined],
    ["POST", "/api/extracts/EXTRACT/seal", {}],
    ["GET", "/api/jobs", undefined],
    ["GET", "/api/jobs/EXTRACT", undefined],
    ["POST", "/api/jobs/EXTRACT/cancel", {}],
  ] as const;
  it.each(ofStaff)(
    "%s %s to an officer, whose purposes have nothing to do with it",
    async (method, path, body) => {
      const { cookie } = await api.signIn(api.keeper.officers[0]);
      const extract = "00000000-0000-7000-8000-000000000000";
      const asked = await api.ask(method, path.replace("EXTRACT", extract), {
        cookie,
        ...(body !== undefined && { body }),
      });
      expect(problemOf(asked)).toBe("403 purpose-not-held");
    },
  );

  it("as a job that is not there", async () => {
    expect(problemOf(await get(operator, "/api/jobs/00000000-0000-7000-8000-000000000000"))).toBe(
      "404 not-found",
    );
  });
});
