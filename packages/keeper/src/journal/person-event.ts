/**
 * A person's own chain of events: each link is a hash over the event as it concerns this person, and the link before.
 *
 * So a person who is shown their events sees that none is missing, and learns nothing of the others in the same event.
 * Link n: SHA-256 of `kura/person-event/1`, a newline, and canonical JSON of {@link PersonEntry}.
 */
import { hash } from "node:crypto";
import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";
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
  const textOf = entryTexts(event, stamp);
  const links = event.persons.map((person) => nextLink(textOf, person, index.lastLink(person)));
  return { ...event, links };
}

/** @throws {Breach} when a link does not follow from the event and the chain before it. */
export function checkLinks(event: PersonEvent, stamp: Stamp, index: PersonIndex): void {
  const textOf = entryTexts(event, stamp);
  for (const [i, person] of event.persons.entries()) {
    if (event.links[i]?.hash !== nextLink(textOf, person, index.lastLink(person)).hash) {
      throw new Breach("a person's chain of events is broken", { number: stamp.number });
    }
  }
}

function nextLink(textOf: EntryText, person: string, last: PersonLink): PersonLink {
  const n = last.n + 1;
  // In the order in which the journal writes the names.
  return { hash: hash("sha256", `kura/person-event/1\n${textOf(person, n, last.hash)}`, "hex"), n };
}

type EntryText = (person: string, n: number, previous: string) => string;

/**
 * Canonical JSON of an event's entries: all of it but three members is the same for all persons, and is encoded once.
 *
 * @param person, `previous` in hexadecimal. INVARIANT: equals `encodeCanonical(entryOf(…))` (person-event.test.ts).
 */
export function entryTexts(event: Unlinked, stamp: Stamp): EntryText {
  const entry: Readonly<Record<string, Canonical>> = {
    ...entryOf(event, "", stamp, { n: 0, previous: "" }),
  };
  const [first = "", second = "", third = "", fourth = ""] = Object.keys(entry)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${ownParts[key] ?? encodeCanonical(entry[key] ?? null)}`)
    .join(",")
    .split(hole);
  return (person, n, previous) => `{${first}${n}${second}${person}${third}${previous}${fourth}}`;
}

/** Stands in no JSON text: controls are written as escapes there. */
const hole = "\u0000";
/** In the order of their names: a number and two texts. */
const ownParts: Readonly<Record<string, string>> = { n: hole, person: `"${hole}"`, previous: `"${hole}"` };

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
