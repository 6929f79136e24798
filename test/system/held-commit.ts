/**
 * Holds back what a job is about to write to a table, so that a test can kill at that state however fast the machine is.
 *
 * An exclusive lock lets the job's writing transaction wait; so many of them are let in first, one by one, through the
 * lock's own queue. Waits for states and never for a time.
 */
import { type Query, sqlText } from "@kura/custodian/db/sql.ts";
import type { Database } from "@kura/custodian/db/database.ts";
import type { Running } from "./kura-folder.ts";

/** Runs `work` while a transaction waits to write to `table`, behind `passed` others that this call let in. */
export async function whileHeld(
  register: Database,
  table: string,
  job: Running,
  passed: number,
  work: () => Promise<void>,
): Promise<void> {
  let nextHolds: Promise<void> | undefined;
  await register.transact(async (tx) => {
    await tx.run(sqlText(`lock table ${table} in exclusive mode`));
    await until(register, waiting(table, "RowExclusiveLock"), job);
    if (passed === 0) return work();
    nextHolds = whileHeld(register, table, job, passed - 1, work);
    nextHolds.catch(() => undefined);
    await until(register, waiting(table, "ExclusiveLock"), job);
  });
  await nextHolds;
}

/** Ends the server's side of who waits: a client that was killed does not take its waiting transaction with it. */
export async function endWaiting(register: Database, table: string): Promise<void> {
  await register.get(
    sqlText(`select count(pg_terminate_backend(pid)) as ended from pg_locks
      where relation = '${table}'::regclass and not granted`),
  );
}

function waiting(table: string, mode: string): Query {
  return sqlText(`select count(*) as count from pg_locks
    where relation = '${table}'::regclass and not granted and mode = '${mode}'`);
}

async function until(register: Database, query: Query, job: Running): Promise<void> {
  while ((await register.get<{ count: bigint }>(query)).count === 0n) {
    const { exitCode, signalCode } = job.child;
    if (exitCode !== null || signalCode !== null) throw new Error(`it ended: ${job.output().stderr}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
