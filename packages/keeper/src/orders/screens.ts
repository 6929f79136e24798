/**
 * The screens that were asked for, and every rule about them. Pure but for {@link Screens}, which `state.ts` changes by events.
 *
 *   requested ─▶ agreed upon by another actor (or few enough to be asked alone) ─▶ screened part by part
 *
 * Each rule gives the first reason that is met, a constant; it is the `reason` of a `screen-refused`, and journalled where it
 * refuses an order. INVARIANT: nobody is compared who was not among the candidates that were asked for, nor with another
 * criterion (operations/screen.abuse.test.ts).
 */
import type { RowSpender } from "./budget.ts";
import type { JournalEvent } from "../journal/journal-event.ts";
import { limits } from "../limits.ts";
import { partCount } from "../protocol/extracts.ts";
import type { ScreenOrder } from "../protocol/screens.ts";
import type { Roster } from "./roster.ts";

type Requested = Extract<JournalEvent, { readonly kind: "screen-requested" }>;

export type ScreenRefusal =
  | "screen-exists"
  | "other-fields"
  | "unknown-screen"
  | "expired"
  | "agreed-before"
  | "same-actor"
  | "other-request"
  | "other-criterion"
  | "not-agreed"
  | "purpose-lost"
  | "other-part"
  | "other-persons"
  | "screened-too-often";

export class AskedScreen {
  readonly requested: Requested;
  readonly askedMs: number;
  isAgreed = false;
  /** Step that each part must have, in hexadecimal, as far as they are known: the first by the order, the next by the one before. */
  readonly steps: string[];
  /** How often each part was screened. */
  readonly screenings: number[] = [];

  constructor(requested: Requested, askedMs: number) {
    this.requested = requested;
    this.askedMs = askedMs;
    this.steps = [requested.selection];
  }

  /** Nobody else needs to agree. */
  get isAlone(): boolean {
    return this.requested.budget !== undefined;
  }

  /** Whose budgets its candidates count in. */
  get spender(): RowSpender {
    const { actor, office, candidates } = this.requested;
    return { holder: actor, office, rows: candidates };
  }
}

export class Screens {
  readonly #byId = new Map<string, AskedScreen>();

  find(id: string): AskedScreen | undefined {
    return this.#byId.get(id);
  }

  /** Events of other matters change nothing. */
  apply(event: JournalEvent, timeMs: number): void {
    if (event.kind === "screen-requested") this.#byId.set(event.caseId, new AskedScreen(event, timeMs));
    if (event.kind !== "screen-agreed" && event.kind !== "screened") return;
    const screen = this.#byId.get(event.caseId);
    if (screen === undefined) return;
    if (event.kind === "screen-agreed") {
      screen.isAgreed = true;
      return;
    }
    screen.steps[event.part + 1] = event.behind;
    screen.screenings[event.part] = (screen.screenings[event.part] ?? 0) + 1;
  }
}

/** As few as a look may open, for a purpose that may look: what a screen tells of them is less than a look would show. */
export function isAlone(roster: Roster, order: Pick<ScreenOrder, "purpose" | "candidates">): boolean {
  const mayLook = roster.purposes.get(order.purpose)?.kinds.includes("look") === true;
  return mayLook && order.candidates <= limits.screenAlonePersons;
}

function refuseEnded(screen: AskedScreen | undefined, nowMs: number): ScreenRefusal | undefined {
  if (screen === undefined) return "unknown-screen";
  return screen.askedMs + limits.screenMs <= nowMs ? "expired" : undefined;
}

export function refuseAgreement(
  screen: AskedScreen | undefined,
  actor: string,
  request: string,
  nowMs: number,
): ScreenRefusal | undefined {
  const ended = refuseEnded(screen, nowMs);
  if (screen === undefined || ended !== undefined) return ended;
  if (screen.isAgreed || screen.isAlone) return "agreed-before";
  if (screen.requested.actor === actor) return "same-actor";
  return screen.requested.order === request ? undefined : "other-request";
}

/** @param given the part, the digest of the request that came with it, the step that its persons make, the step behind it. */
export function refuseScreening(
  screen: AskedScreen | undefined,
  given: { readonly part: number; readonly request: string; readonly step: string; readonly behind: string },
  roster: Roster,
  nowMs: number,
): ScreenRefusal | undefined {
  const ended = refuseEnded(screen, nowMs);
  if (screen === undefined || ended !== undefined) return ended;
  const { requested, steps, screenings } = screen;
  if (!screen.isAgreed && !screen.isAlone) return "not-agreed";
  if (roster.actors.get(requested.actor)?.purposes.includes(requested.purpose) !== true)
    return "purpose-lost";
  if (requested.order !== given.request) return "other-request";
  const parts = partCount(requested.candidates);
  if (given.part >= parts || steps[given.part] === undefined) return "other-part";
  const isEnd = given.behind === noStep;
  if (steps[given.part] !== given.step || isEnd !== (given.part === parts - 1)) return "other-persons";
  return (screenings[given.part] ?? 0) < limits.partSealings ? undefined : "screened-too-often";
}

/** Behind the last part. */
const noStep = "0".repeat(64);
