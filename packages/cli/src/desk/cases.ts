/** Cases from an operator's desk: outcomes become faults with the outcome as their code. */
import { Fault } from "@kura/kernel/fault.ts";
import type { Case } from "@kura/custodian/cases/case.ts";
import { type CaseOutcome, type CaseParts, findCase } from "@kura/custodian/cases/cases.ts";
import type { DoorParts } from "@kura/custodian/disclosure/door.ts";

const words: Readonly<Record<Exclude<CaseOutcome["outcome"], "done">, string>> = {
  "malformed-case": "a case needs a reason of at most 200 characters, and persons as their keys",
  "unknown-case": "there is no such case",
  "case-closed": "the case is closed",
  "too-many-persons": "a case is about fifty persons at most",
  "unknown-person": "nobody is registered under one of the keys",
};

export function casePartsOf({ databases, now, makeId }: DoorParts): CaseParts {
  return { register: databases.register, now, makeId };
}

/** @throws {Fault} */
export function mustBeDone(outcome: CaseOutcome): Case {
  if (outcome.outcome === "done") return outcome.case;
  throw new Fault(outcome.outcome, words[outcome.outcome]);
}

/** @throws {Fault} `unknown-case` */
export async function getCase({ databases }: DoorParts, caseId: string): Promise<Case> {
  const found = await findCase(databases.register, caseId);
  if (found === undefined) throw new Fault("unknown-case", words["unknown-case"]);
  return found;
}
