import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import {
  approve,
  askFor,
  end,
  type ExtractActors,
  honeyRowOf,
  openAll,
  signInActors,
} from "../../test/extracts.ts";
import { importText } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import { personFile, premiumFile, premiumLine, testPerson } from "../../test/people.ts";
import { signInTo } from "../../test/signed-in.ts";
import type { Database } from "../db/database.ts";
import { sqlText } from "../db/sql.ts";
import { journalSource } from "../disclosure/journal-source.ts";
import { projectJournal } from "../disclosure/project-journal.ts";
import { listOfPerson } from "../disclosure/store.ts";
import { expose } from "../incident/expose.ts";
import { StoredFacts } from "../incident/facts.ts";
import { foldExtracts } from "../incident/kept/fold.ts";
import { erasePerson } from "../register/erase-person.ts";
import { parseUuid, uuidMaker } from "../db/uuid.ts";
import { addNameTerms, listTerms } from "../vault/terms.ts";
import type { CivilDate } from "@kura/kernel/civil-date.ts";
import { decryptFile } from "./age-file.ts";
import type { ExtractParts } from "./extracts.ts";
import { sealExtract } from "./seal-extract.ts";
import * as store from "./store.ts";
import { listTraces } from "./traces/whose.ts";
import { streamFile, writeFile } from "./write-file.ts";

const people = 900;
let keeper: TestKeeper;
let test: TestDatabases;
let parts: ExtractParts;
let actors: ExtractActors;

beforeAll(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  parts = { databases: test.custodian, keeper: keeper.client };
  await importText("persons", personFile(1, people), parts);
  await importText(
    "premiums",
    premiumFile(...[1, 2, 3].map((n) => premiumLine(testPerson(n), "2020-04"))),
    parts,
  );
  actors = await signInActors(keeper);
});
afterAll(async () => {
  await test.drop();
  await keeper.stop();
});

const now = (): Date => new Date();
const project = () => projectJournal(test.custodian.register, journalSource(keeper.client));
const rowOf = (n: number): string[] => {
  const { name, kana, birthDate, address } = testPerson(n);
  return [name, kana, birthDate, address];
};
const sorted = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((row) => row.join("|")).toSorted();

/** Somebody's key by their birth date, which no two of the people share. */
async function keyOf(n: number): Promise<string> {
  const rows = await test.auditor.register.list<{ key: string }>(
    sqlText(`select person_key::text as key from persons order by person_no offset ${n - 1} limit 1`),
  );
  return rows[0]?.key ?? "";
}

async function sealedExtract(persons: readonly string[]): Promise<string> {
  const { extractId } = await askFor(parts, actors, { persons: [...persons] });
  await approve(parts, actors, extractId);
  await sealExtract(parts, extractId, now);
  return extractId;
}

describe("an extract of everybody", () => {
  it("holds each person once and its honey rows, in an order of its own, and its parts add up", async () => {
    const planned = await askFor(parts, actors, { all: true });
    expect(planned.rows).toBe(people + planned.honeyAt.length);
    await approve(parts, actors, planned.extractId);
    const seen: number[] = [];
    const sealed = await sealExtract(
      parts,
      planned.extractId,
      now,
      ({ partsDone }) => void seen.push(partsDone),
    );
    expect(sealed).toEqual({ partsDone: 3, parts: 3, rows: planned.rows });
    expect(seen.at(-1)).toBe(3);
    const rows = await openAll(parts, actors, await streamFile(parts, planned.extractId));
    const everybody = Array.from({ length: people }, (_, i) => rowOf(i + 1));
    const honey = planned.honeyAt.map((_, i) => honeyRowOf(planned.honeyAt[i] ?? 0));
    expect(sorted(rows)).toEqual(sorted([...everybody, ...honey]));
    for (const [i, row] of planned.honeyAt.entries()) expect(rows[row]).toEqual(honey[i]);
    expect(rows.slice(0, 50)).not.toEqual(everybody.slice(0, 50));
  });

  it.each([
    ["none", []],
    ["the first and the last of a part", [0, 399]],
    ["side by side over the end of a part", [398, 399, 400, 401]],
    ["a part of nothing else", [3, 400]],
  ])("leaves room for honey rows: %s", async (_where, honeyAt) => {
    const persons = await test.auditor.register.list<{ key: string }>(
      sqlText("select person_key::text as key from persons order by person_no limit 399"),
    );
    const rows = persons.length + honeyAt.length;
    const extract = { extractId: randomUUID(), orderSeed: 7n, honeyAt, rows };
    const criteria = { persons: persons.map(({ key }) => key) };
    const { register } = test.custodian;
    expect(await register.transact((tx) => store.appendSelected(tx, extract, criteria, []))).toBe(rows);
    const all = Array.from({ length: rows }, (_, row) => row);
    const honey = await Promise.all(
      all.map(async (row) =>
        (await store.listAt(register, extract.extractId, [row])).length === 0 ? [row] : [],
      ),
    );
    expect(honey.flat()).toEqual(honeyAt);
    const placed = await store.listAt(register, extract.extractId, all);
    expect(placed.toSorted()).toEqual(persons.map(({ key }) => key).toSorted());
    expect(placed).not.toEqual(persons.map(({ key }) => key));
  });

  it("selects by what stands in clear: who has premiums in a month", async () => {
    const planned = await askFor(parts, actors, { premiumsIn: { from: "2020-04", to: "2020-04" } });
    expect(planned.rows - planned.honeyAt.length).toBe(3);
    const others = await askFor(parts, actors, { noPremiumsIn: { from: "2020-01", to: "2020-12" } });
    expect(others.rows - others.honeyAt.length).toBe(people - 3);
  });

  it("selects nobody quietly: no persons, no extract", async () => {
    const nobody = askFor(parts, actors, { registeredTo: "1999-12-31" });
    await expect(nobody).rejects.toMatchObject({ code: "nobody-selected" });
  });
});

describe("what the journal's copy says of it", () => {
  it("stands in each person's own receipt, like a look", async () => {
    const person = await keyOf(5);
    const extractId = await sealedExtract([person]);
    await project();
    const [row] = await listOfPerson(test.custodian.register, parseUuid(person), 1);
    expect(row).toMatchObject({
      kind: "extracted",
      caseId: extractId,
      caseKind: "extract",
      actor: "operator",
    });
    expect(row?.fields).toEqual([3, 4, 7, 10]);
  });

  it("tells who could open it and whose rows were opened: nobody's before a release", async () => {
    const persons = [await keyOf(6), await keyOf(7)];
    const extractId = await sealedExtract(persons);
    await project();
    const released = () =>
      test.auditor.register.list<{ person_key: string; workstation: string }>(
        sqlText(`select person_key, workstation from extract_released where extract_id = '${extractId}'`),
      );
    const [sealed] = await store.listStates(test.custodian.register, 1, extractId);
    expect(sealed).toMatchObject({ holder: "recipient-key", workstation: "test-desk", releases: 0 });
    expect(sealed?.sealedAt).toBeInstanceOf(Date);
    expect(await released()).toEqual([]);
    await openAll(parts, actors, await streamFile(parts, extractId));
    await end(parts, actors, extractId, "attest-destroyed");
    await project();
    const rows = await released();
    expect(rows.map((row) => row.person_key).toSorted()).toEqual(persons.toSorted());
    expect(new Set(rows.map((row) => row.workstation))).toEqual(new Set(["test-desk"]));
    const [ended] = await store.listStates(test.custodian.register, 1, extractId);
    expect(ended?.destroyedAt).toBeInstanceOf(Date);
  });
});

describe("the recipient's key on two desks at once", () => {
  it("makes both sessions holders of what each of them opened", async () => {
    const persons = [await keyOf(8), await keyOf(9)];
    const extractId = await sealedExtract(persons);
    const thief = { ...actors, recipient: (await signInTo(keeper.client, keeper.recipient)).orders };
    for (const by of [actors, thief]) {
      expect(await openAll(parts, by, await streamFile(parts, extractId))).toHaveLength(3);
    }
    await project();
    await foldExtracts(test.custodian.register);
    const [state] = await store.listStates(test.custodian.register, 1, extractId);
    expect(state?.releases).toBe(2);
    for (const { session } of [actors.recipient, thief.recipient]) {
      const evidence = { no: 1, subject: { kind: "session", session }, window: { fromMs: 0 } } as const;
      const { slices } = await expose([evidence], new StoredFacts(test.custodian.register));
      const opened = slices.filter(({ grade }) => grade === "disclosed").map((slice) => slice.persons.size);
      expect(opened).toContain(persons.length);
    }
  });
});

describe("a stolen file", () => {
  it("exposes nobody: not before, not during, not after the approval, and not its bytes", async () => {
    const persons = await Promise.all([11, 12, 13].map(keyOf));
    const { extractId } = await askFor(parts, actors, { persons });
    await expect(streamFile(parts, extractId)).rejects.toMatchObject({ code: "not-sealed" });
    await expect(sealExtract(parts, extractId, now)).rejects.toMatchObject({ code: "extract-refused" });
    await approve(parts, actors, extractId);
    await sealExtract(parts, extractId, now);
    const dir = await mkdtemp(join(tmpdir(), "kura-test-extract-"));
    try {
      const path = join(dir, "e.age");
      await writeFile(parts, extractId, path, { actor: "operator", now });
      const bytes = await readFile(path);
      for (const part of ["試験", "架空県", testPerson(11).birthDate]) {
        expect(bytes.includes(Buffer.from(part))).toBe(false);
      }
      expect(await readdir(dir)).toEqual(["e.age"]);
      await end(parts, actors, extractId, "revoke");
      const opening = openAll(parts, actors, new Blob([bytes]).stream());
      await expect(opening).rejects.toThrow("revoked");
      // The custodian keeps no ciphertext of it either.
      expect(await store.countSealedParts(test.custodian.register, extractId)).toBe(0);
      await expect(sealExtract(parts, extractId, now)).rejects.toMatchObject({ code: "extract-refused" });
      bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1;
      const damaged = decryptFile(new Blob([bytes]).stream(), async () => new Uint8Array(16));
      await expect(damaged.next()).rejects.toMatchObject({ code: "bad-extract-file" });
      const other = decryptFile(new Blob(["not age"]).stream(), async () => new Uint8Array(16));
      await expect(other.next()).rejects.toMatchObject({ code: "not-an-extract" });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it("is not helped by a database that was changed: other persons are not sealed", async () => {
    const persons = await Promise.all([14, 15].map(keyOf));
    const { extractId } = await askFor(parts, actors, { persons });
    await approve(parts, actors, extractId);
    const [thief] = await Promise.all([16].map(keyOf));
    await test.owner.register.transact((tx) =>
      tx.run(
        sqlText(`update extract_parts set person_keys = array_replace(person_keys, '${persons[0]}', '${thief}')
                 where extract_id = '${extractId}'`),
      ),
    );
    await expect(sealExtract(parts, extractId, now)).rejects.toMatchObject({ code: "extract-refused" });
    await expect(streamFile(parts, extractId)).rejects.toMatchObject({ code: "not-sealed" });
  });
});

describe("a job that is stopped", () => {
  it("goes on behind the last part it kept, and a lost answer costs nothing but a second entry", async () => {
    const planned = await askFor(parts, actors, { all: true });
    const { extractId } = planned;
    await approve(parts, actors, extractId);
    // Stopped before its first commit: the keeper has sealed every part, and nobody kept one.
    const { register } = test.custodian;
    const killed: Database = {
      list: (query) => register.list(query),
      find: (query) => register.find(query),
      get: (query) => register.get(query),
      gather: (read, keys) => register.gather(read, keys),
      listBytes: (query) => register.listBytes(query),
      transact: () => Promise.reject(new Error("killed")),
      withLock: (lock, work) => register.withLock(lock, work),
      close: async () => undefined,
    };
    const stopping = { ...parts, databases: { ...parts.databases, register: killed } };
    await expect(sealExtract(stopping, extractId, now)).rejects.toThrow("killed");
    expect(await store.countSealedParts(test.custodian.register, extractId)).toBe(0);
    await expect(streamFile(parts, extractId)).rejects.toMatchObject({ code: "not-sealed" });
    const sealed = await sealExtract(parts, extractId, now);
    expect(sealed.partsDone).toBe(sealed.parts);
    const rows = await openAll(parts, actors, await streamFile(parts, extractId));
    expect(rows).toHaveLength(planned.rows);
  });
});

describe("an erased person", () => {
  it("is an empty row where they were selected before, and nowhere afterwards", async () => {
    const [gone, left] = [await keyOf(21), await keyOf(22)];
    const { extractId, rows } = await askFor(parts, actors, { persons: [gone, left] });
    await approve(parts, actors, extractId);
    await erasePerson(parts.databases, keeper.client, {
      personKey: parseUuid(gone),
      sourceId: uuidMaker()(),
      reason: "a synthetic reason",
      atMs: Date.now(),
    });
    await sealExtract(parts, extractId, now);
    const opened = await openAll(parts, actors, await streamFile(parts, extractId));
    expect(opened).toHaveLength(rows);
    expect(opened.filter((row) => row.length === 0)).toHaveLength(1);
    expect(sorted(opened)).toContain(rowOf(22).join("|"));
    const again = askFor(parts, actors, { persons: [gone] });
    await expect(again).rejects.toMatchObject({ code: "nobody-selected" });
  });
});

describe("a leaked sample", () => {
  it("names its extract by a honey row, and by the order of its rows where it has none", async () => {
    const persons = await Promise.all(Array.from({ length: 40 }, (_, i) => keyOf(100 + i)));
    const [one, other] = [await sealedExtract(persons), await sealedExtract(persons)];
    await project();
    const rows = await openAll(parts, actors, await streamFile(parts, one));
    const termsOf = ([name = "", kana = "", birthDate = ""]: readonly string[]) =>
      listTerms((add) => {
        addNameTerms({ name, kana, birthDate: birthDate as CivilDate, schemeNumbers: [] }, add);
      });
    const whole = await listTraces(parts, rows.map(termsOf));
    expect(whole[0]).toMatchObject({ extractId: one, rows: 41, honeyRows: 1, pairs: 40, pairsInOrder: 40 });
    const people = rows.filter((row) => !(row[3] ?? "").includes("蜜蜂"));
    const traces = await listTraces(parts, people.slice(0, 20).map(termsOf));
    expect(traces[0]).toMatchObject({ extractId: one, rows: 20, honeyRows: 0, pairs: 19, pairsInOrder: 19 });
    const second = traces.find(({ extractId }) => extractId === other);
    expect(second?.pairsInOrder).toBeLessThan(19);
  });
});
