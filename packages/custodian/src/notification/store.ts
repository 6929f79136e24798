/** SQL of letters: the lists, whom each is for, and what was made of them. */
import type { Database, Reader, Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import { PersonSet } from "../incident/person-set.ts";
import { letterLimits } from "./limits.ts";

export type LetterUseKind = "worklist" | "extract";

export interface LetterUse {
  readonly kind: LetterUseKind;
  readonly useId: string;
  readonly persons: number;
  readonly digest: Uint8Array;
}

export interface LetterList {
  readonly lettersId: string;
  readonly incidentId: string;
  readonly revisionNo: number;
  readonly revisionDigest: Uint8Array;
  /** JSON. */
  readonly part: string;
  readonly persons: PersonSet;
  readonly digest: Uint8Array;
  readonly madeBy: string;
  readonly madeAt: Date;
  /** None behind a stop between the list and what is made of it. */
  readonly use: LetterUse | undefined;
}

export async function appendLetters(tx: Tx, row: Omit<LetterList, "use">): Promise<void> {
  await tx.run(sql`
    insert into letters (letters_id, incident_id, revision_no, revision_digest, part, person_count, persons, digest, made_by,
                         made_at)
    values (${row.lettersId}::uuid, ${row.incidentId}::uuid, ${row.revisionNo}, ${row.revisionDigest}, ${row.part},
            ${row.persons.size}, ${row.persons.encode()}, ${row.digest}, ${row.madeBy}, ${row.madeAt})`);
  for (let part = 0; part * letterLimits.partPersons < row.persons.size; part++) {
    const numbers = row.persons.slice(part * letterLimits.partPersons, letterLimits.partPersons);
    await tx.run(sql`
      insert into letter_persons (letters_id, part_no, person_keys)
      select ${row.lettersId}::uuid, ${part}::integer, array_agg(person_key order by person_no)
      from persons where person_no = any(${[...numbers]}::bigint[])`);
  }
}

/** Of an incident, newest first; or one. */
export async function listLetters(
  reader: Reader,
  which: { readonly incidentId: string } | { readonly lettersId: string },
): Promise<LetterList[]> {
  const incidentId = "incidentId" in which ? which.incidentId : null;
  const lettersId = "lettersId" in which ? which.lettersId : null;
  const rows = await reader.list<{
    letters_id: string;
    incident_id: string;
    revision_no: number;
    revision_digest: Uint8Array;
    part: string;
    persons: Uint8Array;
    digest: Uint8Array;
    made_by: string;
    made_at: Date;
    kind: LetterUseKind | null;
    use_id: string | null;
    use_persons: number | null;
    use_digest: Uint8Array | null;
  }>(sql`
    select l.letters_id, incident_id, revision_no, revision_digest, part, persons, l.digest, made_by, made_at, u.kind,
           u.use_id, u.person_count as use_persons, u.digest as use_digest
    from letters l left join letter_uses u using (letters_id)
    where l.incident_id = ${incidentId}::uuid or l.letters_id = ${lettersId}::uuid
    order by made_at desc, l.letters_id desc limit ${letterLimits.lists}`);
  return rows.map(({ kind, use_id: useId, use_digest, ...row }) => ({
    lettersId: row.letters_id,
    incidentId: row.incident_id,
    revisionNo: row.revision_no,
    revisionDigest: row.revision_digest,
    part: row.part,
    persons: PersonSet.decode(row.persons),
    digest: row.digest,
    madeBy: row.made_by,
    madeAt: row.made_at,
    use:
      kind === null || useId === null || use_digest === null
        ? undefined
        : {
            kind,
            useId,
            persons: row.use_persons ?? 0,
            digest: use_digest,
          },
  }));
}

export async function appendUse(
  register: Database,
  lettersId: string,
  { kind, useId, persons, digest }: LetterUse,
  provedAt: Date,
): Promise<void> {
  await register.transact((tx) =>
    tx.run(sql`
      insert into letter_uses (letters_id, kind, use_id, person_count, digest, proved_at)
      values (${lettersId}::uuid, ${kind}, ${useId}::uuid, ${persons}, ${digest}, ${provedAt})`),
  );
}

/** Numbers of the persons that stand in a worklist's lots or in an extract's rows, as often as they stand there. */
export async function listUsed(reader: Reader, kind: LetterUseKind, useId: string): Promise<number[]> {
  const rows =
    kind === "worklist"
      ? sql`select unnest(person_keys) as person_key from worklist_lots where worklist_id = ${useId}::uuid`
      : sql`select unnest(person_keys) as person_key from extract_parts where extract_id = ${useId}::uuid`;
  const row = await reader.get<{ numbers: string | null }>(sql`
    select string_agg(p.person_no::text, ',') as numbers from (${rows}) used join persons p using (person_key)`);
  return numbersIn(row.numbers);
}

export async function listErased(reader: Reader): Promise<PersonSet> {
  const row = await reader.get<{ numbers: string | null }>(sql`
    select string_agg(p.person_no::text, ',') as numbers from erasures join persons p using (person_key)`);
  return PersonSet.of(numbersIn(row.numbers));
}

function numbersIn(text: string | null): number[] {
  return (text ?? "").split(",").filter(Boolean).map(Number);
}
