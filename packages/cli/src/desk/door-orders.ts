/** A look and a search from an operator's desk: signs, hands over, opens the answer that only this session can read. */
import { decodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { encodeSearchTerms } from "@kura/keeper/client-side.ts";
import { decodeFoundPersons, decodeOpenedPersons, type FoundPersons } from "@kura/keeper/protocol/orders.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import type { Case } from "@kura/custodian/cases/case.ts";
import { renderUuid } from "@kura/custodian/db/uuid.ts";
import { look } from "@kura/custodian/disclosure/look.ts";
import { search } from "@kura/custodian/disclosure/search.ts";
import { type Field, fieldNumbers } from "@kura/custodian/register/field.ts";
import { mustBeSound } from "./custodian-word.ts";
import { type Desk, refused } from "./desk.ts";

export interface Shown {
  readonly eventNumber: bigint;
  readonly isNearBudget: boolean;
  readonly erased: readonly string[];
  readonly persons: readonly { readonly personKey: string; readonly records: readonly FactValue[][] }[];
}

/** @param persons UUIDs. @throws {Fault} with the refusal as its code. */
export async function orderLook(
  desk: Desk,
  about: Case,
  purpose: string,
  persons: readonly string[],
  fields: readonly Field[],
): Promise<Shown> {
  await mustBeSound(desk.custodianUrl);
  const signed = desk.orders.order({
    kind: "look",
    purpose,
    case: about.caseId,
    caseKind: about.kind,
    persons: persons.map((person) => person.replaceAll("-", "")),
    fields: fields.map((field) => fieldNumbers[field]),
  });
  const outcome = await look(desk.door, desk.asker, signed);
  if (outcome.outcome !== "answered") throw refused(outcome.outcome, outcome.policies);
  const opened = decodeOpenedPersons(desk.orders.open(signed, outcome.answer));
  return {
    eventNumber: opened.eventNumber,
    isNearBudget: opened.isNearBudget,
    erased: outcome.erased,
    persons: opened.persons.map(({ personKey, records }) => ({
      personKey: renderUuid(personKey),
      records: records.map(decodeFactList),
    })),
  };
}

/** @throws {Fault} with the refusal as its code. */
export async function orderSearch(
  desk: Desk,
  about: Case,
  purpose: string,
  terms: readonly Term[],
): Promise<FoundPersons> {
  await mustBeSound(desk.custodianUrl);
  const { hpkeKey } = await desk.keeper.status();
  const sealedTerms = desk.orders.sealForNext("search", hpkeKey, encodeSearchTerms(terms));
  const content = { kind: "search", purpose, case: about.caseId, caseKind: about.kind, sealedTerms } as const;
  const signed = desk.orders.order(content);
  const outcome = await search(desk.door, desk.asker, signed);
  if (outcome.outcome !== "answered") throw refused(outcome.outcome, outcome.policies);
  return decodeFoundPersons(desk.orders.open(signed, outcome.answer));
}
