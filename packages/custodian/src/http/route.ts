/**
 * What a route is: one value from which the server, the OpenAPI page and the tests are made, so that none of them can
 * say something else than the others.
 */
import * as v from "valibot";
import type { DoorParts } from "../disclosure/door.ts";
import type { DemoActor } from "./demo-actors.ts";
import type { LogFolder } from "../log/log-folder.ts";
import type { DeskMemory } from "../incident/desk/desk-memory.ts";
import type { SegmentIndex } from "../incident/kept/segment-index.ts";
import type { LiveEvents } from "./live-events.ts";
import type { Enrolments } from "./enrolments.ts";
import { type Problem, problem, type ProblemName } from "./problem.ts";
import { isStaff } from "./rights.ts";
import type { StaffSession, StaffSessions } from "./staff-sessions.ts";

/**
 * Who may ask: anybody; whoever is signed in, also one who only receives extracts; the agency's own people (`isStaff`);
 * officers. What one of them may do beyond that, a route asks itself.
 */
export type Access = "public" | "session" | "staff" | "officer";

/** What the routes work with. */
export interface ApiParts extends DoorParts {
  readonly sessions: StaffSessions;
  readonly enrolments: Enrolments;
  /** Of a demonstration; of an agency's own there are none. */
  readonly demoActors: readonly DemoActor[];
  /** Where Kura's own pages are: `https://kura.example`; the first is the one passkeys are bound to. */
  readonly origins: readonly [string, ...string[]];
  /** Whether the journal and its copy agree; nothing is shown while they do not. */
  isJournalSound(): boolean;
  /** The published transparency log. */
  readonly log: LogFolder;
  /** What this process remembers of who was shown whom, and of the revisions that it answers from. */
  readonly exposure: SegmentIndex;
  readonly desk: DeskMemory;
  /** Whom to tell that something changed. */
  readonly live: LiveEvents;
}

export interface Call {
  readonly parts: ApiParts;
  /** Signs the browser in with a cookie, or out. */
  readonly setCookie: (token: string, expiresMs: number) => void;
  readonly clearCookie: () => void;
  /** The last event that a browser that comes back has (`Last-Event-ID`). */
  readonly lastEventId: string | undefined;
}

export interface SignedInCall extends Call {
  readonly session: StaffSession;
}

/** Unread, as it came. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type Input = v.GenericSchema<unknown, object>;

interface Shape<
  Params extends Input,
  Query extends Input,
  Body extends Input,
  Answer extends v.GenericSchema,
> {
  readonly method: "get" | "post";
  /** As OpenAPI writes it: `/api/cases/{case}`. */
  readonly path: string;
  /** Unique; the operationId. */
  readonly name: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly answer: Answer;
  /** Refusals of its own; those of every route are added by the page. */
  readonly problems: readonly ProblemName[];
}

interface Given<Params extends Input, Query extends Input, Body extends Input> {
  readonly params: v.InferOutput<Params>;
  readonly query: v.InferOutput<Query>;
  readonly body: v.InferOutput<Body>;
}

export interface Route extends Shape<Input, Input, Input, v.GenericSchema> {
  readonly access: Access;
  /** The session is there unless the access is public. */
  run(raw: RawInput, call: Call, session: StaffSession | undefined): Promise<unknown>;
}

/** For a route without path parameters, query or body. */
export const nothing = v.strictObject({});

/** A route for anybody. */
export function publicRoute<P extends Input, Q extends Input, B extends Input, A extends v.GenericSchema>(
  shape: Shape<P, Q, B, A>,
  handle: (given: Given<P, Q, B>, call: Call) => Promise<v.InferInput<A> | Problem>,
): Route {
  return {
    ...shape,
    access: "public",
    run: async (raw, call) => withGiven(shape, raw, (given) => handle(given, call)),
  };
}

/** A route for whoever is signed in, for the agency's own people, or for officers only. */
export function staffRoute<P extends Input, Q extends Input, B extends Input, A extends v.GenericSchema>(
  access: Exclude<Access, "public">,
  shape: Shape<P, Q, B, A>,
  handle: (given: Given<P, Q, B>, call: SignedInCall) => Promise<v.InferInput<A> | Problem>,
): Route {
  return {
    ...shape,
    access,
    run: async (raw, call, session) => {
      if (session === undefined) return problem("not-signed-in");
      if (access === "staff" && !isStaff(session)) return problem("purpose-not-held");
      if (access === "officer" && !session.isOfficer) return problem("not-an-officer");
      return withGiven(shape, raw, (given) => handle(given, { ...call, session }));
    },
  };
}

async function withGiven<P extends Input, Q extends Input, B extends Input, T>(
  shape: Shape<P, Q, B, v.GenericSchema>,
  raw: RawInput,
  handle: (given: Given<P, Q, B>) => Promise<T>,
): Promise<T | Problem> {
  const params = v.safeParse(shape.params, raw.params);
  const query = v.safeParse(shape.query, raw.query);
  const body = v.safeParse(shape.body, raw.body);
  if (!params.success || !query.success || !body.success) return problem("malformed-request");
  return handle({ params: params.output, query: query.output, body: body.output });
}
