/**
 * What a person is told who asks whether they are exposed. Pure. There is no bare "no" among the answers.
 *
 * `nothing-found` says as of when and of which revision; what is found later changes it, and then the person is called
 * back (`call-backs.ts`). Rule: DESIGN section 5; in 2015 2,449 persons were told "not leaked" who were.
 */
import { assertNever } from "@kura/kernel/fault.ts";
import { type FieldMask, numbersIn } from "./field-mask.ts";
import type { ExposedClass } from "./partition.ts";

export type Answer =
  | {
      readonly answer: "exposed";
      /** Served to a compromised holder, or in a copy that one could open. */
      readonly fields: FieldMask;
      /** Of those, the ones that are known to have been served. */
      readonly disclosed: FieldMask;
      /** Further fields that cannot be ruled out. */
      readonly doubtful: FieldMask;
    }
  | { readonly answer: "cannot-rule-out"; readonly fields: FieldMask }
  | { readonly answer: "nothing-found" };

export function decideAnswer(classes: readonly ExposedClass[], personNo: number): Answer {
  const own = classes.find(({ persons }) => persons.has(personNo));
  if (own === undefined) return { answer: "nothing-found" };
  const { disclosed, reachable, "cannot-rule-out": doubtful } = own.fields;
  const fields = disclosed | reachable;
  if (fields === 0) return { answer: "cannot-rule-out", fields: doubtful };
  return { answer: "exposed", fields, disclosed, doubtful };
}

/** The same answer has the same text. */
export function answerText(answer: Answer): string {
  const list = (mask: FieldMask): string => numbersIn(mask).join("+");
  switch (answer.answer) {
    case "exposed":
      return `exposed ${list(answer.fields)} disclosed ${list(answer.disclosed)} doubtful ${list(answer.doubtful)}`;
    case "cannot-rule-out":
      return `cannot-rule-out ${list(answer.fields)}`;
    case "nothing-found":
      return "nothing-found";
    default:
      return assertNever(answer, "answer");
  }
}
