import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabases } from "../../test/databases.ts";
import { importText } from "../../test/import-text.ts";
import { startTestKeeper } from "../../test/keeper.ts";
import type { TestKeeper } from "../../test/keeper.ts";
import { sqlText } from "../db/sql.ts";

let keeper: TestKeeper;
beforeAll(async () => {
  keeper = await startTestKeeper();
});
afterAll(() => keeper.stop());

/**
 * Few people who share numbers, names and birth dates as they should not, so that nearly every line is about somebody. One number
 * a line: with two, a line may be about two persons who both agree, and either is right.
 */
const line = fc
  .record({
    number: fc.constantFrom("", ...Array.from({ length: 8 }, (_, i) => `9999-00000${i}`)),
    name: fc.constantFrom("試験 一郎", "試験 花子", "試験 雪子"),
    former: fc.constantFrom("", "", "旧試験", "試験 花子"),
    kana: fc.constantFrom("シケン イチロウ", "シケン ハナコ", "ｼｹﾝ ﾕｷｺ"),
    birth: fc.constantFrom("1955-01-02", "昭和30年1月2日", "1960-03-04"),
    address: fc.constantFrom("架空県試験市1番地", "架空県試験市2番地"),
  })
  .map((cells) => Object.values(cells).join(","));

const header = "基礎年金番号,氏名,旧姓,カナ氏名,生年月日,住所";

/** Counts and rejects of the import, and the records of the register as the lines they are from, person by person. */
async function imported(text: string, batchRows: number): Promise<unknown> {
  const databases = await openTestDatabases();
  try {
    const parts = { databases: databases.custodian, keeper: keeper.client };
    const { accepted, known, rejected, rejects } = await importText("persons", text, parts, { batchRows });
    const persons = await databases.auditor.register.list(
      sqlText(`select array_agg(source_line order by record_no)::text as lines, array_agg(record_no order by record_no)::text as numbers,
                      (select count(distinct (token, kind)) from person_tokens t where t.person_key = r.person_key) as tokens
               from records r group by person_key order by min(source_line)`),
    );
    const keys = await databases.auditor.keys.get(sqlText("select count(*) as count from person_keys"));
    return { accepted, known, rejected, rejects, persons, keys };
  } finally {
    await databases.drop();
  }
}

describe("a register file", () => {
  it("means the same however it is cut into batches", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 40, maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        async (lines, batchRows) => {
          const text = `${[header, ...lines].join("\n")}\n`;
          expect(await imported(text, batchRows)).toEqual(await imported(text, 1_000));
        },
      ),
      { numRuns: 3, endOnFailure: true },
    );
  }, 300_000);
});
