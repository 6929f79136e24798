/**
 * What is counted of an exposure, always in records and in persons. Pure.
 *
 * A person counts once, at the surest grade of any of their fields, in the combination of the fields that have that
 * grade. An office counts the persons whom its holders exposed: a person seen in two offices counts in both, so the
 * offices add up to more than the whole. Places and kinds of insurance are disjoint, and what is unknown is a line.
 */
import { gradeOf, type Exposure } from "./expose.ts";
import type { FieldMask } from "./field-mask.ts";
import { type Grade, grades } from "./grade.ts";
import type { ExposedClass } from "./partition.ts";
import { PersonSet } from "./person-set.ts";

export interface Count {
  readonly exposedPersons: number;
  readonly exposedRecords: number;
}

export interface Counts extends Count {
  readonly byGrade: Readonly<Record<Grade, Count>>;
  /** Persons by the fields they have at their grade, records by the fields they showed. */
  readonly byFields: readonly (Count & { readonly grade: Grade; readonly fields: FieldMask })[];
  readonly byOffice: readonly (Count & { readonly grade: Grade; readonly office: string })[];
  readonly byTrait: readonly TraitCount[];
}

/** Persons who share something that is counted by: a prefecture, whether they pay premiums. */
export interface Trait {
  readonly dimension: string;
  readonly value: string;
  readonly persons: PersonSet;
}

export interface TraitCount {
  readonly dimension: string;
  /** Empty: of those it is not known. */
  readonly value: string;
  readonly grade: Grade;
  readonly exposedPersons: number;
}

export function countExposure(exposure: Exposure, traits: readonly Trait[] = []): Counts {
  const byGrade = {
    disclosed: countGrade(exposure, "disclosed"),
    reachable: countGrade(exposure, "reachable"),
    "cannot-rule-out": countGrade(exposure, "cannot-rule-out"),
  };
  const sum = (name: keyof Count): number => grades.reduce((total, grade) => total + byGrade[grade][name], 0);
  return {
    exposedPersons: sum("exposedPersons"),
    exposedRecords: sum("exposedRecords"),
    byGrade,
    byFields: countFields(exposure),
    byOffice: countOffices(exposure, byGrade),
    byTrait: countTraits(exposure.classes, traits),
  };
}

/** Everybody whose surest grade this is. */
export function personsAt(classes: readonly ExposedClass[], grade: Grade): PersonSet {
  return PersonSet.union(
    classes.filter(({ fields }) => gradeOf(fields) === grade).map(({ persons }) => persons),
  );
}

function countGrade({ classes, slices }: Exposure, grade: Grade): Count {
  const own = classes.filter(({ fields }) => gradeOf(fields) === grade);
  return {
    exposedPersons: own.reduce((total, { persons }) => total + persons.size, 0),
    exposedRecords: slices.reduce((total, slice) => total + (slice.grade === grade ? slice.records : 0), 0),
  };
}

function countFields({ classes, slices }: Exposure): Counts["byFields"] {
  const lines = new Map<
    string,
    { grade: Grade; fields: FieldMask; exposedPersons: number; exposedRecords: number }
  >();
  const line = (grade: Grade, fields: FieldMask) => {
    const key = `${grade} ${fields}`;
    const found = lines.get(key) ?? { grade, fields, exposedPersons: 0, exposedRecords: 0 };
    lines.set(key, found);
    return found;
  };
  for (const { fields, persons } of classes) {
    const grade = gradeOf(fields);
    if (grade !== undefined) line(grade, fields[grade]).exposedPersons += persons.size;
  }
  for (const { grade, fields, records } of slices) line(grade, fields).exposedRecords += records;
  return [...lines.values()].toSorted(
    (a, b) => grades.indexOf(a.grade) - grades.indexOf(b.grade) || a.fields - b.fields,
  );
}

function countOffices({ slices }: Exposure, byGrade: Counts["byGrade"]): Counts["byOffice"] {
  const lines: (Count & { grade: Grade; office: string })[] = [];
  const byOffice = Map.groupBy(slices, ({ office }) => office);
  const [only] = byOffice.keys();
  if (only !== undefined && byOffice.size === 1) return countOnlyOffice(only, byGrade);
  for (const [office, own] of [...byOffice].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    let surer = PersonSet.empty;
    for (const grade of grades) {
      const here = own.filter((slice) => slice.grade === grade);
      const persons = PersonSet.union(here.map((slice) => slice.persons));
      const exposedPersons = persons.without(surer).size;
      const exposedRecords = here.reduce((total, { records }) => total + records, 0);
      surer = surer.or(persons);
      if (exposedPersons > 0 || exposedRecords > 0)
        lines.push({ grade, office, exposedPersons, exposedRecords });
    }
  }
  return lines;
}

/** Its persons and records are all there are. */
function countOnlyOffice(office: string, byGrade: Counts["byGrade"]): Counts["byOffice"] {
  return grades
    .map((grade) => ({ grade, office, ...byGrade[grade] }))
    .filter(({ exposedPersons, exposedRecords }) => exposedPersons > 0 || exposedRecords > 0);
}

function countTraits(classes: readonly ExposedClass[], traits: readonly Trait[]): TraitCount[] {
  const lines: TraitCount[] = [];
  const byDimension = Map.groupBy(traits, ({ dimension }) => dimension);
  for (const grade of byDimension.size === 0 ? [] : grades) {
    const persons = personsAt(classes, grade);
    if (persons.size === 0) continue;
    for (const [dimension, own] of byDimension) {
      let known = 0;
      for (const trait of own) {
        const exposedPersons = persons.countOfBoth(trait.persons);
        known += exposedPersons;
        if (exposedPersons > 0) lines.push({ dimension, value: trait.value, grade, exposedPersons });
      }
      if (known < persons.size)
        lines.push({ dimension, value: "", grade, exposedPersons: persons.size - known });
    }
  }
  return lines;
}
