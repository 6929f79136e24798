/** Where exposed persons live, from an import to the count. Nobody is opened for it. */
import { beforeEach, expect, it } from "vitest";
import { openTestDatabases, type TestDatabases } from "../../../test/databases.ts";
import { importText } from "../../../test/import-text.ts";
import { startTestKeeper, type TestKeeper } from "../../../test/keeper.ts";
import { personHeader, personLine, testPerson } from "../../../test/people.ts";
import { listTraits } from "./traits.ts";

let keeper: TestKeeper;
let test: TestDatabases;
beforeEach(async () => {
  keeper = await startTestKeeper();
  test = await openTestDatabases();
  return async () => {
    await test.drop();
    await keeper.stop();
  };
});

async function take(addresses: Readonly<Record<number, string>>): Promise<void> {
  const lines = Object.entries(addresses).map(([n, address]) =>
    personLine({ ...testPerson(Number(n)), address }),
  );
  await importText("persons", `${[personHeader, ...lines].join("\n")}\n`, {
    databases: test.custodian,
    keeper: keeper.client,
  });
}

async function places(): Promise<Record<string, number[]>> {
  const traits = await listTraits(test.custodian.register);
  return Object.fromEntries(
    traits
      .filter(({ dimension }) => dimension === "prefecture")
      .map(({ value, persons }) => [value, [...persons.toNumbers()]]),
  );
}

it("is the prefecture of the last address known, and nobody else's", async () => {
  await take({ 1: "東京都架空区一丁目", 2: "大阪府架空市", 3: "架空県試験市", 4: "東京都架空市" });
  expect(await places()).toEqual({ 東京都: [1, 4], 大阪府: [2] });
  await take({ 2: "沖縄県架空市", 5: "大阪府架空市", 1: "不明" });
  expect(await places()).toEqual({ 東京都: [1, 4], 沖縄県: [2], 大阪府: [5] });
  await take({ 2: "大阪府架空市" });
  expect(await places()).toEqual({ 東京都: [1, 4], 大阪府: [2, 5] });
});
