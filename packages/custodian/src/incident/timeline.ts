/**
 * From evidence to grades over time: what of a session, a copy or an open door was compromised when. Pure.
 *
 * Every moment of a session has one grade, the surest that any evidence gives it, so that no look is counted twice however
 * many items point at it. What the evidence does not say widens: without a start everything before the end cannot be
 * ruled out; a doubtful clock adds a margin on both sides.
 *
 * INVARIANT: equal to a model that grades look by look (expose.test.ts).
 */
import { assertNever } from "@kura/kernel/fault.ts";
import type { Evidence, Window } from "./evidence.ts";
import { type Grade, stronger } from "./grade.ts";
import type { ExtractFacts, HeldSession, Interval } from "./holder-facts.ts";

/** A stretch with one grade. */
export interface Graded extends Interval {
  readonly grade: Grade;
}

/** What a window says of things that happen inside of it: first what is known, then what is in doubt. */
export function gradeWindow({ fromMs, untilMs = Infinity, clockDoubtMs = 0 }: Window): Graded[] {
  const endMs = untilMs + clockDoubtMs;
  if (fromMs === undefined) return [{ fromMs: -Infinity, untilMs: endMs, grade: "cannot-rule-out" }];
  return [
    { fromMs, untilMs, grade: "disclosed" },
    { fromMs: fromMs - clockDoubtMs, untilMs: fromMs, grade: "cannot-rule-out" },
    { fromMs: untilMs, untilMs: endMs, grade: "cannot-rule-out" },
  ].filter(isSome) as Graded[];
}

/** The window at its widest: known, doubted or not known. */
export function widest({ fromMs, untilMs = Infinity, clockDoubtMs = 0 }: Window): Interval {
  return {
    fromMs: fromMs === undefined ? -Infinity : fromMs - clockDoubtMs,
    untilMs: untilMs + clockDoubtMs,
  };
}

/** The looks of a session by when they were, over all evidence; stretches in order, none empty, none touching equals. */
export function gradeLooks(session: HeldSession, evidence: readonly Evidence[]): Graded[] {
  return flatten(evidence.flatMap((item) => looksUnder(session, item)));
}

function looksUnder(session: HeldSession, { subject, window }: Evidence): Graded[] {
  switch (subject.kind) {
    case "workstation":
      if (session.workstation === "") return [{ ...widest(window), grade: "cannot-rule-out" }];
      return session.workstation === subject.workstation ? withScreen(session, window) : [];
    case "session":
      return session.session === subject.session ? withScreen(session, window) : [];
    case "actor":
      return session.actor === subject.actor ? gradeWindow(window) : [];
    case "credential":
      return session.credential === subject.credential ? gradeWindow(window) : [];
    case "window":
      return [{ ...widest(window), grade: "cannot-rule-out" }];
    case "extract":
    case "key":
    case "backup":
    case "journal-gap":
    case "list":
      return [];
    default:
      return assertNever(subject, "kind of evidence");
  }
}

/** A session that was still open when its machine was taken had what it had shown before on its screen. */
function withScreen(session: HeldSession, window: Window): Graded[] {
  const graded = gradeWindow(window);
  const begin = window.fromMs;
  if (begin === undefined || session.endMs <= begin - (window.clockDoubtMs ?? 0)) return graded;
  if (session.startMs >= widest(window).untilMs) return graded;
  const grade = session.endMs > begin ? "reachable" : "cannot-rule-out";
  return [...graded, { fromMs: -Infinity, untilMs: begin, grade }];
}

/** Whether an attacker could have let the keeper release rows: as the holder, while the extract was open. */
export function gradeOpenDoor(
  extract: ExtractFacts,
  sessions: readonly HeldSession[],
  evidence: readonly Evidence[],
): Grade | undefined {
  const own = sessions.filter(({ credential }) => credential === extract.holder);
  let grade: Grade | undefined;
  for (const { subject, window } of evidence) {
    for (const door of doorsUnder(subject, extract, own)) grade = stronger(grade, overlapGrade(door, window));
  }
  return grade;
}

/** Whether an item about machines and sessions can say anything of these; any other item may. */
export function isAbout({ subject }: Evidence, sessions: readonly HeldSession[]): boolean {
  if (subject.kind === "session") return sessions.some(({ session }) => session === subject.session);
  if (subject.kind !== "workstation") return true;
  return sessions.some(({ workstation }) => workstation === subject.workstation || workstation === "");
}

/** A stretch of time in which the thing compromised could have opened something. */
interface Door extends Interval {
  /** The journal does not say that it was this thing. */
  readonly isDoubtful: boolean;
}

function doorsUnder(
  subject: Evidence["subject"],
  extract: ExtractFacts,
  own: readonly HeldSession[],
): Door[] {
  const open: Door = { fromMs: extract.sealedAtMs, untilMs: extract.closedAtMs, isDoubtful: false };
  switch (subject.kind) {
    case "actor":
      // A credential that has never signed in may be anybody's.
      if (extract.actor === "") return [{ ...open, isDoubtful: true }];
      return subject.actor === extract.actor ? [open] : [];
    case "credential":
      return subject.credential === extract.holder ? [open] : [];
    case "session":
      return own.filter(({ session }) => session === subject.session).map((session) => during(open, session));
    case "workstation":
      return own
        .filter(({ workstation }) => workstation === subject.workstation || workstation === "")
        .map((session) => during(open, session));
    case "extract":
    case "key":
    case "backup":
    case "window":
    case "journal-gap":
    case "list":
      return [];
    default:
      return assertNever(subject, "kind of evidence");
  }
}

function during(open: Door, { startMs, endMs, workstation }: HeldSession): Door {
  return { ...both(open, { fromMs: startMs, untilMs: endMs }), isDoubtful: workstation === "" };
}

function overlapGrade(door: Door, window: Window): Grade | undefined {
  if (!isSome(both(door, widest(window)))) return undefined;
  const { fromMs, untilMs = Infinity } = window;
  const isKnown = fromMs !== undefined && isSome(both(door, { fromMs, untilMs }));
  return isKnown && !door.isDoubtful ? "reachable" : "cannot-rule-out";
}

/** What was released to a session, and lay opened on its workstation from then on. */
export function gradeCopy(
  atMs: number,
  extract: ExtractFacts,
  session: HeldSession,
  evidence: readonly Evidence[],
): Grade | undefined {
  const { workstation } = session;
  const kept = { fromMs: atMs, untilMs: extract.destroyedAtMs ?? Infinity, isDoubtful: workstation === "" };
  let grade = gradeAt(gradeLooks(session, evidence), atMs);
  for (const { subject, window } of evidence) {
    if (subject.kind !== "workstation") continue;
    if (workstation !== subject.workstation && workstation !== "") continue;
    grade = stronger(grade, overlapGrade(kept, window));
  }
  return grade;
}

export function gradeAt(stretches: readonly Graded[], atMs: number): Grade | undefined {
  return stretches.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)?.grade;
}

/** The surest grade at each moment. */
export function flatten(stretches: readonly Graded[]): Graded[] {
  const cuts = [...new Set(stretches.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]))].sort(
    (a, b) => a - b,
  );
  const flat: Graded[] = [];
  for (const [i, fromMs] of cuts.entries()) {
    const untilMs = cuts[i + 1];
    if (untilMs === undefined) break;
    let grade: Grade | undefined;
    for (const one of stretches) {
      if (one.fromMs <= fromMs && untilMs <= one.untilMs) grade = stronger(grade, one.grade);
    }
    if (grade === undefined) continue;
    const last = flat.at(-1);
    if (last !== undefined && last.grade === grade && last.untilMs === fromMs) {
      flat[flat.length - 1] = { ...last, untilMs };
    } else flat.push({ fromMs, untilMs, grade });
  }
  return flat;
}

export function both(a: Interval, b: Interval): Interval {
  return { fromMs: Math.max(a.fromMs, b.fromMs), untilMs: Math.min(a.untilMs, b.untilMs) };
}

export function isSome({ fromMs, untilMs }: Interval): boolean {
  return fromMs < untilMs;
}
