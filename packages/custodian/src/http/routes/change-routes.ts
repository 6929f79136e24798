/**
 * Registering a change of a person at a counter: under an order that the actor signed, in an open case about them, after a
 * look at them in this session. Of somebody exposed in an open incident it is held: nothing is changed and that is kept.
 *
 * Here the custodian reads what was typed, like any line it takes in; it seals it and keeps nothing of it in clear.
 */
import * as v from "valibot";
import { findCase } from "../../cases/cases.ts";
import { readChange } from "../../changes/change.ts";
import { registerChange } from "../../changes/register-change.ts";
import { listHeld } from "../../changes/store.ts";
import { parseUuid, renderUuid } from "../../db/uuid.ts";
import { journalSource } from "../../disclosure/journal-source.ts";
import { parseIngestOrder } from "../../disclosure/order-text.ts";
import { projectJournal } from "../../disclosure/project-journal.ts";
import { findHeld } from "../../incident/desk/held-changes.ts";
import { hasLooked } from "../../incident/desk/store.ts";
import { fieldNumbers, fieldOfNumber } from "../../register/field.ts";
import { askTicket } from "../../vault/ticketed-keeper.ts";
import { httpLimits } from "../limits.ts";
import { type Problem, problem } from "../problem.ts";
import { mayAnswerIncidents } from "../rights.ts";
import { type ApiParts, nothing, type Route, type SignedInCall, staffRoute } from "../route.ts";
import { integer, orderFrom, signedOrder, time, uuid } from "../schemas.ts";

/** Longer than any field; the field's own parser says what is too long. */
const typed = v.optional(v.pipe(v.string(), v.maxLength(1_000)));

const change = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/changes",
    name: "registerChange",
    summary:
      "Registers what somebody says has changed, as one more record; held where the person is exposed.",
    params: nothing,
    query: nothing,
    body: v.strictObject({
      order: signedOrder,
      person: uuid,
      values: v.strictObject({
        name: typed,
        kana: typed,
        birthDate: typed,
        postalCode: typed,
        address: typed,
        phone: typed,
        email: typed,
      }),
    }),
    answer: v.strictObject({
      outcome: v.picklist(["registered", "held"]),
      /** Of the change: its source, or what waits for a proof. */
      change: uuid,
      record: v.optional(integer),
    }),
    problems: [
      "malformed-order",
      "other-session",
      "unknown-case",
      "case-closed",
      "person-not-in-case",
      "purpose-not-held",
      "not-in-this-case",
      "malformed-change",
      "not-looked-at",
      "import-running",
      "erased",
      "journal-breach",
    ],
  },
  async ({ body }, call) => {
    const { parts, session } = call;
    if (!parts.isJournalSound()) return problem("journal-breach");
    const order = parseIngestOrder(body.order.text);
    if (order === undefined) return problem("malformed-order");
    if (order.session !== session.session) return problem("other-session");
    const about = await findCase(parts.databases.register, order.case);
    if (about === undefined) return problem("unknown-case");
    if (!about.isOpen) return problem("case-closed");
    if (!about.persons.includes(body.person)) return problem("person-not-in-case");
    if (!session.purposes.includes(about.kind)) return problem("purpose-not-held");
    const values = Object.fromEntries(Object.entries(body.values).filter(([, value]) => value !== undefined));
    const reading = readChange(about.kind, values);
    if (reading.outcome === "malformed-change") return problem("malformed-change", reading.because);
    if (reading.outcome !== "read") return problem(reading.outcome);
    if (!(await isSeen(call, body.person, about.caseId))) return problem("not-looked-at");
    return take(call, { ...body, caseId: about.caseId }, reading);
  },
);

/** Whoever changes somebody has seen who it is. @throws {Breach} */
async function isSeen(
  { parts: { databases, keeper }, session }: SignedInCall,
  person: string,
  caseId: string,
): Promise<boolean> {
  await projectJournal(databases.register, journalSource(keeper));
  return hasLooked(databases.register, person, session.session, caseId);
}

async function take(
  { parts, session }: SignedInCall,
  asked: {
    readonly order: v.InferOutput<typeof signedOrder>;
    readonly person: string;
    readonly caseId: string;
  },
  { draft, changed }: Extract<ReturnType<typeof readChange>, { outcome: "read" }>,
): Promise<{ outcome: "registered" | "held"; change: string; record?: number } | Problem> {
  const ticket = await askTicket(parts.keeper, orderFrom(asked.order));
  if (ticket.outcome !== "ok") return problem(ticket.outcome);
  const { databases, now, makeId } = parts;
  const changeId = makeId();
  const isHeld = async (personKey: string): Promise<boolean> =>
    (await findHeld(databases.register, [personKey])).has(personKey);
  const outcome = await registerChange(
    { databases, keeper: ticket.value, isHeld },
    {
      personKey: parseUuid(asked.person),
      draft,
      changeId,
      held: {
        caseId: asked.caseId,
        fields: changed.map((field) => fieldNumbers[field]),
        actor: session.actor,
        office: session.office,
      },
      at: now(),
    },
  );
  const id = renderUuid(changeId);
  if (outcome.outcome === "held") return { outcome: "held", change: id };
  if (outcome.outcome === "registered") {
    return { outcome: "registered", change: id, record: outcome.recordNo };
  }
  return problem(outcome.outcome);
}

const held = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/held-changes",
    name: "listHeldChanges",
    summary:
      "Changes that were asked for at a counter and held, newest first; whether each would be held now.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      held: v.array(
        v.strictObject({
          change: uuid,
          person: uuid,
          case: uuid,
          fields: v.array(v.string()),
          actor: v.string(),
          office: v.string(),
          askedAt: time,
          isHeld: v.boolean(),
        }),
      ),
    }),
    problems: ["purpose-not-held"],
  },
  async (_given, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    return { held: await readHeld(parts) };
  },
);

async function readHeld({ databases: { register } }: ApiParts) {
  const rows = await listHeld(register, httpLimits.heldChanges);
  const stillHeld = await findHeld(
    register,
    rows.map(({ personKey }) => personKey),
  );
  return rows.map(({ changeId, personKey, caseId, fields, actor, office, askedAt }) => ({
    change: changeId,
    person: personKey,
    case: caseId,
    fields: fields.map((field) => fieldOfNumber(field) ?? String(field)),
    actor,
    office,
    askedAt: askedAt.toISOString(),
    isHeld: stillHeld.has(personKey),
  }));
}

export const changeRoutes: readonly Route[] = [change, held];
