/** Which topics there are, who hears which, and what makes one. Each is a list that a screen asks for again. Pure. */
import { mayAnswerIncidents, mayReviewMatches, mayWatchWork } from "./rights.ts";
import type { StaffSession } from "./staff-sessions.ts";

/** `hello` opens a connection; `all` stands for whatever was missed. */
export type LiveTopic = "hello" | "all" | Topic;
type Topic =
  | "alarms"
  | "budget"
  | "cases"
  | "extracts"
  | "incidents"
  | "matching"
  | "roster"
  | "works"
  | "worklists";

export interface Happening {
  readonly topic: LiveTopic;
  /** Whose: a budget is told to its actor alone. */
  readonly actor?: string;
}

/** As the topic's list would be answered. INVARIANT: live-events.test.ts "hears what its lists would be answered for". */
export function mayHear(session: StaffSession, { topic, actor: whose }: Happening): boolean {
  if (topic === "alarms") return session.isOfficer;
  if (topic === "incidents") return mayAnswerIncidents(session);
  if (topic === "matching") return mayReviewMatches(session);
  if (topic === "budget") return whose === session.actor;
  if (topic === "works") return mayWatchWork(session);
  return true;
}

const ofKinds: Readonly<Record<string, Topic>> = {
  alarm: "alarms",
  denied: "alarms",
  opened: "budget",
  found: "budget",
  "screen-requested": "budget",
  extracted: "extracts",
  released: "extracts",
  resolved: "incidents",
  reissued: "works",
  roster: "roster",
};

/** Of an event in the journal. */
export function topicOfEvent(kind: string): Topic | undefined {
  return kind.startsWith("extract-") ? "extracts" : ofKinds[kind];
}

const ofPaths: readonly (readonly [string, Topic])[] = [
  ["/api/incidents", "incidents"],
  ["/api/changes", "incidents"],
  ["/api/worklists", "worklists"],
  ["/api/cases", "cases"],
  ["/api/matching/runs", "works"],
  ["/api/matching", "matching"],
  ["/api/roster", "roster"],
  ["/api/extracts", "extracts"],
  ["/api/jobs", "works"],
  // Of the custodian's own refusals: what the keeper refuses is in the journal.
  ["/api/looks", "alarms"],
  ["/api/searches", "alarms"],
];

/** Of something that was asked to be done, and was done or refused. */
export function topicOfRequest(method: string, path: string, isRefused: boolean): Topic | undefined {
  const topic = method === "post" ? ofPaths.find(([start]) => path.startsWith(start))?.[1] : undefined;
  return (topic === "alarms") === isRefused ? topic : undefined;
}
