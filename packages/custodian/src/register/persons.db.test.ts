import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import type { TestDatabases } from "../../test/databases.ts";
import { importText } from "../../test/import-text.ts";
import type { TestParts } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import {
  personFile,
  personHeader,
  personLine,
  premiumFile,
  premiumLine,
  testPerson,
} from "../../test/people.ts";
import { runAudit } from "../audit/audit.ts";
import type { AuditReport } from "../audit/report.ts";
import type { Database } from "../db/database.ts";
import { sqlText } from "../db/sql.ts";
import { parseUuid, uuidMaker } from "../db/uuid.ts";
import { jobLocks } from "../jobs/limits.ts";
import { erasePerson } from "./erase-person.ts";
import type { Eraser } from "./erase-person.ts";
import { rewrapKeys, rotateKeys } from "./rotate-keys.ts";
import type { RotateOutcome, Rotator } from "./rotate-keys.ts";
import { fieldNumbers } from "./field.ts";
import { recordKinds } from "./facts.ts";
import { listKeys } from "./store.ts";

let keeper: TestKeeper;
let test: TestDatabases;
let parts: TestParts;

// A keeper counts what it erased and what did not open, so each serves one register.
beforeEach(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  parts = { databases: test.custodian, keeper: keeper.client };
  return async () => {
    await test.drop();
    await keeper.stop();
  };
});

const makeId = uuidMaker();
/** Who may order erasures and rotations of the keeper. */
const officer = (): Eraser & Rotator => keeper.client;
const audit = (): Promise<AuditReport> => runAudit(test.auditor, () => keeper.client.status());

async function personKeys(): Promise<Uint8Array[]> {
  const rows = await test.auditor.register.list<{ key: string }>(
    sqlText("select person_key::text as key from persons order by person_no"),
  );
  return rows.map(({ key }) => parseUuid(key));
}

/** Opens a person's name through the keeper, as the door would. */
async function open(personKey: Uint8Array): Promise<string> {
  const [wrappedKey] = (await listKeys(test.custodian.keys, [personKey])).values();
  if (wrappedKey === undefined) return "no key";
  const key = Buffer.from(personKey).toString("hex");
  const { sealed } = await test.custodian.register.get<{ sealed: Uint8Array }>(
    sqlText(`select sealed from records where person_key = '${key}' and record_no = 0`),
  );
  const records = [{ kind: recordKinds.personLine, recordNo: 0, sealed }];
  const answer = await keeper.client.open({
    purpose: "claim",
    caseId: "test",
    fields: [fieldNumbers.name],
    items: [{ personKey, wrappedKey, records }],
  });
  return answer.outcome;
}

describe("an erasure", () => {
  beforeEach(async () => {
    await importText("persons", personFile(1, 3), parts);
    await importText("premiums", premiumFile(premiumLine(testPerson(1), "2024-04")), parts);
  });

  const order = (personKey: Uint8Array) => ({
    personKey,
    sourceId: makeId(),
    reason: "a test",
    atMs: Date.now(),
  });
  const first = async (): Promise<Uint8Array> => (await personKeys())[0] ?? new Uint8Array(16);

  it("leaves neither key nor search token, keeps the premiums, and nothing opens", async () => {
    const personKey = await first();
    expect(await open(personKey)).toBe("ok");
    const backup = await listKeys(test.custodian.keys, [personKey]);
    expect(await erasePerson(test.custodian, officer(), order(personKey))).toEqual({ kind: "erased" });
    expect(await open(personKey)).toBe("no key");
    await restoreKey(personKey, backup);
    expect(await open(personKey)).toBe("erased");
    const report = await audit();
    expect(report.findings.map(({ code }) => code)).toEqual(["key-of-erased"]);
    expect(report.counted).toMatchObject({ persons: 3, erasures: 1, entries: 1 });
    expect(await erasePerson(test.custodian, officer(), order(personKey))).toMatchObject({
      kind: "already-erased",
    });
    expect((await audit()).findings).toEqual([]);
  });

  it("is refused for nobody, and while an import might write about the person", async () => {
    expect(await erasePerson(test.custodian, officer(), order(makeId()))).toEqual({
      kind: "no-such-person",
    });
    const outcome = await test.custodian.register.withLock(jobLocks.import, async () =>
      erasePerson(test.custodian, officer(), order(await first())),
    );
    expect(outcome).toEqual({ kind: "import-running" });
    expect((await audit()).findings).toEqual([]);
  });

  it.each([
    { where: "behind the keeper", database: "keys" as const, codes: ["erasure-unfinished"] },
    { where: "behind the key", database: "register" as const, codes: ["erasure-unfinished"] },
  ])("stopped $where is seen by the audit and goes on", async ({ database, codes }) => {
    const personKey = await first();
    const failing = { ...test.custodian, [database]: stopping(test.custodian[database]) };
    await expect(erasePerson(failing, officer(), order(personKey))).rejects.toThrow("injected");
    expect(await open(personKey)).not.toBe("ok");
    const report = await audit();
    expect(report.findings.map(({ code }) => code)).toEqual(codes);
    expect(report.isWhole).toBe(true);
    expect(await erasePerson(test.custodian, officer(), order(personKey))).toEqual({ kind: "erased" });
    expect((await audit()).findings).toEqual([]);
  });

  it("makes the person a new one, when they are registered again", async () => {
    await erasePerson(test.custodian, officer(), order(await first()));
    const again = `${personHeader}\n${personLine(testPerson(1))}\n`;
    expect(await importText("persons", again, parts)).toMatchObject({ accepted: 1, known: 0, rejected: 0 });
    expect(await personKeys()).toHaveLength(4);
    expect((await audit()).findings).toEqual([]);
  });

  /** The same database, whose transactions stop before they commit. */
  function stopping(database: Database): Database {
    return {
      list: (query) => database.list(query),
      gather: (read, keys) => database.gather(read, keys),
      listBytes: (query) => database.listBytes(query),
      find: (query) => database.find(query),
      get: (query) => database.get(query),
      withLock: (lock, work) => database.withLock(lock, work),
      close: () => database.close(),
      transact: (work) =>
        database.transact(async (tx) => {
          await work(tx);
          throw new Error("injected");
        }),
    };
  }

  async function restoreKey(personKey: Uint8Array, backup: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    const [wrapped = new Uint8Array()] = backup.values();
    await test.owner.keys.transact(async (tx) => {
      await tx.run(sqlText(`insert into person_keys values ('${hex(personKey)}', '\\x${hex(wrapped)}', 1)`));
    });
  }
});

describe("a rotation", () => {
  beforeEach(() => importText("persons", personFile(1, 25), parts));

  it("wraps every key anew, and everybody still opens", async () => {
    const steps: number[] = [];
    const { kekVersion } = await keeper.client.status();
    const outcome = await rotateKeys(test.custodian, officer(), {
      batchKeys: 10,
      onProgress: ({ done, total }) => steps.push(done, total),
    });
    expect(outcome).toEqual({
      kind: "rotated",
      kekVersion: kekVersion + 1,
      rewrapped: 25,
      passedOver: 0,
      unopened: 0,
    });
    expect(steps).toEqual([10, 25, 20, 25, 25, 25]);
    for (const personKey of await personKeys()) expect(await open(personKey)).toBe("ok");
    expect((await audit()).findings).toEqual([]);
  });

  it("stopped in the middle goes on with the keys that are left", async () => {
    const stopped = rotateKeys(test.custodian, officer(), {
      batchKeys: 10,
      onProgress: () => {
        throw new Error("injected");
      },
    });
    await expect(stopped).rejects.toThrow("injected");
    expect((await audit()).findings).toMatchObject([
      { code: "key-version-old", gravity: "unfinished", count: 15 },
    ]);
    expect(await rewrapKeys(test.custodian, keeper.client)).toMatchObject({ kind: "rotated", rewrapped: 15 });
    expect((await audit()).findings).toEqual([]);
  });

  it("runs alone", async () => {
    const rotate = (): Promise<RotateOutcome> => rotateKeys(test.custodian, officer());
    const beside = await test.custodian.keys.withLock(jobLocks.rotation, rotate);
    expect(beside).toEqual({ kind: "rotation-running" });
    expect(await rotate()).toMatchObject({ kind: "rotated" });
  });

  it("does not bring back a key that was deleted meanwhile, and says which do not open", async () => {
    const [gone, other] = await personKeys();
    if (gone === undefined || other === undefined) throw new Error("no fixture");
    const hex = (bytes: Uint8Array): string => `'${Buffer.from(bytes).toString("hex")}'`;
    await test.owner.keys.transact(async (tx) => {
      await tx.run(
        sqlText(`update person_keys set wrapped = (select wrapped from person_keys where person_key = ${hex(gone)})
                 where person_key = ${hex(other)}`),
      );
    });
    const deleting = keyDeletedBehindTheRead(test.custodian.keys, hex(gone));
    const outcome = await rotateKeys({ ...test.custodian, keys: deleting }, officer());
    expect(outcome).toMatchObject({ rewrapped: 23, passedOver: 1, unopened: 1 });
    expect((await listKeys(test.custodian.keys, [gone])).size).toBe(0);
  });

  it("goes on while an import works, and leaves no key that does not open", async () => {
    let rotation: Promise<unknown> | undefined;
    const text = `${personFile(1, 25)}${personFile(26, 120).split("\n").slice(1).join("\n")}`;
    const onProgress = (): void => {
      rotation ??= rotateKeys(test.custodian, officer(), { batchKeys: 5 });
    };
    const report = await importText("persons", text, parts, { batchRows: 10, onProgress });
    await rotation;
    expect(report).toMatchObject({ lines: 120, accepted: 95, known: 25 });
    const { kind } = await rewrapKeys(test.custodian, keeper.client);
    expect(kind).toBe("rotated");
    for (const personKey of await personKeys()) expect(await open(personKey)).toBe("ok");
    expect((await audit()).findings).toEqual([]);
  });

  /** The database, in which somebody deletes a key between the reading of keys and their replacement. */
  function keyDeletedBehindTheRead(keys: Database, personKey: string): Database {
    return {
      list: async (query) => keys.list(query),
      gather: (read, wanted) => keys.gather(read, wanted),
      listBytes: (query) => keys.listBytes(query),
      find: (query) => keys.find(query),
      get: (query) => keys.get(query),
      withLock: (lock, work) => keys.withLock(lock, work),
      close: () => keys.close(),
      transact: async (work) => {
        await test.owner.keys.transact(async (tx) => {
          await tx.run(sqlText(`delete from person_keys where person_key = ${personKey}`));
        });
        return keys.transact(work);
      },
    };
  }
});
