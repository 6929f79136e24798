/**
 * Whom letters are for: a part of a revision's persons, without those who were written the same already. Pure.
 *
 * A letter says which fields were exposed and which cannot be ruled out; persons of whom that is the same get the same letter.
 * A later revision that says the same of somebody is no reason to write to them again; one that says something else is.
 */
import { gradeOf } from "../incident/expose.ts";
import type { FieldMask } from "../incident/field-mask.ts";
import type { Grade } from "../incident/grade.ts";
import type { ExposedClass } from "../incident/partition.ts";
import { PersonSet } from "../incident/person-set.ts";

/** What a letter says, and how many it is for. */
export interface LetterKind {
  /** Names it within the revision. */
  readonly letter: string;
  readonly fields: FieldMask;
  readonly doubtful: FieldMask;
  readonly persons: PersonSet;
}

export interface Chosen {
  /** A {@link LetterKind}'s name. */
  readonly letter?: string | undefined;
  /** Whose surest grade it is. */
  readonly grade?: Grade | undefined;
  /** Sets to which whoever is chosen belongs: who lives in a prefecture, whom an office's holders exposed. */
  readonly within: readonly PersonSet[];
  /** The first so many, by number. */
  readonly most?: number | undefined;
}

/** A list made before, with the classes of its own revision. */
export interface Written {
  readonly persons: PersonSet;
  readonly classes: readonly ExposedClass[];
}

/** The letters of a revision, each with everybody it is for; in the order of their names. */
export function lettersOf(classes: readonly ExposedClass[]): LetterKind[] {
  const groups = Map.groupBy(classes, letterOf);
  return [...groups]
    .map(([letter, own]) => {
      const [first] = own;
      const persons = PersonSet.union(own.map((one) => one.persons));
      return { letter, ...saidOf(first), persons };
    })
    .toSorted((a, b) => (a.letter < b.letter ? -1 : 1));
}

/** What a letter says to somebody of this class: `12-4`, the masks of the fields exposed and of the doubtful ones. */
export function letterOf(one: ExposedClass): string {
  const { fields, doubtful } = saidOf(one);
  return `${fields}-${doubtful}`;
}

function saidOf(one: ExposedClass | undefined): { readonly fields: FieldMask; readonly doubtful: FieldMask } {
  const { disclosed = 0, reachable = 0, "cannot-rule-out": doubtful = 0 } = one?.fields ?? {};
  return { fields: disclosed | reachable, doubtful };
}

/** Who of the revision has a letter that says what it says of them. */
export function writtenAlike(classes: readonly ExposedClass[], written: readonly Written[]): PersonSet {
  const now = new Map(lettersOf(classes).map(({ letter, persons }) => [letter, persons]));
  const alike = written.flatMap((list) =>
    lettersOf(list.classes).map(({ letter, persons }) =>
      list.persons.and(persons).and(now.get(letter) ?? PersonSet.empty),
    ),
  );
  return PersonSet.union(alike);
}

/** @param done who needs no letter. */
export function choose(
  classes: readonly ExposedClass[],
  done: PersonSet,
  { letter, grade, within, most }: Chosen,
): PersonSet {
  const wanted = classes.filter(
    (one) =>
      (letter === undefined || letterOf(one) === letter) &&
      (grade === undefined || gradeOf(one.fields) === grade),
  );
  const own = PersonSet.union(wanted.map(({ persons }) => persons)).without(done);
  const chosen = within.reduce((persons, set) => persons.and(set), own);
  return most === undefined ? chosen : PersonSet.of(chosen.slice(0, most));
}
