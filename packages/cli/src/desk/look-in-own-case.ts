/** Find, then look, in a case that is opened for it and closed behind it: for a question that is answered in one go. */
import type { Case, CaseKind } from "@kura/custodian/cases/case.ts";
import { addPersons, closeCase, openCase } from "@kura/custodian/cases/cases.ts";
import { renderUuid } from "@kura/custodian/db/uuid.ts";
import type { Field } from "@kura/custodian/register/field.ts";
import { Fault } from "@kura/kernel/fault.ts";
import type { FoundPerson } from "@kura/keeper/protocol/orders.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import { casePartsOf, getCase, mustBeDone } from "./cases.ts";
import type { Desk } from "./desk.ts";
import { orderLook, orderSearch, type Shown } from "./door-orders.ts";

export interface OneQuestion {
  readonly kind: CaseKind;
  readonly purpose: string;
  /** Of the case: no personal data. */
  readonly reason: string;
  /** Terms of one person. */
  readonly terms: readonly Term[];
  readonly fields: readonly Field[];
}

export interface OneLook {
  readonly about: Case;
  readonly found: FoundPerson;
  readonly shown: Shown;
}

/**
 * Both the search and the look stand in the journal, under the same case.
 *
 * @throws {Fault} `not-found`, `several-persons`, or the refusal of an order.
 */
export async function lookInOwnCase(desk: Desk, question: OneQuestion): Promise<OneLook> {
  const { kind, purpose, reason, terms, fields } = question;
  const parts = casePartsOf(desk.door);
  const { caseId } = mustBeDone(await openCase(parts, { by: desk.asker, kind, reason, persons: [] }));
  try {
    const { persons } = await orderSearch(desk, await getCase(desk.door, caseId), purpose, terms);
    const [found] = persons;
    if (found === undefined) throw new Fault("not-found", "nobody in the register has this number");
    if (persons.length > 1) throw new Fault("several-persons", `${persons.length} persons have this number`);
    const person = renderUuid(found.personKey);
    const about = mustBeDone(await addPersons(parts, caseId, desk.asker, [person], reason));
    return { about, found, shown: await orderLook(desk, about, purpose, [person], fields) };
  } finally {
    await closeCase(parts, caseId, desk.asker, reason);
  }
}
