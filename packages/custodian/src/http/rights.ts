/**
 * Which of the agency's people may see and begin what over HTTP: every such rule, on one page. Pure.
 *
 * Purposes are the roster's, as the keeper named them at the sign-in. Personal data do not hang on these rules: each order is
 * judged by the policy (`disclosure`) and by the keeper itself. They keep counts, lists and long work from whom they are no
 * business of.
 */
import { sealKind } from "../extracts/seal-work.ts";
import { reviewingPurpose } from "../matching/decide/match.ts";
import { screenKind } from "../screens/run-screen.ts";
import { type WorklistKind, worklistKinds } from "../worklists/worklist.ts";
import { type WorkKind, workKinds } from "../works/works.ts";
import type { StaffSession } from "./staff-sessions.ts";

const incidentPurpose = "incident-response";

/** What a holder of extracts, who is outside the agency, orders: whoever orders nothing else has no business with its work. */
const holdersOrders: readonly string[] = ["release", "attest-destroyed"];
const sealingOrders: readonly string[] = ["extract", "approve"];
const screeningOrders: readonly string[] = ["screen", "agree"];
const ordersOfJob: ReadonlyMap<string, readonly string[]> = new Map([
  [sealKind, sealingOrders],
  [screenKind, screeningOrders],
]);

/** Whether this is one of the agency's own people, not somebody for whom it makes extracts. */
export function isStaff({ isOfficer, orderKinds }: StaffSession): boolean {
  return isOfficer || orderKinds.some((kind) => !holdersOrders.includes(kind));
}

/** Whether a purpose of theirs allows one of these orders. */
export function mayOrder({ orderKinds }: StaffSession, ...kinds: readonly string[]): boolean {
  return kinds.some((kind) => orderKinds.includes(kind));
}

/** Whoever asks for an extract or approves it may have it sealed. */
export function maySeal(session: StaffSession): boolean {
  return mayOrder(session, ...sealingOrders);
}

/** Whoever asks for a screen or agrees to it may have it worked off. */
export function mayScreen(session: StaffSession): boolean {
  return mayOrder(session, ...screeningOrders);
}

/** Whether one's orders are those that such a queued job follows from. */
export function mayHaveJob(session: StaffSession, kind: string): boolean {
  return mayOrder(session, ...(ordersOfJob.get(kind) ?? []));
}

/** Evidence moves flags and answers. */
export function mayAnswerIncidents({ isOfficer, purposes }: StaffSession): boolean {
  return isOfficer || purposes.includes(incidentPurpose);
}

/** What is exposed if a holder falls: for officers, who answers incidents, and the managers who let extracts out. */
export function mayWatchExposure({ isOfficer, purposes }: StaffSession): boolean {
  return isOfficer || [incidentPurpose, "extract-approval"].some((one) => purposes.includes(one));
}

export function mayApproveExtracts(session: StaffSession): boolean {
  return session.isOfficer || mayOrder(session, "approve");
}

export function mayReviewMatches({ purposes }: StaffSession): boolean {
  return purposes.includes(reviewingPurpose);
}

export function mayWorkOff({ purposes }: StaffSession, kind: WorklistKind): boolean {
  return purposes.includes(worklistKinds[kind].caseKind);
}

/** Long work of this kind, in counts: for officers and for those who may begin or approve it in bulk. */
export function maySeeWork(session: StaffSession, kind: WorkKind): boolean {
  return session.isOfficer || beginsWork[kind](session);
}

/** Whether any long work is for this session. */
export function mayWatchWork(session: StaffSession): boolean {
  return workKinds.some((kind) => maySeeWork(session, kind));
}

const beginsWork: Readonly<Record<WorkKind, (session: StaffSession) => boolean>> = {
  "seal-extract": maySeal,
  // Every purpose of the counter may begin one; the list is for who answers for them.
  screen: maySeal,
  import: ({ purposes }) => purposes.includes("ingest"),
  matching: mayReviewMatches,
  reissue: mayAnswerIncidents,
};
