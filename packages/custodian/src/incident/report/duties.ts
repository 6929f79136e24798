/**
 * What the law asks after a leak, as data: trigger, clock, steps, source. Counts are persons, never records.
 *
 * `isDue` is decided on suspicion, as the rules are written: occurrence or possibility. A regime is added by adding a value
 * here; nothing else knows one. Sources: APPI articles 26 and 68 with rules 7, 8 and 43 (Japan, public bodies: more than
 * 100 persons); GDPR articles 33 and 34.
 */
import type { Counts } from "../count.ts";
import type { IncidentRow } from "../store.ts";

export interface Duty {
  readonly id: string;
  readonly regime: "Japan APPI" | "EU GDPR";
  readonly title: string;
  /** From when the agency knew. */
  limitHours(incident: IncidentRow): number;
  isDue(counts: Counts, incident: IncidentRow): boolean;
  readonly steps: readonly string[];
  readonly source: string;
}

/** Above this number of persons a public body reports whatever the data are. */
const publicBodyPersons = 100;
const dayHours = 24;

/** From one person on where a wrongful purpose is suspected, else above the number. */
function isReportable({ exposedPersons }: Counts, { isWrongful }: IncidentRow): boolean {
  return isWrongful ? exposedPersons > 0 : exposedPersons > publicBodyPersons;
}

export const duties: readonly Duty[] = [
  {
    id: "ppc-preliminary",
    regime: "Japan APPI",
    title: "Preliminary report to the Personal Information Protection Commission",
    // "Promptly", about three to five days: the shorter one is the alarm.
    limitHours: () => 3 * dayHours,
    isDue: isReportable,
    steps: [
      "approve a revision",
      "fill the nine items as far as known",
      "send the form",
      "note the receipt number",
    ],
    source: "APPI art. 68 para. 1 (art. 26 para. 1), rules 43 and 8 para. 1",
  },
  {
    id: "ppc-final",
    regime: "Japan APPI",
    title: "Final report to the Personal Information Protection Commission",
    limitHours: ({ isWrongful }) => (isWrongful ? 60 : 30) * dayHours,
    isDue: isReportable,
    steps: ["approve the last revision", "fill all nine items", "send the form"],
    source:
      "APPI art. 68 para. 1 (art. 26 para. 1), rule 8 para. 2: 30 days, 60 where a wrongful purpose is suspected",
  },
  {
    id: "appi-principals",
    regime: "Japan APPI",
    title: "Notice to each person",
    limitHours: () => 5 * dayHours,
    isDue: isReportable,
    steps: [
      "approve a revision",
      "make one letter for each person of it",
      "publish a notice and open a desk for who cannot be reached",
    ],
    source: "APPI art. 68 para. 2 (art. 26 para. 2), rule 10: promptly, as the state of affairs asks",
  },
  {
    id: "gdpr-33",
    regime: "EU GDPR",
    title: "Notification to the supervisory authority",
    limitHours: () => 72,
    isDue: ({ exposedPersons }) => exposedPersons > 0,
    steps: [
      "approve a revision",
      "notify, in phases where not everything is known",
      "give reasons where it is late",
      "document facts, effects, remedies",
    ],
    source: "GDPR art. 33: 72 hours after becoming aware",
  },
  {
    id: "gdpr-34",
    regime: "EU GDPR",
    title: "Communication to the persons",
    limitHours: () => 72,
    isDue: ({ byGrade }) => byGrade.disclosed.exposedPersons + byGrade.reachable.exposedPersons > 0,
    steps: ["approve a revision", "tell each person in plain language"],
    source: "GDPR art. 34: without undue delay where the risk is high; not for what stayed unintelligible",
  },
];

export interface Deadline {
  readonly duty: Duty;
  readonly dueAt: Date;
}

/** Those that are due, by when. */
export function listDeadlines(incident: IncidentRow, counts: Counts): Deadline[] {
  return duties
    .filter((duty) => duty.isDue(counts, incident))
    .map((duty) => ({
      duty,
      dueAt: new Date(incident.knownAt.getTime() + duty.limitHours(incident) * 3_600_000),
    }))
    .toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}
