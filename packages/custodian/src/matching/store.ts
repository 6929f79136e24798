/** SQL of a run of matching: what is asked of the keeper, the scratch tables, and what a run found. Opens and shows nothing. */
import type { OpenItem } from "@kura/keeper/protocol/orders.ts";
import type { BinaryCopy } from "../db/binary-copy.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import { sql, sqlText } from "../db/sql.ts";
import { parseUuid, renderUuid } from "../db/uuid.ts";
import { recordKinds } from "../register/facts.ts";
import { sexUnsaid } from "./agreement.ts";
import { matchingLimits } from "./limits.ts";
import type { PatternCount, Weights } from "./weigh.ts";

/** Sealed material without its wrapped key, which is in the other database. */
export type SealedSubject = Omit<OpenItem, "wrappedKey">;

interface SealedRow {
  readonly key: string;
  readonly record_no: number;
  readonly kind: number;
  readonly sealed: Uint8Array;
}

const beforeAll = "00000000-0000-0000-0000-000000000000";

/** The next persons behind `after`, with all their records. */
export async function listSealedPersons(
  reader: Reader,
  after: string | undefined,
  limit: number,
): Promise<SealedSubject[]> {
  return subjectsOf(
    await reader.list<SealedRow>(sql`
      with chosen as (
        select person_key from persons where person_key > ${after ?? beforeAll}::uuid order by person_key limit ${limit}
      )
      select person_key as key, record_no, kind, sealed from records join chosen using (person_key)
      order by person_key, record_no`),
  );
}

/** The next unknown owners behind `after` of whose entries some still wait. */
export async function listSealedOwners(
  reader: Reader,
  after: string | undefined,
  limit: number,
): Promise<SealedSubject[]> {
  return subjectsOf(
    await reader.list<SealedRow>(sql`
      select o.owner_key as key, 0 as record_no, ${recordKinds.suspenseOwner}::smallint as kind, o.sealed
      from suspense_owners o
      where o.owner_key > ${after ?? beforeAll}::uuid and ${isWaiting}
      order by o.owner_key limit ${limit}`),
  );
}

/** Something of the owner `o` has neither been posted nor returned. */
const isWaiting = sqlText(`exists (
  select 1 from suspense_entries e left join suspense_settlements s using (owner_key, entry_no)
  where e.owner_key = o.owner_key and s.owner_key is null)`);

function subjectsOf(rows: readonly SealedRow[]): SealedSubject[] {
  return [...Map.groupBy(rows, ({ key }) => key)].map(([key, own]) => ({
    personKey: parseUuid(key),
    records: own.map(({ kind, record_no: recordNo, sealed }) => ({ kind, recordNo, sealed })),
  }));
}

export async function countSubjects(reader: Reader): Promise<{ persons: number; owners: number }> {
  const row = await reader.get<{ persons: bigint; owners: bigint }>(sql`
    select (select count(*) from persons) as persons, (select count(*) from suspense_owners o where ${isWaiting}) as owners`);
  return { persons: Number(row.persons), owners: Number(row.owners) };
}

/** Before a run and behind it: nobody's features stay. */
export async function emptyScratch(register: Database): Promise<void> {
  await register.transact((tx) => tx.run(sql`truncate match_features, match_probes, match_pairs`));
}

export async function appendFeatures(tx: Tx, rows: BinaryCopy): Promise<void> {
  await tx.copy("copy match_features (token, person_key) from stdin (format binary)", rows);
}

export async function appendProbes(tx: Tx, rows: BinaryCopy): Promise<void> {
  await tx.copy(
    "copy match_probes (token, form, says, subject_key, is_decoy) from stdin (format binary)",
    rows,
  );
}

/**
 * Every pair with a token in common, once, by its closest date and sex; and what their periods and numbers say.
 *
 * Equality of tokens is the only comparison: one hash join of both scratch tables, whatever their size.
 */
export async function joinPairs(tx: Tx): Promise<void> {
  await tx.run(wholeTables);
  await tx.run(sql`analyze match_features, match_probes`);
  await tx.run(sql`
    insert into match_pairs
      (subject_key, person_key, is_decoy, names, says, date_form, other_sex, number_agrees, overlap_months)
    with hits as (
      select subject_key, person_key, is_decoy, (form >> 3) & 3 as date_form, form >> 5 as other_sex,
             bit_or(1 << (form & 7)) as names, max(says) as says
      from match_probes join match_features using (token)
      group by 1, 2, 3, 4, 5
    ), closest as (
      select distinct on (subject_key, person_key) *,
             count(*) over (partition by subject_key, person_key, date_form) as sexes
      from hits
      order by subject_key, person_key, date_form, other_sex
    )
    select c.subject_key, c.person_key, c.is_decoy, c.names,
           -- whoever has no sex recorded, or both, answers to both
           case when c.sexes = 2 then c.says | ${sexUnsaid}::smallint else c.says end, c.date_form, c.other_sex = 1,
           not c.is_decoy and exists (
             select 1 from suspense_tokens s join person_tokens p using (token, kind)
             where s.owner_key = c.subject_key and p.person_key = c.person_key and s.kind in (1, 2)),
           case when c.is_decoy then 0 else (
             select count(*) from (${paidMonths("suspense_entries", "owner_key", "c.subject_key")}) o
             join (${paidMonths("premium_entries", "person_key", "c.person_key")}) p using (premium_month)) end
    from closest c`);
}

/** Months for which money was paid and not taken out again: kinds paid, prepaid and paid late. */
function paidMonths(table: string, key: string, of: string): ReturnType<typeof sqlText> {
  return sqlText(`select premium_month from ${table} where ${key} = ${of} and kind in (1, 9, 10)
    group by premium_month having sum(case when reverses_entry_no is null then 1 else -1 end) > 0`);
}

export async function listPatternCounts(reader: Reader): Promise<PatternCount[]> {
  const rows = await reader.list<{
    names: number;
    says: number;
    date_form: number;
    other_sex: boolean;
    is_decoy: boolean;
    pairs: bigint;
    overlapping: bigint;
  }>(sql`
    select names, says, date_form, other_sex, is_decoy, count(*) as pairs,
           count(*) filter (where overlap_months > 0) as overlapping
    from match_pairs group by 1, 2, 3, 4, 5`);
  return rows.map((row) => ({
    names: row.names,
    says: row.says,
    dateForm: row.date_form,
    otherSex: row.other_sex,
    isDecoy: row.is_decoy,
    pairs: Number(row.pairs),
    overlapping: Number(row.overlapping),
  }));
}

/** Pairs of an owner who waits and a person with the same number: how many agree in a name too, how many do not. */
export async function countNumberPairs(reader: Reader): Promise<{ agreeing: number; others: number }> {
  const row = await reader.get<{ agreeing: bigint; total: bigint }>(sql`
    select (select count(*) from match_pairs where number_agrees) as agreeing,
           (select count(distinct (s.owner_key, p.person_key)) from suspense_tokens s
            join person_tokens p using (token, kind) where s.kind in (1, 2)) as total`);
  const agreeing = Number(row.agreeing);
  return { agreeing, others: Math.max(0, Number(row.total) - agreeing) };
}

/** The one job here that reads tables whole: not by the indexes that the custodian's sessions insist on. */
const wholeTables = sqlText(
  `set local enable_seqscan = on; set local work_mem = '${matchingLimits.joinMemory}'`,
);

/** Weighs every pair, ranks the candidates of each owner, and keeps those worth showing. */
export async function appendCandidates(tx: Tx, runId: Uint8Array, weights: Weights): Promise<void> {
  const { patterns, overlapWeight, numberWeight } = weights;
  await tx.run(wholeTables);
  await tx.run(sql`
    insert into match_candidates (owner_key, run_id, place, person_key, stage, weight, probability, names, says,
      date_form, other_sex, number_agrees, overlap_months)
    with pattern (names, says, date_form, other_sex, weight, stage) as (
      select * from unnest(${patterns.map(({ names }) => names)}::smallint[], ${patterns.map(({ says }) => says)}::smallint[],
        ${patterns.map(({ dateForm }) => dateForm)}::smallint[], ${patterns.map(({ otherSex }) => otherSex)}::boolean[],
        ${patterns.map(({ weight }) => weight)}::double precision[], ${patterns.map(({ stage }) => stage)}::text[])
    ), weighed as (
      select p.*, t.stage,
             least(60, t.weight + case when p.overlap_months > 0 then ${overlapWeight}::double precision else 0 end
                     + case when p.number_agrees then ${numberWeight}::double precision else 0 end) as weight
      from match_pairs p join pattern t using (names, says, date_form, other_sex)
      where not p.is_decoy
    ), ranked as (
      select *, power(2, weight) / (1 + sum(power(2, weight)) over (partition by subject_key)) as probability,
             row_number() over (partition by subject_key order by weight desc, person_key) as place
      from weighed
    )
    select subject_key, ${renderUuid(runId)}::uuid, place, person_key, stage, weight, probability, names, says, date_form,
           other_sex, number_agrees, overlap_months
    from ranked
    where place <= ${matchingLimits.candidates} and probability >= ${matchingLimits.shownProbability}::double precision`);
}

/** Why each owner still waits. Every owner who waits gets exactly one reason. */
export async function appendOutcomes(tx: Tx, runId: Uint8Array): Promise<void> {
  const run = renderUuid(runId);
  await tx.run(wholeTables);
  await tx.run(sql`
    insert into match_outcomes (owner_key, run_id, reason)
    with shown as (
      select owner_key, count(*) as candidates from match_candidates where run_id = ${run}::uuid group by 1
    ), agreeing as (
      select distinct subject_key as owner_key from match_pairs where not is_decoy
    ), telling as (
      select distinct subject_key as owner_key from match_probes where not is_decoy
    )
    select o.owner_key, ${run}::uuid,
           case when shown.candidates = 1 then 'one-owner' when shown.candidates > 1 then 'several-owners'
                when agreeing.owner_key is not null then 'weak' when telling.owner_key is not null then 'nothing-agrees'
                else 'says-too-little' end
    from suspense_owners o
    left join shown using (owner_key) left join agreeing using (owner_key) left join telling using (owner_key)
    where ${isWaiting}`);
}

export interface RunCounts {
  readonly oneOwner: number;
  readonly severalOwners: number;
  readonly weak: number;
  readonly nothingAgrees: number;
  readonly saysTooLittle: number;
}

export async function countOutcomes(reader: Reader, runId: Uint8Array): Promise<RunCounts> {
  const rows = await reader.list<{ reason: string; owners: bigint }>(sql`
    select reason, count(*) as owners from match_outcomes where run_id = ${renderUuid(runId)}::uuid group by 1`);
  const count = (reason: string): number => Number(rows.find((row) => row.reason === reason)?.owners ?? 0n);
  return {
    oneOwner: count("one-owner"),
    severalOwners: count("several-owners"),
    weak: count("weak"),
    nothingAgrees: count("nothing-agrees"),
    saysTooLittle: count("says-too-little"),
  };
}

export async function appendRun(
  tx: Tx,
  runId: Uint8Array,
  { actor, office }: { readonly actor: string; readonly office: string },
  at: Date,
): Promise<void> {
  await tx.run(sql`
    insert into match_runs (run_id, actor, office, recorded_at) values (${renderUuid(runId)}, ${actor}, ${office}, ${at})`);
}

/** How far a run is; false when somebody has taken it back. Steps are counted from 0. */
export async function appendStep(
  register: Database,
  runId: Uint8Array,
  stepNo: number,
  at: { readonly step: string; readonly done: number; readonly total: number; readonly time: Date },
): Promise<boolean> {
  return register.transact(async (tx) => {
    await tx.run(sql`
      insert into match_run_steps (run_id, step_no, step, done, total, recorded_at)
      values (${renderUuid(runId)}, ${stepNo}, ${at.step}, ${at.done}, ${at.total}, ${at.time})`);
    const cancelled = await tx.list(
      sql`select run_id from match_run_cancels where run_id = ${renderUuid(runId)}`,
    );
    return cancelled.length === 0;
  });
}

export async function appendRunFinished(
  tx: Tx,
  runId: Uint8Array,
  { persons, owners }: { readonly persons: number; readonly owners: number },
  counts: RunCounts,
  at: Date,
): Promise<void> {
  await tx.run(sql`
    insert into match_runs_finished (run_id, persons, owners, one_owner, several_owners, weak, nothing_agrees,
      says_too_little, recorded_at)
    values (${renderUuid(runId)}, ${persons}, ${owners}, ${counts.oneOwner}, ${counts.severalOwners}, ${counts.weak},
            ${counts.nothingAgrees}, ${counts.saysTooLittle}, ${at})`);
}
