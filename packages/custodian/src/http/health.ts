/** Whether the parts answer: for a supervisor or a load balancer. Says nothing about anybody. */
import { sql } from "../db/sql.ts";
import type { ApiParts } from "./route.ts";

export interface Health {
  readonly status: "ok" | "failing";
  readonly database: "ok" | "failing";
  readonly keysDatabase: "ok" | "failing";
  readonly keeper: "ok" | "failing";
  /** Whether the keeper's journal and its copy agree. */
  readonly journal: "ok" | "failing";
  /** Events in the keeper's journal, as decimal text. */
  readonly journalEvents?: string;
}

export async function checkHealth(parts: ApiParts): Promise<Health> {
  const { databases, keeper } = parts;
  const [database, keysDatabase, status] = await Promise.all([
    answers(databases.register.get(sql`select 1 as one`)),
    answers(databases.keys.get(sql`select 1 as one`)),
    keeper.status().catch(() => undefined),
  ]);
  const isKeeperWell = status !== undefined && status.journalWritable;
  const isSound = parts.isJournalSound();
  const isWell = database === "ok" && keysDatabase === "ok" && isKeeperWell && isSound;
  return {
    status: isWell ? "ok" : "failing",
    database,
    keysDatabase,
    keeper: isKeeperWell ? "ok" : "failing",
    journal: isSound ? "ok" : "failing",
    ...(status !== undefined && { journalEvents: status.journalEvents.toString() }),
  };
}

function answers(question: Promise<unknown>): Promise<"ok" | "failing"> {
  return question.then(
    () => "ok",
    () => "failing",
  );
}
