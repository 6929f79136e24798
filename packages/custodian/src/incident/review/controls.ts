/**
 * Which controls held and which failed, by the machine's own evidence: what the journal refused and stopped from the
 * beginning of what was compromised until the review, and what was shown before anything stopped it.
 *
 * A control that has no event either met nobody or failed; the machine does not guess which, and says that nothing is known.
 */
import { parseCounts, findRevision } from "../revision.ts";
import { type IncidentParts, listStanding } from "../incidents.ts";
import { widest } from "../timeline.ts";
import { type ControlCount, countControls, countOwnControls } from "./store.ts";

export interface Control {
  readonly control: string;
  /** `held`: it stopped something. `failed`: something went past it. `no-event`: the journal has nothing. */
  readonly verdict: "held" | "failed" | "no-event";
  readonly evidence: string;
}

/** In the order in which an attacker meets them. */
const stops: readonly (readonly [control: string, kind: string, outcomes: readonly string[]])[] = [
  ["nobody orders for a purpose they do not hold", "denied", ["purpose-not-held", "field-not-allowed"]],
  ["budgets stop an account", "denied", ["budget-exhausted"]],
  ["extracts open for their holder alone", "denied", ["extract-refused"]],
  ["honey persons stop a session", "alarm", []],
  ["sealed extracts are called back", "extract-ended", []],
];

export async function listControls(parts: IncidentParts, incidentId: string): Promise<Control[]> {
  const { register, now } = parts;
  const standing = await listStanding(parts, incidentId);
  const fromMs = Math.min(...standing.map(({ window }) => widest(window).fromMs));
  const from = Number.isFinite(fromMs) ? new Date(fromMs) : new Date(0);
  const counts = await countControls(register, from, now());
  const own = await countOwnControls(register, incidentId, from, now());
  const revision = await findRevision(register, incidentId);
  const { disclosed } =
    revision === undefined ? { disclosed: undefined } : parseCounts(revision.counts).byGrade;
  return [
    exposureLine(disclosed?.exposedPersons ?? 0, revision?.revisionNo),
    ...stops.map(([control, kind, outcomes]) => controlOf(control, counts.filter(isOf(kind, outcomes)))),
    countLine("cases and policy refuse before the keeper is asked", own.refused, "orders refused"),
    countLine(
      "changes of exposed persons wait for a proof",
      own.held,
      `changes held at a counter, ${own.proved} proved`,
    ),
    countLine("whoever asks is answered from a revision", own.answers, "answers given and kept"),
  ];
}

function isOf(kind: string, outcomes: readonly string[]): (count: ControlCount) => boolean {
  return (count) => count.kind === kind && (outcomes.length === 0 || outcomes.includes(count.outcome));
}

/** The doors let a compromised holder see persons: this is what went past all of the others. */
function exposureLine(exposedPersons: number, revisionNo: number | undefined): Control {
  const control = "a compromised holder is shown nobody";
  if (revisionNo === undefined) return { control, verdict: "no-event", evidence: "there is no revision" };
  const evidence = `${exposedPersons} persons were served to a compromised holder (revision ${revisionNo})`;
  return { control, verdict: exposedPersons === 0 ? "held" : "failed", evidence };
}

function controlOf(control: string, counts: readonly ControlCount[]): Control {
  const events = counts.reduce((sum, one) => sum + one.events, 0);
  if (events === 0) return { control, verdict: "no-event", evidence: "the journal has no event of it" };
  const parts = counts.map(({ outcome, kind, events: n, actors, first, last }) => {
    const what = outcome === "" ? kind : outcome;
    return `${what} ${n} times, of ${actors} actors (events ${first} to ${last})`;
  });
  return { control, verdict: "held", evidence: parts.join("; ") };
}

function countLine(control: string, count: number, what: string): Control {
  return { control, verdict: count > 0 ? "held" : "no-event", evidence: `${count} ${what}` };
}
