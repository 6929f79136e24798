/** Persons who are nothing but a key in the register: for tests that open nothing. */
import type { Database } from "../src/db/database.ts";
import { sql } from "../src/db/sql.ts";
import { renderUuid, uuidMaker } from "../src/db/uuid.ts";

/** Their keys as text. Numbers begin far above those that an import in the same register would give out. */
export async function registerBarePersons(owner: Database, count: number): Promise<string[]> {
  const makeKey = uuidMaker();
  const keys = Array.from({ length: count }, () => renderUuid(makeKey()));
  await owner.transact(async (tx) => {
    await tx.run(sql`
      insert into persons (person_key, person_no, source_id, registered_at)
      select key, 3000000000 + no, ${renderUuid(makeKey())}::uuid, now()
      from unnest(${keys}::uuid[]) with ordinality as given (key, no)`);
  });
  return keys;
}
