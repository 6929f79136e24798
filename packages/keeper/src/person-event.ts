/**
 * A person's own chain of events: each link is a hash over the event as it concerns this person, and the link before.
 *
 * So a person who is shown their events sees that none is missing, and learns nothing of the others in the same event.
 * Link n: SHA-256 of `kura/person-event/1`, a newline, and canonical JSON of {@link PersonEntry}.
 */
import { hash } from "node:crypto";
import { encodeCanonical } from "@kura/kernel/canonical.ts";
import { Breach } from "@kura/kernel/fault.ts";
import type { Ordered, PersonEvent, Stamp, Stated } from "./journal-event.ts";
import type { PersonIndex, PersonLink } from "./person-index.ts";

/** What a person is told of one event. */
export interface PersonEntry extends Ordered {
  readonly kind: PersonEvent["kind"];
  readonly person: string;
  readonly n: number;
  /** Hash of link n − 1; zeros for the first. */
  readonly previous: string;
  /** Of the event in the journal. */
  readonly number: number;
  readonly timeMs: number;
  /** Fields that were shown; none where nothing was. */
  readonly fields: readonly number[];
  /** Of a receipt. */
  readonly stated?: Stated;
}

/** A person event without its links. */
export type Unlinked = PersonEvent extends infer Event
  ? Event extends PersonEvent
    ? Omit<Event, "links">
    : never
  : never;

/** The event with each person's next link. */
export function withLinks(event: Unlinked, stamp: Stamp, index: PersonIndex): PersonEvent {
  const links = event.persons.map((person) => nextLink(event, person, stamp, index.lastLink(person)));
  return { ...event, links };
}

/** @throws {Breach} when a link does not follow from the event and the chain before it. */
export function checkLinks(event: PersonEvent, stamp: Stamp, index: PersonIndex): void {
  for (const [i, person] of event.persons.entries()) {
    if (event.links[i]?.hash !== nextLink(event, person, stamp, index.lastLink(person)).hash) {
      throw new Breach("a person's chain of events is broken", { number: stamp.number });
    }
  }
}

function nextLink(event: Unlinked, person: string, stamp: Stamp, last: PersonLink): PersonLink {
  const n = last.n + 1;
  const entry = entryOf(event, person, stamp, { n, previous: last.hash });
  return { n, hash: hash("sha256", `kura/person-event/1\n${encodeCanonical({ ...entry })}`, "hex") };
}

/** What is hashed, and what a person is shown. */
export function entryOf(
  event: Unlinked,
  person: string,
  { number, timeMs }: Stamp,
  { n, previous }: { readonly n: number; readonly previous: string },
): PersonEntry {
  const { kind, session, actor, office, orderNumber, purpose, caseId, caseKind } = event;
  const fields = "fields" in event ? event.fields : [];
  return {
    kind,
    person,
    n,
    previous,
    number,
    timeMs,
    session,
    actor,
    office,
    orderNumber,
    purpose,
    caseId,
    caseKind,
    fields,
    ...("stated" in event && { stated: event.stated }),
  };
}
