/**
 * A revision: the numbered, dated, immutable state of an incident's exposure. All counts, letters, flags and answers name one.
 *
 * Its digest stands for everything in it: which evidence, as of which event, every count, every person of every class. It
 * is verified each time that anything is made of it, from the stored sets themselves.
 * INVARIANT: a changed set, count or list is found before it is used (incidents.abuse.test.ts).
 */
import { createHash } from "node:crypto";
import { equalBytes, encodeHex } from "@kura/kernel/bytes.ts";
import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";
import { Breach } from "@kura/kernel/fault.ts";
import type { Reader } from "../db/database.ts";
import type { Counts } from "./count.ts";
import { grades } from "./grade.ts";
import type { ExposedClass } from "./partition.ts";
import { PersonSet } from "./person-set.ts";
import * as store from "./store.ts";

export interface DigestedClass extends ExposedClass {
  readonly digest: Uint8Array;
}

/** A revision with its sets, proved whole. */
export interface Revision extends store.RevisionRow {
  readonly incidentId: string;
  readonly classes: readonly DigestedClass[];
}

export function digestClasses(classes: readonly ExposedClass[]): DigestedClass[] {
  return classes.map((one) => ({ ...one, digest: one.persons.digest() }));
}

/** Counts as they are stored and digested. */
export function countsText(counts: Counts): string {
  return encodeCanonical(counts as unknown as Canonical);
}

export function parseCounts(text: string): Counts {
  return JSON.parse(text) as Counts;
}

/** SHA-256 of the canonical text of the whole. */
export function revisionDigest(
  incidentId: string,
  row: Pick<store.RevisionRow, "revisionNo" | "asOfEvent" | "asOf" | "evidenceNos" | "counts">,
  classes: readonly DigestedClass[],
): Uint8Array {
  const text = encodeCanonical({
    incident: incidentId,
    revision: row.revisionNo,
    asOf: row.asOf.toISOString(),
    asOfEvent: row.asOfEvent.toString(),
    evidence: row.evidenceNos,
    counts: row.counts,
    classes: classes.map(({ fields, persons, digest }) => ({
      fields: grades.map((grade) => fields[grade]),
      persons: persons.size,
      digest: encodeHex(digest),
    })),
  });
  return new Uint8Array(createHash("sha256").update(text).digest());
}

/**
 * A revision that is what it was when it was made; the newest unless a number is given, `undefined` when there is none.
 *
 * @param proved of this incident, before: if it is still the one, its sets are not read and hashed again.
 * @throws {Breach} when a set, a count or the digest is not what it was.
 */
export async function findRevision(
  reader: Reader,
  incidentId: string,
  revisionNo?: number,
  proved?: Revision,
): Promise<Revision | undefined> {
  const [row] = await store.listRevisions(reader, incidentId, 1, revisionNo);
  if (row === undefined) return undefined;
  const isProved = proved?.revisionNo === row.revisionNo;
  const classes = isProved ? proved.classes : await readClasses(reader, incidentId, row.revisionNo);
  if (!equalBytes(revisionDigest(incidentId, row, classes), row.digest)) {
    throw new Breach("a revision is not the one that was made", { revision: row.revisionNo });
  }
  const { exposedPersons } = parseCounts(row.counts);
  if (everybodyIn(classes).size !== exposedPersons) {
    throw new Breach("a revision's count is not that of its persons", { revision: row.revisionNo });
  }
  return { ...row, incidentId, classes };
}

async function readClasses(reader: Reader, incidentId: string, revision: number): Promise<DigestedClass[]> {
  const classes = await store.listClasses(reader, incidentId, revision);
  for (const { persons, count, digest } of classes) {
    if (persons.size !== count || !equalBytes(persons.digest(), digest)) {
      throw new Breach("a revision's set is not the one it was made with", { revision });
    }
  }
  return classes;
}

export function everybodyIn(classes: readonly ExposedClass[]): PersonSet {
  return PersonSet.union(classes.map(({ persons }) => persons));
}

/**
 * That a list about a revision is the revision: the same persons, each once, nobody else.
 *
 * @param persons of the list, in any order, as often as they stand in it.
 * @throws {Breach}
 */
export function verifyList(revision: Revision, wanted: PersonSet, persons: readonly number[]): void {
  const listed = PersonSet.of(persons);
  const isEqual = listed.equals(wanted) && listed.size === persons.length;
  if (!isEqual) {
    const { revisionNo } = revision;
    throw new Breach("a list is not equal to its revision", {
      revision: revisionNo,
      wanted: wanted.size,
      listed: persons.length,
      missing: wanted.without(listed).size,
    });
  }
}
