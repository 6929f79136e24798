/** Fills the tables that exposure is counted from with an agency of any size, by the server itself. */
import type { Database } from "../../packages/custodian/src/db/database.ts";
import { sqlText } from "../../packages/custodian/src/db/sql.ts";
import type { Trait } from "../../packages/custodian/src/incident/count.ts";
import { incidentLimits } from "../../packages/custodian/src/incident/limits.ts";
import { PersonSet } from "../../packages/custodian/src/incident/person-set.ts";

export interface Agency {
  readonly persons: number;
  readonly looks: number;
  readonly extracts: number;
}

/** The first look; 250 days of looks follow. */
export const startMs = Date.UTC(2015, 0, 1);
const days = 250;
const accounts = 4_000;
/** Looks that one statement writes. */
const part = 500_000;

/**
 * Looks are written without indexes, which are made behind them as the migrations have them, and without the log that
 * makes them safe against a crash: reading them costs the same.
 */
export async function fillAgency(owner: Database, { persons, looks, extracts }: Agency): Promise<void> {
  const run = async (text: string): Promise<void> => void (await owner.list(sqlText(text)));
  await waitForDisk(owner, false);
  await run(`insert into persons select md5('person ' || n)::uuid, n, md5('source')::uuid, '2014-01-01'
    from generate_series(1, ${persons}) n`);
  const codes = Buffer.from(
    Uint8Array.from({ length: persons }, (_, n) => 1 + Math.floor((n * 47) / persons)),
  );
  await run(
    `insert into person_no_blocks values (1, ${persons}, md5('source')::uuid, 0, decode('${codes.toString("hex")}', 'hex'))`,
  );
  await run(`insert into premium_entries (person_key, entry_no, premium_month, scheme, kind, amount_yen, chain_digest,
      source_id, source_line, recorded_at)
    select md5('person ' || n)::uuid, 0, date_trunc('month', current_date - 60)::date, 1, 1, 16980, '', md5('source')::uuid, n, now()
    from generate_series(1, ${Math.floor(persons * 0.48)}) n`);
  await run("create unlogged table plain_audit (actor text, at timestamptz, person integer, fields text)");
  await withoutIndexes(owner, "disclosures", async () => {
    const parts = Array.from({ length: Math.ceil(looks / part) }, (_, n) => 1 + n * part);
    const work = async (): Promise<void> => {
      for (let first = parts.shift(); first !== undefined; first = parts.shift())
        await run(looksText(first, Math.min(looks, first + part - 1), persons, looks));
    };
    await Promise.all([work(), work()]);
  });
  await makeIndex(owner, "create index on plain_audit (actor, at) include (person)");
  await run(`insert into sessions
    select decode(md5('session ' || n || ' ' || day), 'hex'), -(n * ${days}::bigint + day), 'account-' || n, 'office-' || n % 400,
           'key-' || n, 'desk-' || n, timestamptz '${new Date(startMs).toISOString()}' + day * interval '1 day',
           timestamptz '${new Date(startMs).toISOString()}' + day * interval '1 day' + interval '24 hours'
    from generate_series(1, ${accounts}) n, generate_series(0, ${days - 1}) day`);
  await fillExtracts(owner, persons, extracts);
  await run("vacuum analyze");
  await waitForDisk(owner, true);
}

/** A world that is lost in a crash is made again; what is measured is durable. */
async function waitForDisk(owner: Database, isOn: boolean): Promise<void> {
  await owner.list(sqlText(`alter system set fsync to ${isOn ? "on" : "off"}`));
  await owner.list(sqlText("select pg_reload_conf()"));
  if (isOn) await owner.list(sqlText("checkpoint"));
}

/** @param work fills a table of ours, which has its primary key and its indexes again behind it. */
async function withoutIndexes(owner: Database, table: string, work: () => Promise<void>): Promise<void> {
  const indexes = await owner.list<{ name: string; text: string; is_key: boolean }>(
    sqlText(`select c.relname as name, pg_get_indexdef(i.indexrelid) as text, i.indisprimary as is_key
      from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = '${table}'::regclass`),
  );
  await owner.list(sqlText(`alter table ${table} set unlogged`));
  for (const { name, is_key } of indexes) {
    const text = is_key ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`;
    await owner.list(sqlText(text));
  }
  await work();
  for (const { name, text, is_key } of indexes) {
    await makeIndex(owner, text);
    if (is_key)
      await owner.list(
        sqlText(`alter table ${table} add constraint ${name} primary key using index ${name}`),
      );
  }
}

async function makeIndex(owner: Database, text: string): Promise<void> {
  await owner.transact(async (tx) => {
    await tx.run(sqlText("set local maintenance_work_mem = '1GB'"));
    await tx.run(sqlText(text));
  });
}

/**
 * The nth account looks 1/n as often as the first: the sums of 1/n up to x are close to ln(x + ½) + γ, which is turned round.
 */
const gamma = 0.5772;
const drawAccount = `greatest(1, least(${accounts}, floor(0.5 + exp(random() * ${Math.log(accounts + 0.5) + gamma} - ${gamma}))))::integer`;

/** One person each: event n is at its share of the days. Of the copied events only those that begin or end a segment are read. */
function looksText(first: number, last: number, persons: number, looks: number): string {
  const eventMs = Math.floor((days * 86_400_000) / looks);
  return `
    with drawn as materialized (
      select n, 1 + floor(random() * ${persons})::integer as person, ${drawAccount} as account,
             timestamptz '${new Date(startMs).toISOString()}' + n * interval '${eventMs} milliseconds' as at
      from generate_series(${first}, ${last}) n),
    audit as (
      insert into plain_audit select 'account-' || account, at, person, 'name birthDate' from drawn),
    events as (
      insert into journal_events (event_number, chain_hash, kind, recorded_at, event_text)
      select n, '', 'opened', at, '{}' from drawn where n % ${incidentLimits.segmentRecords} in (0, 1))
    insert into disclosures (person_key, person_event_no, event_number, kind, link_hash, recorded_at, actor, office, session,
                             order_number, purpose, case_id, case_kind, fields)
    select md5('person ' || person)::uuid, n, n, 'opened', '', at, 'account-' || account, 'office-' || account % 400,
           decode(md5('session ' || account || ' ' || (n * ${eventMs}::bigint / 86400000)), 'hex'), n, 'claim', 'case', 'claim',
           case when n % 4 = 0 then '{1,3,7,10}'::smallint[] else '{1,3,7}' end
    from drawn`;
}

/** Held by the first accounts, opened by the accounts of the incident, two thousand rows each. */
async function fillExtracts(owner: Database, persons: number, extracts: number): Promise<void> {
  const each = Math.max(1, Math.floor(persons / extracts));
  const at = `timestamptz '${new Date(startMs + 110 * 86_400_000).toISOString()}'`;
  const sets = Array.from({ length: extracts }, (_, n) =>
    Buffer.from(PersonSet.range(n * each + 1, (n + 1) * each).encode()).toString("hex"),
  );
  const id = "('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))";
  const session = "decode(md5('session ' || 1 + n % 31 || ' 121'), 'hex')";
  const request = `jsonb_build_object('holder', 'key-' || 1 + n % 31, 'fields', '[1,3,7]'::jsonb, 'rows', ${each},
    'expiresMs', ${startMs + 200 * 86_400_000})`;
  await owner.list(
    sqlText(`insert into journal_events (event_number, chain_hash, kind, recorded_at, actor, office, session, case_id, event_text)
    select -1000000000 - n * 10 - step, '', kind, ${at}, 'clerk', 'office-1', ${session}, ${id},
           case step when 0 then ${request}::text when 1 then '{}' else '{"firstRow":0,"rows":${each}}' end
    from generate_series(0, ${extracts - 1}) n,
         (values (0, 'extract-requested'), (1, 'extract-sealed'), (2, 'released')) as k (step, kind)`),
  );
  const rows = `(select n - 1 as n, decode(hex, 'hex') as persons
    from unnest('{${sets.join(",")}}'::text[]) with ordinality as u (hex, n)) s`;
  await owner.list(
    sqlText(`insert into exposure_extracts select ${id}::uuid, ${each}, persons from ${rows}`),
  );
  await owner.list(
    sqlText(`insert into exposure_releases
      select ${id}::uuid, -1000000000 - n * 10 - 2, ${session}, ${at} + interval '11 days 6 hours', ${each}, persons
      from ${rows}`),
  );
}

/** Everybody by prefecture, of unequal size, and by whether they pay premiums. */
export function traitsOf({ persons }: Agency): Trait[] {
  const prefectures = Array.from({ length: 47 }, (_, n) => ({
    dimension: "prefecture",
    value: String(n + 1).padStart(2, "0"),
    persons: PersonSet.range(Math.floor((persons * n) / 47) + 1, Math.floor((persons * (n + 1)) / 47)),
  }));
  const middle = Math.floor(persons * 0.52);
  return [
    ...prefectures,
    { dimension: "insurance", value: "recipient", persons: PersonSet.range(1, middle) },
    { dimension: "insurance", value: "insured", persons: PersonSet.range(middle + 1, persons) },
  ];
}
