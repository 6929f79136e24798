/**
 * {@link HolderFacts} over plain lists, looked through one by one: of the few rows that concern one person, whom the answer desk asks
 * about (`desk/person-facts.ts`), and of the histories that tests draw.
 */
import type {
  ExtractFacts,
  ExtractQuery,
  HeldSession,
  HolderFacts,
  Interval,
  SessionQuery,
  Slice,
  SliceQuery,
} from "./holder-facts.ts";
import { type FieldMask, maskOf } from "./field-mask.ts";
import { PersonSet } from "./person-set.ts";
import { receiptKind, shownByReceipt, shownKinds } from "./shown.ts";

/** One event about some persons. */
export interface ListedLook {
  /** As the journal has it; absent for a look. */
  readonly kind?: string;
  readonly session: HeldSession;
  readonly atMs: number;
  readonly persons: readonly number[];
  readonly fields: FieldMask;
}

export interface Listed {
  readonly sessions: readonly HeldSession[];
  readonly looks: readonly ListedLook[];
  readonly extracts: readonly ExtractFacts[];
  readonly gaps: readonly Interval[];
  /** When each person was registered. */
  readonly registered: ReadonlyMap<number, number>;
}

export class ListedFacts implements HolderFacts {
  readonly #listed: Listed;

  constructor(listed: Listed) {
    this.#listed = listed;
  }

  async listSessions(query: SessionQuery): Promise<readonly HeldSession[]> {
    return this.#listed.sessions.filter(
      ({ session, actor, credential, workstation }) =>
        query.all ||
        query.sessions.includes(session) ||
        query.actors.includes(actor) ||
        query.credentials.includes(credential) ||
        (query.workstations.length > 0 && ["", ...query.workstations].includes(workstation)),
    );
  }

  async listSessionsOfActors(actors: readonly string[]): Promise<readonly HeldSession[]> {
    return this.#listed.sessions.filter(({ actor }) => actors.includes(actor));
  }

  async listExtracts(query: ExtractQuery): Promise<readonly ExtractFacts[]> {
    return this.#listed.extracts.filter(
      ({ extract, holder, actor, releases }) =>
        query.credentials.includes(holder) ||
        (query.actors.length > 0 && ["", ...query.actors].includes(actor)) ||
        query.named.includes(extract) ||
        releases.some(({ session }) => query.sessions.includes(session)),
    );
  }

  async listSlices(queries: readonly SliceQuery[]): Promise<readonly (readonly Slice[])[]> {
    return queries.map((query) => this.#slicesOf(query));
  }

  async everybody(beforeMs: number): Promise<PersonSet> {
    const { registered } = this.#listed;
    return PersonSet.of([...registered].filter(([, atMs]) => atMs < beforeMs).map(([no]) => no));
  }

  async listGaps(): Promise<readonly Interval[]> {
    return this.#listed.gaps;
  }

  #slicesOf({ by, id, fromMs, untilMs }: SliceQuery): Slice[] {
    const own = this.#listed.looks.filter(
      (look) => look.session[by] === id && fromMs <= look.atMs && look.atMs < untilMs && shownOf(look) !== 0,
    );
    return [...Map.groupBy(own, shownOf)].map(([fields, looks]) => ({
      fields,
      persons: PersonSet.of(looks.flatMap(({ persons }) => persons)),
      records: looks.reduce((total, { persons }) => total + persons.length, 0),
    }));
  }
}

/** Nothing for what was compared, sealed or exchanged: that showed nobody to anybody. */
function shownOf({ kind = "opened", fields }: ListedLook): FieldMask {
  if (kind === receiptKind) return maskOf(shownByReceipt);
  return shownKinds.includes(kind) ? fields : 0;
}
