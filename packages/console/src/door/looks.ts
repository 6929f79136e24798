/**
 * Looks and searches: a signed order out, plaintext in, in this tab only. What comes back is compared with what was
 * ordered: whoever relays it could have put something else in its place.
 */
import { decodeHex, equalBytes } from "@kura/kernel/bytes.ts";
import { Breach } from "@kura/kernel/fault.ts";
import { decodeFactList, type FactValue } from "@kura/kernel/fact-list.ts";
import { encodeSearchTerms } from "@kura/keeper/client-side.ts";
import { decodeFoundPersons, decodeOpenedPersons } from "@kura/keeper/protocol/orders.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import { type Answered, type Ask, isRefused, type Refused } from "../api/ask.ts";
import { type Case, sealedShape } from "../api/shapes.ts";
import type { OrderSession, SignedOrder } from "./order-session.ts";

export interface Door {
  readonly ask: Ask;
  readonly orders: OrderSession;
}

/** One person's records, newest last, as the purpose projects them. */
export interface Looked {
  readonly outcome: "looked";
  readonly eventNumber: string;
  readonly isNearBudget: boolean;
  readonly records: readonly (readonly FactValue[])[];
}

export interface Candidate {
  /** A UUID as text. */
  readonly person: string;
  readonly maskedName: string;
  readonly birthYear: string;
  readonly addressStart: string;
}

export interface Found {
  readonly outcome: "found";
  readonly eventNumber: string;
  readonly isNearBudget: boolean;
  readonly candidates: readonly Candidate[];
}

export interface LookWish {
  readonly about: Case;
  readonly purpose: string;
  /** A UUID as text. */
  readonly person: string;
  readonly fields: readonly number[];
}

/** @throws {Breach} when the answer is about somebody else, or names another event than the keeper's. */
export async function lookAt({ ask, orders }: Door, wish: LookWish): Promise<Looked | Refused> {
  const { about, purpose, fields } = wish;
  const person = wish.person.replaceAll("-", "");
  const content = {
    kind: "look" as const,
    purpose,
    case: about.caseId,
    caseKind: about.kind,
    persons: [person],
    fields: [...fields].toSorted((a, b) => a - b),
  };
  return orders.perform(
    () => content,
    async (order) => {
      const answer = await askSealed(ask, "/api/looks", order);
      if (isRefused(answer)) return answer;
      const opened = decodeOpenedPersons(await orders.open(order, answer.value));
      const [shown, ...others] = opened.persons;
      const isSame = shown !== undefined && equalBytes(shown.personKey, decodeHex(person));
      if (!isSame || others.length > 0) throw contradiction("person");
      const records = shown.records.map(decodeFactList);
      if (records.flat().some(({ field }) => !fields.includes(field))) throw contradiction("fields");
      const { isNearBudget, eventNumber } = opened;
      checkEvent(answer.value.eventNumber, eventNumber);
      return { outcome: "looked", eventNumber: eventNumber.toString(), isNearBudget, records };
    },
  );
}

export async function searchFor(
  { ask, orders }: Door,
  about: Case,
  purpose: string,
  terms: readonly Term[],
): Promise<Found | Refused> {
  return orders.perform(
    async (number) => ({
      kind: "search" as const,
      purpose,
      case: about.caseId,
      caseKind: about.kind,
      sealedTerms: await orders.seal("search", number, encodeSearchTerms(terms)),
    }),
    async (order) => {
      const answer = await askSealed(ask, "/api/searches", order);
      if (isRefused(answer)) return answer;
      const found = decodeFoundPersons(await orders.open(order, answer.value));
      checkEvent(answer.value.eventNumber, found.eventNumber);
      const candidates = found.persons.map(({ personKey, ...rest }) => ({
        ...rest,
        person: uuidText(personKey),
      }));
      const { isNearBudget, eventNumber } = found;
      return { outcome: "found", eventNumber: eventNumber.toString(), isNearBudget, candidates };
    },
  );
}

async function askSealed(ask: Ask, path: string, order: SignedOrder): Promise<Answered<Sealed>> {
  return ask(sealedShape, { method: "POST", path, body: order });
}

interface Sealed {
  readonly eventNumber: string;
  readonly enc: string;
  readonly sealed: string;
}

function checkEvent(said: string, sealed: bigint): void {
  if (said !== sealed.toString()) throw contradiction("event");
}

function contradiction(of: string): Breach {
  return new Breach("the answer is not what was ordered", { of });
}

function uuidText(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
