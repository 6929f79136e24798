/**
 * Everything the keeper knows besides its keys: roster, sessions, budgets, persons' chains, who was erased.
 *
 * Changed by `apply` alone, which is given every event of the journal in order, at start-up as they are read and later
 * as they are numbered. So a keeper that was killed and started again is the keeper it was, and nothing is reset by
 * stopping it. An event is applied before it is durable: whoever is decided upon next meets it already, and if it never
 * becomes durable the journal refuses everybody from then on.
 *
 * INVARIANT: state after a restart equals state before it (operations/orders.abuse.test.ts).
 */
import { BudgetBook, RowBook, WindowTotal } from "./orders/budget.ts";
import { Extracts } from "./orders/extracts.ts";
import { isPersonEvent, type JournalEvent, type PersonEvent, type Stamp } from "./journal/journal-event.ts";
import { checkLinks } from "./journal/person-event.ts";
import { PersonIndex } from "./journal/person-index.ts";
import { Screens } from "./orders/screens.ts";
import { Resolutions } from "./orders/resolutions.ts";
import { emptyRoster, type Roster, withStatement } from "./orders/roster.ts";
import { Sessions } from "./orders/session.ts";

type ScreenRequested = Extract<JournalEvent, { readonly kind: "screen-requested" }>;
type RowsAgreed = Extract<JournalEvent, { readonly kind: "extract-approved" | "screen-agreed" }>;

export class KeeperState {
  roster: Roster = emptyRoster;
  readonly sessions = new Sessions();
  readonly persons = new PersonIndex();
  readonly budgets = new BudgetBook();
  readonly ingestTerms = new WindowTotal("day");
  readonly ingestRecords = new WindowTotal("day");
  /** Batches that the custodian noted by itself. */
  readonly ownNotes = new WindowTotal("day");
  readonly extracts = new Extracts();
  readonly extractRows = new RowBook();
  readonly resolutions = new Resolutions();
  readonly screens = new Screens();
  /** Person keys in hexadecimal. */
  readonly erased = new Set<string>();
  /** Counters of passkeys by credential. */
  readonly signCounts = new Map<string, number>();
  kekVersion = 1;
  honeyPersons = 0;

  /** Applies what is in the journal already. @throws {Breach} when a person's chain is broken. */
  read(event: JournalEvent, stamp: Stamp): void {
    if (isPersonEvent(event)) checkLinks(event, stamp, this.persons);
    this.apply(event, stamp);
  }

  apply(event: JournalEvent, { number, timeMs }: Stamp): void {
    if ("orderNumber" in event) this.sessions.note(event.session, event.orderNumber);
    this.extracts.apply(event);
    this.screens.apply(event, timeMs);
    switch (event.kind) {
      case "opened":
      case "found":
      case "receipt": {
        const persons = this.#advance(event);
        // What a screen finds was paid for when it was asked for.
        if (!("part" in event)) this.budgets.charge(event, persons, timeMs);
        return;
      }
      case "resolved":
        this.resolutions.apply(event, timeMs);
        return;
      case "reissued":
      case "extracted":
      case "screened":
        // Extracts and screens were counted when two agreed, or one asked alone; a re-issue shows nothing to anybody.
        this.#advance(event);
        return;
      case "extract-approved":
      case "screen-agreed":
      case "screen-requested":
        this.#chargeRows(event, number, timeMs);
        return;
      case "erased":
        this.#advance(event);
        for (const person of event.persons) this.erased.add(person);
        return;
      case "searched":
        // A search costs as much as a person whom nobody else sees, also when it finds nobody.
        this.budgets.charge(event, [-number], timeMs);
        return;
      case "roster":
        this.roster = withStatement(this.roster, event.text, event.digest);
        for (const { credential, signCount } of event.signatures) this.signCounts.set(credential, signCount);
        return;
      case "signed-in":
        this.signCounts.set(event.credential, event.signCount);
        this.sessions.begin(event, this.roster.credentials.get(event.credential)?.publicKey ?? "", timeMs);
        return;
      case "signed-out":
      case "alarm":
        this.sessions.end(event.session);
        return;
      case "ticket":
        if (event.orderKind !== "rewrap") {
          this.ingestTerms.add(event.terms, timeMs);
          this.ingestRecords.add(event.records, timeMs);
        }
        return;
      case "honey":
        this.honeyPersons = event.persons;
        return;
      case "started":
      case "rotated":
        this.kekVersion = event.kekVersion;
        return;
      case "premiums":
        if (event.actor === "") this.ownNotes.add(1, timeMs);
        return;
      case "denied":
      case "sealed":
      case "refused":
      case "rewrapped":
      case "extract-requested":
      case "extract-sealed":
      case "released":
      case "extract-ended":
    }
  }

  #chargeRows(event: ScreenRequested | RowsAgreed, number: number, timeMs: number): void {
    if (event.budget === undefined) return;
    this.extractRows.charge(event.budget, timeMs);
    // Asked alone it costs besides what looks do, each time anew: by halves, the same person costs again.
    if (event.kind === "screen-requested")
      this.budgets.charge(event, uncounted(number, event.candidates), timeMs);
  }

  #advance({ persons, links }: PersonEvent): number[] {
    return persons.map((person, i) => this.persons.advance(person, links[i] ?? { n: 0, hash: "" }));
  }
}

/** Numbers that no person and no search has. */
function uncounted(event: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => -(event + (i + 1) / (count + 1)));
}
