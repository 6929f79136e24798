/**
 * What the engine asks of the journal and the extracts: who held what, where, from when until when.
 *
 * Answered from the database by `facts.ts`, from lists by the tests' model. Times are milliseconds since 1970; an interval
 * has its beginning and not its end.
 */
import type { FieldMask } from "./field-mask.ts";
import type { PersonSet } from "./person-set.ts";

export interface Interval {
  /** May be `-Infinity`. */
  readonly fromMs: number;
  /** May be `Infinity`. */
  readonly untilMs: number;
}

/** A session of an actor at a workstation: what its screen was shown is there until it ends. */
export interface HeldSession {
  readonly session: string;
  readonly actor: string;
  readonly office: string;
  readonly credential: string;
  /** Empty where the journal does not say. */
  readonly workstation: string;
  readonly startMs: number;
  /** Signed out, stopped, or expired. */
  readonly endMs: number;
}

/** Rows of an extract that left the keeper. */
export interface Release {
  readonly atMs: number;
  readonly session: string;
  readonly rows: PersonSet;
}

/** A sealed file and what was released of it. One row is one person's record. */
export interface ExtractFacts {
  readonly extract: string;
  /** The only credential for whose sessions it opens. */
  readonly holder: string;
  /** Whose credential it is; empty where it has never signed in. */
  readonly actor: string;
  readonly office: string;
  readonly columns: FieldMask;
  readonly rows: PersonSet;
  readonly sealedAtMs: number;
  /** From then on the keeper releases no row: expired, revoked or destroyed, whichever was first. */
  readonly closedAtMs: number;
  /** When the holder attested that every opened copy was destroyed. */
  readonly destroyedAtMs: number | undefined;
  readonly releases: readonly Release[];
}

/** Looks of one holder that showed the same fields, in one interval. */
export interface Slice {
  readonly fields: FieldMask;
  readonly persons: PersonSet;
  /** Looks at one person each: never fewer than persons. */
  readonly records: number;
}

export interface SliceQuery extends Interval {
  readonly by: "session" | "actor";
  readonly id: string;
}

/** Which sessions are asked for. */
export interface SessionQuery {
  readonly workstations: readonly string[];
  readonly sessions: readonly string[];
  readonly actors: readonly string[];
  readonly credentials: readonly string[];
  /** Every session there is. */
  readonly all: boolean;
}

/** Which extracts are asked for: any that matches one of these. */
export interface ExtractQuery {
  /** Holders; with any of them also holders whose actor is not known. */
  readonly actors: readonly string[];
  readonly credentials: readonly string[];
  /** Who released rows. */
  readonly sessions: readonly string[];
  readonly named: readonly string[];
}

export interface HolderFacts {
  /** Sessions that match any part of the query, and with `workstations` those whose workstation is not known. */
  listSessions(query: SessionQuery): Promise<readonly HeldSession[]>;
  /** Every session of those actors: to tell whether all of them fared alike. */
  listSessionsOfActors(actors: readonly string[]): Promise<readonly HeldSession[]>;
  listExtracts(query: ExtractQuery): Promise<readonly ExtractFacts[]>;
  /** The answers in the order of the questions. */
  listSlices(queries: readonly SliceQuery[]): Promise<readonly (readonly Slice[])[]>;
  /** Everybody registered before that time; `Infinity` for everybody. */
  everybody(beforeMs: number): Promise<PersonSet>;
  /** Parts of the journal that the custodian itself knows to be missing. */
  listGaps(): Promise<readonly Interval[]>;
}
