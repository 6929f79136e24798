/** What the agency's policy is asked. No person is in a question: only how many there are, and whether the case is theirs. Pure. */
import type { CaseKind } from "../cases/case.ts";
import type { Field } from "../register/field.ts";

/** What a decision is about. */
export type PolicyQuestion = {
  readonly actor: string;
  readonly office: string;
  readonly purpose: string;
  readonly case: {
    readonly caseId: string;
    readonly kind: CaseKind;
    readonly isOpen: boolean;
    readonly openedBy: string;
    readonly office: string;
  };
  readonly atMs: number;
} & (
  | { readonly kind: "search" }
  | {
      readonly kind: "look";
      readonly fields: readonly Field[];
      readonly persons: number;
      /** Every person of the order is a person of the case. */
      readonly isAboutThem: boolean;
    }
);

/** When a question is asked, as a policy may speak of it: the hour and the day of Japan's clocks, Monday being 1. */
export interface QuestionMoment {
  readonly hour: number;
  readonly weekday: number;
}

/** Japan has had no summer time since 1951 (Act No. 5 of 1952). */
const japanOffsetMs = 9 * 60 * 60_000;
const hourMs = 60 * 60_000;

export function momentOf(atMs: number): QuestionMoment {
  const local = new Date(atMs + japanOffsetMs);
  const weekday = local.getUTCDay() === 0 ? 7 : local.getUTCDay();
  const hour = Math.floor((local.getTime() % (24 * hourMs)) / hourMs);
  return { hour, weekday };
}
