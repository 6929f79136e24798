/**
 * What is known of an incident, item by item. An item is added or withdrawn with a reason, never edited.
 *
 * Times are milliseconds since 1970. A time that is not known is absent, and is never taken from elsewhere: not from when
 * the item was written down, not from another item. What is absent widens the scope (`timeline.ts`).
 */
import type { FieldMask } from "./field-mask.ts";
import type { PersonSet } from "./person-set.ts";

/** When a holder was compromised, as far as is known. */
export interface Window {
  /** Absent: since when is not known. */
  readonly fromMs?: number;
  /** Absent: it is not known to have ended. Not in the window itself. */
  readonly untilMs?: number;
  /** By how much the clock that said so may be wrong. */
  readonly clockDoubtMs?: number;
}

/** What was compromised, lost or found. */
export type Subject =
  /** A machine; `workstation` as sign-ins name it. */
  | { readonly kind: "workstation"; readonly workstation: string }
  | { readonly kind: "session"; readonly session: string }
  /** An account: whoever has it can sign in and order. */
  | { readonly kind: "actor"; readonly actor: string }
  /** A passkey or a key file. */
  | { readonly kind: "credential"; readonly credential: string }
  /** The sealed file alone opens for nobody; the opened copy is what was taken out of it. */
  | { readonly kind: "extract"; readonly extract: string; readonly form: "sealed" | "opened" }
  /** The keeper's own keys. */
  | { readonly kind: "key" }
  /** The database or a copy of it: ciphertext. With the keys it is everything. */
  | { readonly kind: "backup" }
  /** Something was compromised in this time, and nobody knows what. */
  | { readonly kind: "window" }
  /** A part of the journal is missing or not believed. */
  | { readonly kind: "journal-gap" }
  /** A list that was found outside, with the persons that its rows were matched to. */
  | {
      readonly kind: "list";
      readonly persons: PersonSet;
      readonly fields: FieldMask;
      /** Rows of the list, matched or not. */
      readonly rows: number;
      /** The extract that it must have come from, where that was found out. */
      readonly extract?: string;
    };

export type SubjectKind = Subject["kind"];

export const subjectKinds = [
  "workstation",
  "session",
  "actor",
  "credential",
  "extract",
  "key",
  "backup",
  "window",
  "journal-gap",
  "list",
] as const satisfies readonly SubjectKind[];

export interface Evidence {
  /** Number within its incident, 1, 2, 3 …; revisions and reasons name it. */
  readonly no: number;
  readonly subject: Subject;
  readonly window: Window;
}
