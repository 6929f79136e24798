/** SQL of what the custodian itself decides: the policies in force, and the orders that it refused. */
import type { Database, Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { renderUuid } from "../../db/uuid.ts";

/** An order that the custodian refused. */
export interface Refusal {
  readonly refusalId: Uint8Array;
  readonly actor: string;
  readonly office: string;
  /** In hexadecimal. */
  readonly session: string;
  readonly orderKind: string;
  readonly outcome: string;
  readonly purpose: string;
  readonly caseId: string;
  readonly persons: number;
  readonly policyDigest: Uint8Array | undefined;
  readonly policies: readonly string[];
  readonly at: Date;
}

export async function appendRefusal(database: Database, refusal: Refusal): Promise<void> {
  await database.transact(async (tx) => {
    await tx.run(sql`
      insert into refused_orders (refusal_id, actor, office, session, order_kind, outcome, purpose, case_id,
                                  person_count, policy_digest, policies, refused_at)
      values (${renderUuid(refusal.refusalId)}::uuid, ${refusal.actor}, ${refusal.office},
              decode(${refusal.session}, 'hex'), ${refusal.orderKind}, ${refusal.outcome}, ${refusal.purpose},
              ${refusal.caseId}, ${refusal.persons}, ${refusal.policyDigest ?? null}, ${refusal.policies}::text[],
              ${refusal.at})`);
  });
}

/** Writes the set of policies down unless it is the one that was in force last. */
export async function appendPolicySet(
  database: Database,
  policy: { readonly digest: Uint8Array; readonly policyText: string; readonly schemaText: string },
  from: Date,
): Promise<void> {
  await database.transact(async (tx) => {
    await tx.run(sql`
      insert into policy_sets (digest, policy_text, schema_text, in_force_from)
      select ${policy.digest}::bytea, ${policy.policyText}, ${policy.schemaText}, ${from}::timestamptz
      where ${policy.digest}::bytea is distinct from
        (select digest from policy_sets order by in_force_from desc limit 1)`);
  });
}

/** The set of policies in force: what the custodian that was started last decides by. */
export async function findPolicySet(
  reader: Reader,
): Promise<{ readonly policyText: string; readonly schemaText: string } | undefined> {
  const row = await reader.find<{ policy_text: string; schema_text: string }>(
    sql`select policy_text, schema_text from policy_sets order by in_force_from desc limit 1`,
  );
  return row && { policyText: row.policy_text, schemaText: row.schema_text };
}
