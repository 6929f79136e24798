/**
 * Canonical JSON of the journal's events, in half the time that `encodeCanonical` takes for any value: the order of an event's
 * names is found once for a kind, and what is in order is written by `JSON.stringify`, which is the engine's own code.
 *
 * Used by `journal.ts` alone. It decides nothing about the form: whatever it is not sure of it leaves to `encodeCanonical`.
 * INVARIANT: says of every event what `encodeCanonical` says, and refuses what that refuses (event-text.test.ts).
 */
import { type Canonical, encodeCanonical } from "@kura/kernel/canonical.ts";
import type { JournalEvent } from "./journal-event.ts";

/** How events of a kind are written. */
interface Form {
  /** Names of an event as they come. */
  readonly names: readonly string[];
  /** In their order, with those that the journal adds. */
  readonly sorted: readonly string[];
  /** Whether all are as names of events are: {@link ownName}. */
  readonly areOwn: boolean;
  /** The last event, in that order: filled anew for each, because an object that exists is filled faster than made. */
  readonly members: Members;
}

interface Members {
  [name: string]: Canonical;
}

export class EventText {
  readonly #forms = new Map<string, Form>();

  /** Canonical JSON of the event with its number and time. @throws {Fault} `not-canonical`. */
  encode(event: JournalEvent, number: number, time: string): string {
    const given = event as unknown as Members;
    const { sorted, areOwn, members } = this.#formOf(event.kind, given);
    if (!areOwn) return encodeCanonical({ ...given, number, time });
    for (const name of sorted) {
      const value = name === "number" ? number : name === "time" ? time : inOrder(given[name]);
      if (value === undefined) return encodeCanonical({ ...given, number, time });
      members[name] = value;
    }
    return JSON.stringify(members);
  }

  /** Members that only some events of a kind have make it sort again: slower, never wrong. */
  #formOf(kind: string, event: Members): Form {
    const names = Object.keys(event);
    const known = this.#forms.get(kind);
    if (known !== undefined && areEqual(known.names, names)) return known;
    const sorted = [...new Set([...names, "number", "time"])].sort();
    const form = { names, sorted, areOwn: sorted.every((name) => ownName.test(name)), members: {} };
    this.#forms.set(kind, form);
    return form;
  }
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The value with its names in order; `undefined` for what is left to `encodeCanonical`. */
function inOrder(value: Canonical | undefined): Canonical | undefined {
  if (typeof value === "string") return value.isWellFormed() ? value : undefined;
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  return isList(value) ? listInOrder(value) : membersInOrder(value);
}

/** The list itself while nothing in it had to be put in order. */
function listInOrder(list: readonly Canonical[]): readonly Canonical[] | undefined {
  let ordered: Canonical[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const value = inOrder(list[i]);
    if (value === undefined) return undefined;
    if (value === list[i]) continue;
    ordered ??= list.slice();
    ordered[i] = value;
  }
  return ordered ?? list;
}

/** The object itself while nothing in it had to be put in order. */
function membersInOrder(given: Readonly<Members>): Canonical | undefined {
  const names = Object.keys(given);
  let members: Members | undefined = isSorted(names) ? undefined : {};
  if (members !== undefined) names.sort();
  for (const name of names) {
    const value = ownName.test(name) ? inOrder(given[name]) : undefined;
    if (value === undefined) return undefined;
    if (members === undefined && value !== given[name]) members = { ...given };
    if (members !== undefined) members[name] = value;
  }
  return members ?? given;
}

function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) if ((names[i - 1] ?? "") > (names[i] ?? "")) return false;
  return true;
}

/** As names of members are. Of others, objects list those first that are numbers, and some mean something to the engine. */
const ownName = /^[a-z][A-Za-z]*$/;

function isList(value: object): value is readonly Canonical[] {
  return Array.isArray(value);
}
