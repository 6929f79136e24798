/** A small register with unknown owners, on a real keeper and real databases, for the tests of matching. Nobody in it is real. */
import { openTestDatabases } from "./databases.ts";
import type { TestDatabases } from "./databases.ts";
import { importText } from "./import-text.ts";
import { startTestKeeper } from "./keeper.ts";
import type { TestKeeper } from "./keeper.ts";
import { personHeader, personLine, premiumFile, premiumLine, testPerson } from "./people.ts";
import type { TestPerson } from "./people.ts";
import { runAudit } from "../src/audit/audit.ts";
import { sqlText } from "../src/db/sql.ts";
import { uuidMaker } from "../src/db/uuid.ts";
import type { Reviewer } from "../src/matching/decide/match.ts";
import type { DecisionParts } from "../src/matching/decide/decisions.ts";
import { runMatching } from "../src/matching/run-matching.ts";
import type { MatchingReport } from "../src/matching/run-matching.ts";

export const persons = 80;
export const purposes = ["record-matching"];
export const reviewer: Reviewer = { actor: "reviewer", office: "head-office", purposes };
export const colleague: Reviewer = { actor: "colleague", office: "head-office", purposes };
export const outsider: Reviewer = { actor: "outsider", office: "head-office", purposes: ["claim"] };

export interface MatchingWorld {
  readonly test: TestDatabases;
  readonly keeper: TestKeeper;
  readonly parts: DecisionParts;
  match(): Promise<MatchingReport>;
  /** Owner's key by the receipt number of their line. */
  owner(reference: string): Promise<string>;
  /** Findings of an audit, none when everything adds up. */
  audit(): Promise<readonly unknown[]>;
  rows(text: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

/**
 * The n-th person of this world: days apart by more than a decoy's, else the few names of test people agree by chance as
 * often as the run happens to draw, and what it finds is another thing each time.
 */
function worldPerson(n: number): TestPerson {
  const birthDate = new Date(Date.UTC(1950, 0, 1 + 41 * n)).toISOString().slice(0, 10);
  return { ...testPerson(n), birthDate };
}

/** As an old handbook says it: without a number. */
export function handbook(n: number, change: Partial<TestPerson> = {}): Partial<TestPerson> {
  return { ...unnumbered(worldPerson(n)), ...change };
}

export function unnumbered({ name, kana, birthDate }: TestPerson): Partial<TestPerson> {
  return { name, kana, birthDate };
}

/**
 * Persons 1 to 80 with a premium of 2024-04 each; an orphan line of 1985-06 for each of them; and whoever is given.
 *
 * @param more lines of the premium file, with references of their own.
 */
export async function makeMatchingWorld(more: readonly string[] = []): Promise<MatchingWorld> {
  const [test, keeper] = [await openTestDatabases(), await startTestKeeper()];
  const imported = { databases: test.custodian, keeper: keeper.client };
  const everybody = Array.from({ length: persons }, (_, i) => i + 1);
  const registered = everybody.map((n) => personLine(worldPerson(n)));
  await importText("persons", `${[personHeader, ...registered].join("\n")}\n`, imported);
  const known = everybody.map((n) => premiumLine(worldPerson(n), "2024-04"));
  const lost = everybody.map((n) => premiumLine(handbook(n), "1985-06", 6_740, `R${n}`));
  await importText("premiums", premiumFile(...known, ...lost, ...more), imported);
  const makeId = uuidMaker();
  const rows = (text: string): Promise<Record<string, unknown>[]> => test.owner.register.list(sqlText(text));
  return {
    test,
    keeper,
    parts: { register: test.custodian.register, now: () => new Date(), makeId },
    match: () =>
      runMatching({
        databases: test.custodian,
        keeper: keeper.client,
        by: reviewer,
        makeId,
        now: () => new Date(),
        onProgress: () => undefined,
      }),
    owner: async (reference) => {
      const found = await rows(
        `select owner_key::text as key from suspense_entries where reference = '${reference}' limit 1`,
      );
      return String(found[0]?.["key"]);
    },
    audit: async () => (await runAudit(test.auditor, () => keeper.client.status())).findings,
    rows,
    remove: async () => {
      await keeper.stop();
      await test.drop();
    },
  };
}
