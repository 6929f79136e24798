/**
 * From overlapping slices to disjoint classes: everybody who is exposed stands in exactly one, with the fields of each grade.
 *
 * A field counts at its surest grade only. Fields that always come together are split off together, so the cost goes with
 * the number of different combinations and not with the number of fields.
 */
import { type FieldMask, numbersIn } from "./field-mask.ts";
import { type Grade, grades } from "./grade.ts";
import { PersonSet, Scratch } from "./person-set.ts";

/** Persons of whom exactly these fields are exposed, by grade; the masks of a class have no field in common. */
export interface ExposedClass {
  readonly fields: Readonly<Record<Grade, FieldMask>>;
  readonly persons: PersonSet;
}

interface Part {
  readonly grade: Grade;
  readonly fields: FieldMask;
  readonly persons: PersonSet;
}

/** In a fixed order: by the masks, surest grade first. */
export function partition(parts: readonly Part[]): ExposedClass[] {
  const scratch = new Scratch();
  const merged = merge(parts, scratch);
  const everybody = scratch.of(PersonSet.union(merged.map(({ persons }) => persons)));
  if (everybody.size === 0) return [];
  let classes: ExposedClass[] = [
    { fields: { disclosed: 0, reachable: 0, "cannot-rule-out": 0 }, persons: everybody },
  ];
  for (const mask of groupFields(merged)) {
    let surer = PersonSet.empty;
    for (const grade of grades) {
      const own = merged.filter((part) => part.grade === grade && (part.fields & mask) !== 0);
      if (own.length === 0) continue;
      const isAll = own.length === merged.length;
      const persons = isAll ? everybody : scratch.of(PersonSet.union(own.map((part) => part.persons)));
      const only = scratch.of(persons.without(surer));
      surer = scratch.of(surer.or(persons));
      if (only.size > 0)
        classes = classes.flatMap((one) => split(one, grade, mask, only, everybody, scratch));
    }
  }
  scratch.releaseBut([...parts, ...classes].map(({ persons }) => persons));
  return classes.toSorted(byMasks);
}

/** One part for each grade and combination. */
function merge(parts: readonly Part[], scratch: Scratch): Part[] {
  const groups = Map.groupBy(
    parts.filter(({ persons }) => persons.size > 0),
    ({ grade, fields }) => `${grade} ${fields}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ ...first, persons: scratch.of(PersonSet.union(group.map(({ persons }) => persons))) }];
  });
}

/** Fields that stand in exactly the same parts. */
function groupFields(parts: readonly Part[]): FieldMask[] {
  const all = parts.reduce((mask, { fields }) => mask | fields, 0);
  const groups = Map.groupBy(numbersIn(all), (number) =>
    parts.map(({ fields }) => ((fields & (1 << number)) === 0 ? "0" : "1")).join(""),
  );
  return [...groups.values()].map((numbers) => numbers.reduce((mask, number) => mask | (1 << number), 0));
}

function split(
  one: ExposedClass,
  grade: Grade,
  mask: FieldMask,
  persons: PersonSet,
  everybody: PersonSet,
  scratch: Scratch,
): ExposedClass[] {
  // All of them are among everybody: of large sets, not to compare them is most of what can be saved.
  const inside = one.persons === everybody ? persons : scratch.of(one.persons.and(persons));
  if (inside.size === 0) return [one];
  const fields = { ...one.fields, [grade]: one.fields[grade] | mask };
  if (inside.size === one.persons.size) return [{ fields, persons: one.persons }];
  const outside = scratch.of(one.persons.without(inside));
  return [
    { fields, persons: inside },
    { fields: one.fields, persons: outside },
  ];
}

function byMasks(a: ExposedClass, b: ExposedClass): number {
  for (const grade of grades) {
    const difference = a.fields[grade] - b.fields[grade];
    if (difference !== 0) return difference;
  }
  return 0;
}
