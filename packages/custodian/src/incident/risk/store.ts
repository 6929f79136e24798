/** SQL of what is held somewhere at this moment: live sessions, extracts that can be opened, opened copies. */
import type { Reader } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";

export interface LiveSession {
  readonly session: string;
  readonly workstation: string;
  readonly actor: string;
  readonly started_at: Date;
}

export async function listLiveSessions(reader: Reader, now: Date): Promise<LiveSession[]> {
  return reader.list<LiveSession>(sql`
    select encode(session, 'hex') as session, workstation, actor, started_at
    from session_spans where started_at <= ${now} and ended_at > ${now}`);
}

export interface HeldExtract {
  readonly extract_id: string;
  readonly holder: string;
  readonly workstation: string;
  readonly fields: readonly number[];
  readonly persons: Uint8Array;
}

/** Extracts that their holder could open now. */
export async function listOpenExtracts(reader: Reader, now: Date): Promise<HeldExtract[]> {
  return reader.list<HeldExtract>(sql`
    select s.extract_id::text, s.holder, s.workstation, s.fields, k.persons
    from extract_states s join exposure_extracts k on k.extract_id = s.extract_id
    where s.sealed_at <= ${now} and least(s.expires_at, s.revoked_at, s.destroyed_at) > ${now}`);
}

/** Rows that were opened and of which nobody attested that they were destroyed. */
export async function listOpenedCopies(reader: Reader, now: Date): Promise<HeldExtract[]> {
  return reader.list<HeldExtract>(sql`
    select s.extract_id::text, s.holder, s.workstation, s.fields, k.persons
    from extract_states s join exposure_releases k on k.extract_id = s.extract_id
    where k.released_at <= ${now} and (s.destroyed_at is null or s.destroyed_at > ${now})`);
}
