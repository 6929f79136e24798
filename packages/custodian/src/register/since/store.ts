/** SQL of what came of persons since they were registered: where they moved, who was given a new number. */
import type { Reader, Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { renderUuid } from "../../db/uuid.ts";
import type { Token } from "../../vault/terms.ts";

/** Later addresses of persons who were there before: their prefectures, one byte each. */
export async function appendMoves(
  tx: Tx,
  sourceId: Uint8Array,
  batchNo: number,
  moves: readonly { readonly personKey: Uint8Array; readonly prefecture: number }[],
  atMs: number,
): Promise<void> {
  if (moves.length === 0) return;
  await tx.run(sql`
    insert into person_moves (source_id, batch_no, person_keys, prefectures, recorded_at)
    values (${renderUuid(sourceId)}::uuid, ${batchNo}, ${moves.map(({ personKey }) => renderUuid(personKey))}::uuid[],
            ${Uint8Array.from(moves, ({ prefecture }) => prefecture)}, to_timestamp(${atMs / 1000}::double precision))`);
}

/** Of these persons, those who were given a new number (`incident/resolve/reissue.ts`): its token, the last where there are more. */
export async function listReissuedNumbers(
  reader: Reader,
  personKeys: readonly string[],
): Promise<ReadonlyMap<string, Token>> {
  const rows = await reader.list<{ person_key: string; number_token: bigint }>(sql`
    select person_key, number_token from number_reissues where person_key = any(${personKeys}::uuid[])
    order by reissued_at`);
  return new Map(rows.map(({ person_key, number_token }) => [person_key, number_token]));
}
